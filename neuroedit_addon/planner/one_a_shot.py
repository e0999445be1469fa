"""Which clip stands for each shot: where a shot lies in pieces, or is used more than once, the longest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ..findings import Findings
from ..timeline import Timeline


def one_a_shot(timeline: Timeline, found: Sequence[Findings]) -> list[int]:
    """Indexes of `timeline.clips`, ascending: the longest clip with a picture of each shot, of equals the first.

    A clip that shows several shots stands for the one that it shows in its middle. A file that is not in `found`
    counts as one shot.
    """
    starts = {f.media.path: [shot.start for shot in f.shots] for f in found}
    longest: dict[tuple[int, int], int] = {}
    for index, clip in enumerate(timeline.clips):
        if not clip.picture:
            continue
        begin, end = clip.media_span(timeline.fps)
        shot = bisect_right(starts.get(timeline.sources[clip.source], ()), float(begin + end) / 2)
        held = longest.get((clip.source, shot))
        if held is None or clip.right - clip.left > timeline.clips[held].right - timeline.clips[held].left:
            longest[clip.source, shot] = index
    return sorted(longest.values())
