"""More painted takes, all movement: plasma, a tunnel, puppets on twos, a running band of text, a watched road,
a split screen."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from .camera import fixed, moving
from .takes import PaintedTake, Take

_H, _W = 54, 96
_ROWS, _COLUMNS = (grid.astype(np.float32) for grid in np.mgrid[0:_H, 0:_W])


def plasma(rng: np.random.Generator) -> PaintedTake:
    """Waves of colour that run through one another: water, smoke, screen savers."""
    waves = rng.normal(0, 1, (5, 2)) * rng.uniform(0.03, 0.3)
    speed, phase = rng.normal(0, rng.choice((0.02, 0.1, 0.3)), 5), rng.uniform(0, 6.28, 5)
    tints = rng.normal(0, 50, (5, 3)).astype(np.float32)
    ground = rng.uniform(40, 210, 3).astype(np.float32)
    fields = [(w[0] * _COLUMNS + w[1] * _ROWS).astype(np.float32) for w in waves]
    bent = rng.random() < 0.5

    def paint(when: np.ndarray) -> np.ndarray:
        out = np.empty((len(when), _H, _W, 3), np.uint8)
        for index, time in enumerate(when):
            picture, last = np.broadcast_to(ground, (_H, _W, 3)).copy(), np.float32(0)
            for field, pace, start, tint in zip(fields, speed, phase, tints, strict=True):
                last = np.sin(field + np.float32(pace * time + start) + (2 * last if bent else 0))
                picture += last[..., None] * tint
            out[index] = np.clip(picture, 0, 255)
        return out

    return PaintedTake(paint)


def tunnel(rng: np.random.Generator) -> PaintedTake:
    """A ride forward (or back) between walls of patches."""
    x, y = rng.uniform(0.3, 0.7) * _W, rng.uniform(0.3, 0.7) * _H
    depth = 12 / np.sqrt(((_COLUMNS - x) / 1.5) ** 2 + (_ROWS - y) ** 2 + 4)
    angle = np.arctan2(_ROWS - y, _COLUMNS - x) * (16 / (2 * np.pi))
    wall = rng.integers(0, 256, (64, 16, 3)).astype(np.uint8)
    wall = cv2.resize(cv2.GaussianBlur(wall, (3, 3), 0), (16, 64))
    speed, turn, zoom = rng.normal(0, 0.5), rng.normal(0, 0.05), rng.uniform(3, 12)
    shade = np.clip(1.3 - depth * rng.uniform(0.0, 0.2), 0.1, 1)[..., None].astype(np.float32)

    def paint(when: np.ndarray) -> np.ndarray:
        rows = (depth[None] * zoom + (when * speed)[:, None, None]).astype(int) % 64
        columns = (angle[None] + (when * turn)[:, None, None]).astype(int) % 16
        return (wall[rows, columns] * shade).astype(np.uint8)

    return PaintedTake(paint)


def puppets(rng: np.random.Generator) -> PaintedTake:
    """Drawn animation: flat figures that walk, bend and turn before a still ground, often drawn on twos or threes."""
    every = int(rng.choice((1, 2, 3)))
    stage = np.empty((_H, _W, 3), np.float32)
    stage[:] = np.linspace(*rng.uniform(60, 255, (2, 3)), _H)[:, None]
    for _ in range(rng.integers(0, 6)):  # hills, houses, furniture
        corner = tuple(int(v) for v in rng.uniform((0, 15), (_W, _H)))
        far = (corner[0] + int(rng.uniform(5, 50)), _H)
        cv2.rectangle(stage, corner, far, rng.uniform(0, 255, 3).tolist(), -1)
    parts = []
    for _ in range(rng.integers(1, 4)):
        spot, pace, sway = rng.uniform((0, 0.4), (1, 0.9)), rng.normal(0, 0.004), rng.uniform(0, 0.25)
        size, colours = rng.uniform(4, 22), rng.uniform(0, 255, (3, 3)).tolist()
        parts.append((spot, pace, sway, size, colours, rng.uniform(0, 6.28)))

    def draw(time: float) -> np.ndarray:
        picture = stage.astype(np.uint8)
        for spot, pace, sway, size, colours, phase in parts:
            x, y = int(((spot[0] + pace * time) % 1.3 - 0.15) * _W), int(spot[1] * _H)
            lean = float(np.sin(time * sway + phase))
            cv2.ellipse(picture, (x, y), (int(size * 0.6), int(size)), 25 * lean, 0, 360, colours[0], -1)
            cv2.circle(picture, (x + int(6 * lean), y - int(size)), max(int(size * 0.5), 1), colours[1], -1)
            hand = (x + int(size * np.cos(3 * lean)), y - int(size * np.sin(3 * lean)))
            cv2.line(picture, (x, y - int(size * 0.3)), hand, colours[2], max(int(size * 0.2), 1))
        return picture

    return PaintedTake(lambda when: np.stack([draw(float(t)) for t in np.floor(when / every) * every]))


def band(rng: np.random.Generator) -> PaintedTake:
    """A studio's ground with a band of running text below, and a panel whose figures change: news, sport, shopping."""
    ground = cv2.resize(rng.integers(0, 256, (3, 4, 3)).astype(np.uint8), (_W, _H), interpolation=cv2.INTER_CUBIC)
    strip = np.full((10, 8 * _W, 3), rng.uniform(0, 255, 3), np.uint8)
    words = "".join(chr(c) for c in rng.integers(65, 123, 120))
    cv2.putText(strip, words, (0, 8), cv2.FONT_HERSHEY_PLAIN, 0.7, rng.uniform(0, 255, 3).tolist(), 1)
    speed, every, panel = rng.uniform(0.5, 4), int(rng.integers(10, 60)), rng.uniform(0, 255, 3)
    ink, top, left = (255 - panel).tolist(), int(rng.integers(0, 20)), int(rng.integers(0, 50))

    def draw(time: float) -> np.ndarray:
        picture = ground.copy()
        begin = int(abs(time) * speed) % (7 * _W)
        picture[-12:-2] = strip[:, begin : begin + _W]
        cv2.rectangle(picture, (left, top), (left + 40, top + 14), panel.tolist(), -1)
        told = f"{int(abs(time) // every) * 37 % 999:03d}"
        cv2.putText(picture, told, (left + 4, top + 12), cv2.FONT_HERSHEY_PLAIN, 1.0, ink, 1)
        return picture

    return PaintedTake(lambda when: np.stack([draw(float(t)) for t in when]))


