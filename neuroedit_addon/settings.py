"""The user's choices: one frozen dataclass whose fields carry their own flag, range, unit, step and help.

The command line, the presets and Blender's properties are all made from `Settings`, so that a choice has one name,
one default and one explanation everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from .errors import UsageError

STEPS = ("cut", "dub", "grade", "mix")
BUILT_STEPS = ("cut",)
SILENCE_ACTIONS = ("remove", "mute", "speed", "split")
SPLIT_POINTS = ("start", "middle", "end")
_FASTEST_RATE = 240  # Blender's own limit; what a length in frames is at most


@dataclass(frozen=True)
class Time:
    """A length the user typed: seconds, or frames of the timeline (exactly one is set)."""

    seconds: float | None = None
    frames: int | None = None

    def at(self, fps: Fraction) -> float:
        """Its seconds on a timeline of `fps` frames a second."""
        return float(self.frames / fps) if self.frames is not None else float(self.seconds or 0.0)

    def __str__(self) -> str:
        """Text that `time` reads back to the same length, to the last digit."""
        if self.frames is not None:
            return str(self.frames)
        return f"{Decimal(repr(float(self.seconds or 0.0))).normalize():f}s"


_TIMECODE = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)")


def time(text: str) -> Time:
    """Read `15` (frames), `0.6s`, `600ms`, `1.5min` or `00:00:00.600`.

    Raises:
        UsageError: none of these.
    """
    text = text.strip().lower()
    if re.fullmatch(r"\d+", text):
        return Time(frames=int(text))
    if match := re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*(ms|s|sec|seconds?|min|minutes?)", text):
        unit, number = match[2], float(match[1])
        return Time(seconds=number / 1000 if unit == "ms" else number * 60 if unit.startswith("min") else number)
    if match := _TIMECODE.fullmatch(text):
        return Time(seconds=int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3]))
    raise UsageError(f"“{text}” is not a time.", "Write 15 (frames), 0.6s or 00:00:00.600.")


def _setting(default: Any, help: str, *, unit: str = "", low: float = 0, high: float = 3600, step: float = 0.05,
             choices: tuple[str, ...] = (), group: str = "cut") -> Any:  # fmt: skip
    meta = {"help": help, "unit": unit, "low": low, "high": high, "step": step, "choices": choices, "group": group}
    return field(default=default, metadata=meta)


@dataclass(frozen=True)
class Settings:
    """Every choice that changes a plan; times are `Time`, see each field's metadata for help, unit and range."""

    steps: tuple[str, ...] = _setting(
        ("cut",), "What to do, in this order, separated by commas.", choices=STEPS, group="job"
    )
    margin_start: Time = _setting(
        Time(seconds=0.2), "Time kept before speech begins.", unit="time", high=10
    )
    margin_end: Time = _setting(Time(seconds=0.3), "Time kept after speech ends.", unit="time", high=10)
    min_cut: Time = _setting(Time(seconds=0.2), "The shortest silence that is worth a cut.", unit="time", high=60)
    min_clip: Time = _setting(Time(seconds=0.1), "The shortest piece that may be left between two cuts.",
                              unit="time", high=60)  # fmt: skip
    threshold: float = _setting(
        0.5, "How sure the detector must be that somebody speaks, from 0 (keep all) to 1 (keep little).",
        low=0.0, high=1.0, step=0.01,
    )  # fmt: skip
    silence_action: str = _setting("remove", "What happens to silence.", choices=SILENCE_ACTIONS)
    silence_speed: float = _setting(
        4.0, "How many times faster silence plays when it is sped up.", unit="factor", low=1.0, high=20.0, step=0.5
    )
    cut_all_silent: bool = _setting(
        False, "Cut also where a whole file is silent, instead of leaving such a file as it is."
    )
    split_shots: bool = _setting(True, "Split the picture where one shot gives way to the next.")
    split_at: str = _setting("middle", "Where in a gradual transition the picture is split.", choices=SPLIT_POINTS)
    min_shot: Time = _setting(Time(seconds=0.6), "The shortest shot; nearer transitions are ignored.",
                              unit="time", high=60)  # fmt: skip
    min_confidence: float = _setting(
        0.5, "Decisions less certain than this are proposed but not carried out.", low=0.0, high=1.0, step=0.01
    )

    def __post_init__(self) -> None:
        for item in fields(self):
            try:
                _check(getattr(self, item.name), item.metadata)
            except UsageError as problem:
                raise UsageError(f"{item.name}: {problem.sentence}", problem.cure) from None

    def to_json(self) -> dict[str, Any]:
        """Plain values: times as their text, tuples as lists."""
        return {
            f.name: str(v) if isinstance(v := getattr(self, f.name), Time) else list(v) if isinstance(v, tuple) else v
            for f in fields(self)
        }

    @staticmethod
    def from_json(values: dict[str, Any], name: str = "settings") -> Settings:
        """The inverse of `to_json`; keys that are left out keep their defaults.

        Raises:
            UsageError: an unknown key, or a value out of its range; `name` is in the sentence.
        """
        return Settings().changed(values, name)

    def changed(self, values: dict[str, Any], name: str = "settings") -> Settings:
        """The same settings with some values replaced, each given as text or plain value.

        Raises:
            UsageError: an unknown key, or a value out of its range; `name` is in the sentence.
        """
        parsed: dict[str, Any] = {}
        for key, value in values.items():
            try:
                parsed[key] = parse(key, value)
            except UsageError as problem:
                raise UsageError(f"{name}: {problem.sentence}", problem.cure) from None
        return replace(self, **parsed)


