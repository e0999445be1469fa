"""Counting what was found: TransNet's and AutoShot's rule, by kind, and how well extents and confidences are met.

The rule (Souček & Lokoč, training/metrics_utils.py): a transition reaches from the last frame of the old shot to the
first of the new one, here a gradual one from its first to its last frame; both sides are widened by half a frame;
whatever overlaps is a hit, one to one, in the order of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

SLACK = 0.5


class Spanned(Protocol):
    """A transition: kind, first frame not wholly old, first wholly new."""

    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass
class Counts:
    """Hits, false alarms and misses.

    Attributes:
        hits_of, misses_of: by the truth's kind.
        false_of: by the found one's kind.
        ends: (start error, end error) in frames of every gradual hit.
    """

    hits: int = 0
    false: int = 0
    misses: int = 0
    hits_of: dict[str, int] = field(default_factory=dict)
    misses_of: dict[str, int] = field(default_factory=dict)
    false_of: dict[str, int] = field(default_factory=dict)
    ends: list[tuple[int, int]] = field(default_factory=list)

    def add(self, other: Counts) -> None:
        """Count another film in."""
        self.hits += other.hits
        self.false += other.false
        self.misses += other.misses
        for mine, its in ((self.hits_of, other.hits_of), (self.misses_of, other.misses_of),
                          (self.false_of, other.false_of)):  # fmt: skip
            for kind, count in its.items():
                mine[kind] = mine.get(kind, 0) + count
        self.ends += other.ends

    @property
    def precision(self) -> float:
        """Share of what was found that is true; 1 when nothing was found."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was found; 1 when there is nothing."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 when there is nothing and nothing was found."""
        whole = 2 * self.hits + self.false + self.misses
        return 2 * self.hits / whole if whole else 1.0

    def f(self, beta: float) -> float:
        """F with `beta`: below 1 precision counts for more (van Rijsbergen 1979); `f(1)` is F1."""
        whole = (1 + beta**2) * self.hits + beta**2 * self.misses + self.false
        return (1 + beta**2) * self.hits / whole if whole else 1.0

    def of(self, kind: str) -> float:
        """F1 of a kind: recall by the truth's kind, false alarms by the found kind."""
        hits = self.hits_of.get(kind, 0)
        whole = 2 * hits + self.false_of.get(kind, 0) + self.misses_of.get(kind, 0)
        return 2 * hits / whole if whole else 1.0

    def end_error(self) -> tuple[float, float]:
        """Median distance of the starts and of the ends of gradual hits, in frames."""
        if not self.ends:
            return 0.0, 0.0
        starts, ends = np.median(np.abs(np.array(self.ends)), 0)
        return float(starts), float(ends)


def count(found: Sequence[Spanned], truth: Sequence[Spanned], unsure: Iterable[Spanned] = ()) -> Counts:
    """One film's counts; what is found only where the truth is unsure counts neither way."""
    counts = Counts()
    doubts = [_reach(u) for u in unsure]
    found, truth = sorted(found, key=_reach), sorted(truth, key=_reach)
    i = j = 0
    while i < len(truth) or j < len(found):
        if i < len(truth) and (j == len(found) or _reach(found[j])[0] > _reach(truth[i])[1]):
            counts.misses += 1
            _more(counts.misses_of, truth[i].kind)
            i += 1
        elif i == len(truth) or _reach(found[j])[1] < _reach(truth[i])[0]:
            if not any(a <= _reach(found[j])[1] and _reach(found[j])[0] <= b for a, b in doubts):
                counts.false += 1
                _more(counts.false_of, found[j].kind)
            j += 1
        else:
            counts.hits += 1
            _more(counts.hits_of, truth[i].kind)
            if truth[i].end > truth[i].start and found[j].end > found[j].start:
                counts.ends.append((found[j].start - truth[i].start, found[j].end - truth[i].end))
            i, j = i + 1, j + 1
    return counts


def total(parts: Iterable[Counts]) -> Counts:
    """The sum over films (micro average)."""
    whole = Counts()
    for part in parts:
        whole.add(part)
    return whole


def scenes_from_scores(scores: np.ndarray, threshold: float) -> list[tuple[int, int]]:
    """TransNet's reading of a one-hot score per frame: inclusive scenes between runs above the threshold."""
    high = scores > threshold
    scenes, start, before = [], 0, False
    for index, now in enumerate(high.tolist()):
        if before and not now:
            start = index
        if not before and now and index != 0:
            scenes.append((start, index))
        before = now
    if not before:
        scenes.append((start, len(high) - 1))
    return scenes or [(0, len(high) - 1)]


def count_scenes(found: Sequence[tuple[int, int]], truth: Sequence[tuple[int, int]]) -> Counts:
    """Counts from inclusive scenes, as AutoShot's files have them."""
    return count(_between(found), _between(truth))


@dataclass(frozen=True)
class _Gap:
    """A transition between two inclusive scenes."""

    kind: str
    start: int
    end: int


def _between(scenes: Sequence[tuple[int, int]]) -> list[_Gap]:
    # [end, next start] as a reach is a gradual transition's first to last frame in our sense.
    return [_Gap("any", a[1], b[0] + 1) for a, b in zip(scenes, scenes[1:], strict=False)]


def _reach(t: Spanned) -> tuple[float, float]:
    first, last = (t.start - 1, t.start) if t.end <= t.start else (t.start, t.end - 1)
    return first - SLACK, last + SLACK


def _more(counter: dict[str, int], kind: str) -> None:
    counter[kind] = counter.get(kind, 0) + 1
