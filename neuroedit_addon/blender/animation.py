"""Keyframes follow their strips."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..planner.time_map import TimeMap
from . import compat
from .splitting import is_static

Keys = dict[tuple[str, int], list[float]]
_OWNER = re.compile(r'sequence_editor\.strips_all\["((?:[^"\\]|\\.)*)"\]')


def owner(curve: Any) -> str | None:
    """The name of the strip that a curve moves, None for other curves."""
    match = _OWNER.match(curve.data_path)
    return re.sub(r"\\(.)", r"\1", match[1]) if match else None


def wanted(scene: Any, moves: Sequence[tuple[Any, int, int]], time_map: TimeMap) -> Keys:
    """Where the keyframes of strips that are about to move belong, for `settle` to put them there.

    A piece has the whole curve of the strip it was split from (Blender copies it), and Blender moves a curve with its
    strip. What is left to do: a strip without a time of its own is shortened, so each of its keys lands where its
    moment does; in a sped-up piece keys move closer together.

    Args:
        moves: strips with their frames [left, right) before the edit.
    """
    curves = defaultdict(list)
    for curve in compat.fcurves_of(scene):
        curves[owner(curve)].append(curve)
    keys: Keys = {}
    if not set(curves) - {None}:
        return keys
    for strip, left, right in moves:
        for curve in curves.get(strip.name, ()):
            new_left, new_right = time_map.moved(left, right)
            pace = (new_right - new_left) / max(right - left, 1)
            places = [key.co.x for key in curve.keyframe_points]
            if is_static(strip):
                keys[_name(curve)] = [_after(time_map, place) for place in places]
            elif pace != 1.0:
                keys[_name(curve)] = [new_left + (place - left) * pace for place in places]
    return keys


def settle(scene: Any, keys: Keys) -> None:
    """Put keyframes where `wanted` said, with their handles."""
    for curve in compat.fcurves_of(scene) if keys else ():
        for key, place in zip(curve.keyframe_points, keys.get(_name(curve), ()), strict=False):
            by = place - key.co.x
            key.co.x += by
            key.handle_left.x += by
            key.handle_right.x += by
        curve.update()


def _name(curve: Any) -> tuple[str, int]:
    return curve.data_path, curve.array_index


def _after(time_map: TimeMap, frame: float) -> float:
    return float(time_map.after(Fraction(frame).limit_denominator(1000)))
