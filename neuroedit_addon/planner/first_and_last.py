"""How a chosen film begins and ends, where that is wished for: its strongest early clip; a hold on what comes last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .select import Footage, Wish, choose, places

Ranges = tuple[tuple[int, int], ...]
_EARLY = 3  # the opening lies in the first third of the footage


def framed(footage: Footage, wish: Wish, strong: bool, hold: int) -> Ranges:
    """`select.choose`, with an opening and an ending.

    Args:
        strong: begin with the clip of the first third that is worth most a second; nothing before it is chosen.
        hold: frames; end with the last so many of the footage, and more where they would cut into a sentence.

    Each is left out where it would take more than half of the film, or leave too little to choose from.
    """
    held: list[tuple[int, int]] = []
    rest, target = footage, wish.target
    if hold and (last := _last(footage, hold)) is not None and last[1] - last[0] <= target / 2:
        # Nothing more of the same shot, or the end would stand longer than asked for.
        shot = max((frame for frame in footage.shots if frame <= last[0]), default=last[0])
        spans = _between(footage.spans, footage.spans[0][0], max(shot, footage.spans[-1][0]))
        if _sum(spans) < target - (last[1] - last[0]):
            spans = _between(footage.spans, footage.spans[0][0], last[0])
        if _sum(spans) >= target - (last[1] - last[0]):
            held, rest, target = [last], replace(footage, spans=spans), target - (last[1] - last[0])
    if strong and (first := _opening(rest, replace(wish, target=target))) is not None:
        spans = _between(rest.spans, first[1], rest.spans[-1][1])
        if first[1] - first[0] <= target / 2 and _sum(spans) >= target - (first[1] - first[0]):
            held, rest, target = [first, *held], replace(rest, spans=spans), target - (first[1] - first[0])
    return _joined([*choose(rest, replace(wish, target=target)), *held])


def _opening(footage: Footage, wish: Wish) -> tuple[int, int] | None:
    begin = footage.spans[0][0]
    early = begin + (footage.spans[-1][1] - begin) / _EARLY
    windows = [window for place in places(footage, wish) for window in place.windows if window.right <= early]
    best = max(windows, key=lambda window: (window.value / window.length, -window.left), default=None)
    return (best.left, best.right) if best else None


def _last(footage: Footage, hold: int) -> tuple[int, int] | None:
    """The last frames of the last span, from the beginning of a sentence that they would cut."""
    left, right = footage.spans[-1]
    begin = right - hold
    if begin < left:
        return None
    return next((start for start, end in footage.whole if start < begin < end), begin), right


def _between(spans: Ranges, first: int, after: int) -> Ranges:
    cut = ((max(left, first), min(right, after)) for left, right in spans)
    return tuple((left, right) for left, right in cut if right > left)


def _sum(spans: Ranges) -> int:
    return sum(right - left for left, right in spans)


def _joined(ranges: Sequence[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for left, right in sorted(ranges):
        if found and left <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return tuple(found)
