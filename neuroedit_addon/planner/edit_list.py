"""What a plan means on one timeline: whole frames, ready to be carried out.

`resolve` (resolve.py) makes it from a plan and a timeline; blender/apply carries it out. Frames are the timeline's
before the edit; ranges are half-open, sorted and disjoint.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction


@dataclass(frozen=True)
class Range:
    """Frames that change for the whole timeline, all unlocked channels together.

    Attributes:
        action: "remove" (extract) or "speed" (plays `factor` times faster); what follows moves up.
        decisions: ids of the decisions behind it.
        picture: frames by which the picture is cut later than all else (a J-cut; below zero earlier, an L-cut).
    """

    left: int
    right: int
    action: str
    factor: float = 1.0
    decisions: tuple[str, ...] = ()
    picture: int = 0

    @property
    def new_length(self) -> int:
        """Frames that remain of it; a sped-up range keeps at least one."""
        if self.action == "remove":
            return 0
        return max(1, round(Fraction(self.right - self.left) / Fraction(self.factor)))


@dataclass(frozen=True)
class Mute:
    """Frames in which the sound of one clip (index in `Timeline.clips`) falls silent; nothing moves."""

    left: int
    right: int
    clip: int
    decision: str = ""


@dataclass(frozen=True)
class Split:
    """A frame at which one clip's picture and sound are split; nothing moves."""

    frame: int
    clip: int
    decision: str = ""


@dataclass(frozen=True)
class EditList:
    """All of it. `fps` is the timeline's; `marks` are splits that become markers only; `scenes`
    are frames of the timeline at which scenes begin, to be marked; `fade` are the seconds in which
    sound fades at every cut that is made."""

    fps: Fraction
    ranges: tuple[Range, ...] = ()
    mutes: tuple[Mute, ...] = ()
    splits: tuple[Split, ...] = ()
    marks: tuple[Split, ...] = ()
    fade: float = 0.0
    scenes: tuple[int, ...] = ()

    @property
    def picture_ranges(self) -> tuple[Range, ...]:
        """The same ranges as the picture of the edited clips follows them: J and L cuts are moved."""
        return tuple(
            replace(r, left=r.left + r.picture, right=r.right + r.picture) if r.picture else r for r in self.ranges
        )
