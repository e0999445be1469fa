"""Says in a phrase what is remarkable about a chosen moment, compared with the rest of its file."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from ..findings import Findings
from .importance import HOP, loudness_of, motion_of, spoken_of

_REMARKABLE = 0.75  # of the file lies below it
_MOST = 3  # reasons in a phrase


class Reasons:
    """What is remarkable about any part of one file."""

    def __init__(self, findings: Findings) -> None:
        self._count = max(1, round(findings.media.duration / HOP))
        self._spoken = _Track("speech", spoken_of(findings, self._count))
        self._tracks = [_Track("much motion", motion_of(findings, self._count)),
                        _Track("loud", loudness_of(findings, self._count))]  # fmt: skip

    def __call__(self, start: float, end: float) -> str:
        """At most three reasons of [start, end) seconds, the strongest first: "loud, much motion", "speech"."""
        first = min(int(start / HOP), self._count - 1)
        after = min(max(first + 1, round(end / HOP)), self._count)
        places = ((track.place(first, after), track.word) for track in self._tracks)
        reasons = [word for place, word in sorted(places, reverse=True) if place >= _REMARKABLE]
        if self._spoken.mean(first, after) >= 0.5:
            reasons.append(self._spoken.word)
        return ", ".join(reasons[:_MOST]) or "best of its surroundings"


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
