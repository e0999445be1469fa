"""Finds the beats of music: a network tells how likely each 20 ms is one, a decoder finds the pulse through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..findings import Span
from .beat_path import track
from .beat_windows import FPS, BeatWindows, Network
from .network import open_network

WEIGHTS = "beats/beats.onnx"
_SHORTEST = 4.0
_PIECE = 600 * FPS
"""Music longer than ten minutes is decoded in parts, for the memory's sake."""


class BeatTracker:
    """Takes log-mel frames; keeps a byte for every 10 ms.

    Args:
        network: another one, for tests.

    Raises:
        ModelError: the weights are missing or damaged.
    """

    def __init__(self, network: Network | None = None) -> None:
        self._windows = BeatWindows(network or shipped())

    def add(self, frames: NDArray[np.float32]) -> None:
        """The next frames, (n, 64) in decibels, as `sound_features.LogMel` gives them."""
        self._windows.add(frames)

    def finish(self, music: Sequence[Span]) -> tuple[float, ...]:
        """Seconds of the beats inside spans of music of at least 4 s."""
        chance = self._windows.finish()
        beats: list[float] = []
        for span in music:
            first, last = round(span.start * FPS), min(round(span.end * FPS), len(chance))
            if last - first < _SHORTEST * FPS:
                continue
            parts = max(1, round((last - first) / _PIECE))
            edges = [first + (last - first) * part // parts for part in range(parts + 1)]
            for start, end in zip(edges, edges[1:], strict=False):
                beats += [round(start / FPS + beat, 2) for beat in track(chance[start:end])]
        return tuple(beats)


def shipped(threads: int = 1) -> Network:
    """The network as it is shipped.

    Raises:
        ModelError: the weights are missing or damaged.
    """
    session: Any = open_network(WEIGHTS, threads)

    def run(features: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(session.run(None, {"energies": features})[0])

    return run
