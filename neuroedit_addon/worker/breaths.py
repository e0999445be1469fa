"""Where somebody breathes before or after speaking: soft, hissing, short, and next to speech.

Nobody has to say what is a breath and what is a rustle a second away from any word: only what touches speech matters
to a cut, as it is there that margins end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..findings import Span
from .sound_features import BANDS, FPS

Array = NDArray[np.float32]

_REACH = 90  # frames before and after speech in which a breath is looked for
_AROUND = 5 * FPS  # frames that tell what the room sounds like
_ABOVE = 5.0  # decibels above the room at which a breath begins
_SOFTER = 6.0  # decibels below the speech beside it
_LEAST, _MOST = 10, 80  # frames that a breath lasts
_HOLE = 4  # frames for which it may sink below the line
_TOUCH = 30  # frames of pause between it and the words
_LOW = BANDS // 4  # bands below about 650 Hz: voices and thumps are there, breath is not
_HISS = 0.5  # the share of a breath's energy that lies above

CONFIDENCE = 0.7


class Breaths:
    """Takes what is heard; keeps two bytes for every 10 ms."""

    def __init__(self) -> None:
        self._levels: list[NDArray[np.int8]] = []
        self._shares: list[NDArray[np.uint8]] = []

    def hear(self, frames: Array) -> None:
        """The next log-mel frames, (n, 64) in decibels."""
        power = np.exp(frames * np.float32(np.log(10.0) / 10.0))
        total, high = power.sum(axis=1) + np.float32(1e-14), power[:, _LOW:].sum(axis=1)
        self._levels.append(np.clip(np.rint(10.0 * np.log10(total)), -127, 127).astype(np.int8))
        self._shares.append(np.rint(255.0 * np.minimum(high / total, 1.0)).astype(np.uint8))

    def finish(self, speech: Sequence[Span]) -> tuple[Span, ...]:
        """Spans in seconds, sorted and apart from each other and from `speech`."""
        if not speech or not self._levels:
            return ()
        levels, shares = np.concatenate(self._levels), np.concatenate(self._shares)
        found: list[Span] = []
        for number, span in enumerate(speech):
            start, end = round(span.start * FPS), min(round(span.end * FPS), len(levels))
            before = round(speech[number - 1].end * FPS) if number else 0
            after = round(speech[number + 1].start * FPS) if number + 1 < len(speech) else len(levels)
            if end <= start:
                continue
            line = float(np.percentile(levels[start:end], 75)) - _SOFTER
            for low, high in ((max(before, start - _REACH), start), (end, min(after, end + _REACH))):
                breath = _nearest(levels, shares, low, high, line, to_end=high == start)
                if breath and (not found or breath[0] / FPS >= found[-1].end):
                    found.append(Span(breath[0] / FPS, breath[1] / FPS, CONFIDENCE))
        return tuple(sorted(found, key=lambda breath: breath.start))


def _nearest(levels: NDArray[np.int8], shares: NDArray[np.uint8], low: int, high: int, line: float,
             to_end: bool) -> tuple[int, int] | None:  # fmt: skip
    """The breath in frames [low, high) that is nearest to its end, or to its beginning."""
    if high - low < _LEAST:
        return None
    around = levels[max(low - _AROUND, 0) : high + _AROUND]
    room = float(np.percentile(around, 10))
    piece = levels[low:high].astype(np.float32)
    runs = _runs((piece > room + _ABOVE) & (piece < line))
    for first, last in reversed(runs) if to_end else runs:
        apart = (high - low) - last if to_end else first
        if apart > _TOUCH:
            return None
        if _LEAST <= last - first <= _MOST and shares[low + first : low + last].mean() > 255 * _HISS:
            return low + first, low + last
    return None


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    found: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if found and first - found[-1][1] <= _HOLE:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found
