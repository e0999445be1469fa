"""The animation curves of strips and scenes, found by what they move."""

from __future__ import annotations

from typing import Any

import bpy


def curve_of(scene: Any, strip: Any | None, name: str) -> Any | None:
    """The F-curve of a strip's property, or of the scene's own when `strip` is None; None when it is not animated."""
    data = scene.animation_data
    if data is None or data.action is None:
        return None
    bag = _bag(data)
    if bag is None:
        return None
    for curve in bag.fcurves:
        if not curve.mute and _moves(curve.data_path, strip, name):
            return curve
    return None


def is_driven(scene: Any, strip: Any, name: str) -> bool:
    """Whether a driver, not a curve, moves the property."""
    data = scene.animation_data
    return data is not None and any(_moves(driver.data_path, strip, name) for driver in data.drivers)


def _bag(data: Any) -> Any | None:
    """The action's curves for its user (actions are layered since Blender 4.4)."""
    for layer in data.action.layers:
        for strip in layer.strips:
            if bag := strip.channelbag(data.action_slot):
                return bag
    return None


def _moves(path: str, strip: Any | None, name: str) -> bool:
    if strip is None:
        return path == name
    # Files from before 4.4 say sequences_all, which still means the same.
    escaped = bpy.utils.escape_identifier(strip.name)
    return path in {f'sequence_editor.{of}["{escaped}"].{name}' for of in ("strips_all", "sequences_all")}
