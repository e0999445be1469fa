"""What the beat network sees and when: energies at 50 frames a second, in windows of a minute with margins.

How the sound is cut into blocks changes nothing: window k looks at frames 2000 k … 2000 k + 3000 and answers for all
but 500 at both ends; the last is moved back to look at the recording's last minute.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from . import sound_features

FPS, BANDS = 50, 32
_WINDOW, _MARGIN = 3_000, 500
_STRIDE = _WINDOW - 2 * _MARGIN
_DEPTH, _QUIETEST = 70.0, -90.0

Array = NDArray[np.float32]
Network = Callable[[Array], Array]
"""Normalised energies float32 (1, time, 32) -> logits float32 (1, time, 2)."""


def halve(frames: Array) -> Array:
    """Log-mel frames (even n, 64) as (n / 2, 32): the louder of two frames, the mean of two bands."""
    bands = 0.5 * (frames[:, ::2] + frames[:, 1::2])
    return np.maximum(bands[::2], bands[1::2])


def normalise(frames: Array) -> Array:
    """A window's energies against its own loud moments: -1.75 (70 dB softer) to about 2."""
    loud = np.sort(frames.max(axis=1))[int(0.95 * (len(frames) - 1))]
    reference = np.float32(max(loud, _QUIETEST))
    return ((np.maximum(frames - reference, -_DEPTH) + _DEPTH / 2) / 20.0).astype(np.float32)


class BeatWindows:
    """Feed log-mel frames with `add`, end with `finish`, which gives every frame's chance of a beat.

    Holds two windows and two bytes for every 20 ms.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._odd: Array = np.empty((0, sound_features.BANDS), np.float32)
        self._held: Array = np.empty((0, BANDS), np.float32)
        self._first = self._start = self._answered = 0
        self._told: list[NDArray[np.float16]] = []

    def add(self, frames: Array) -> None:
        """The next frames, (n, 64), as `sound_features.LogMel` gives them."""
        joined = np.concatenate((self._odd, frames)) if len(self._odd) else frames
        even = len(joined) // 2 * 2
        self._odd = joined[even:].copy()
        self._see(halve(joined[:even]))

    def finish(self) -> NDArray[np.float64]:
        """Probabilities (frames of 20 ms,) of a beat."""
        if len(self._odd):
            self._see(halve(np.repeat(self._odd, 2, axis=0)))
            self._odd = self._odd[:0]
        end = self._first + len(self._held)
        if end > self._answered:
            self._look(max(end - _WINDOW, 0), end)
        return np.concatenate(self._told).astype(np.float64) if self._told else np.zeros(0)

    def _see(self, frames: Array) -> None:
        self._held = np.concatenate((self._held, frames))
        while self._start + _WINDOW <= self._first + len(self._held):
            self._look(self._start, self._start + _WINDOW - _MARGIN)
            self._held, self._first = self._held[self._start - self._first :].copy(), self._start
            self._start += _STRIDE

    def _look(self, start: int, answer_to: int) -> None:
        window = self._held[start - self._first : start - self._first + _WINDOW]
        logits = self._network(normalise(window)[None])[0, :, 0]
        answers = logits[self._answered - start : answer_to - start].astype(np.float64)
        heard = window[self._answered - start : answer_to - start].max(axis=1) > _QUIETEST
        self._told.append((heard / (1.0 + np.exp(-answers))).astype(np.float16))
        self._answered = answer_to
