"""Earlier takes: a phrase that is said again right after is proposed for removal, up to where it is said again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from ..findings import Take
from ..settings import Settings
from .silence import Part
from .stretch import Stretch

_MOST = 0.45
"""The confidence of a proposal, at most: whether a take was the worse one only a person knows."""
_ON_EDGE = 1e-6


class Piece(NamedTuple):
    """Cells [left, right) of a spoken part; `take` is the earlier take that they are, or None."""

    left: int
    right: int
    take: Take | None


def confidence(take: Take) -> float:
    """Of the proposal to drop it, below what is carried out by itself."""
    return _MOST * take.confidence


def divided(part: Part, stretch: Stretch, takes: Sequence[Take], settings: Settings, fps: Fraction) -> list[Piece]:
    """A spoken part from end to end, with the takes in it apart."""
    found: list[Piece] = []
    at = part.left
    for left, right, take in _ranges(stretch, takes, settings, fps):
        left, right = max(left, at), min(right, part.right)
        if right > left:
            if left > at:
                found.append(Piece(at, left, None))
            found.append(Piece(left, right, take))
            at = right
    if at < part.right:
        found.append(Piece(at, part.right, None))
    return found


def _ranges(
    stretch: Stretch, takes: Sequence[Take], settings: Settings, fps: Fraction
) -> Iterable[tuple[int, int, Take]]:
    """From where a take may begin to where its repetition, with its margin, does."""
    origin, rate = float(stretch.start), float(1 / stretch.step)
    before = stretch.cells_of(settings.margin_start, fps)
    for take in sorted(takes, key=lambda t: t.start):
        left = ceil((take.start - origin) * rate - before - _ON_EDGE)
        said_again = floor((take.again_start - origin) * rate - before + _ON_EDGE)
        # Where a repetition follows at once, its margin may not hold what is to go.
        right = max(said_again, min(ceil((take.end - origin) * rate), floor((take.again_start - origin) * rate)))
        if right > left:
            yield left, right, take
