"""What a plan means on one timeline: whole frames, ready to be carried out.

`resolve` (resolve.py) makes it from a plan and a timeline; blender/apply carries it out. Frames are the timeline's
before the edit; ranges are half-open, sorted and disjoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Range:
    """Frames that change for the whole timeline, all unlocked channels together.

    Attributes:
        action: "remove" (extract) or "speed" (plays `factor` times faster); what follows moves up.
        decisions: ids of the decisions behind it.
    """

    left: int
    right: int
    action: str
    factor: float = 1.0
    decisions: tuple[str, ...] = ()

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
    """All of it. `fps` is the timeline's."""

    fps: Fraction
    ranges: tuple[Range, ...] = ()
    mutes: tuple[Mute, ...] = ()
    splits: tuple[Split, ...] = ()
