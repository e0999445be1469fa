"""Lowers one sound under another: volume points that anybody can drag, from spans of speech."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..findings import Span

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Ducking:
    """How to lower.

    Attributes:
        depth: dB.
        attack, release: seconds to go down and to come back.
        hold: pauses shorter than this many seconds stay lowered.
        lead: seconds before the first word at which the depth is reached; Blender plays volume keyframes up to
            60 ms late.
    """

    depth: float = -12.0
    attack: float = 0.15
    release: float = 0.6
    hold: float = 0.8
    lead: float = 0.08


MUSIC = Ducking()
ORIGINAL_VOICE = Ducking(depth=-18.0, attack=0.2, release=0.4, hold=0.8)


def speech_of(spans: Iterable[Span], least: float = 0.5) -> tuple[tuple[float, float], ...]:
    """The spans that are speech with at least this confidence."""
    return tuple((span.start, span.end) for span in spans if span.confidence >= least and span.end > span.start)


def duck(spans: Iterable[tuple[float, float]], how: Ducking = MUSIC, start: float = 0.0,
         end: float = float("inf")) -> Points:  # fmt: skip
    """Volume points (second, factor) that lower a sound while somebody speaks.

    Joined by straight lines and level outside. No points when nobody speaks within the sound's own `start` to `end`.
    Where it has not come back before the next words it turns round half-way.
    """
    low = 10 ** (how.depth / 20)
    points: list[tuple[float, float]] = []
    for first, last in _held(spans, how):
        first -= how.lead
        if last + how.release <= start or first - how.attack >= end:
            continue
        if points and first - how.attack < points[-1][0]:
            points[-1:] = [_meeting(points[-2], points[-1], first, how.attack, low)]
        else:
            points.append((first - how.attack, 1.0))
        points += [(first, low), (last, low), (last + how.release, 1.0)]
    return _within(points, start, end)


def _held(spans: Iterable[tuple[float, float]], how: Ducking) -> list[tuple[float, float]]:
    """Sorted, with short pauses filled."""
    held: list[tuple[float, float]] = []
    for first, last in sorted(spans):
        if held and first - held[-1][1] < max(how.hold, how.lead + 1e-6):
            held[-1] = (held[-1][0], max(held[-1][1], last))
        else:
            held.append((first, last))
    return held


def _meeting(low_end: tuple[float, float], top: tuple[float, float], first: float, attack: float,
             low: float) -> tuple[float, float]:  # fmt: skip
    """Where the way back up crosses the way down that begins before it has ended."""
    rise = (1.0 - low) / max(top[0] - low_end[0], 1e-9)
    fall = (1.0 - low) / max(attack, 1e-9)
    second = (low_end[0] * rise + first * fall) / (rise + fall)
    return second, low + (second - low_end[0]) * rise


def _within(points: list[tuple[float, float]], start: float, end: float) -> Points:
    """The points between `start` and `end`, with one at each end that a line is cut off at."""
    if not points:
        return ()
    inside = [point for point in points if start < point[0] < end]
    edges = [(edge, _at(points, edge)) for edge in (start, end) if points[0][0] < edge < points[-1][0]]
    return tuple(sorted({*inside, *edges}))


def _at(points: list[tuple[float, float]], second: float) -> float:
    for before, after in zip(points, points[1:], strict=False):
        if before[0] <= second <= after[0]:
            share = (second - before[0]) / max(after[0] - before[0], 1e-12)
            return before[1] + share * (after[1] - before[1])
    return points[0][1] if second < points[0][0] else points[-1][1]
