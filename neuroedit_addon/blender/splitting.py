"""Splits strips at whole frames, effects and their inputs together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ..planner.edit_list import Range
from . import compat

# These show the same at every moment, so they are shortened instead of cut into pieces.
STATIC = {"TEXT", "COLOR", "ADJUSTMENT"}


def has_inputs(strip: Any) -> bool:
    """Whether a strip is an effect on other strips, which places it."""
    return any(getattr(strip, name, None) is not None for name in ("input_1", "input_2"))


def is_static(strip: Any) -> bool:
    """Whether a strip has no time of its own."""
    return strip.type in STATIC and not has_inputs(strip)


def inside(cuts: Sequence[int], left: int, right: int) -> Sequence[int]:
    """The cuts strictly inside [left, right); `cuts` is sorted."""
    return cuts[bisect_right(cuts, left) : bisect_left(cuts, right)]


def chained(movable: Sequence[Any]) -> set[str]:
    """The names of strips that effects lie on, and of those effects."""
    return {name for strip in movable if has_inputs(strip) for name in _chain(strip)}


def split_all(
    scene: Any, movable: Sequence[Any], ranges: Sequence[Range], own: Mapping[str, Sequence[int]],
    pictures: Sequence[Range] = (), rolled: Collection[str] = (),
) -> Iterator[int]:  # fmt: skip
    """Split all movable strips at the edges of `ranges`, and some at cuts of their own (by name); yields at each.

    Strips whose names are in `rolled` are split at the edges of `pictures` instead.

    Blender splits a strip together with the effects on it, and frees some of the originals: a reference to any strip
    of such a chain is dead afterwards. Chains come first and are looked up anew each time. All others are cut from
    left to right and lose what is to be removed by trimming, which spares Blender a split and a removal: both cost
    it time in proportion to all strips there are.
    """
    knots = chained(movable)
    plain = [strip for strip in movable if strip.name not in knots and not is_static(strip)]
    if knots:
        edges = {edge for span in ranges for edge in (span.left, span.right)}
        frames = sorted({*edges, *(frame for name in knots for frame in own.get(name, ()))})
        yield from _split_chains(scene, knots, frames)
    usual, moved = _Scissors(ranges), _Scissors(pictures)
    for strip in plain:
        yield from (moved if strip.name in rolled else usual).cut(strip, own.get(strip.name, ()))


class _Scissors:
    """Cuts one strip at the edges of ranges, and hides what is to be removed."""

    def __init__(self, ranges: Sequence[Range]) -> None:
        self._edges = sorted({edge for span in ranges for edge in (span.left, span.right)})
        self._lefts, self._rights = [span.left for span in ranges], [span.right for span in ranges]
        self._ends = {span.left: span.right for span in ranges if span.action == "remove"}

    def cut(self, strip: Any, own: Sequence[int]) -> Iterator[int]:
        """Yields at each cut; `own` are more frames to cut at."""
        lefts, rights, ends = self._lefts, self._rights, self._ends
        left, right = compat.left(strip), compat.right(strip)
        first = bisect_right(rights, left)
        if first < len(lefts) and lefts[first] <= left and ends.get(lefts[first], right) < right:
            # It begins inside a range: nothing to split off, only something to hide.
            left = rights[first]
            compat.set_left(strip, left)
            yield 1
        mine = sorted({*self._edges, *own}) if own else self._edges
        rest = strip
        for frame in inside(mine, left, right):
            if frame <= compat.left(rest):
                continue
            rest = compat.split(rest, frame) or rest
            if (end := ends.get(frame, right)) < right:
                compat.set_left(rest, end)
            yield 1


def _chain(strip: Any) -> Iterator[str]:
    yield strip.name
    for name in ("input_1", "input_2"):
        other = getattr(strip, name, None)
        if other is not None:
            yield from _chain(other)


def _split_chains(scene: Any, names: set[str], frames: Sequence[int]) -> Iterator[int]:
    strips = compat.strips_of(scene)
    for frame in frames:
        while True:
            crossing = next(
                (
                    strip
                    for strip in strips
                    if strip.name in names
                    and not has_inputs(strip)
                    and compat.left(strip) < frame < compat.right(strip)
                ),
                None,
            )
            if crossing is None:
                break
            before = {strip.name for strip in strips}
            if compat.split(crossing, frame) is None:
                break
            names |= {strip.name for strip in strips} - before
            yield 1
