"""Cuts an endless stream of sound into the network's windows, so that every result is the same however it arrives.

Window k looks at frames 800 k … 800 k + 1000 (10 seconds) and answers for all but 1 second at both ends; the first
also answers for its beginning. The last window is moved back to look at the recording's last 1000 frames, so that it
never has to judge from a snippet.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from . import sound_features

WINDOW, MARGIN = 1_000, 100
STRIDE = WINDOW - 2 * MARGIN
CLASSES = ("speech", "singing", "music", "noise")

Array = NDArray[np.float32]
Network = Callable[[Array], Array]
"""Normalised log-mel float32 (1, time, 64), time even, -> logits float32 (1, time, 4)."""


class Windows:
    """Feed samples with `add`, take what is known with `take`, end with `finish`. Holds two windows of frames.

    Args:
        network: answers for a window.
        heard: also gets every log-mel frame, (n, 64), as it comes.
    """

    def __init__(self, network: Network, heard: Callable[[Array], None] | None = None) -> None:
        self._network, self._heard = network, heard
        self._features = sound_features.LogMel()
        self._held: Array = np.empty((0, sound_features.BANDS), np.float32)
        self._first = 0  # the index of the first held frame
        self._start = 0  # where the next window begins
        self._answered = 0
        self._level = -np.inf
        self._ready: list[Array] = []

    def add(self, samples: Array) -> None:
        """More sound: float32 (n,), 16 kHz mono."""
        for start in range(0, len(samples), 60 * sound_features.RATE):
            self._see(self._features.push(samples[start : start + 60 * sound_features.RATE]))

    def finish(self) -> None:
        """No more sound comes."""
        self._see(self._features.finish())
        end = self._first + len(self._held)
        if end > self._answered:
            self._look(max(end - WINDOW, 0), end)

    def take(self) -> Array:
        """Probabilities (frames, 4) of the frames decided since the last call, 10 ms each."""
        ready, self._ready = self._ready, []
        return np.concatenate(ready) if ready else np.empty((0, len(CLASSES)), np.float32)

    def _see(self, frames: Array) -> None:
        if self._heard:
            self._heard(frames)
        self._held = np.concatenate((self._held, frames))
        while self._start + WINDOW <= self._first + len(self._held):
            self._look(self._start, self._start + WINDOW - MARGIN)
            # The whole window is kept: the last one of all may have to reach back into it.
            self._held, self._first = self._held[self._start - self._first :].copy(), self._start
            self._start += STRIDE

    def _look(self, start: int, answer_to: int) -> None:
        window = self._held[start - self._first : start - self._first + WINDOW]
        even = np.concatenate((window, window[-1:])) if len(window) % 2 else window
        self._level = sound_features.level(even, self._level - sound_features.FORGET * STRIDE)
        logits = self._network(sound_features.normalise(even, self._level)[None])[0]
        answers = logits[self._answered - start : answer_to - start].astype(np.float64)
        self._ready.append((1.0 / (1.0 + np.exp(-answers))).astype(np.float32))
        self._answered = answer_to
