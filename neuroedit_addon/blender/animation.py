"""Keyframes follow their strips."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ..planner.time_map import TimeMap
from . import compat
from .splitting import is_static

_OWNER = re.compile(r'sequence_editor\.strips_all\["((?:[^"\\]|\\.)*)"\]')


def owner(curve: Any) -> str | None:
    """The name of the strip that a curve moves, None for other curves."""
    match = _OWNER.match(curve.data_path)
    return re.sub(r"\\(.)", r"\1", match[1]) if match else None


def follow(scene: Any, moves: Sequence[tuple[Any, int, int]], time_map: TimeMap) -> None:
    """Move the keyframes of strips that are about to move.

    A piece has the whole curve of the strip it was split from (Blender copies it), so all of the curve moves with
    the piece; a strip without a time of its own is shortened, and its keys land where their moments do.

    Args:
        moves: strips with their frames [left, right) before the edit.
    """
    curves = defaultdict(list)
    for curve in compat.fcurves_of(scene):
        curves[owner(curve)].append(curve)
    if not set(curves) - {None}:
        return
    for strip, left, right in moves:
        for curve in curves.get(strip.name, ()):
            if is_static(strip):
                _shift(curve, lambda frame: float(time_map.after(frame)))
            elif (by := time_map.frame_after(left) - left) != 0 or time_map.touched(left, right):
                pace = _pace(time_map, left, right)
                _shift(curve, lambda frame, by=by, left=left, pace=pace: left + by + (frame - left) * pace)


def _pace(time_map: TimeMap, left: int, right: int) -> float:
    new_left, new_right = time_map.moved(left, right)
    return (new_right - new_left) / (right - left) if right > left else 1.0


def _shift(curve: Any, moved: Any) -> None:
    from fractions import Fraction

    for key in curve.keyframe_points:
        now = moved(Fraction(key.co.x).limit_denominator(1000))
        by = float(now) - key.co.x
        key.co.x += by
        key.handle_left.x += by
        key.handle_right.x += by
    curve.update()
