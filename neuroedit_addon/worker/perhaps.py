"""Where somebody may be speaking: what is too likely to be speech to be cut, though not sure enough to be called so.

Whether a stretch is called speech is decided where errors of both kinds are fewest. A cut word is worse than a pause
that stays, so an edit asks for less: any sign of speech that stands out of what the same minute sounds like otherwise,
unless it is far softer than the voices there. Music and noise raise the line by themselves, and true silence needs no
probability at all. Where it is quiet between the voices, soft endings are kept, too: nothing else could be meant.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..findings import Span
from .sound_features import FPS

Array = NDArray[np.float32]

CONFIDENCE = 0.5
"""Of every span: as likely as not, so that a threshold above it asks for sure speech alone."""
_STEP = 0.1  # of log-odds, in the bytes that are kept
_MOST = 9.0  # log-odds
_BLOCK, _AROUND = 30 * FPS, 30 * FPS  # frames judged together, and how many more are looked at on either side
_SMOOTH = 9  # frames of the running median
_USUAL = 0.2  # this share of a minute sounds less like speech than the line is drawn from
_ON, _OFF = 1.5, 0.8  # log-odds above that at which a stretch begins, and down to which it lasts
_LEAST = -3.5  # log-odds below which nothing is speech (3 %)
_SOFTER, _SOFTEST = 15.0, 30.0  # decibels below the voices around it: room, not speech; what quiet ones are given
_DEPTH = 0.6  # of the way from the voices down to what is quiet
_QUIET = 10.0  # per cent of a minute are softer than what is called quiet
_CLEAR, _CLEAR_USUAL = 40.0, -3.5  # decibels to the quiet that make a recording clear, and its line at most (log-odds)
_VOICES = 20  # frames that must be likelier speech than not to tell how loud voices are
_GAP = 0.1  # seconds


class Perhaps:
    """Takes what is heard and how likely it is speech; keeps two bytes for every 10 ms."""

    def __init__(self) -> None:
        self._odds: list[NDArray[np.int8]] = []
        self._levels: list[NDArray[np.int8]] = []

    def hear(self, frames: Array) -> None:
        """The next log-mel frames, (n, 64) in decibels."""
        energy = 10.0 * np.log10(np.exp(frames * np.float32(np.log(10.0) / 10.0)).sum(axis=1) + np.float32(1e-14))
        self._levels.append(np.clip(np.rint(energy), -127, 127).astype(np.int8))

    def add(self, probabilities: Array) -> None:
        """The next frames' probabilities of speech, (n,)."""
        sure = np.clip(probabilities.astype(np.float64), 1e-4, 1 - 1e-4)
        odds = np.clip(np.log(sure / (1 - sure)), -_MOST, _MOST)
        self._odds.append(np.rint(odds / _STEP).astype(np.int8))

    def finish(self, speech: Sequence[Span]) -> tuple[Span, ...]:
        """Spans in seconds, `speech` among them; none where nobody speaks."""
        if not speech:
            return ()
        odds, levels = np.concatenate(self._odds), np.concatenate(self._levels)
        marks = np.zeros(len(odds), bool)
        for start in range(0, len(odds), _BLOCK):
            first, last = max(start - _AROUND, 0), min(start + _BLOCK + _AROUND, len(odds))
            found = _likely(odds[first:last].astype(np.float32) * np.float32(_STEP), levels[first:last])
            marks[start : start + _BLOCK] = found[start - first :][:_BLOCK]
        for span in speech:
            marks[round(span.start * FPS) : round(span.end * FPS)] = True
        return _spans(marks)


def _likely(odds: Array, levels: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Which frames may be speech, for about a minute and a half of log-odds and decibels."""
    edge = np.pad(odds, _SMOOTH // 2, mode="edge")
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(edge, _SMOOTH), axis=1)
    voices = levels[odds > 0]
    loud = np.percentile(voices, 95) if len(voices) > _VOICES else np.percentile(levels, 75)
    depth = loud - np.percentile(levels, _QUIET)
    usual = np.quantile(smooth, _USUAL)
    if depth > _CLEAR:  # somebody who never pauses would be the usual
        usual = min(usual, _CLEAR_USUAL)
    above = smooth - usual
    heard = (levels > loud - np.clip(_DEPTH * depth, _SOFTER, _SOFTEST)) & (smooth > _LEAST)
    marks = np.zeros(len(odds), bool)
    for start, end in _runs(heard & (above >= _OFF)):
        marks[start:end] = (above[start:end] >= _ON).any()
    return marks


def _spans(marks: NDArray[np.bool_]) -> tuple[Span, ...]:
    joined: list[tuple[int, int]] = []
    for start, end in _runs(marks):
        if joined and start - joined[-1][1] < _GAP * FPS:
            start = joined.pop()[0]
        joined.append((start, end))
    return tuple(Span(round(start / FPS, 3), round(end / FPS, 3), CONFIDENCE) for start, end in joined)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
