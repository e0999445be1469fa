"""Captions after an edit: each follows the cuts, and none is left on screen too shortly to be read."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..captions import Caption, follow
from .time_map import TimeMap

_SHORTEST = 0.1  # seconds; of a line of which less is left nobody speaks a word


def captions_after(lines: Sequence[Caption], time_map: TimeMap, fps: Fraction, first: int = 0) -> list[Caption]:
    """The lines on the edited timeline; those whose words were cut out are dropped.

    Args:
        first: timeline frame that is second 0 of the captions before the edit; where it lands is second 0 after it.
    """
    begin = time_map.after(first)

    def moved(second: float) -> float:
        return float((time_map.after(first + Fraction(second) * fps) - begin) / fps)

    return follow(lines, moved, _SHORTEST)
