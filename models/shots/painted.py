"""Painted takes: what footage of real scenes lacks. Title cards, blank frames, desktops, stage lights, particles."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from .takes import PaintedTake

_H, _W = 54, 96


def blank(rng: np.random.Generator, colour: tuple[float, ...] | None = None) -> PaintedTake:
    """Black, nearly black, white or one colour; perhaps with the faint noise of a camera."""
    if colour is None:
        kind = rng.choice(("black", "dark", "white", "any"), p=(0.65, 0.15, 0.12, 0.08))
        colour = {"black": (0, 0, 0), "dark": tuple(rng.uniform(0, 25, 3)), "white": tuple(rng.uniform(235, 256, 3)),
                  "any": tuple(rng.uniform(0, 256, 3))}[kind]  # fmt: skip
    noise = rng.choice((0.0, 0.0, 1.0, 3.0))
    base, seed = np.broadcast_to(np.array(colour, np.float32), (_H, _W, 3)), int(rng.integers(1 << 31))

    def paint(when: np.ndarray) -> np.ndarray:
        pictures = np.repeat(base[None], len(when), 0)
        if noise:
            pictures = pictures + np.random.default_rng(seed).normal(0, noise, pictures.shape)
        return np.clip(pictures, 0, 255).astype(np.uint8)

    return PaintedTake(paint)


def title(rng: np.random.Generator) -> PaintedTake:
    """A title card: lines of lettering on a plain or shaded ground, still, growing, or rolling upwards."""
    ground, ink = (rng.uniform(0, 60, 3), rng.uniform(180, 255, 3))
    if rng.random() < 0.3:
        ground, ink = ink, ground
    tall = 4 * _H
    sheet = np.empty((tall, _W, 3), np.float32)
    sheet[:] = ground * np.linspace(1, rng.uniform(0.5, 1), tall)[:, None, None]
    lines = rng.integers(1, 9) if rng.random() < 0.6 else 40
    for index in range(lines):
        size = rng.uniform(0.2, 0.9)
        row = _H // 2 + (index - min(lines, 4) // 2) * int(22 * size + 5)
        text = "".join(chr(c) for c in rng.integers(65, 123, rng.integers(3, 22)))
        cv2.putText(sheet, text, (int(rng.uniform(2, 40)), row), cv2.FONT_HERSHEY_SIMPLEX, size, ink.tolist(), 1,
                    cv2.LINE_AA)  # fmt: skip
    speed = rng.uniform(0.3, 2) if lines == 40 else 0.0

    def paint(when: np.ndarray) -> np.ndarray:
        top = np.clip(np.abs(when) * speed, 0, tall - _H).astype(int)
        return np.stack([sheet[t : t + _H] for t in top]).astype(np.uint8)

    return PaintedTake(paint)


def desktop(rng: np.random.Generator) -> PaintedTake:
    """A recorded screen: windows with text that jump, open, close and scroll while the ground stays."""
    ground = np.empty((_H, _W, 3), np.float32)
    ground[:] = rng.uniform(20, 255, 3)
    ground[-4:] = rng.uniform(0, 255, 3)
    windows = []
    for _ in range(rng.integers(1, 5)):
        width, height = int(rng.uniform(20, 75)), int(rng.uniform(15, 42))
        opens = rng.uniform(-200, 120)
        windows.append((int(rng.uniform(0, _W - width)), int(rng.uniform(0, _H - height)), _page(rng, width, height),
                        opens, opens + rng.exponential(200) + 4, rng.choice((0, 0, 0.3, 2.0))))  # fmt: skip

    def paint(when: np.ndarray) -> np.ndarray:
        pictures = np.repeat(ground[None], len(when), 0)
        for x, y, page, opens, closes, speed in windows:
            height, width = page.shape[0] // 3, page.shape[1]
            for index in np.flatnonzero((when >= opens) & (when < closes)):
                top = int(abs(when[index] - opens) * speed) % (2 * height)
                pictures[index, y : y + height, x : x + width] = page[top : top + height]
        return pictures.astype(np.uint8)

    return PaintedTake(paint)


def _page(rng: np.random.Generator, width: int, height: int) -> np.ndarray:
    page = np.full((3 * height, width, 3), rng.choice((245.0, 30.0)), np.float32)
    ink = 255 - page[0, 0]
    for row in range(2, 3 * height - 2, 3):
        page[row, 2 : 2 + int(rng.uniform(2, width - 3))] = ink * rng.uniform(0.3, 1) + page[0, 0] * 0.3
    page[:2] = rng.uniform(0, 255, 3)
    return np.clip(page, 0, 255)


def stage(rng: np.random.Generator) -> PaintedTake:
    """A concert: coloured beams and spots that swing, blink and change over a dark ground, figures before them."""
    count = int(rng.integers(3, 9))
    colours, spots = rng.uniform(0, 255, (count, 3)), rng.uniform(0, 1, (count, 2))
    swing, speed, size = rng.uniform(0, 0.4, count), rng.uniform(0.01, 0.2, count), rng.uniform(0.02, 0.3, count)
    blink, phase = rng.choice((0.0, 0.05, 0.2, 0.5), count), rng.uniform(0, 6.28, count)
    rows, columns = np.mgrid[0:_H, 0:_W].astype(np.float32)
    upright = np.exp(-((rows[None] - spots[:, 1, None, None] * _H) ** 2) / (3 * size[:, None, None] * _H) ** 2)
    upright = upright.astype(np.float32)
    crowd = rng.uniform(0.6, 1.0) + 0.12 * np.interp(np.arange(_W), np.linspace(0, _W, 14), rng.uniform(-1, 1, 14))
    dark = (rows / _H < crowd).astype(np.float32)[..., None]

    def paint(when: np.ndarray) -> np.ndarray:
        out = np.full((len(when), _H, _W, 3), 8.0, np.float32)
        for i in range(count):
            on = (np.sin(when * blink[i] + phase[i]) > -0.3).astype(np.float32) if blink[i] else np.ones(len(when))
            x = (spots[i, 0] + swing[i] * np.sin(when * speed[i] + phase[i])) * _W
            across = np.exp(-(((columns[0] - x[:, None]) / (size[i] * _W)) ** 2)).astype(np.float32) * on[:, None]
            out += (across[:, None] * upright[i])[..., None] * colours[i].astype(np.float32)
        return np.clip(out * dark, 0, 255).astype(np.uint8)

    return PaintedTake(paint)


def particles(rng: np.random.Generator) -> PaintedTake:
    """Confetti, snow, sparks or shapes drifting over a shaded ground."""
    count = int(rng.choice((6, 25, 120)))
    big = {6: (8, 30), 25: (2, 9), 120: (1, 3)}[count]
    at, speed = rng.uniform(0, 1, (count, 2)), rng.normal(0, rng.choice((0.003, 0.02)), (count, 2))
    colours, sizes = rng.uniform(0, 255, (count, 3)), rng.uniform(*big, count)
    top, bottom = rng.uniform(0, 200, 3), rng.uniform(0, 200, 3)
    ground = (top + (bottom - top) * np.linspace(0, 1, _H)[:, None, None] * np.ones((1, _W, 1))).astype(np.uint8)
    boxes = rng.random() < 0.4

    def paint(when: np.ndarray) -> np.ndarray:
        out = np.repeat(ground[None], len(when), 0)
        for index, time in enumerate(when):
            for spot, colour, radius in zip((at + speed * time) % 1.2 - 0.1, colours.tolist(), sizes, strict=True):
                x, y, r = int(spot[0] * _W), int(spot[1] * _H), max(int(radius / 2), 1)
                if boxes:
                    cv2.rectangle(out[index], (x - r, y - r), (x + r, y + r), colour, -1)
                else:
                    cv2.circle(out[index], (x, y), r, colour, -1)
        return out

    return PaintedTake(paint)


PAINTERS: tuple[Callable[[np.random.Generator], PaintedTake], ...] = (title, desktop, stage, particles)
