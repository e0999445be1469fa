"""Blender's properties for the user's choices, made from `Settings`: one a field, with its range, unit and help.

Times are shown in seconds. `chosen` reads a property group back into `Settings`, `show` writes one into it.
"""

# No "from __future__ import annotations" here: Blender reads properties from annotations, which must not be text.

import re
from collections.abc import Callable
from dataclasses import fields
from fractions import Fraction
from typing import Any

import bpy

from ...settings import BUILT_STEPS, Settings, Time
from .translation import CONTEXT

OnChange = Callable[[Any, Any], None]
_PLAIN_RATE = Fraction(25)  # for frames in presets where no scene tells a rate
_ACRONYMS = {"Lufs": "LUFS", "Lu": "LU", "Db": "dB", "Dbtp": "dBTP", "Id": "ID", "Lut": "LUT"}


def title(name: str) -> str:
    """A field's or a choice's name as a label: `margin_start` becomes “Margin Start”."""
    words = re.split(r"[_\s-]+", name)
    return " ".join(_ACRONYMS.get(word.capitalize(), word.capitalize()) for word in words)


def property_group(on_change: OnChange, start: Settings) -> type:
    """The class of a property group with one property for every setting, which begins as in `start`.

    `on_change` hears of each change.
    """
    annotations = {item.name: _property(item, getattr(start, item.name), on_change) for item in fields(Settings)}
    return type("NEUROEDIT_PG_settings", (bpy.types.PropertyGroup,), {"__annotations__": annotations})


def names(group: str) -> list[str]:
    """The settings of one group ("cut", "job", …), in their order."""
    return [item.name for item in fields(Settings) if item.metadata.get("group") == group]


def chosen(shown: Any) -> Settings:
    """The settings that a property group shows.

    Raises:
        UsageError: a value out of its range, which Blender's own ranges prevent.
    """
    return Settings().changed({item.name: _value(item, getattr(shown, item.name)) for item in fields(Settings)})


def show(shown: Any, settings: Settings, fps: Fraction = _PLAIN_RATE) -> None:
    """Write settings into a property group; times in frames become seconds at `fps`."""
    for item in fields(Settings):
        value = getattr(settings, item.name)
        if isinstance(value, Time):
            value = value.at(fps)
        elif isinstance(value, tuple):
            value = set(value) if item.metadata["choices"] else ",".join(value)
        elif value is None:
            value = _BLANK[_kind(item)]
        setattr(shown, item.name, value)


_BLANK: dict[str, Any] = {"time": 0.0, "float": 0.0, "int": 0, "text": ""}


def _kind(item: Any) -> str:
    """How a setting is shown; one that may be left out (None) is known by its unit."""
    default, meta = item.default, item.metadata
    if isinstance(default, bool):
        return "bool"
    if isinstance(default, tuple):
        return "several" if meta["choices"] else "text"
    if meta["choices"]:
        return "one"
    if isinstance(default, Time) or default is None and meta.get("unit") == "time":
        return "time"
    if isinstance(default, int):
        return "int"
    return "float" if isinstance(default, float) or default is None and meta.get("unit") else "text"


def _property(item: Any, default: Any, on_change: OnChange) -> Any:
    meta, kind = item.metadata, _kind(item)
    # Blender ends tooltips with a full stop itself.
    said: dict[str, Any] = {"name": title(item.name), "description": meta["help"].rstrip("."), "update": on_change,
                "options": set(), "translation_context": CONTEXT}  # fmt: skip
    if kind == "bool":
        return bpy.props.BoolProperty(default=default, **said)
    if kind == "one":
        return bpy.props.EnumProperty(items=_items(meta["choices"]), default=default, **said)
    if kind == "several":
        said["options"] = {"ENUM_FLAG"}
        return bpy.props.EnumProperty(items=_items(meta["choices"], BUILT_STEPS), default=set(default), **said)
    if kind == "text":
        words = ",".join(default) if isinstance(default, tuple) else default or ""
        return bpy.props.StringProperty(default=words, **said)
    low, high = meta["low"], meta["high"]
    if kind == "int":
        return bpy.props.IntProperty(default=default, min=int(low), max=int(high), **said)
    value = default.at(_PLAIN_RATE) if isinstance(default, Time) else default or 0.0
    if kind == "time":
        said |= {"subtype": "TIME_ABSOLUTE", "unit": "TIME_ABSOLUTE"}
    elif (low, high) == (0.0, 1.0):
        said |= {"subtype": "FACTOR"}
    # Blender counts steps of floats in hundredths.
    digits = 3 if meta["step"] < 0.01 else 2
    return bpy.props.FloatProperty(default=value, min=low, max=high, soft_max=_soft(value, low, high), precision=digits,
                                   step=max(1, round(meta["step"] * 100)), **said)  # fmt: skip


def _soft(value: float, low: float, high: float) -> float:
    """Where dragging ends: a slider to an hour would be useless for a fifth of a second."""
    return high if high <= 20 or low < 0 else max(2.0, min(high, value * 10))


def _items(choices: tuple[str, ...], only: tuple[str, ...] = ()) -> list[tuple[str, str, str, int]]:
    kept = [choice for choice in choices if not set(choices) & set(only) or choice in only]
    return [(choice, title(choice), "", 1 << place) for place, choice in enumerate(kept)]


def _value(item: Any, shown: Any) -> Any:
    kind = _kind(item)
    if kind == "several":
        return [choice for choice in item.metadata["choices"] if choice in shown]
    if kind == "time":
        # Blender's floats have seven digits; the user's choice has at most three after the point.
        return None if item.default is None and not shown else Time(seconds=round(shown, 3))
    if kind == "float":
        return None if item.default is None and not shown else round(shown, 4)
    if kind == "text" and isinstance(item.default, tuple):
        return [word for word in (part.strip() for part in shown.split(",")) if word]
    return shown
