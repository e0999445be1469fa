"""Cuts an endless stream of small frames into the network's windows, so that every result is the same however the
stream arrives.

Window k looks at frames k·STRIDE - MARGIN … k·STRIDE - MARGIN + WINDOW and answers for the STRIDE frames in its middle;
before the first and behind the last frame, that frame stands still.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

WINDOW, MARGIN = 512, 48
STRIDE = WINDOW - 2 * MARGIN
HEIGHT, WIDTH = 27, 48
Network = Callable[[np.ndarray], np.ndarray]
"""uint8 (1, 512, 27, 48, 3) -> probabilities float32 (1, 512, 10)."""


class Windows:
    """Feed frames with `add`, take what is known with `take`, and end with `finish`. Holds one window of frames."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._frames = np.empty((1, WINDOW, HEIGHT, WIDTH, 3), np.uint8)
        self._filled = 0
        self._waiting = 0
        self._ready: list[np.ndarray] = []

    def add(self, frame: np.ndarray) -> None:
        """One frame, uint8 (27, 48, 3)."""
        if not self._filled:
            self._frames[0, :MARGIN] = frame
            self._filled = MARGIN
        self._frames[0, self._filled] = frame
        self._filled += 1
        self._waiting += 1
        if self._filled == WINDOW:
            self._look(STRIDE)

    def finish(self) -> None:
        """No more frames come."""
        while self._waiting > 0:
            self._frames[0, self._filled :] = self._frames[0, self._filled - 1]
            self._filled = WINDOW
            self._look(min(self._waiting, STRIDE))

    def take(self) -> np.ndarray:
        """Probabilities (n, 10) of the frames that were decided since the last call."""
        ready, self._ready = self._ready, []
        return np.concatenate(ready) if ready else np.empty((0, 10), np.float32)

    def _look(self, count: int) -> None:
        self._ready.append(self._network(self._frames)[0, MARGIN : MARGIN + count])
        self._frames[0, : 2 * MARGIN] = self._frames[0, STRIDE:].copy()
        self._filled = 2 * MARGIN
        self._waiting -= count


def halved(frame: np.ndarray) -> np.ndarray:
    """(..., 54, 96, 3) -> (..., 27, 48, 3): means of 2 x 2 pixels, rounded, uint8."""
    if frame.ndim == 3:
        return cv2.resize(frame, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    wide = frame.astype(np.uint16)  # a whole film, which OpenCV does not take in one go
    total = wide[..., 0::2, 0::2, :] + wide[..., 1::2, 0::2, :] + wide[..., 0::2, 1::2, :] + wide[..., 1::2, 1::2, :]
    return ((total + 2) >> 2).astype(np.uint8)


def run(network: Network, frames: np.ndarray) -> np.ndarray:
    """A whole film at once: uint8 (n, 27, 48, 3) -> probabilities (n, 10)."""
    windows = Windows(network)
    for frame in frames:
        windows.add(frame)
    windows.finish()
    return windows.take()
