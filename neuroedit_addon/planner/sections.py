"""What a plan says about one clip, in frames."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from math import floor, inf
from typing import NamedTuple

from ..errors import PlanError
from ..plan import SPAN_KINDS, Decision, Plan
from ..timeline import Clip

REMOVE = inf
# Blender's own speed limits are wider; outside of these nothing is left to see or hear.
SLOWEST, FASTEST = 0.05, 1000.0
# Nearer than this (in frames) to a half, a float may round the wrong way.
_DOUBTFUL = 1e-6


class Section(NamedTuple):
    """Frames [left, right) of one clip.

    Attributes:
        factor: how many times faster they play: 1 for kept, infinity for removed.
        votes: whether the clip has a say here; if not, it follows the others.
        mute: whether its sound falls silent.
        decision: id, or an empty string where the plan says nothing.
        whole: whether that decision is all here, not cut short by an edge of the clip.
    """

    left: int
    right: int
    factor: float
    votes: bool
    mute: bool
    decision: str
    whole: bool


def undecided(clip: Clip, left: int, right: int) -> Section:
    """Frames of a clip that no decision speaks of."""
    return Section(left, right, 1.0, bool(clip.sound), False, "", False)


class Spans:
    """The span decisions and splits of one source, ready to be looked up for many clips."""

    def __init__(self, plan: Plan, source: int, min_confidence: float) -> None:
        chosen = sorted(plan.of(source, *SPAN_KINDS), key=lambda d: (d.start, d.end))
        self._spans = [(d.start, d.end, *_meaning(d, min_confidence), d.id) for d in chosen if d.end > d.start]
        self._ends = [span[1] for span in self._spans]
        splits = (d for d in plan.of(source, "split") if d.enabled and d.confidence >= min_confidence)
        self._splits = sorted(splits, key=lambda d: d.start)
        self._times = [d.start for d in self._splits]

    def sections(self, clip: Clip, fps: Fraction) -> list[Section]:
        """The whole clip, section by section; what no decision speaks of is kept."""
        start, end = map(float, clip.media_span(fps))
        at_frame = Rounding(clip, fps)
        half = float(clip.speed / fps / 2)
        found: list[Section] = []
        at = clip.left
        for number in range(bisect_right(self._ends, start), len(self._spans)):
            first, after, factor, votes, mute, name = self._spans[number]
            if first >= end:
                break
            left, right = at_frame(first), at_frame(after)
            if left > at:
                found.append(undecided(clip, at, left))
            if right > max(left, at):
                whole = first > start - half and after < end + half
                found.append(Section(max(left, at), right, factor, votes and bool(clip.sound), mute, name, whole))
            at = max(at, right)
        if at < clip.right:
            found.append(undecided(clip, at, clip.right))
        return found

    def splits(self, clip: Clip, fps: Fraction) -> Iterator[tuple[int, Decision]]:
        """The frames inside the clip at which it is split, ascending."""
        start, end = map(float, clip.media_span(fps))
        at_frame = Rounding(clip, fps)
        for decision in self._splits[bisect_left(self._times, start) : bisect_right(self._times, end)]:
            frame = at_frame(decision.start)
            if clip.left < frame < clip.right and (clip.picture or "transition" not in decision.params):
                yield frame, decision


class Rounding:
    """`Clip.frame_at`, the same to the frame, at the speed of floats."""

    def __init__(self, clip: Clip, fps: Fraction) -> None:
        self._clip, self._fps = clip, fps
        self._start, self._scale = float(clip.media_start), float(fps / clip.speed)

    def __call__(self, seconds: float) -> int:
        place = (seconds - self._start) * self._scale + 0.5
        frame = floor(place)
        if not _DOUBTFUL < place - frame < 1 - _DOUBTFUL:
            return self._clip.frame_at(seconds, self._fps)
        return min(max(frame + self._clip.left, self._clip.left), self._clip.right)


def _meaning(decision: Decision, min_confidence: float) -> tuple[float, bool, bool]:
    """Factor, vote and mute of a span decision; one that is not carried out keeps."""
    if decision.kind == "keep":
        return 1.0, not decision.params.get("follows", False), False
    if not decision.enabled or decision.confidence < min_confidence:
        return 1.0, True, False
    if decision.kind == "speed":
        return speed_factor(decision), True, False
    return (REMOVE, True, False) if decision.kind == "remove" else (1.0, True, True)


def speed_factor(decision: Decision) -> float:
    """How many times faster a speed decision plays.

    Raises:
        PlanError: its factor is missing, no number, or out of range.
    """
    factor = decision.params.get("factor")
    if isinstance(factor, bool) or not isinstance(factor, (int, float)) or not SLOWEST <= factor <= FASTEST:
        raise PlanError(
            f"Decision {decision.id} has the speed factor {factor!r}.",
            f"Give it a number from {SLOWEST:g} to {FASTEST:g}.",
        )
    return float(factor)


def whole_runs(sections: Sequence[Section], changed: bool) -> Iterator[tuple[int, int]]:
    """Unbroken runs of frames that one clip changes (or, with `changed` False, keeps) by whole decisions."""
    for is_changed, run in groupby(sections, key=lambda section: section.factor != 1.0):
        own = list(run)
        if is_changed == changed and all(section.whole for section in own):
            yield own[0].left, own[-1].right
