"""Where every moment lies after the edit, and where it came from; exact, because everything moves by it.

Strips, markers, keyframes and captions all follow one `TimeMap`. It is made of straight pieces: between removed and
sped-up ranges frames move by whole numbers, inside a sped-up range they move closer together, and all of a removed
range is one moment, that of the cut.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from fractions import Fraction
from math import floor

from ..timeline import Clip
from .edit_list import EditList, Range

Frame = int | Fraction


class TimeMap:
    """Frames before the edit <-> frames after it: monotone, and invertible wherever something is kept.

    Args:
        ranges: of an edit list: ascending and disjoint. Frames outside of all ranges exist too, to both sides.
    """

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self.ranges = tuple(ranges)
        self._before: list[int] = []  # where straight pieces begin, before
        self._after: list[int] = []  # and after the edit; ranges are the pieces of odd number
        shift = 0
        for r in self.ranges:
            self._before += [r.left, r.right]
            self._after.append(r.left - shift)
            shift += r.right - r.left - r.new_length
            self._after.append(r.right - shift)

    @staticmethod
    def of(edits: EditList) -> TimeMap:
        """The map of an edit list."""
        return TimeMap(edits.ranges)

    def after(self, frame: Frame) -> Fraction:
        """Where a moment before the edit lands; what is removed lands on its joint."""
        return _along(frame, self._before, self._after)

    def before(self, frame: Frame) -> Fraction:
        """The moment before the edit that is seen at a moment after it; a joint belongs to what follows it."""
        return _along(frame, self._after, self._before)

    def frame_after(self, frame: int) -> int:
        """`after` as a whole frame; halves go up, so that adjoining strips stay adjoining."""
        at = bisect_right(self._before, frame)
        if at % 2 == 0:  # between ranges: whole by nature
            return frame + (self._after[at - 1] - self._before[at - 1] if at else 0)
        old, new = self._before[at] - self._before[at - 1], self._after[at] - self._after[at - 1]
        return self._after[at - 1] + (2 * (frame - self._before[at - 1]) * new + old) // (2 * old)

    def frame_before(self, frame: int) -> int:
        """The frame before the edit that is on screen at a frame after it."""
        return floor(self.before(frame))

    def moved(self, left: int, right: int) -> tuple[int, int]:
        """Frames [left, right) after the edit; an empty range if all of it is removed."""
        return self.frame_after(left), self.frame_after(right)

    def removed(self, frame: Frame) -> bool:
        """Whether nothing is left of this moment."""
        at = bisect_right(self._before, frame)
        return at % 2 == 1 and self.ranges[at // 2].action == "remove"

    def touched(self, left: int, right: int) -> tuple[Range, ...]:
        """The ranges that share frames with [left, right), which is not empty."""
        # Ranges begin at even places and end at odd ones, so a place found halves to a number of a range.
        return self.ranges[bisect_right(self._before, left) // 2 : (bisect_left(self._before, right) + 1) // 2]

    def media_to_edit(self, clip: Clip, seconds: Fraction | float, fps: Fraction) -> Fraction | None:
        """Edit second (frame 0 is second 0) at which a clip shows a media second; None if that is not in the edit."""
        frame = clip.left + (Fraction(seconds) - clip.media_start) / clip.speed * fps
        if not clip.left <= frame < clip.right or self.removed(frame):
            return None
        return self.after(frame) / fps

    def edit_to_media(self, clip: Clip, seconds: Fraction | float, fps: Fraction) -> Fraction | None:
        """The inverse: the media second that a clip shows at an edit second; None where the clip does not lie."""
        frame = self.before(Fraction(seconds) * fps)
        if not clip.left <= frame < clip.right:
            return None
        return clip.media_start + (frame - clip.left) / fps * clip.speed


def _along(frame: Frame, here: list[int], there: list[int]) -> Fraction:
    at = bisect_right(here, frame)
    if at == 0:
        return Fraction(frame)
    into = Fraction(frame) - here[at - 1]
    if at < len(here):
        into *= Fraction(there[at] - there[at - 1], here[at] - here[at - 1])
    return there[at - 1] + into
