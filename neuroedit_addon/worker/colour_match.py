"""Fits the correction that gives one set of pictures the colours of another: Gauss-Newton on the spread of colours.

Matching quantiles of red, green, blue, of two opponent colours and of saturation makes a copy of a shot equal to it
whatever was done to the copy; a pull towards doing nothing keeps shots that merely resemble each other apart.
"""

from __future__ import annotations

import numpy as np

from ..correction import MOST_SATURATION, Correction
from .colour_difference import lab
from .colour_twin import twin

_AT = np.linspace(0.01, 0.99, 33)
_PULL = 0.005  # of a number away from none, against a mean distance of quantiles (0..1)
_STEPS = 25
# A steeper power would show the blocks that codecs leave in the dark.
_REACH = np.array([1.5] * 3 + [0.4] * 3 + [0.7] * 3 + [np.log(MOST_SATURATION) - 1e-4])


def fit(seen: np.ndarray, wanted: np.ndarray, pull: float = _PULL) -> Correction:
    """The correction of pixels `seen` (n, 3) after which their colours are spread as those of `wanted` (m, 3), 0..1."""
    seen, goal = _sample(seen), _spread(_sample(wanted))
    numbers, damping = np.zeros(10), 1e-3
    far = _residual(seen, goal, numbers, pull)
    for _ in range(_STEPS):
        jacobian = np.stack([(_residual(seen, goal, numbers + d, pull) - far) / 1e-3 for d in np.eye(10) * 1e-3], 1)
        square = jacobian.T @ jacobian
        step = np.linalg.solve(square + damping * np.eye(10) * max(np.trace(square) / 10, 1e-9), -jacobian.T @ far)
        tried = np.clip(numbers + step, -_REACH, _REACH)
        after = _residual(seen, goal, tried, pull)
        if after @ after < far @ far:
            done = far @ far - after @ after < 1e-7
            numbers, far, damping = tried, after, max(damping / 4, 1e-6)
            if done:
                break
        else:
            damping *= 6
            if damping > 1e4:
                break
    return correction_of(numbers)


def correction_of(numbers: np.ndarray) -> Correction:
    """Log slope, offset, log power (red, green, blue each) and log saturation as a correction."""
    slope, power = np.exp(numbers[0:3]), np.exp(numbers[6:9])

    def three(values: np.ndarray) -> tuple[float, float, float]:
        red, green, blue = (round(float(v), 4) for v in values)
        return red, green, blue

    return Correction(three(slope), three(numbers[3:6]), three(power), round(float(np.exp(numbers[9])), 4))


def alike(one: np.ndarray, other: np.ndarray) -> float:
    """How much two stacks of small pictures (n, h, w, 3) in 0..1 look like the same place, whatever their exposure and
    white balance: the best correlation of two of their pictures, each channel brought to mean 0 and spread 1 (-1..1).
    """
    first, second = (_normal(p) for p in (one, other))
    return float((first @ second.T).max())


def exposure_fault(pixels: np.ndarray) -> float:
    """How badly exposed pixels (n, 3) are: far from a middle lightness, clipped, or flat; lower is better."""
    light = lab(_sample(pixels))[:, 0]
    clipped = float(((pixels >= 0.98).any(1) | (pixels <= 0.02).all(1)).mean())
    return abs(float(np.median(light)) - 50) / 50 + 2 * clipped + max(0.0, 0.5 - float(np.ptp(light)) / 100)


def _sample(pixels: np.ndarray, most: int = 1200) -> np.ndarray:
    return np.asarray(pixels, np.float32)[:: max(1, len(pixels) // most)]


def _spread(rgb: np.ndarray) -> np.ndarray:
    high, low = rgb.max(1, keepdims=True), rgb.min(1, keepdims=True)
    opponents = np.stack([rgb[:, 0] - rgb[:, 1], rgb[:, 2] - rgb[:, 1]], 1)
    ranked = np.sort(np.concatenate([rgb, opponents, high - low], 1).T, axis=1)
    return ranked[:, np.rint(_AT * (len(rgb) - 1)).astype(int)].ravel()


def _residual(seen: np.ndarray, goal: np.ndarray, numbers: np.ndarray, pull: float) -> np.ndarray:
    slope, power = np.exp(numbers[0:3]), np.exp(numbers[6:9])
    x = (seen * slope + numbers[3:6]).clip(0, 1) ** power
    high, low = x.max(1, keepdims=True), x.min(1, keepdims=True)
    most = high / np.maximum(high - low, 1e-9)
    x = (high - (high - x) * np.minimum(np.exp(numbers[9]), most)).clip(0, 1)
    return np.concatenate([(_spread(x) - goal) / np.sqrt(len(goal)), pull * numbers])


def _normal(pictures: np.ndarray) -> np.ndarray:
    flat = pictures.reshape(len(pictures), -1, 3)
    flat = flat - flat.mean(1, keepdims=True)
    flat = flat / np.maximum(flat.std(1, keepdims=True), 0.02)
    flat = flat.reshape(len(pictures), -1)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)


def corrected(pictures: np.ndarray, correction: Correction | None) -> np.ndarray:
    """Pictures in 0..1 as they look with a correction, if there is one."""
    return twin(pictures, correction) if correction else pictures