def parse(key: str, value: Any) -> Any:
    """The value of one setting, given as text or plain value; times are text ("0.2s", "15") or float seconds.

    Raises:
        UsageError: the setting is unknown, or the value is of another kind or out of its range; the sentence
            begins with `key`.
    """
    if key not in _FIELDS:
        near = get_close_matches(key, _FIELDS, n=1)
        cure = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(_FIELDS)}."
        raise UsageError(f"“{key}” is no setting.", cure)
    try:
        parsed = _read(value, _FIELDS[key].default)
        _check(parsed, _FIELDS[key].metadata)
    except UsageError as problem:
        raise UsageError(f"{key}: {problem.sentence}", problem.cure) from None
    return parsed


_FIELDS = {f.name: f for f in fields(Settings)}


def _read(value: Any, default: Any) -> Any:
    if isinstance(default, Time):
        return _read_time(value)
    if isinstance(default, tuple):
        if not isinstance(value, (str, list, tuple)):
            raise UsageError(f"“{value}” is no list.", "Separate its words by commas.")
        items = value.split(",") if isinstance(value, str) else value
        return tuple(dict.fromkeys(str(item).strip() for item in items))
    if isinstance(default, bool):
        if isinstance(value, str) and value.lower() in _YES_NO:
            return _YES_NO[value.lower()]
        if isinstance(value, bool):
            return value
        raise UsageError(f"“{value}” is not yes or no.")
    if isinstance(default, float):
        try:
            if isinstance(value, bool):
                raise TypeError
            return float(value)
        except (TypeError, ValueError):
            raise UsageError(f"“{value}” is not a number.") from None
    return str(value)


_YES_NO = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def _read_time(value: Any) -> Time:
    if isinstance(value, Time):
        return value
    if isinstance(value, float):
        return Time(seconds=value)
    if isinstance(value, int) and not isinstance(value, bool):
        # As text this would be frames, as JSON most would take it for seconds.
        raise UsageError(f"{value} has no unit.", f'Write "{value}s" for seconds or "{value}" in quotes for frames.')
    return time(str(value))


def _check(value: Any, meta: Any) -> None:
    choices = meta["choices"]
    if choices:
        for item in value if isinstance(value, tuple) else (value,):
            if item not in choices:
                raise UsageError(f"“{item}” is unknown.", f"Choose from {', '.join(choices)}.")
        return
    if isinstance(value, Time) and value.frames is not None:
        most = round(meta["high"] * _FASTEST_RATE)
        if not 0 <= value.frames <= most:
            raise UsageError(f"{value.frames} frames are not between 0 and {most}.")
        return
    number = value.seconds if isinstance(value, Time) else value
    if isinstance(number, float) and not meta["low"] <= number <= meta["high"]:
        unit = " s" if isinstance(value, Time) else ""
        raise UsageError(f"{number:g}{unit} is not between {meta['low']:g} and {meta['high']:g}{unit}.")
