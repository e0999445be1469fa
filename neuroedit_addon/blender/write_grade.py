"""Writes colour corrections as Color Balance and Hue Correct modifiers, and takes back what nobody touched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..correction import RGB, Correction
from . import compat, tags

GRADE = "neuroedit_grade"
BALANCE, SATURATION = "NeuroEdit Colour", "NeuroEdit Saturation"
LOOK, LOOK_SATURATION = "NeuroEdit Look", "NeuroEdit Look Saturation"
_NONE = Correction()


def write(scene: Any, strip: Any, correction: Correction, run: str, decision: str,
          look: Correction = _NONE) -> bool:  # fmt: skip
    """Put a correction, and a look after it, on one strip, in front of the user's own modifiers; says whether it did.

    A strip that is locked, or whose correction by an earlier run was changed by hand, is left alone.
    """
    if strip.lock or compat.channels_of(scene)[strip.channel].lock:
        return False
    sealed = tags.MARK in strip and tags.untouched(strip)
    if GRADE in strip and not remove(strip):
        return False
    with compat.editing(scene):
        mine = _modifiers(strip, correction, BALANCE, SATURATION)
        if look != _NONE:
            mine += _modifiers(strip, look, LOOK, LOOK_SATURATION)
        if len(strip.modifiers) > len(mine):
            for modifier in reversed(mine):
                compat.modifier_first(scene, strip, modifier.name)
    strip[GRADE] = json.dumps({"run": run, "decision": decision, "seal": _seal(strip)})
    if sealed:
        tags.seal(strip)
    return True


def write_all(scene: Any, wanted: Mapping[str, tuple[Correction, str]], run: str) -> int:
    """Corrections (with the ids of their decisions) by strip name; how many strips were corrected."""
    strips = {strip.name: strip for strip in compat.strips_of(scene)}
    return sum(write(scene, strips[name], *wanted[name][:1], run, wanted[name][1]) for name in wanted if name in strips)


def untouched(strip: Any) -> bool:
    """Whether a strip carries a correction that is as a run left it."""
    return GRADE in strip and json.loads(strip[GRADE])["seal"] == _seal(strip)


def remove(strip: Any) -> bool:
    """Take the correction of an earlier run off a strip, unless somebody touched it; says whether it did."""
    if not untouched(strip):
        if tags.MARK in strip:
            strip[tags.MARK] = ""  # somebody's work: no later run may put its pieces together again
        return False
    sealed = tags.MARK in strip and tags.untouched(strip)
    for modifier in _own(strip):
        strip.modifiers.remove(modifier)
    del strip[GRADE]
    if sealed:
        tags.seal(strip)
    return True


def remove_all(scene: Any) -> int:
    """`remove` on every strip of the scene that may be changed; how many were taken off."""
    with compat.editing(scene):
        return sum(remove(s) for s in compat.strips_of(scene) if GRADE in s and not s.lock)


def show(strips: Iterable[Any], on: bool) -> None:
    """Look at the strips with (True) or without (False) their corrections."""
    for strip in strips:
        was = untouched(strip)
        for modifier in _own(strip):
            modifier.mute = not on
            if hasattr(modifier, "show_preview"):  # Blender 5 has it beside `mute`, which there is the render's alone
                modifier.show_preview = on
        if was:
            strip[GRADE] = json.dumps({**json.loads(strip[GRADE]), "seal": _seal(strip)})


def shown(strip: Any) -> bool:
    """Whether a strip is seen with its correction."""
    return any(not modifier.mute for modifier in _own(strip))


def correction_on(strip: Any) -> Correction | None:
    """What a strip carries, as it is now, whoever set it; the look after it is not part of it."""
    balance = next((m for m in strip.modifiers if m.name == BALANCE and m.type == "COLOR_BALANCE"), None)
    if balance is None or balance.mute:
        return None
    values = balance.color_balance
    stretch = next((m for m in strip.modifiers if m.name == SATURATION and m.type == "HUE_CORRECT"), None)
    saturation = stretch.curve_mapping.curves[1].points[0].location[1] * 2 if stretch and not stretch.mute else 1.0
    return Correction(
        _three(values.slope), _three(v - 1 for v in values.offset),
        _three(compat.balance_power(v) for v in values.power), float(saturation),  # its own inverse
    )  # fmt: skip


def _three(values: Iterable[float]) -> RGB:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _own(strip: Any) -> list[Any]:
    return [m for m in strip.modifiers if m.name.startswith((BALANCE, SATURATION, LOOK))]


def _modifiers(strip: Any, correction: Correction, balance: str, saturation: str) -> list[Any]:
    made = [_balance(strip, correction, balance)]
    if correction.saturation != 1.0:
        made.append(_saturation(strip, correction.saturation, saturation))
    return made


def _balance(strip: Any, correction: Correction, name: str) -> Any:
    modifier = strip.modifiers.new(name, "COLOR_BALANCE")
    balance = modifier.color_balance
    balance.correction_method = "OFFSET_POWER_SLOPE"
    balance.slope, balance.offset = correction.slope, [1 + value for value in correction.offset]
    balance.power = [compat.balance_power(value) for value in correction.power]
    return modifier


def _saturation(strip: Any, saturation: float, name: str) -> Any:
    modifier = strip.modifiers.new(name, "HUE_CORRECT")
    mapping = modifier.curve_mapping
    for point in mapping.curves[1].points:
        point.location = (point.location[0], 0.5 * saturation)
    mapping.update()
    return modifier


def _seal(strip: Any) -> str:
    """What a person could have changed by hand."""
    values: list[str] = []
    for m in _own(strip):
        values += [m.name, f"{m.mute:d}"]
        if m.type == "COLOR_BALANCE":
            b = m.color_balance
            numbers = [b.correction_method, *b.slope, *b.offset, *b.power, m.color_multiply]
        else:
            numbers = [v for curve in m.curve_mapping.curves for p in curve.points for v in p.location]
        values += [f"{v:.6g}" if isinstance(v, float) else str(v) for v in numbers]
    return "|".join(values)
