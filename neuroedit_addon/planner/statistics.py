"""What an edit comes to, in numbers: the plan's summary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..timeline import Timeline
from .edit_list import EditList
from .time_map import TimeMap


def statistics(timeline: Timeline, edits: EditList) -> dict[str, Any]:
    """Numbers of an edit; seconds on the timeline, rounded to microseconds.

    A clip is a piece of film between two edges, after the edit: cuts, splits, and edges of the strips. Durations
    count from the first strip to the end of the last.

    Returns:
        duration_in, duration_out: seconds before and after.
        cuts: removed stretches. sped_up, muted, splits: how many of these.
        clips: how many; longest_clip, median_clip, shortest_clip: seconds, 0 when nothing is left.
        per_source: path, seconds in and out, cuts, for each media file on the timeline.
    """
    times = TimeMap.of(edits)
    left, right = timeline.span
    lengths = sorted(clip_lengths(timeline, edits))

    def seconds(frames: float) -> float:
        return round(float(frames / timeline.fps), 6)

    return {
        "duration_in": seconds(right - left),
        "duration_out": seconds(times.frame_after(right) - times.frame_after(left)),
        "cuts": sum(r.action == "remove" for r in edits.ranges),
        "sped_up": sum(r.action == "speed" for r in edits.ranges),
        "muted": len(edits.mutes),
        "splits": len({split.frame for split in edits.splits}),
        "clips": len(lengths),
        "longest_clip": seconds(lengths[-1]) if lengths else 0.0,
        "median_clip": seconds(_median(lengths)) if lengths else 0.0,
        "shortest_clip": seconds(lengths[0]) if lengths else 0.0,
        "per_source": list(_per_source(timeline, times)),
    }


def clip_lengths(timeline: Timeline, edits: EditList) -> Iterable[int]:
    """Frames of each piece of film between two edges, after the edit, in its order."""
    times = TimeMap.of(edits)
    cuts = {times.frame_after(frame) for r in edits.ranges for frame in (r.left, r.right)}
    cuts.update(times.frame_after(split.frame) for split in edits.splits)
    change: dict[int, int] = dict.fromkeys(cuts, 0)  # how many clips more lie from this frame on
    for clip in timeline.clips:
        left, right = times.frame_after(clip.left), times.frame_after(clip.right)
        change[left] = change.get(left, 0) + 1
        change[right] = change.get(right, 0) - 1
    frames = sorted(change)
    lying = 0
    for frame, after in zip(frames, frames[1:], strict=False):
        lying += change[frame]
        if lying:
            yield after - frame


def _per_source(timeline: Timeline, times: TimeMap) -> Iterable[dict[str, Any]]:
    """What becomes of each media file; where two of its clips lie on one another, both count."""
    sums = {path: [0, 0, 0] for path in timeline.sources}
    for clip in timeline.clips:
        left, right = times.moved(clip.left, clip.right)
        counts = sums[timeline.sources[clip.source]]
        counts[0] += clip.right - clip.left
        counts[1] += right - left
        counts[2] += sum(r.action == "remove" for r in times.touched(clip.left, clip.right))
    for path, (before, after, cuts) in sums.items():
        if before:
            inside, outside = round(float(before / timeline.fps), 6), round(float(after / timeline.fps), 6)
            yield {"path": path, "duration_in": inside, "duration_out": outside, "cuts": cuts}


def _median(ordered: list[int]) -> float:
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
