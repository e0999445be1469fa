"""Where a narrower picture looks, shot by shot: still where it can be, else as smoothly as keeps the subject inside.

A moving path is the Whittaker smoother of the subject's places (squared second differences, Eilers 2003, "A perfect
smoother"), the stiffest that keeps the subject inside; so it has no jitter, and is planned over the whole shot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_STIFF = tuple(10.0**power for power in (7, 6, 5, 4, 3.5, 3, 2.5, 2, 1.5, 1, 0.5, 0))
_INSIDE = 0.995  # of the samples of a shot
_ROBUST = 7  # samples whose median is the subject's place: what is seen for a moment is none


@dataclass(frozen=True)
class Path:
    """Places of the crop's middle along one side, 0..1 of the whole picture, at the times of the samples; whether one
    place serves the whole shot."""

    places: tuple[float, ...]
    still: bool


def crop_path(subject: Sequence[float], crop: float, size: float = 0.0) -> Path:
    """The path for one shot and one side.

    Args:
        subject: its middle at even times, 0..1.
        crop: how much of the side is shown, 0..1.
        size: how much of the side the subject takes.
    """
    if not subject:
        return Path((), True)
    if crop >= 1.0:
        return Path((0.5,) * len(subject), True)
    room = max((crop - min(size, crop)) / 2, 0.05 * crop)
    steady = _medians(subject)
    low, high = crop / 2, 1 - crop / 2
    first, last = min(steady), max(steady)
    if last - first <= 2 * room:
        place = sorted(steady)[len(steady) // 2]
        place = min(max(place, last - room), first + room)
        return Path((min(max(place, low), high),) * len(subject), True)
    for stiff in _STIFF:
        path = [min(max(place, low), high) for place in _smoothed(steady, stiff)]
        inside = sum(_held(place, seen, room, low, high) for place, seen in zip(path, steady, strict=True))
        if inside >= _INSIDE * len(path):
            break
    return Path(tuple(round(place, 5) for place in path), False)


def accelerations(places: Sequence[float]) -> list[float]:
    """Second differences of places at even times: what the eye sees as jerks."""
    return [a - 2 * b + c for a, b, c in zip(places, places[1:], places[2:], strict=False)]


def _held(place: float, seen: float, room: float, low: float, high: float) -> bool:
    """Whether the subject is inside, or as near as the picture's edge lets the crop come."""
    return abs(place - min(max(seen, low), high)) <= room


def _medians(values: Sequence[float]) -> list[float]:
    half, count = _ROBUST // 2, len(values)
    parts = (sorted(values[max(0, n - half) : n + half + 1]) for n in range(count))
    return [part[len(part) // 2] for part in parts]


def _smoothed(values: Sequence[float], stiff: float) -> list[float]:
    """The minimum of sum (path - value)² + stiff · sum (second differences)²: a system of five diagonals, by LDLᵀ."""
    count = len(values)
    if count < 3:
        return list(values)
    main, one, two = [1.0] * count, [0.0] * count, [0.0] * count
    for n in range(count - 2):
        for at, weight in ((n, 1.0), (n + 1, 4.0), (n + 2, 1.0)):
            main[at] += stiff * weight
        one[n] -= 2 * stiff
        one[n + 1] -= 2 * stiff
        two[n] += stiff
    pivot, first, second, right = [0.0] * count, [0.0] * count, [0.0] * count, list(values)
    for n in range(count):
        pivot[n] = main[n]
        lower = one[n]
        if n >= 1:
            pivot[n] -= first[n - 1] ** 2 * pivot[n - 1]
            lower -= first[n - 1] * second[n - 1] * pivot[n - 1]
            right[n] -= first[n - 1] * right[n - 1]
        if n >= 2:
            pivot[n] -= second[n - 2] ** 2 * pivot[n - 2]
            right[n] -= second[n - 2] * right[n - 2]
        first[n], second[n] = lower / pivot[n], two[n] / pivot[n]
    found = [value / own for value, own in zip(right, pivot, strict=True)]
    for n in reversed(range(count)):
        if n + 1 < count:
            found[n] -= first[n] * found[n + 1]
        if n + 2 < count:
            found[n] -= second[n] * found[n + 2]
    return found
