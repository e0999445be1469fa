"""Lets lines that are to be spoken count as speech, so that no cut takes the time they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..captions import Captions
from ..findings import Findings, Span
from ..timeline import Clip, Timeline, nearest_frame
from .heard import joined


def with_lines(
    found: Sequence[Findings], timeline: Timeline, lines: Captions | None, first: int
) -> list[Findings]:
    """The findings with the lines as speech, where their clips lie.

    A file in which nobody speaks stays so: it follows the others, and alone it is kept whole anyway. The lines of a
    script have no times of their own yet, so they keep nothing.

    Args:
        first: the timeline's frame that is second 0 of the lines.
    """
    if lines is None or not lines.timed:
        return list(found)
    frames = [
        (first + nearest_frame(line.start, timeline.fps), first + nearest_frame(line.end, timeline.fps))
        for line in lines.lines
    ]
    return [_with(findings, timeline, frames) if findings.speech else findings for findings in found]


def _with(findings: Findings, timeline: Timeline, frames: Iterable[tuple[int, int]]) -> Findings:
    clips = [clip for clip in timeline.clips if timeline.sources[clip.source] == findings.media.path]
    own = [span for left, right in frames for clip in clips if (span := _media(clip, left, right, timeline))]
    if not own:
        return findings
    # Spans must not overlap: what the lines cover is theirs, with certainty; the rest keeps its own confidence.
    lines = joined(own)
    rest = [piece for span in findings.speech for piece in _outside(span, lines)]
    spans = sorted([*rest, *(Span(a, b, 1.0) for a, b in lines)], key=lambda span: span.start)
    return replace(findings, speech=tuple(spans))


def _media(clip: Clip, left: int, right: int, timeline: Timeline) -> tuple[float, float] | None:
    left, right = max(left, clip.left), min(right, clip.right)
    if left >= right:
        return None
    return float(clip.media_time(left, timeline.fps)), float(clip.media_time(right, timeline.fps))


def _outside(span: Span, taken: Sequence[tuple[float, float]]) -> list[Span]:
    pieces, start = [], span.start
    for first, last in taken:
        if first > start and first < span.end:
            pieces.append(replace(span, start=start, end=first))
        if last > start and first < span.end:
            start = min(max(start, last), span.end)
    if start < span.end:
        pieces.append(replace(span, start=start))
    return pieces
