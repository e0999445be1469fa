"""Which frames of a timeline make the best film of a wished length."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..findings import Curve, Findings
from ..settings import Settings
from ..timeline import Clip, Timeline
from .empty import empty, without_empty
from .first_and_last import framed
from .importance import importance
from .select import Footage, Wish
from .stretch import Stretch

_PAUSES = (0.6, 0.25, 0.08)
"""Seconds of quiet that part two sentences; shorter ones are tried where longer ones leave no way to the target."""


@dataclass(frozen=True)
class Moments:
    """What was chosen.

    Attributes:
        ranges: frames [left, right) of the timeline, ascending and disjoint.
        material: paths of the files that were chosen from; all others follow.
        notes: phrases for the user.
    """

    ranges: tuple[tuple[int, int], ...]
    material: frozenset[str]
    notes: tuple[str, ...] = ()


def best_moments(known: Mapping[str, Findings], timeline: Timeline, settings: Settings) -> Moments:
    """The frames that fill `settings.duration` best; see `select.choose` and `framed` for what holds of them.

    Chosen from are files with a picture, or all where none has one; not what shows nothing while nobody speaks.
    """
    clips = _material(known, timeline)
    fps = float(timeline.fps)
    pictured = ((clip, known[timeline.sources[clip.source]]) for clip in clips)
    spans = _united(part for clip, findings in pictured for part in _showing(findings, clip, timeline.fps))
    left, right = timeline.span
    there = sum(after - before for before, after in spans)
    gaps = right - left - sum(b - a for a, b in _united((clip.left, clip.right) for clip in timeline.clips))
    target = max(1, round(settings.duration.at(timeline.fps) * fps) - gaps)
    wish = Wish(target, max(1, round(settings.shortest_moment.at(timeline.fps) * fps)),
                max(1, round(settings.longest_moment.at(timeline.fps) * fps)), fps)  # fmt: skip
    material = frozenset(timeline.sources[clip.source] for clip in clips)
    if not spans:
        return Moments((), material, ("there is nothing to choose from",))
    if target >= there:
        note = f"only {there / fps:.1f} s of footage for {settings.duration.at(timeline.fps):g} s, so all of it is kept"
        return Moments(tuple(spans), material, (note,) if target > there + wish.near else ())
    values, beats = _values(known, timeline, clips, fps), _beats(known, timeline, clips)
    shots, looks = _shots(known, timeline, clips)
    hold, tried = round(settings.ending.at(timeline.fps) * fps), []
    for pause in _PAUSES:
        whole = _united((a, b) for clip in clips for a, b in _sentences(known, timeline, clip, settings, pause))
        footage = Footage(tuple(spans), left, fps / 2, values, shots, tuple(whole), beats, looks)
        found = framed(footage, wish, settings.strong_opening, hold)
        tried.append(found)
        if abs(_length(found) - target) <= wish.near:
            break
    best = min(tried, key=lambda found: abs(_length(found) - target))
    if abs(_length(best) - target) <= wish.near:
        return Moments(best, material)
    note = f"without cutting into a sentence the film comes to {(_length(best) + gaps) / fps:.1f} s"
    return Moments(best, material, (note,))


def kept_cells(
    stretch: Stretch, clips: Iterable[Clip], ranges: Sequence[tuple[int, int]], fps: Fraction
) -> list[tuple[int, int]]:
    """The cells of a stretch that its clips show in these frames, ascending and disjoint."""
    starts = [left for left, _ in ranges]
    found = []
    for clip in clips:
        start, end = clip.media_span(fps)
        if end <= stretch.start or start >= stretch.end:
            continue
        for left, right in ranges[max(0, bisect_right(starts, clip.left) - 1) :]:
            if left >= clip.right:
                break
            left, right = max(left, clip.left), min(right, clip.right)
            if left < right:
                found.append((_cell(stretch, clip, left, fps), _cell(stretch, clip, right, fps)))
    return _united((a, b) for a, b in found if b > a)


def _cell(stretch: Stretch, clip: Clip, frame: int, fps: Fraction) -> int:
    place = (clip.media_time(frame, fps) - stretch.start) / stretch.step + Fraction(1, 2)
    return min(max(0, place.__floor__()), stretch.cells)


def _material(known: Mapping[str, Findings], timeline: Timeline) -> list[Clip]:
    clips = [c for c in timeline.clips if timeline.sources[c.source] in known and c.right > c.left]
    return [clip for clip in clips if clip.picture] or clips


def _showing(findings: Findings, clip: Clip, fps: Fraction) -> list[tuple[int, int]]:
    """The frames of a clip without those that show nothing while nobody speaks."""
    start, end = map(float, clip.media_span(fps))
    left, found = clip.left, []
    for span in empty(findings) if clip.picture else ():
        spoken = any(said.end > span.start and said.start < span.end for said in findings.speech)
        if spoken or span.end <= start or span.start >= end:
            continue
        found.append((left, clip.frame_at(max(span.start, start), fps)))
        left = max(left, clip.frame_at(min(span.end, end), fps))
    return [(a, b) for a, b in [*found, (left, clip.right)] if b > a]


def _values(
    known: Mapping[str, Findings], timeline: Timeline, clips: Sequence[Clip], fps: float
) -> tuple[float, ...]:
    """Importance of each half second of the timeline: the highest of what lies there."""
    curves: dict[str, Curve] = {}
    left, right = timeline.span
    values = [0.0] * max(1, int((right - left) / (fps / 2)) + 1)
    for clip in clips:
        path = timeline.sources[clip.source]
        curve = curves.setdefault(path, without_empty(known[path], importance(known[path])))
        start, speed = float(clip.media_start), float(clip.speed)
        after = min(len(values), int((clip.right - left) / fps * 2) + 1)
        for number in range(int((clip.left - left) / fps * 2), after):
            second = start + (number / 2 + 0.25 + (left - clip.left) / fps) * speed
            at = int(second / curve.hop)
            if 0 <= at < len(curve.values):
                values[number] = max(values[number], curve.values[at])
    return tuple(values)


def _beats(known: Mapping[str, Findings], timeline: Timeline, clips: Iterable[Clip]) -> tuple[int, ...]:
    found: set[int] = set()
    for clip in clips:
        start, end = map(float, clip.media_span(timeline.fps))
        beats = known[timeline.sources[clip.source]].beats if clip.sound else ()
        scale = float(timeline.fps / clip.speed)
        found.update(clip.left + int((beat - start) * scale + 0.5) for beat in beats if start < beat < end)
    return tuple(sorted(found))


def _shots(
    known: Mapping[str, Findings], timeline: Timeline, clips: Iterable[Clip]
) -> tuple[tuple[int, ...], tuple[tuple[int, tuple[float, ...]], ...]]:
    """Frames at which the picture changes, and what each shot looks like."""
    frames: set[int] = set()
    looks: dict[int, tuple[float, ...]] = {}
    for clip in clips:
        start, end = map(float, clip.media_span(timeline.fps))
        scale = float(timeline.fps / clip.speed)
        frames.update((clip.left, clip.right))
        for shot in known[timeline.sources[clip.source]].shots:
            if shot.end <= start or shot.start >= end:
                continue
            frame = max(clip.left, clip.left + int((shot.start - start) * scale + 0.5))
            frames.add(frame)
            if shot.look is not None:
                looks[frame] = (*shot.look.mean, shot.look.saturation, *shot.look.luma[1:6:2])
    return tuple(sorted(frames)), tuple(sorted(looks.items()))


def _sentences(
    known: Mapping[str, Findings], timeline: Timeline, clip: Clip, settings: Settings, pause: float
) -> Iterable[tuple[int, int]]:
    """Frames of a clip in which somebody speaks without a pause as long as that, margins included."""
    if not clip.sound:
        return
    findings = known[timeline.sources[clip.source]]
    start, end = map(float, clip.media_span(timeline.fps))
    scale = float(timeline.fps / clip.speed)
    before = min(settings.margin_start.at(timeline.fps), pause / 3)
    after = min(settings.margin_end.at(timeline.fps), pause / 2)
    speech = [s for s in findings.speech if s.confidence >= settings.threshold and s.end > start and s.start < end]
    open_ = None
    for span in [*speech, None]:
        if open_ is not None and (span is None or span.start - open_[1] >= pause):
            left = clip.left + int((open_[0] - before - start) * scale)
            right = clip.left + int((open_[1] + after - start) * scale) + 1
            yield max(left, clip.left), min(right, clip.right)
            open_ = None
        if span is not None:
            open_ = (open_[0], max(open_[1], span.end)) if open_ else (span.start, span.end)


def _united(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for left, right in sorted(ranges):
        if found and left <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


def _length(ranges: Iterable[tuple[int, int]]) -> int:
    return sum(right - left for left, right in ranges)
