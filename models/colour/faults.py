"""Spoils good pictures in known ways: wrong white balance, exposure, contrast, gamma, saturation, log curves, noise."""

from __future__ import annotations

import cv2
import numpy as np

from neuroedit_addon.worker.colour_difference import display, linear

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_FROM_XYZ = np.array([[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560],
                      [0.0556434, -0.2040259, 1.0572252]])  # fmt: skip


def light_of(kelvin: np.ndarray) -> np.ndarray:
    """Linear sRGB (n, 3) of black bodies, relative to 6500 K, at equal luma; locus after Kim et al. (2002)."""
    rgb = _black_body(np.asarray(kelvin, float)) / _black_body(np.array([6500.0]))
    return rgb / (rgb @ _LUMA)[:, None]


def _black_body(t: np.ndarray) -> np.ndarray:
    low = -0.2661239e9 / t**3 - 0.2343589e6 / t**2 + 0.8776956e3 / t + 0.179910
    high = -3.0258469e9 / t**3 + 2.1070379e6 / t**2 + 0.2226347e3 / t + 0.240390
    x = np.where(t < 4000, low, high)
    y = np.where(t < 2222, -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683,
                 np.where(t < 4000, -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867,
                          3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483))  # fmt: skip
    xyz = np.stack([x / y, np.ones_like(x), (1 - x - y) / y], -1)
    return np.maximum(xyz @ _FROM_XYZ.T, 0.02)


def spoil(rng: np.random.Generator, clean: np.ndarray, good: float = 0.35, cast_only: float = 0.1,
          all_at_once: float = 0.35, mild: float = 0.0) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Pictures as a camera in wrong hands would have made them.

    Args:
        clean: float (n, h, w, 3), display-coded 0..1.
        good: share that stays as it is, but for the noise and the codec.
        cast_only: share of the spoilt whose white balance alone is wrong.
        all_at_once: share with cast, exposure, contrast and saturation all wrong.
        mild: share whose faults are but .3 to 1 of what they would be.

    Returns:
        The pictures, 0..1 in steps of 1/255, and a bool (n,), whether each is spoilt.
    """
    n = len(clean)
    kind = rng.random(n)
    spoilt = rng.random(n) >= good
    only, every = kind < cast_only, kind > 1 - all_at_once
    much = np.where(rng.random(n) < mild, rng.uniform(0.3, 1, n), 1) if mild else np.ones(n)

    def chosen(share: float) -> np.ndarray:
        return spoilt & ((rng.random(n) < share) & ~only | every)

    def drawn(on: np.ndarray, value: np.ndarray) -> np.ndarray:
        return np.where(on, value * much, 0.0)[:, None, None, None].astype(np.float32)

    mired = rng.uniform(1e6 / 10_000, 1e6 / 2_500, n)
    mired = np.where(rng.random(n) < 0.5, mired, 1e6 / 6500 + rng.normal(0, 60, n)).clip(100, 400)
    mired = 1e6 / 6500 + (mired - 1e6 / 6500) * much
    cast = chosen(0.55) | (spoilt & only)
    light = np.where(cast[:, None], light_of(1e6 / mired), 1.0)
    light[:, 1] *= np.exp2(np.where(cast, rng.normal(0, 0.12, n) * much, 0))
    light /= (light @ _LUMA)[:, None]
    luma_of = _LUMA.astype(np.float32)
    lit = linear(clean) * light[:, None, None].astype(np.float32)
    x = lit * np.exp2(drawn(chosen(0.45), rng.normal(0, 0.8, n).clip(-1.8, 1.5)))
    x = display(x.clip(0, 1))
    x = (x - 0.45) * np.exp(drawn(chosen(0.45), rng.normal(0, 0.3, n).clip(-0.8, 0.6))) + 0.45
    x = x.clip(0, 1) ** np.exp(drawn(chosen(0.25), rng.normal(0, 0.25, n)))
    luma = (x @ luma_of)[..., None]
    x = luma + (x - luma) * np.exp(drawn(chosen(0.45), rng.normal(0, 0.4, n).clip(-1.2, 0.7)))
    log = (spoilt & ~only & (rng.random(n) < 0.1))[:, None, None, None]
    curve = (10 ** rng.uniform(0.5, 1.8, (n, 1, 1, 1))).astype(np.float32)
    flat = 0.08 + 0.72 * np.log1p(curve * linear(x.clip(0, 1))) / np.log1p(curve)
    x = np.where(log, flat, x)
    return _recorded(rng, x), spoilt


def stylised(rng: np.random.Generator, clean: np.ndarray, share: float = 0.6) -> np.ndarray:
    """`share` of the pictures (n, h, w, 3) with a look somebody may have wanted: a little warmer or cooler, darker,
    softer, richer, with tinted shadows or milky blacks. Still good: nothing to correct."""
    n = len(clean)
    on = (rng.random(n) < share)[:, None, None, None].astype(np.float32)

    def some(spread: float, wide: int = 1) -> np.ndarray:
        return on * rng.normal(0, spread, (n, 1, 1, wide)).astype(np.float32)

    light = light_of(1e6 / (1e6 / 6500 + rng.normal(0, 18, n)))[:, None, None].astype(np.float32)
    x = linear(clean) * np.where(on > 0, light, 1) * np.exp2(some(0.25))
    x = display(x.clip(0, 1))
    x = ((x - 0.45) * np.exp(some(0.1)) + 0.45).clip(0, 1) ** np.exp(some(0.08) + some(0.05, 3))
    luma = (x @ _LUMA.astype(np.float32))[..., None]
    x = luma + (x - luma) * np.exp(some(0.18))
    milk = np.abs(some(0.03))
    return (milk + (1 - milk) * x).clip(0, 1).astype(np.float32)


def _recorded(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """What a camera adds: noise of the sensor, JPEG's blocks, 8 bits. Little of it is left in pictures this small."""
    noise = np.where(rng.random(len(x)) < 0.4, rng.uniform(0, 0.012, len(x)), 0)[:, None, None, None].astype(np.float32)
    x = np.rint((x + rng.standard_normal(x.shape, np.float32) * noise).clip(0, 1) * 255).astype(np.uint8)
    for number in np.flatnonzero(rng.random(len(x)) < 0.1):
        _, coded = cv2.imencode(".jpg", x[number], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 96))])
        x[number] = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return (x / 255).astype(np.float32)
