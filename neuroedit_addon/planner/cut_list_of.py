"""An edit of a timeline as a cut list for other editors, and what a cut list cannot say of it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from ..cut_list import CutList, Marker, Piece
from ..plan import Plan, Source
from ..timeline import Clip, Timeline
from .edit_list import EditList, Range
from .time_map import TimeMap


def cut_list_of(plan: Plan, timeline: Timeline, edits: EditList, name: str) -> tuple[CutList, list[str]]:
    """The pieces of film that the edit leaves, in playing order, and a sentence for each thing that is not in them.

    Proposals that were not carried out, and what is muted, become markers.
    """
    clips, lost = _one_track(timeline)
    numbers = {source.path: number for number, source in enumerate(plan.sources)}
    ends = {path: max(float(c.media_span(timeline.fps)[1]) for c in timeline.clips_of(i))
            for i, path in enumerate(timeline.sources) if any(timeline.clips_of(i))}  # fmt: skip
    sources = [*plan.sources]
    for path, end in ends.items():
        if path not in numbers:
            numbers[path] = len(sources)
            sources.append(Source(path, "", end))
    pieces = [p for c in clips for p in _pieces(timeline, edits, c, numbers[timeline.sources[c.source]])]
    rolls = sum(span.picture != 0 for span in edits.ranges)
    if rolls:
        lost.append(f"{rolls} J and L cuts: sound and picture are cut together.")
    if edits.mutes:
        lost.append(f"{len(edits.mutes)} muted stretches are markers only.")
    return CutList(name, timeline.fps, tuple(sources), tuple(pieces), tuple(_markers(plan))), lost


def _one_track(timeline: Timeline) -> tuple[list[Clip], list[str]]:
    """The clips that lie one after another, pictures first, and what that leaves out."""
    chosen: list[Clip] = []
    for clip in sorted(timeline.clips, key=lambda c: (not c.picture, c.left, c.right)):
        if all(clip.right <= other.left or clip.left >= other.right for other in chosen):
            chosen.append(clip)
    chosen.sort(key=lambda c: c.left)
    lost = []
    if left_out := len(timeline.clips) - len(chosen):
        lost.append(f"{left_out} clips that lie under or over others were left out.")
    gaps = sum(after.left > before.right for before, after in zip(chosen, chosen[1:], strict=False))
    if gaps:
        lost.append(f"{gaps} gaps between clips were closed.")
    return chosen, lost


def _pieces(timeline: Timeline, edits: EditList, clip: Clip, source: int) -> Iterable[Piece]:
    number = timeline.clips.index(clip)
    touched = TimeMap.of(edits).touched(clip.left, clip.right)
    edges = {clip.left, clip.right, *(s.frame for s in edits.splits if s.clip == number)}
    edges |= {edge for span in touched for edge in (span.left, span.right) if clip.left < edge < clip.right}
    frames = sorted(edges)
    for left, right in zip(frames, frames[1:], strict=False):
        within = next((span for span in touched if span.left <= left < span.right), None)
        if within is None or within.action != "remove":
            factor = _factor(within)
            start, end = (float(clip.media_time(frame, timeline.fps)) for frame in (left, right))
            yield Piece(source, start, end, float(clip.speed * factor))


def _factor(span: Range | None) -> Fraction:
    return Fraction(1) if span is None else Fraction(span.right - span.left, span.new_length)


def _markers(plan: Plan) -> Iterable[Marker]:
    least = float(plan.settings.get("min_confidence", 0.5))
    for decision in plan.decisions:
        if decision.kind in ("keep", "split"):
            continue
        done = decision.enabled and decision.confidence >= least
        if not done or decision.kind in ("mute", "caption", "dub"):
            yield Marker(decision.source, decision.start, decision.kind, decision.reason)
