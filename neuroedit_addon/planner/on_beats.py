"""Lets the cuts of a montage fall on the beats of its music: each shot ends with the last beat before its cut."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..settings import Time
from ..timeline import Timeline, nearest_frame
from .edit_list import EditList, Range
from .music_bed import Piece
from .time_map import TimeMap

DECISION = "on-beat"


def film_beats(pieces: Sequence[Piece], beats: Sequence[float]) -> list[float]:
    """The beats of a piece of music at the film's seconds, wherever the pieces of the bed play them."""
    found = (
        piece.start + beat - piece.media_start
        for piece in pieces for beat in beats if piece.media_start <= beat < piece.media_start + piece.duration
    )  # fmt: skip
    return sorted(set(found))


def on_beats(edits: EditList, timeline: Timeline, beats: Sequence[float], shortest: Time, first: int) -> EditList:
    """The edit with its cuts on beats: each is within half a frame of one, unless its shot became too short for that.

    Cuts are ends of clips, removed ranges, and splits. A shot is only ever trimmed at its end, so that what it begins
    with, and with it the order of things, stays.

    Args:
        beats: seconds of the film, ascending.
        shortest: what is left of a shot at least.
        first: the film's first frame, on which its second 0 lies before and after.
    """
    frames = [nearest_frame(beat, edits.fps) for beat in beats]
    least = max(1, shortest.frames if shortest.frames is not None else nearest_frame(shortest.at(edits.fps), edits.fps))
    if not frames or any(span.picture for span in edits.ranges):  # J and L cuts have two places
        return edits
    moved, trims, gone, last = TimeMap.of(edits), list[Range](), 0, 0
    for joint in _joints(edits, timeline):
        at = int(moved.frame_after(joint)) - first - gone
        place = bisect_right(frames, at) - 1
        trim = at - frames[place] if place >= 0 else 0
        if trim > 0 and at - trim - last >= least and not moved.touched(joint - trim, joint):
            trims.append(Range(joint - trim, joint, "remove", decisions=(DECISION,)))
            gone += trim
            at -= trim
        last = at
    return replace(edits, ranges=tuple(_together([*edits.ranges, *trims])))


def _joints(edits: EditList, timeline: Timeline) -> list[int]:
    """Frames before the edit at which a shot ends, ascending; the film's own end is none."""
    ends = {clip.right for clip in timeline.clips if clip.picture and clip.right < timeline.span[1]}
    ends |= {span.left for span in edits.ranges if span.action == "remove"}
    ends |= {split.frame for split in edits.splits}
    return sorted(frame for frame in ends if not any(span.left < frame <= span.right for span in edits.ranges))


def _together(ranges: Iterable[Range]) -> Iterator[Range]:
    """Ranges in order; removed ones that touch become one."""
    before: Range | None = None
    for span in sorted(ranges, key=lambda span: span.left):
        if before is not None and before.action == span.action == "remove" and before.right == span.left:
            before = replace(before, right=span.right, decisions=(*before.decisions, *span.decisions))
            continue
        if before is not None:
            yield before
        before = span
    if before is not None:
        yield before
