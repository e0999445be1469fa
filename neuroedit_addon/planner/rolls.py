"""J and L cuts: where the picture is cut later, or earlier, than the sound.

At a joint the same stretch is taken out of sound and picture, but the picture's is moved by a little: later, so that
what follows is heard before it is seen (J), or earlier, so that what ends is heard on (L). Nothing loses its sync.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ..findings import Transition
from ..settings import Settings
from ..timeline import Clip, Timeline, nearest_frame
from .edit_list import Range, Split
from .silence import Part
from .stretch import Stretch


def wished(
    stretch: Stretch, pieces: Sequence[Part], transitions: Sequence[Transition], settings: Settings, fps: Fraction
) -> dict[int, float]:
    """By number of the silent part: seconds by which its picture shall be cut later (J), or earlier (below zero, L).

    Where both are asked for, joints take turns, J first. None where a shot begins nearby, because of which a few
    frames of another shot would flash up.
    """
    ahead, behind = settings.j_cut.at(fps), settings.l_cut.at(fps)
    turns = [turn for turn in (ahead, -behind) if turn]
    if not turns or not stretch.pictured:
        return {}
    found: dict[int, float] = {}
    for number in range(1, len(pieces) - 1):
        part = pieces[number]
        if part.spoken or not (pieces[number - 1].spoken and pieces[number + 1].spoken):
            continue
        start, end = stretch.second(part.left), stretch.second(part.right)
        near = any(
            t.end > edge - behind - 1e-6 and t.start < edge + ahead + 1e-6 for edge in (start, end) for t in transitions
        )
        if not near:
            found[number] = turns[len(found) % len(turns)]
    return found


def rolled(
    ranges: Sequence[Range],
    wishes: Mapping[str, float],
    timeline: Timeline,
    splits: Sequence[Split],
    least: int,
) -> tuple[Range, ...]:
    """The ranges with `picture` set where all their decisions wish for it and there is room for it.

    A clip's picture must go on on both sides of the joint, and be seen for at least `least` frames between two cuts
    of it; a wish for more is cut down to that.

    Args:
        wishes: seconds by id of decision.
    """
    pictured = sorted((c for c in timeline.clips if c.picture), key=lambda c: c.left)
    marks = sorted(split.frame for split in splits)
    found: list[Range] = []
    before = 0  # where the picture goes on after the range before
    for number, span in enumerate(ranges):
        shift = _wish(span, wishes, timeline.fps)
        if shift:
            following = ranges[number + 1].left if number + 1 < len(ranges) else None
            earlier = before + least if found else None
            shift = _with_room(span, shift, earlier, following - least if following is not None else None)
            shift = shift if _fits(span, shift, pictured, marks) else 0
        found.append(replace(span, picture=shift))
        before = span.right + shift
    return tuple(found)


def _wish(span: Range, wishes: Mapping[str, float], fps: Fraction) -> int:
    asked = {wishes.get(name, 0.0) for name in span.decisions}
    return nearest_frame(asked.pop(), fps) if span.action == "remove" and len(asked) == 1 else 0


def _with_room(span: Range, shift: int, earliest: int | None, latest: int | None) -> int:
    if shift > 0:
        return shift if latest is None else max(0, min(shift, latest - span.right))
    return shift if earliest is None else min(0, max(shift, earliest - span.left))


def _fits(span: Range, shift: int, pictured: Sequence[Clip], marks: Sequence[int]) -> bool:
    """Whether every picture here goes on throughout, and none is split between the old cuts and the new ones."""
    low, high = min(span.left, span.left + shift), max(span.right, span.right + shift)
    touched = [clip for clip in pictured if clip.left < high and clip.right > low]
    if not shift or not all(clip.left < low and clip.right > high for clip in touched):
        return False
    return not any(low <= mark <= high for mark in marks)
