"""Twelve measures of each half second, from findings alone: what a personal taste is made of (see profile.MEASURES)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from math import log

from ..findings import Findings, Shot, Span
from ..profile import MEASURES
from .importance import HOP, importance, loudness_of, motion_of, spoken_of

Row = tuple[float, ...]
_RECENT = 12  # shots that a look is compared with
# Differences smaller than these are none: a still film's noise is no taste. In the order of MEASURES.
_LEAST = (0.05, 0.005, 2.0, 0.15, 0.15, 0.15, 0.15, 0.05, 0.05, 0.05, 0.4, 0.02)


def measures(films: Sequence[Findings]) -> list[list[Row]]:
    """For each film its half seconds, for each of these its measures, against all films together.

    Each measure is held against the median and half the 10-to-90 range of all, within ±3, and centred on its mean;
    each is smoothed over a second and a half, because nobody cuts by the half second.
    """
    raw = [measured(findings) for findings in films]
    if not any(raw):
        return [[] for _ in films]
    columns = []
    for number in range(len(MEASURES)):
        scale = _scale([row[number] for rows in raw for row in rows], _LEAST[number])
        columns.append([_smooth([scale(row[number]) for row in rows]) for rows in raw])
    centred = []
    for column in columns:
        count = sum(map(len, column))
        mean = sum(map(sum, column)) / count
        centred.append([[value - mean for value in values] for values in column])
    return [list(zip(*(column[film] for column in centred), strict=True)) for film in range(len(films))]


def measured(findings: Findings) -> list[Row]:
    """The measures of each half second of one film as they are: shares, levels, differences."""
    count = max(1, round(findings.media.duration / HOP))
    curve = importance(findings)
    worth = [_at(curve.values, (number + 0.5) * HOP / curve.hop) for number in range(count)]
    faces = findings.faces
    seen = [_at(faces.values, (number + 0.5) * HOP / faces.hop) for number in range(count)] if faces else [0.0] * count
    shots = _of_shots(findings.shots, count)
    return list(zip(
        worth, motion_of(findings, count), loudness_of(findings, count), spoken_of(findings, count),
        _share(findings.music, count), _share(findings.noise, count), seen, *shots, strict=True,
    ))  # fmt: skip


def _of_shots(shots: Sequence[Shot], count: int) -> tuple[list[float], ...]:
    """Brightness, colour, novelty, logarithm of the length, and clipped share of the shot that is on at each time."""
    tracks: tuple[list[float], ...] = tuple([0.0] * count for _ in range(5))
    looks: list[Row] = []
    for shot in shots:
        values = [0.0, 0.0, 0.0, log(max(shot.end - shot.start, 0.2)), 0.0]
        if shot.look is not None:
            look = (*shot.look.mean, shot.look.saturation, *shot.look.luma[1:6:2])
            near = min((_apart(look, other) for other in looks[-_RECENT:]), default=0.0)
            looks.append(look)
            values = [shot.look.luma[3], shot.look.saturation, near, values[3], shot.look.clipped]
        for number in range(max(0, int(shot.start / HOP)), min(count, int(shot.end / HOP) + 1)):
            if shot.start <= (number + 0.5) * HOP < shot.end:
                for track, value in zip(tracks, values, strict=True):
                    track[number] = value
    return tracks


def _share(spans: Iterable[Span], count: int) -> list[float]:
    """The share of each half second that lies in one of the spans."""
    found = [0.0] * count
    for span in spans:
        for number in range(max(0, int(span.start / HOP)), min(count, int(span.end / HOP) + 1)):
            inside = min(span.end, (number + 1) * HOP) - max(span.start, number * HOP)
            found[number] = min(1.0, found[number] + max(0.0, inside) / HOP)
    return found


def _scale(values: list[float], least: float) -> Callable[[float], float]:
    ordered = sorted(values)
    low, middle, high = (ordered[min(int(len(ordered) * part), len(ordered) - 1)] for part in (0.1, 0.5, 0.9))
    spread = max((high - low) / 2, least)
    return lambda value: min(max((value - middle) / spread, -3.0), 3.0)


def _smooth(values: list[float]) -> list[float]:
    """Means of three."""
    sums = [0.0, *accumulate(values)]
    count = len(values)
    ends = ((max(0, n - 1), min(count, n + 2)) for n in range(count))
    return [(sums[after] - sums[first]) / (after - first) for first, after in ends]


def _apart(one: Row, other: Row) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


def _at(values: Sequence[float], place: float) -> float:
    return values[min(int(place), len(values) - 1)] if values else 0.0
