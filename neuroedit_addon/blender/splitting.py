"""Splits strips at whole frames, effects and their inputs together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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


def split_all(
    scene: Any, movable: Sequence[Any], cuts: Sequence[int], own: Mapping[str, Sequence[int]]
) -> Iterator[int]:
    """Split all movable strips at `cuts`, and some at cuts of their own (by name); yields how many were made.

    Blender splits a strip together with the effects on it, and frees some of the originals: a reference to any strip
    of such a chain is dead afterwards. Chains come first and are looked up anew each time; all others are cut from
    left to right, which is what Blender does fastest.
    """
    chained = {name for strip in movable if has_inputs(strip) for name in _chain(strip)}
    plain = [strip for strip in movable if strip.name not in chained and not is_static(strip)]
    if chained:
        frames = sorted({*cuts, *(frame for name in chained for frame in own.get(name, ()))})
        yield from _split_chains(scene, chained, frames)
    for strip in plain:
        mine = cuts if strip.name not in own else sorted({*cuts, *own[strip.name]})
        rest = strip
        for frame in inside(mine, compat.left(strip), compat.right(strip)):
            rest = compat.split(rest, frame) or rest
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
