"""How a shot looks: grading before the edit, and what cameras, codecs and broadcast do to the whole film after it.

Pictures are float32 (n, 27, 48, 3), display-coded, 0..1.
"""

from __future__ import annotations

import cv2
import numpy as np

from neuroedit_addon.worker.shots_windows import HEIGHT, WIDTH

_LUMA = np.array((0.2126, 0.7152, 0.0722), np.float32)


def as_floats(pictures: np.ndarray) -> np.ndarray:
    """uint8 0..255 to float32 0..1."""
    return pictures.astype(np.float32) * np.float32(1 / 255)


def grade(rng: np.random.Generator, pictures: np.ndarray) -> np.ndarray:
    """A shot's own exposure, contrast, gamma, tint, saturation and mirroring; uint8 in, floats out."""
    if rng.random() < 0.5:
        pictures = pictures[:, :, ::-1]
    if rng.random() < 0.65:
        gain = rng.uniform(0.12, 0.55) if rng.random() < 0.12 else rng.uniform(0.55, 1.35)
        lift, gamma = rng.uniform(-0.08, 0.1), rng.uniform(0.65, 1.5)
        ramp = np.linspace(0, 1, 256)[:, None] * gain * rng.uniform(0.9, 1.1, 3) + lift
        curve = (np.clip(ramp, 0, 1) ** gamma).astype(np.float32)
        rows = np.ascontiguousarray(pictures).reshape(-1, WIDTH, 3)
        x = cv2.LUT(rows, curve[None]).reshape(pictures.shape)
    else:
        x = as_floats(pictures)
    if rng.random() < 0.35:
        grey = (x @ _LUMA)[..., None]
        x = np.clip(grey + (x - grey) * np.float32(rng.uniform(0.2, 1.6)), 0, 1)
    if rng.random() < 0.08:
        x = x[..., rng.permutation(3)]
    return np.ascontiguousarray(x, np.float32)


def like(x: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Give a shot another one's means and deviations of colour (Reinhard et al. 2001, in RGB): palette says nothing."""
    mean, spread = x.mean((0, 1, 2)), x.std((0, 1, 2)) + 0.02
    wanted, room = other.mean((0, 1, 2)), other.std((0, 1, 2)) + 0.02
    return np.clip((x - mean) * np.clip(room / spread, 0.4, 2.5) + wanted, 0, 1).astype(np.float32)


def film(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """What the whole edit went through: bars, black and white, flicker, grain, codec, cadence, logo."""
    if rng.random() < 0.12:
        x = monochrome(rng, x)
    if rng.random() < 0.08:
        x = flicker(rng, x)
    if rng.random() < 0.25:
        x = bars(rng, x)
    if rng.random() < 0.3:
        x = grain(rng, x)
    if rng.random() < 0.45:
        x = codec(rng, x)
    if rng.random() < 0.12:
        x = smear(rng, x)
    if rng.random() < 0.15:
        x = logo(rng, x)
    return np.clip(x, 0, 1)


def monochrome(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Black and white, perhaps tinted."""
    tint = np.ones(3) if rng.random() < 0.5 else rng.uniform(0.75, 1.1, 3)
    return (x @ _LUMA)[..., None] * tint.astype(np.float32)


def flicker(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Old film or bad lamps: every frame a little brighter or darker than the last, scratches, a trembling gate."""
    size = rng.choice((0.03, 0.08, 0.18))
    gain = 1 + rng.normal(0, size, (len(x), 1, 1, 1))
    if rng.random() < 0.4:
        gain = 1 + size * np.sin(np.arange(len(x)) * rng.uniform(0.3, 3.0))[:, None, None, None]
    x = x * gain.astype(np.float32)
    if rng.random() < 0.4:
        for index in np.flatnonzero(rng.random(len(x)) < 0.3):
            column = rng.integers(WIDTH)
            x[index, :, column] = rng.choice((0.0, 0.9))
    if rng.random() < 0.3:
        for index, shift in enumerate(rng.integers(-1, 2, len(x))):
            x[index] = np.roll(x[index], shift, 0)
    return np.clip(x, 0, 1)


def bars(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Letterbox, pillarbox, or a blurred filling beside a narrow picture."""
    out = x.copy()
    kind = rng.choice(("letter", "pillar", "fill"))
    if kind == "letter":
        rows = int(rng.integers(1, 6))
        out[:, :rows] = out[:, -rows:] = 0
        return out
    columns = int(rng.integers(3, 16))
    side = 0.0
    if kind == "fill":
        side = np.stack([cv2.blur(f, (15, 15)) for f in x])[:, :, :columns]
    out[:, :, :columns] = side
    out[:, :, -columns:] = side
    return out


def grain(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Noise of a sensor or of film."""
    noise = rng.standard_normal((16, HEIGHT, WIDTH, 3 if rng.random() < 0.5 else 1), np.float32)
    order = rng.integers(0, 16, len(x))
    return x + noise[order] * np.float32(rng.choice((0.01, 0.02, 0.04)))


def codec(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Blotches of a low bit rate that stay between key frames and jump at each, and banding."""
    every = int(rng.choice((12, 25, 50, 250)))
    size = rng.choice((0.005, 0.012, 0.025))
    offset = int(rng.integers(every))
    groups = (np.arange(len(x)) + offset) // every
    count = int(groups.max()) + 1
    blotches = rng.normal(0, size, (count, 7, 12, 3)).astype(np.float32)
    wide = np.stack([cv2.resize(b, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR) for b in blotches])
    age = ((np.arange(len(x)) + offset) % every / every)[:, None, None, None].astype(np.float32)
    drift = cv2.resize(rng.normal(0, size, (7, 12, 3)).astype(np.float32), (WIDTH, HEIGHT))
    x = x + wide[groups] + drift * age
    if rng.random() < 0.3:
        levels = float(rng.choice((12, 20, 40)))
        x = np.round(x * levels) / levels
    return x.astype(np.float32)


def smear(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Frames that keep some of the one before: converted frame rates, cheap encoders, slow shutters."""
    share = np.float32(rng.uniform(0.05, 0.4))
    out = x.copy()
    for index in range(1, len(x)):
        out[index] = x[index] * (1 - share) + out[index - 1] * share
    return out


def logo(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """A station's mark in a corner that stays through all cuts."""
    height, width = int(rng.integers(2, 6)), int(rng.integers(3, 10))
    top = 1 if rng.random() < 0.5 else HEIGHT - height - 1
    left = 1 if rng.random() < 0.5 else WIDTH - width - 1
    mark, strength = rng.random((height, width, 3), np.float32), np.float32(rng.uniform(0.3, 1))
    x = x.copy()
    spot = x[:, top : top + height, left : left + width]
    spot += (mark - spot) * strength
    return x
