"""The volume curves of strips and scenes: found, written as keyframes, and taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import ceil, floor
from typing import Any

import bpy

from . import compat

_STEP = 10  # frames between the keyframes that follow another curve
_BEFORE = "neuroedit_volume"  # what a strip's volume was: its value and keyframes, as JSON


def curve_of(scene: Any, strip: Any | None, name: str) -> Any | None:
    """The F-curve of a strip's property, or of the scene's own when `strip` is None; None when it is not animated."""
    for curve in compat.fcurves_of(scene):
        if not curve.mute and _moves(curve.data_path, strip, name):
            return curve
    return None


def is_driven(scene: Any, strip: Any, name: str) -> bool:
    """Whether a driver, not a curve, moves the property."""
    data = scene.animation_data
    return data is not None and any(_moves(driver.data_path, strip, name) for driver in data.drivers)


def scale_volume(scene: Any, strip: Any, points: Sequence[tuple[float, float]]) -> None:
    """Multiply a strip's volume by a curve, as keyframes that anybody can drag; done again, it starts from the first.

    Args:
        points: (timeline frame, factor), joined by straight lines and level outside.
    """
    restore_volume(scene, strip)
    if not points:
        return
    curve = curve_of(scene, strip, "volume")
    keys = keys_of(scene, strip)
    strip[_BEFORE] = json.dumps({"volume": strip.volume, "keys": keys})
    base = strip.volume
    whole = _whole(points)
    frames = {frame for frame, _ in whole} | {round(key[0]) for key in keys}
    if keys:
        # A curve that is no straight line is followed by more keyframes.
        frames |= set(range(round(keys[0][0]), round(keys[-1][0]), _STEP))
    values = [(f, (float(curve.evaluate(f)) if curve else base) * _at(whole, f)) for f in sorted(frames)]
    _write(scene, strip, [[frame, value, "LINEAR"] for frame, value in values], curve)


def restore_volume(scene: Any, strip: Any) -> bool:
    """Take `scale_volume` back; says whether there was anything to take back."""
    if _BEFORE not in strip:
        return False
    before = json.loads(strip[_BEFORE])
    _write(scene, strip, before["keys"], curve_of(scene, strip, "volume"))
    strip.volume = before["volume"]
    del strip[_BEFORE]
    return True


def keys_of(scene: Any, strip: Any) -> list[list[Any]]:
    """The keyframes of a strip's volume: frame, value, interpolation."""
    curve = curve_of(scene, strip, "volume")
    return [[key.co.x, key.co.y, key.interpolation] for key in curve.keyframe_points] if curve else []


def write_keys(scene: Any, strip: Any, keys: Sequence[Sequence[Any]]) -> None:
    """Give a strip's volume these keyframes in place of those that it has."""
    _write(scene, strip, keys, curve_of(scene, strip, "volume"))


def _write(scene: Any, strip: Any, keys: Sequence[Sequence[Any]], old: Any | None) -> None:
    if old is not None:
        compat.fcurves_of(scene).remove(old)
    for frame, value, _ in keys:
        strip.volume = value
        strip.keyframe_insert("volume", frame=frame)
    curve = curve_of(scene, strip, "volume")
    if curve is not None:
        for key, (_, _, interpolation) in zip(curve.keyframe_points, keys, strict=False):
            key.interpolation = interpolation
        curve.update()


def _whole(points: Sequence[tuple[float, float]]) -> list[tuple[int, float]]:
    """Points on whole frames: it falls no later and rises no earlier than it was asked to."""
    found: dict[int, float] = {}
    for number, (frame, factor) in enumerate(points):
        before = points[number - 1][1] if number else factor
        after = points[number + 1][1] if number + 1 < len(points) else factor
        whole = floor(frame) if before > factor or after < factor else ceil(frame)
        found[whole] = min(factor, found.get(whole, factor))
    return sorted(found.items())


def _at(points: Sequence[tuple[float, float]], frame: float) -> float:
    """The factor at a frame."""
    if frame <= points[0][0]:
        return points[0][1]
    for (first, low), (last, high) in zip(points, points[1:], strict=False):
        if frame <= last:
            return low + (high - low) * (frame - first) / max(last - first, 1e-9)
    return points[-1][1]


def _moves(path: str, strip: Any | None, name: str) -> bool:
    if strip is None:
        return path == name
    # Files from before 4.4 say sequences_all, which still means the same.
    escaped = bpy.utils.escape_identifier(strip.name)
    return path in {f'sequence_editor.{of}["{escaped}"].{name}' for of in ("strips_all", "sequences_all")}
