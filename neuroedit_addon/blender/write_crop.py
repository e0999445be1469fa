"""Gives the film another shape: the scene's size, and on each movie strip scale and offset, with keyframes to drag."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from . import compat, write_fill
from .write_fill import shown

_BEFORE, _SIZE = "neuroedit_crop", "neuroedit_size"  # what a strip's transform, the scene's size were: JSON
_FIELDS = ("scale_x", "scale_y", "offset_x", "offset_y")
Keys = Sequence[tuple[int, float, bool]]


def resize(scene: Any, aspect: tuple[int, int], shorter: int = 0) -> tuple[int, int]:
    """Give the scene this aspect; the size before is remembered.

    Args:
        shorter: pixels of the shorter side; with 0 one side of the scene's own size is cut off.
    """
    width, height = scene.render.resolution_x, scene.render.resolution_y
    across, down = aspect
    if shorter:
        size = (_even(shorter * max(across / down, 1)), _even(shorter * max(down / across, 1)))
    elif width * down >= height * across:
        size = (_even(height * across / down), height)
    else:
        size = (width, _even(width * down / across))
    scene[_SIZE] = json.dumps([width, height])
    scene.render.resolution_x, scene.render.resolution_y = size
    return size


def fit(strip: Any, size: tuple[int, int], whole: bool) -> tuple[float, float]:
    """Scale a strip to a picture of this size; the share of its width and height that is seen then.

    Args:
        whole: show all of it, with bars; else fill the picture.
    """
    transform = strip.transform
    strip[_BEFORE] = json.dumps([getattr(transform, name) for name in _FIELDS])
    wide, high = shown(strip)
    factors = (size[0] / wide, size[1] / high)
    factor = min(factors) if whole else max(factors)
    transform.scale_x *= factor
    transform.scale_y *= factor
    transform.offset_x, transform.offset_y = transform.offset_x * factor, transform.offset_y * factor
    return min(1.0, size[0] / wide / factor), min(1.0, size[1] / high / factor)


def look_at(strip: Any, across: Keys, down: Keys) -> None:
    """Move a strip so that these places of it (0..1) are in the middle: (timeline frame, place, whether it jumps on).

    One place needs no keyframe.
    """
    wide, high = shown(strip)
    for name, keys, side, sign in (("offset_x", across, wide, 1), ("offset_y", down, high, -1)):
        base = getattr(strip.transform, name)
        offsets = [(frame, base + sign * (0.5 - place) * side, jumps) for frame, place, jumps in keys]
        if not offsets:
            continue
        if max(o for _, o, _ in offsets) - min(o for _, o, _ in offsets) < 0.5:
            setattr(strip.transform, name, offsets[0][1])
            continue
        for frame, offset, _ in offsets:
            setattr(strip.transform, name, offset)
            strip.transform.keyframe_insert(name, frame=frame)
        curve = _curve(strip, name)
        jumping = {frame for frame, _, jumps in offsets if jumps}
        for key in curve.keyframe_points if curve else ():
            key.interpolation = "CONSTANT" if round(key.co.x) in jumping else "BEZIER"
            key.handle_left_type = key.handle_right_type = "AUTO_CLAMPED"


def take_back(scene: Any) -> bool:
    """Give strips and scene what they had before; says whether there was anything."""
    if _SIZE not in scene:
        return False
    write_fill.take_back(scene)
    for strip in compat.strips_of(scene):
        if _BEFORE in strip:
            for name in _FIELDS:
                if (curve := _curve(strip, name)) is not None:
                    compat.fcurves_of(scene).remove(curve)
            for name, value in zip(_FIELDS, json.loads(strip[_BEFORE]), strict=True):
                setattr(strip.transform, name, value)
            del strip[_BEFORE]
    scene.render.resolution_x, scene.render.resolution_y = json.loads(scene[_SIZE])
    del scene[_SIZE]
    return True


def _curve(strip: Any, name: str) -> Any | None:
    path = f"{strip.path_from_id()}.transform.{name}"
    return next((curve for curve in compat.fcurves_of(strip.id_data) if curve.data_path == path), None)


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)
