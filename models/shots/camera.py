"""Where a made-up camera points, frame by frame: still, panning, zooming, shaking in the hand, whipping round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Path:
    """A camera's path over a picture.

    Attributes:
        x, y: the middle of what is seen, in widths and heights of the picture, each (n,).
        zoom: the share of the picture's width that is seen, (n,).
        roll: radians, (n,).
    """

    x: np.ndarray
    y: np.ndarray
    zoom: np.ndarray
    roll: np.ndarray

    def matrices(self, width: int, height: int, out_width: int, out_height: int) -> np.ndarray:
        """Affine maps (n, 2, 3) from output pixels to picture pixels, for cv2.warpAffine with WARP_INVERSE_MAP."""
        scale_x, scale_y = self.zoom * width / out_width, self.zoom * height / out_height
        cos, sin = np.cos(self.roll), np.sin(self.roll)
        maps = np.empty((len(self.x), 2, 3), np.float64)
        maps[:, 0, 0], maps[:, 0, 1] = cos * scale_x, -sin * scale_x
        maps[:, 1, 0], maps[:, 1, 1] = sin * scale_y, cos * scale_y
        middle = np.array(((out_width - 1) / 2, (out_height - 1) / 2))
        target = np.stack((self.x * width - 0.5, self.y * height - 0.5), 1)
        maps[:, :, 2] = target - maps[:, :, :2] @ middle
        return maps


def fixed(rng: np.random.Generator, length: int) -> Path:
    """A tripod, with the whole picture or a part of it."""
    zoom = 1.0 if rng.random() < 0.6 else rng.uniform(0.6, 1.0)
    x, y = _inside(rng, zoom), _inside(rng, zoom)
    one = np.ones(length)
    return Path(x * one, y * one, zoom * one, 0 * one)


def moving(rng: np.random.Generator, length: int, lively: float = 1.0) -> Path:
    """A pan or a zoom with eased ends, perhaps out of a shaking hand, perhaps with a whip round.

    Args:
        lively: 1 is film-like; more is wilder.
    """
    zoom = rng.uniform(0.45, 0.9)
    time = np.arange(length)
    speed = rng.choice((0.0, 0.001, 0.004, 0.012, 0.04), p=(0.15, 0.28, 0.32, 0.2, 0.05)) * rng.uniform(0.5, 1.5)
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cumsum(lively * speed * (1 + 0.5 * np.sin(time / rng.uniform(10, 60) + angle)))
    x, y = _inside(rng, zoom) + np.cos(angle) * along, _inside(rng, zoom) + np.sin(angle) * along * 0.6
    grow = rng.choice((0.0, 0.0, 0.002, 0.01)) * rng.uniform(-1, 1) * lively
    zooms = np.clip(zoom * np.exp(grow * time), 0.25, 1.0)
    roll = np.zeros(length)
    if rng.random() < 0.35:
        shake = lively * rng.choice((0.002, 0.006, 0.015, 0.03))
        x, y, roll = x + wander(rng, length, shake), y + wander(rng, length, shake), wander(rng, length, shake)
    if rng.random() < 0.25 * lively:
        x = x + whip(rng, length)
    return Path(x, y, zooms, roll)


def wander(rng: np.random.Generator, length: int, size: float) -> np.ndarray:
    """A hand's tremor: noise drawn back to the middle (an Ornstein-Uhlenbeck process), standard deviation `size`."""
    pull = rng.uniform(0.1, 0.6)
    noise = rng.normal(0, size * np.sqrt(2 * pull), length)
    out, value = np.empty(length), 0.0
    for index in range(length):
        value += noise[index] - pull * value
        out[index] = value
    return out


def whip(rng: np.random.Generator, length: int) -> np.ndarray:
    """A whip pan: for a moment the camera flies by one to three picture widths."""
    middle, width = rng.uniform(0, length), rng.uniform(1.5, 10)
    reach = rng.uniform(0.5, 2.5) * rng.choice((-1, 1))
    return reach / (1 + np.exp(np.clip(-(np.arange(length) - middle) / width * 2, -50, 50)))


def _inside(rng: np.random.Generator, zoom: float) -> float:
    return rng.uniform(zoom / 2, 1 - zoom / 2)
