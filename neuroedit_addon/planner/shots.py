"""Where the picture is split: at transitions that leave a shot on both sides long enough to be one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

from ..findings import Transition
from ..settings import Settings
from .stretch import Stretch


class ShotSplit(NamedTuple):
    """A cell at which a shot begins, and the transition that says so."""

    cell: int
    transition: Transition


def shot_splits(
    stretch: Stretch,
    transitions: Sequence[Transition],
    removed: Sequence[tuple[int, int]],
    edges: Sequence[int],
    settings: Settings,
    fps: Fraction,
) -> list[ShotSplit]:
    """The splits of a stretch, ascending.

    A transition is no split where it lies in a removed range, or nearer than `min_shot` to the edge of one, to an
    edge of a clip, to one of `edges`, or to a more certain transition (of equals, the earlier wins).

    Args:
        removed: ranges of cells, ascending and disjoint, that leave the edit.
        edges: more cells, ascending, at which the picture is split anyway.
    """
    least = max(1, stretch.whole_cells(settings.min_shot, fps))
    walls = sorted({*stretch.edges, *edges, *(cell for span in removed for cell in span)})
    starts = [left for left, _ in removed]
    origin, rate = float(stretch.start), float(1 / stretch.step)
    taken: list[int] = []
    found: list[ShotSplit] = []
    for transition in sorted(transitions, key=lambda t: (-t.confidence, t.start, t.end, t.kind)):
        cell = floor((_second(transition, settings.split_at) - origin) * rate + 0.5)
        inside = bisect_right(starts, cell) - 1
        if inside >= 0 and cell < removed[inside][1]:
            continue
        if _is_clear(walls, cell, least) and _is_clear(taken, cell, least, bounded=False):
            taken.insert(bisect_left(taken, cell), cell)
            found.append(ShotSplit(cell, transition))
    return sorted(found, key=lambda split: split.cell)


def _second(transition: Transition, where: str) -> float:
    if where == "middle":
        return (transition.start + transition.end) / 2
    return transition.start if where == "start" else transition.end


def _is_clear(walls: Sequence[int], cell: int, least: int, bounded: bool = True) -> bool:
    """Whether `cell` is at least `least` away from every wall (and, where `bounded`, between two of them)."""
    at = bisect_right(walls, cell)
    if bounded and not 0 < at < len(walls):
        return False
    return (at == 0 or cell - walls[at - 1] >= least) and (at == len(walls) or walls[at] - cell >= least)
