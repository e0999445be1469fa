"""What happens inside a shot and is no cut: flashes, light changes, things before the lens, captions, frozen frames.

Pictures are float32 (n, 27, 48, 3), display-coded, 0..1; every function changes a stretch of them in place.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from neuroedit_addon.worker.shots_windows import HEIGHT, WIDTH

_ROWS, _COLUMNS = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
Other = Callable[[int], np.ndarray]
"""Pictures of another take, (n, 27, 48, 3), for what pops up inside this one."""


def flash(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """One to four frames of light: photographers, lightning, gunfire; perhaps coloured, perhaps dying away."""
    count = int(rng.integers(1, 5))
    at = int(rng.integers(max(len(x) - count, 1)))
    fall = rng.uniform(0.3, 1.0) ** np.arange(count) if rng.random() < 0.5 else np.ones(count)
    colour = np.ones(3) if rng.random() < 0.7 else rng.uniform(0.3, 1, 3)
    power = (fall * rng.uniform(0.3, 1.0))[: len(x) - at, None, None, None].astype(np.float32)
    part = x[at : at + count]
    if rng.random() < 0.5:
        part += (colour.astype(np.float32) - part) * power[: len(part)]
    else:
        part *= 1 + 3 * power[: len(part)] * colour.astype(np.float32)


def strobe(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """Light (or dark) every few frames for a while."""
    begin = int(rng.integers(len(x)))
    end = begin + int(rng.integers(6, 60))
    every, wide = int(rng.integers(2, 9)), int(rng.integers(1, 3))
    colour = np.float32(0.0) if rng.random() < 0.3 else rng.uniform(0.6, 1, 3).astype(np.float32)
    power = np.float32(rng.uniform(0.3, 1.0))
    index = np.arange(begin, min(end, len(x)))
    index = index[(index - begin) % every < wide]
    x[index] += (colour - x[index]) * power


def exposure(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """Light steps up or down and stays so, at once or over some frames: a switch, a cloud, automatic exposure."""
    at, over = int(rng.integers(len(x))), int(rng.choice((1, 1, 2, 4, 10, 25)))
    gain = np.exp(rng.uniform(-1.3, 1.0)) * (1 if rng.random() < 0.6 else rng.uniform(0.5, 1.4, 3))
    share = np.clip((np.arange(len(x)) - at + 1) / over, 0, 1)[:, None, None, None].astype(np.float32)
    x *= 1 + share * (np.asarray(gain, np.float32) - 1)


def stage_lights(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """Coloured light over a part of the picture (or all of it) that changes every few frames."""
    at = 0
    field = np.ones((HEIGHT, WIDTH), np.float32)
    if rng.random() < 0.6:
        cx, cy = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT)
        field = np.exp(-(((_COLUMNS - cx) / rng.uniform(8, 30)) ** 2 + ((_ROWS - cy) / rng.uniform(6, 20)) ** 2))
    while at < len(x):
        length = int(rng.choice((2, 5, 10, 20, 40)))
        gain = (1 + field[..., None] * (rng.uniform(0.1, 1.8, 3) - 1)).astype(np.float32)
        x[at : at + length] *= gain
        at += length


def crossing(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """Something passes close to the lens: a blurred blob or a textured body, up to the whole picture wide."""
    length = int(rng.integers(3, 30))
    at = int(rng.integers(max(len(x) - length, 1)))
    texture = other(1)[0] if rng.random() < 0.5 else rng.uniform(0, 0.8, 3).astype(np.float32)
    across = rng.random() < 0.75
    size = rng.uniform(0.15, 0.8) * (WIDTH if across else HEIGHT)
    place = _COLUMNS if across else _ROWS
    extent = WIDTH if across else HEIGHT
    slant = rng.uniform(-0.5, 0.5) * ((_ROWS if across else _COLUMNS) - 12)
    forward = rng.random() < 0.5
    soft = rng.uniform(1, 6)
    for index in range(min(length, len(x) - at)):
        way = (index + 1) / (length + 1)
        middle = -size + (extent + 2 * size) * (way if forward else 1 - way)
        mask = np.clip((size - np.abs(place + slant - middle)) / soft, 0, 1)[..., None]
        x[at + index] += (texture - x[at + index]) * mask


def cover(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """A hand over the lens: darkness grows over the picture, stays for a moment, and the same scene comes back."""
    close, stay, away = (int(rng.integers(*r)) for r in ((2, 12), (0, 16), (2, 12)))
    at = int(rng.integers(max(len(x) - close - stay - away, 1)))
    colour = (rng.uniform(0, 0.35) * rng.uniform(0.5, 1, 3)).astype(np.float32)
    cx, cy = rng.choice((-8, WIDTH + 8)), rng.uniform(-6, HEIGHT + 6)
    distance = np.hypot(_COLUMNS - cx, _ROWS - cy)
    reach = np.concatenate((np.linspace(0, 1, close), np.ones(stay), np.linspace(1, 0, away)))
    for index, share in enumerate(reach[: len(x) - at]):
        mask = np.clip((share * (distance.max() + 5) - distance) / 4, 0, 1)[..., None].astype(np.float32)
        x[at + index] += (colour - x[at + index]) * mask


def explosion(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """A ball of fire or light that bursts and dies away, and shakes the picture."""
    length = int(rng.integers(6, 40))
    at = int(rng.integers(max(len(x) - length, 1)))
    colour = np.array((1.0, rng.uniform(0.5, 1), rng.uniform(0.1, 0.9)), np.float32)
    cx, cy, wide = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(6, 60)
    distance = np.hypot(_COLUMNS - cx, _ROWS - cy)
    for index in range(min(length, len(x) - at)):
        way = index / length
        power = np.exp(-4 * way) if index else rng.uniform(0.4, 1)
        mask = np.exp(-((distance / (wide * (0.4 + way))) ** 2))[..., None] * power
        x[at + index] += (colour * 1.2 - x[at + index]) * mask.astype(np.float32)
        x[at + index] = np.roll(x[at + index], rng.integers(-1, 2, 2) * (way < 0.5), (0, 1))


def confetti(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """Bright specks whirl through the picture."""
    count = int(rng.integers(20, 200))
    at, speed = rng.uniform(0, 1, (count, 2)), rng.normal((0.0, 0.02), 0.03, (count, 2))
    colours = rng.uniform(0.2, 1, (count, 3)).astype(np.float32)
    begin, end = np.sort(rng.integers(0, len(x) + 1, 2))
    for index in range(begin, end):
        spot = (at + speed * index) % 1
        x[index, (spot[:, 1] * HEIGHT).astype(int), (spot[:, 0] * WIDTH).astype(int)] = colours


def caption(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """A caption, a lower third, a logo or a large title pops on, and off again; some slide or fade in."""
    begin = int(rng.integers(len(x)))
    if _empty(x[begin]):
        return
    end = begin + int(rng.integers(5, 90))
    big = rng.random() < 0.2
    height, width = (int(rng.integers(8, 20)), int(rng.integers(20, 46))) if big else (
        int(rng.integers(2, 7)), int(rng.integers(8, 44)))  # fmt: skip
    top = int(rng.integers(HEIGHT - height)) if big or rng.random() < 0.3 else HEIGHT - height - int(rng.integers(3))
    left = int(rng.integers(WIDTH - width))
    ink, ground = rng.random(3).astype(np.float32), rng.random(3).astype(np.float32)
    solid = np.float32(rng.choice((0.0, 0.7, 1.0)))
    letters = (rng.random((height, width, 1)) < 0.45).astype(np.float32)
    strength = np.minimum(np.arange(1, max(end - begin, 1) + 1) / int(rng.choice((1, 1, 4, 10))), 1)
    for index in range(begin, min(end, len(x))):
        spot = x[index, top : top + height, left : left + width]
        power = np.float32(strength[index - begin])
        spot += (ground - spot) * solid * power
        spot += (ink - spot) * letters * power


def _empty(picture: np.ndarray) -> bool:
    """Whether there is hardly anything to see: what appears there is the next shot, say a title on black."""
    return float(picture.std()) < 0.07


def inset(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """Picture in picture: another take appears in a part of the picture, for a while or for good."""
    begin = int(rng.integers(len(x)))
    if _empty(x[begin]):
        return
    length = int(min(rng.integers(8, 120), len(x) - begin))
    share = rng.uniform(0.2, 0.55)
    width, height = int(WIDTH * share), int(HEIGHT * share)
    left, top = int(rng.integers(WIDTH - width)), int(rng.integers(HEIGHT - height))
    small = np.stack([cv2.resize(p, (width, height), interpolation=cv2.INTER_AREA) for p in other(length)])
    x[begin : begin + length, top : top + height, left : left + width] = small


def frozen(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """The picture stands still for a while, then goes on where it stood: going on elsewhere would be a jump cut."""
    begin, length = int(rng.integers(len(x))), int(rng.integers(2, 12))
    index = np.arange(len(x))
    x[:] = x[np.where(index < begin, index, np.maximum(index - length, begin))]


def repeated(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """Frames shown twice or more in a steady pattern: animation on twos, telecine, converted frame rates."""
    every = int(rng.choice((2, 2, 3, 5)))
    index = np.arange(len(x))
    kept = index - index % every if every < 5 else index - (index % 5 == 4)
    x[:] = x[kept]


def blurred(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """The focus is lost for a while."""
    begin, length = int(rng.integers(len(x))), int(rng.integers(8, 60))
    for index in range(begin, min(begin + length, len(x))):
        size = 1 + 2 * int(4 * np.sin(np.pi * (index - begin) / length))
        x[index] = cv2.blur(x[index], (size, size))


def tinted(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """White balance or a colour filter changes at once or slowly."""
    at, over = int(rng.integers(len(x))), int(rng.choice((1, 3, 15)))
    share = np.clip((np.arange(len(x)) - at + 1) / over, 0, 1)[:, None, None, None].astype(np.float32)
    x *= 1 + share * (rng.uniform(0.5, 1.4, 3).astype(np.float32) - 1)


def letterbox(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """Bars appear or go within a shot, at once or moving."""
    at, over, rows = int(rng.integers(len(x))), int(rng.choice((1, 8, 20))), int(rng.integers(2, 6))
    for index in range(at, len(x)):
        height = min(int(rows * (index - at + 1) / over) if over > 1 else rows, rows)
        if height:
            x[index, :height] = x[index, -height:] = 0


def damaged(rng: np.random.Generator, x: np.ndarray, other: Other) -> None:
    """One to three broken frames: torn rows, grey, blocks of elsewhere."""
    count = int(rng.integers(1, 4))
    at = int(rng.integers(max(len(x) - count, 1)))
    for index in range(at, min(at + count, len(x))):
        top, bottom = np.sort(rng.integers(0, HEIGHT + 1, 2))
        if rng.random() < 0.5:
            x[index, top:bottom] = np.roll(x[index, top:bottom], int(rng.integers(WIDTH)), 1)
        else:
            x[index, top:bottom] = rng.uniform(0.3, 0.6)


ALL = (flash, flash, strobe, exposure, exposure, stage_lights, crossing, crossing, cover, explosion, confetti, caption,
       caption, inset, frozen, repeated, blurred, tinted, letterbox, damaged)  # fmt: skip


def disturb(rng: np.random.Generator, x: np.ndarray, other: Other, count: int) -> np.ndarray:
    """`count` disturbances, drawn at random, over one shot's pictures."""
    if count and len(x) > 1:
        x = np.ascontiguousarray(x)
        for _ in range(count):
            ALL[int(rng.integers(len(ALL)))](rng, x, other)
        np.clip(x, 0, 1, out=x)
    return x
