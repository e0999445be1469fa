"""Every property of every strip of a scene as plain values, to tell whether two timelines are equal."""

from __future__ import annotations

from typing import Any

from . import compat
from .tags import MARK, ORIGIN

# What says nothing about the edit: how the window shows it, and Blender's own bookkeeping.
_PASSING = {
    "rna_type", "select", "select_left_handle", "select_right_handle", "show_retiming_keys", "is_supported",
}  # fmt: skip


def dump(scene: Any) -> dict[str, Any]:
    """A picture of the timeline: strips by name, curves, markers, frame range. Equal dumps are equal timelines."""
    strips = compat.strips_of(scene)
    return {
        "range": (scene.frame_start, scene.frame_end, scene.render.fps, scene.render.fps_base),
        "markers": sorted((marker.name, marker.frame) for marker in scene.timeline_markers),
        "strips": {strip.name: _strip(strip) for strip in strips},
        "curves": sorted(
            (curve.data_path, curve.array_index, tuple(tuple(key.co) for key in curve.keyframe_points))
            for curve in compat.fcurves_of(scene)
        ),
    }


def _strip(strip: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"left": compat.left(strip), "right": compat.right(strip)}
    for prop in strip.bl_rna.properties:
        # 5.x warns of the old names of handles and contents at each look.
        old = compat.NEW_TIMES and prop.identifier.startswith("frame_")
        if not old and prop.identifier not in _PASSING and prop.type in {"BOOLEAN", "INT", "FLOAT", "STRING", "ENUM"}:
            values[prop.identifier] = _plain(getattr(strip, prop.identifier))
    values["own"] = {key: str(strip[key]) for key in strip.keys() if key not in (MARK, ORIGIN)}  # noqa: SIM118
    values["modifiers"] = [(modifier.type, modifier.name) for modifier in strip.modifiers]
    if strip.type == "META":
        values["inside"] = {inner.name: _strip(inner) for inner in strip.strips}
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, int, float, str)):
        return round(value, 6) if isinstance(value, float) else value
    return tuple(value) if hasattr(value, "__iter__") else str(value)
