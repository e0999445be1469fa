"""Multicam: which angle is seen when, by who speaks.

Everybody has an angle that hears them best. In each tenth of a second the angle speaks whose sound is louder than that
of the others by more than half-way between its highest and its lowest; that is smoothed, held, and cut:

- no shot is shorter than `hold`; a switch comes `lead` before the new speaker is heard;
- what is shorter than `back_channel` ("mm-hm") is no turn, and does not switch;
- a speech longer than `monologue` is broken up by a `reaction` of somebody else, if that is asked for;
- where nobody speaks, or nobody's angle was running, the picture stays as long as it can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..angles import Angle
from ..cut_list import CutList, Piece
from ..errors import PlanError
from ..findings import Findings
from ..plan import Source
from ..timeline import rate

_HOP = 0.1
_NOTHING = -70.0  # LUFS: BS.1770's absolute gate
_CLEARLY = 3.0  # LU by which another angle must stand out more before it counts as speaking


@dataclass(frozen=True)
class Switching:
    """How angles are switched, in seconds; a `reaction` of 0 is none."""

    hold: float = 2.0
    lead: float = 0.2
    back_channel: float = 1.0
    monologue: float = 15.0
    reaction: float = 0.0


@dataclass(frozen=True)
class Shown:
    """Angle `angle` is seen from `start` to `end` seconds of the common clock."""

    angle: int
    start: float
    end: float


def follow(angles: Sequence[Angle], found: Sequence[Findings], switching: Switching) -> list[Shown]:
    """Who is seen when, from the first moment that an angle shows to the last.

    Args:
        found: findings of the angles' files, in their order.

    Raises:
        PlanError: no angle has a picture.
    """
    seen = [n for n, f in enumerate(found) if f.media.fps]
    if not seen:
        raise PlanError("None of these files has a picture to cut to.")
    begin = min(angles[n].common(0.0) for n in seen)
    end = max(angles[n].common(found[n].media.duration) for n in seen)
    count = round((end - begin) / _HOP)
    running = [[_runs(angles[n], found[n], begin + (i + 0.5) * _HOP) for n in range(len(found))] for i in range(count)]
    speaking = _speaking(angles, found, begin, count, seen)
    turns = _turns(speaking, round(switching.back_channel / _HOP))
    lead = round(switching.lead / _HOP)
    ahead = [*turns[lead:], *turns[len(turns) - min(lead, len(turns)) :]]
    shown = _held(ahead, running, seen, max(1, round(switching.hold / _HOP)))
    if switching.reaction > 0:
        shown = _with_reactions(shown, running, seen, switching)
    return [Shown(a, begin + i * _HOP, begin + j * _HOP) for a, i, j in _joined(shown)]


def voices(angles: Sequence[Angle], found: Sequence[Findings], switching: Switching) -> list[Shown]:
    """Whose sound is heard when, over the same time as `follow`: who speaks, also while a reaction is seen.

    A file without a picture is a recorder: where one ran, it is heard.
    """
    spoken = follow(angles, found, replace(switching, reaction=0.0))
    begin, end = spoken[0].start, spoken[-1].end
    for n, recorder in enumerate(found):
        if recorder.media.fps or recorder.media.audio is None:
            continue
        start, stop = max(begin, angles[n].common(0.0)), min(end, angles[n].common(recorder.media.duration))
        if stop > start:
            before = [replace(s, end=min(s.end, start)) for s in spoken if s.start < start]
            after = [replace(s, start=max(s.start, stop)) for s in spoken if s.end > stop]
            return [*before, Shown(n, start, stop), *after]
    return spoken


def cut_list(
    shown: Sequence[Shown], angles: Sequence[Angle], found: Sequence[Findings], fps: str, name: str
) -> CutList:
    """The angles as a cut list; its sources are the files, in their order."""
    sources = tuple(Source(a.path, f.media.fingerprint, f.media.duration) for a, f in zip(angles, found, strict=True))
    pieces = [
        Piece(s.angle, max(0.0, angles[s.angle].own(s.start)),
              min(found[s.angle].media.duration, angles[s.angle].own(s.end)))
        for s in shown
    ]  # fmt: skip
    return CutList(name, rate(fps), sources, tuple(p for p in pieces if p.end > p.start))


def _runs(angle: Angle, found: Findings, moment: float) -> bool:
    return 0.0 <= angle.own(moment) < found.media.duration


def _speaking(
    angles: Sequence[Angle], found: Sequence[Findings], begin: float, count: int, seen: Sequence[int]
) -> list[int | None]:
    """The angle whose speaker is heard, at each hop; None where nobody is."""
    levels = {n: _levels(angles[n], found[n], begin, count) for n in seen if found[n].loudness}
    voiced = _voiced(angles, found, begin, count)
    apart = [_apart({n: level for n, own in levels.items() if (level := own[i]) is not None}) for i in range(count)]
    usual = {n: _middle([one[n] for one, voice in zip(apart, voiced, strict=True) if voice and n in one])
             for n in levels}  # fmt: skip
    speaking: list[int | None] = []
    last: int | None = None
    for voice, one in zip(voiced, apart, strict=True):
        if not voice or not one:
            speaking.append(None)
            continue
        heights = {n: height - usual[n] for n, height in one.items()}
        best = max(heights, key=lambda n: heights[n])
        if last is None or last not in heights or heights[best] >= heights[last] + _CLEARLY:
            last = best
        speaking.append(last)
    return speaking


def _apart(levels: dict[int, float]) -> dict[int, float]:
    """By how much each angle is louder than the others are on average: a shout is louder in all of them."""
    if len(levels) < 2:
        return {}
    total, others = sum(levels.values()), len(levels) - 1
    return {n: level - (total - level) / others for n, level in levels.items()}


def _middle(levels: Sequence[float]) -> float:
    """Half-way between high and low, so that it does not matter who speaks how much."""
    ordered = sorted(levels)
    return (ordered[len(ordered) // 50] + ordered[-1 - len(ordered) // 50]) / 2 if ordered else 0.0


def _levels(angle: Angle, found: Findings, begin: float, count: int) -> list[float | None]:
    heard = found.loudness
    if heard is None or not heard.momentary_lufs:
        return [None] * count
    levels: list[float | None] = []
    for i in range(count):
        # A momentary value covers the 400 ms that end with its hop; its middle is what it tells of.
        place = int((angle.own(begin + (i + 0.5) * _HOP) + 0.2) / heard.hop + 1e-6)
        level = heard.momentary_lufs[place] if 0 <= place < len(heard.momentary_lufs) else _NOTHING
        levels.append(level if level > _NOTHING else None)
    return levels


def _voiced(angles: Sequence[Angle], found: Sequence[Findings], begin: float, count: int) -> list[bool]:
    voiced = [False] * count
    for angle, findings in zip(angles, found, strict=True):
        for span in findings.speech:
            first = round((angle.common(span.start) - begin) / _HOP)
            last = round((angle.common(span.end) - begin) / _HOP)
            for i in range(max(first, 0), min(last, count)):
                voiced[i] = True
    return voiced


def _turns(speaking: Sequence[int | None], shortest: int) -> list[int | None]:
    """Pauses belong to who spoke before; turns shorter than `shortest` are no turns."""
    filled: list[int | None] = []
    for one in speaking:
        filled.append(one if one is not None else filled[-1] if filled else None)
    runs = [run for run in _joined(filled) if run[0] is not None and _spoken(speaking, run) >= shortest]
    turns: list[int | None] = [None] * len(filled)
    for number, (angle, start, _) in enumerate(runs):
        following = runs[number + 1][1] if number + 1 < len(runs) else len(filled)
        for i in range(0 if number == 0 else start, following):
            turns[i] = angle
    return turns


def _spoken(speaking: Sequence[int | None], run: tuple[int | None, int, int]) -> int:
    return sum(one == run[0] for one in speaking[run[1] : run[2]])


def _held(
    turns: Sequence[int | None], running: Sequence[Sequence[bool]], seen: Sequence[int], hold: int
) -> list[int | None]:
    """Turns as what is seen: each for at least `hold`, as long as its camera runs; None where none runs."""
    shown: list[int | None] = []
    since = hold
    for i, turn in enumerate(turns):
        now = shown[-1] if shown else None
        alive = [n for n in seen if running[i][n]]
        wanted = turn if turn in alive else now if now in alive else (alive[0] if alive else None)
        if now not in alive or (wanted != now and since >= hold):
            shown.append(wanted)
            since = 1
        else:
            shown.append(now)
            since += 1
    return shown


def _with_reactions(
    shown: list[int | None], running: Sequence[Sequence[bool]], seen: Sequence[int], switching: Switching
) -> list[int | None]:
    """Long shots broken up by a look at somebody else."""
    out = list(shown)
    every, length = round(switching.monologue / _HOP), max(1, round(switching.reaction / _HOP))
    hold, turn = round(switching.hold / _HOP), 0
    for angle, start, end in _joined(shown):
        at = start + every
        while angle is not None and at + length + hold <= end:
            others = [n for n in seen if n != angle and all(running[i][n] for i in range(at, at + length))]
            if others:
                out[at : at + length] = [others[turn % len(others)]] * length
                turn += 1
            at += length + every
    return out


def _joined(values: Sequence[int | None]) -> Iterable[tuple[int, int, int]]:
    """(value, start, end) of runs; those of None are left out."""
    start = 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[start]:
            if values[start] is not None:
                yield values[start], start, i  # type: ignore[misc]
            start = i
