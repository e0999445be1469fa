"""Says in a phrase what is remarkable about a chosen moment, compared with the rest of its file."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from ..findings import Findings
from ..profile import MEASURES
from .importance import HOP
from .measures import measured

_REMARKABLE = 0.75  # of the file lies below it
_MOST = 3  # reasons in a phrase
_MINUTE = round(60 / HOP)
_RANKED = {"motion": "much motion", "loudness": "loud", "colour": "colourful", "novelty": "new place"}
_HALF = {"speech": "speech", "music": "music", "faces": "faces"}  # told where they take half of the time


class Reasons:
    """What is remarkable about any part of one file."""

    def __init__(self, findings: Findings) -> None:
        self._count = max(1, round(findings.media.duration / HOP))
        tracks = dict(zip(MEASURES, zip(*measured(findings), strict=True), strict=True))
        self._ranked = [_Track(word, tracks[name]) for name, word in _RANKED.items()]
        self._halves = [_Track(word, tracks[name]) for name, word in _HALF.items()]
        self._loudest = _loudest_minute(tracks["loudness"])

    def __call__(self, start: float, end: float) -> str:
        """At most three reasons of [start, end) seconds, the strongest first: "loudest minute, new place", "speech"."""
        first = min(int(start / HOP), self._count - 1)
        after = min(max(first + 1, round(end / HOP)), self._count)
        places = ((track.place(first, after), track.word) for track in self._ranked)
        reasons = [word for place, word in sorted(places, reverse=True) if place >= _REMARKABLE]
        if self._loudest is not None and self._loudest <= first and after <= self._loudest + _MINUTE:
            reasons = ["loudest minute", *(word for word in reasons if word != "loud")]
        reasons[_MOST - 1 :] = [*(t.word for t in self._halves if t.mean(first, after) >= 0.5), *reasons[_MOST - 1 :]]
        return ", ".join(reasons[:_MOST]) or "best of its surroundings"


def _loudest_minute(loudness: Sequence[float]) -> int | None:
    """The half second in which it begins; None where there is no choice of minutes, or all are as loud."""
    if len(loudness) < 3 * _MINUTE:
        return None
    sums = [0.0, *accumulate(loudness)]
    minutes = [after - before for before, after in zip(sums, sums[_MINUTE:], strict=False)]
    best = max(minutes)
    return minutes.index(best) if best > min(minutes) + _MINUTE else None


class _Track:
    """A value for every half second, and the word for much of it."""

    def __init__(self, word: str, values: Sequence[float]) -> None:
        self.word = word
        self._sums = [0.0, *accumulate(values)]
        self._ordered = sorted(values)

    def mean(self, first: int, after: int) -> float:
        return (self._sums[after] - self._sums[first]) / (after - first)

    def place(self, first: int, after: int) -> float:
        """The share of the file that lies below the mean of a part; 0 where all is the same."""
        if self._ordered[0] == self._ordered[-1]:
            return 0.0
        return bisect_left(self._ordered, self.mean(first, after)) / len(self._ordered)
