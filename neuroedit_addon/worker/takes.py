"""Finds phrases that were spoken again right after: earlier takes, and beginnings that were given up.

Each phrase is compared with the few that follow it, by dynamic time warping of their cepstra (Sakoe & Chiba 1978, with
their slope limit of a half to two), from the beginning of both to the end of the earlier one. What it cost is measured
against what phrases of the same recording cost that say different things.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..findings import Span, Take
from .sound_features import BANDS

Array = NDArray[np.float32]

_POOL = 4  # log-mel frames in one of ours: 40 ms
_HOP = 0.04
_COEFFICIENTS = 16
_PAUSE = 0.3  # seconds; a shorter pause does not end a phrase
_SHORTEST, _LONGEST = 0.7, 20.0
_FOLLOWING, _WITHIN = 3, 25.0  # how many phrases, and how many seconds, an earlier take may lie back
_SURE, _LINE = 0.45, 0.66  # share of what unlike phrases cost: surely the same words, and the most that may be
_COSINES = np.cos(np.pi / (BANDS // 2) * np.outer(np.arange(BANDS // 2) + 0.5, np.arange(1, _COEFFICIENTS + 1)))


class TakeFinder:
    """Takes log-mel frames; keeps 16 half floats for every 40 ms (three megabytes an hour)."""

    def __init__(self) -> None:
        self._rest: Array = np.empty((0, BANDS), np.float32)
        self._cepstra: list[NDArray[np.float16]] = []

    def add(self, frames: Array) -> None:
        """The next frames, (n, 64) in decibels, as `sound_features.LogMel` gives them."""
        joined = np.concatenate((self._rest, frames))
        count = len(joined) // _POOL
        self._rest = joined[count * _POOL :].copy()
        if count:
            pooled = joined[: count * _POOL].reshape(count, _POOL, BANDS // 2, 2).mean(axis=(1, 3))
            # Sixty decibels below full scale nothing tells one phrase from another.
            self._cepstra.append((np.maximum(pooled, -90.0) @ _COSINES / (BANDS // 4)).astype(np.float16))

    def finish(self, speech: Sequence[Span]) -> tuple[Take, ...]:
        """The earlier takes among these spans of speech, in their order."""
        if not self._cepstra:
            return ()
        cepstra = np.concatenate(self._cepstra).astype(np.float32)
        said = phrases(speech)
        features = [_features(cepstra, phrase) for phrase in said]
        costs = {(i, j): cost(features[i], features[j]) for i, j in _pairs(said)}
        unlike = _unlike(features, costs)
        found = []
        for i, phrase in enumerate(said):
            near = [(costs[i, j], j) for j in range(i + 1, len(said)) if (i, j) in costs]
            least, j = min(near, default=(np.inf, 0))
            if least < _LINE * unlike:
                sure = float(np.clip((_LINE - least / unlike) / (_LINE - _SURE), 0.0, 1.0))
                again = said[j]
                found.append(Take(phrase.start, phrase.end, again.start, again.end, round(0.5 + 0.5 * sure, 3)))
        return tuple(found)


def phrases(speech: Sequence[Span]) -> list[Span]:
    """Speech from pause to pause, without what is too short to be told apart, or too long to be a take."""
    joined: list[Span] = []
    for span in speech:
        if joined and span.start - joined[-1].end < _PAUSE:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(Span(span.start, span.end))
    return [p for p in joined if _SHORTEST <= p.end - p.start <= _LONGEST]


def cost(earlier: Array, later: Array) -> float:
    """The mean distance along the best path from both beginnings to the end of `earlier`, somewhere in `later`.

    Steps are (1, 1), (1, 2) and (2, 1), so that one is at most twice as fast as the other. Infinite where `later` is
    too short for that.
    """
    count = len(earlier)
    later = later[: 2 * count + 2]
    apart = np.sqrt(np.maximum(
        (earlier**2).sum(1)[:, None] + (later**2).sum(1)[None] - 2 * earlier @ later.T, 0.0
    ))  # fmt: skip
    before = np.full(len(later) + 2, np.inf)  # two more in front, so that no step reaches outside
    rows = [before, before]
    for number in range(count):
        row = np.full(len(later) + 2, np.inf)
        here = apart[number]
        if number == 0:
            row[2:5] = here[:3]  # either may begin a little before the other
        one, two = rows[-1], rows[-2]
        between = apart[number - 1] if number else here
        ways = np.minimum(one[1:-1], one[:-2]) + here
        row[2:] = np.minimum(row[2:], np.minimum(ways, two[1:-1] + between + here))
        rows = [rows[-1], row]
    reached = rows[-1][2:]
    return float(reached[max(count // 2 - 1, 0) :].min(initial=np.inf)) / count


def _features(cepstra: Array, phrase: Span) -> Array:
    piece = cepstra[round(phrase.start / _HOP) : max(round(phrase.end / _HOP), round(phrase.start / _HOP) + 2)]
    piece = piece - piece.mean(axis=0)
    ahead = np.concatenate((piece[1:], piece[-1:])) - np.concatenate((piece[:1], piece[:-1]))
    return np.concatenate((piece, ahead), axis=1).astype(np.float32)


def _pairs(said: Sequence[Span]) -> list[tuple[int, int]]:
    return [
        (i, j)
        for i in range(len(said))
        for j in range(i + 1, min(i + 1 + _FOLLOWING, len(said)))
        if said[j].start - said[i].end <= _WITHIN
    ]


def _unlike(features: Sequence[Array], costs: dict[tuple[int, int], float]) -> float:
    """What unlike phrases of this recording cost: each against later ones turned round in time, which say nothing."""
    backwards = [cost(features[i], features[j][::-1]) for i, j in list(costs)[:60]]
    finite = [value for value in backwards if np.isfinite(value)]
    return float(np.median(finite)) if finite else 0.0
