"""Takes: endless single shots to edit with, from real footage, from photographs, and painted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import cv2
import numpy as np

from neuroedit_addon.worker.shots_windows import HEIGHT, WIDTH

from .camera import Path


class Take(Protocol):
    """One uncut shot."""

    def frames(self, when: np.ndarray, path: Path) -> np.ndarray:
        """Pictures at `when` (frames of the take, any real numbers, (n,)): uint8 (n, 27, 48, 3)."""


class FootageTake:
    """A real shot: uint8 (m, 54, 96, 3); before its first and behind its last frame it runs back and forth."""

    def __init__(self, shot: np.ndarray) -> None:
        self._shot = shot

    def frames(self, when: np.ndarray, path: Path) -> np.ndarray:
        """See `Take`."""
        turn = max(2 * (len(self._shot) - 1), 1)
        index = np.round(when).astype(int) % turn
        return seen(self._shot, np.minimum(index, turn - index), path)


class StillTake:
    """A photograph under a moving camera, perhaps with a nearer photograph's piece moving before it (parallax)."""

    def __init__(self, photo: np.ndarray, near: np.ndarray | None = None, spot: tuple[float, ...] = ()) -> None:
        self._photo, self._near, self._spot = photo[None], near, spot

    def frames(self, when: np.ndarray, path: Path) -> np.ndarray:
        """See `Take`. A still take's camera depends on `when` only by its path."""
        out = seen(self._photo, np.zeros(len(when), int), path)
        if self._near is None:
            return out
        x, y, width, height, speed, sway = self._spot
        near = cv2.resize(self._near, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        shift_x = x + speed * when / 30 - (path.x - path.x[0]) * 1.5 + 0.02 * np.sin(when * sway)
        for index in range(len(out)):
            cx, cy = shift_x[index] * WIDTH, (y - (path.y[index] - path.y[0])) * HEIGHT
            distance = ((columns - cx) / (width * WIDTH)) ** 2 + ((rows - cy) / (height * HEIGHT)) ** 2
            mask = np.clip(3.0 - 3.0 * distance, 0, 1)[..., None]
            out[index] = (out[index] * (1 - mask) + near * mask).astype(np.uint8)
        return out


class PaintedTake:
    """Pictures that a function paints: when (n,) -> uint8 (n, h, w, 3)."""

    def __init__(self, paint: Callable[[np.ndarray], np.ndarray]) -> None:
        self._paint = paint

    def frames(self, when: np.ndarray, path: Path) -> np.ndarray:
        """See `Take`."""
        return seen(self._paint(when), np.arange(len(when)), path)


def seen(pictures: np.ndarray, index: np.ndarray, path: Path) -> np.ndarray:
    """What the camera sees of `pictures[index]`; beyond the edges the picture is mirrored."""
    height, width = pictures.shape[1:3]
    still = len(path.x) > 0 and bool(np.all(path.zoom == 1) and np.all(path.roll == 0) and np.ptp(path.x) == 0)
    if still and (height, width) == (2 * HEIGHT, 2 * WIDTH):
        chosen = pictures[index].astype(np.uint16)
        halves = chosen[:, 0::2, 0::2] + chosen[:, 1::2, 0::2] + chosen[:, 0::2, 1::2] + chosen[:, 1::2, 1::2]
        return ((halves + 2) >> 2).astype(np.uint8)
    out = np.empty((len(index), HEIGHT, WIDTH, 3), np.uint8)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for place, (source, matrix) in enumerate(zip(index, path.matrices(width, height, WIDTH, HEIGHT), strict=True)):
        cv2.warpAffine(pictures[source], matrix, (WIDTH, HEIGHT), dst=out[place], flags=flags,
                       borderMode=cv2.BORDER_REFLECT_101)  # fmt: skip
    return out