def watched(rng: np.random.Generator) -> PaintedTake:
    """A fixed camera over a plain ground that bodies cross now and then, while automatic exposure follows them with a
    delay: surveillance. When the last body leaves, everything has changed, light included, and yet nothing is cut."""
    coarse = rng.uniform(-1, 1, (int(rng.integers(2, 9)), int(rng.integers(2, 12)), 1)).astype(np.float32)
    stains = cv2.resize(coarse, (_W, _H), interpolation=cv2.INTER_CUBIC)[..., None] * rng.uniform(1, 14)
    ground = rng.uniform(30, 170) * rng.uniform(0.85, 1.1, 3).astype(np.float32) + stains
    for _ in range(rng.integers(0, 7)):  # lane marks, kerbs, shelves
        ends = rng.uniform(0, 1, (2, 2)) * (_W, _H)
        ends[1] = ends[0] + (ends[1] - ends[0]) * rng.uniform(0.05, 0.6)
        cv2.line(ground, *(tuple(int(v) for v in end) for end in ends), rng.uniform(40, 255, 3).tolist(), 1)
    along = rng.random() < 0.5  # rows, or columns
    extent, breadth = (_H, _W) if along else (_W, _H)
    bodies = []
    for _ in range(rng.integers(1, 4)):
        length, width = rng.uniform(0.15, 0.7) * extent, rng.uniform(0.1, 0.5) * breadth
        way = (extent + length) * rng.uniform(1.2, 4)  # the rest of its way it is out of sight
        bodies.append((length, width, rng.uniform(0, breadth - width), way, rng.uniform(0, way),
                       rng.uniform(0.3, 5) * rng.choice((-1, 1)), np.float32(rng.uniform(0, 255, (2, 3)))))  # fmt: skip
    eager, lag, noise = rng.uniform(0, 1.2), int(rng.choice((2, 8, 20, 40))), rng.choice((0.0, 1.0, 3.0))
    level, seed = float(ground.mean()), int(rng.integers(1 << 31))

    def spans(time: float) -> list[tuple[int, int]]:
        fronts = [(begin + speed * time) % way - length for length, _, _, way, begin, speed, _ in bodies]
        return [(int(max(front, 0)), int(np.clip(front + body[0], 0, extent)))
                for front, body in zip(fronts, bodies, strict=True)]  # fmt: skip

    def light(time: float) -> float:
        shares = [(end - begin) * body[1] / (_H * _W) for (begin, end), body in zip(spans(time), bodies, strict=True)]
        seen = level + sum(s * (float(b[6][0].mean()) - level) for s, b in zip(shares, bodies, strict=True) if s > 0)
        return (level / max(seen, 8.0)) ** eager

    def draw(time: float) -> np.ndarray:
        picture = ground.copy()
        turned = picture if along else picture.transpose(1, 0, 2)
        for (begin, end), (length, width, left, _, _, _, colours) in zip(spans(time), bodies, strict=True):
            if end > begin:
                turned[begin:end, int(left) : int(left + width)] = colours[0]
                third = int(length / 3)
                turned[begin + third // 2 : min(begin + third, end), int(left + 1) : int(left + width - 1)] = colours[1]
        return picture * np.mean([light(time - back) for back in np.linspace(0, lag, 5)], dtype=np.float32)

    def paint(when: np.ndarray) -> np.ndarray:
        pictures = np.stack([draw(float(t)) for t in when])
        if noise:
            pictures += np.random.default_rng(seed).normal(0, noise, pictures.shape).astype(np.float32)
        return np.clip(pictures, 0, 255).astype(np.uint8)

    return PaintedTake(paint)


PAINTERS: tuple[Callable[[np.random.Generator], PaintedTake], ...] = (plasma, tunnel, puppets, band, watched, watched)


def split_screen(rng: np.random.Generator, first: tuple[Take, bool], second: tuple[Take, bool]) -> PaintedTake:
    """Two takes (each with whether it stands still) side by side or one above the other, perhaps with a bar between."""
    side_by_side, share = rng.random() < 0.75, rng.choice((0.5, 0.5, 0.33, 0.67))
    bar, seed, lag = int(rng.choice((0, 0, 1, 2))), int(rng.integers(1 << 31)), rng.uniform(-50, 50)

    def paint(when: np.ndarray) -> np.ndarray:
        own = np.random.default_rng(seed)
        paths = [(moving if still else fixed)(own, len(when)) for _, still in (first, second)]
        out, other = first[0].frames(when, paths[0]), second[0].frames(when + lag, paths[1])
        axis = 2 if side_by_side else 1
        border = int(out.shape[axis] * share)
        spot: list[slice] = [slice(None)] * 4
        spot[axis] = slice(border, None)
        out[tuple(spot)] = other[tuple(spot)]
        spot[axis] = slice(border, border + bar)
        out[tuple(spot)] = 0
        return out

    return PaintedTake(paint)
