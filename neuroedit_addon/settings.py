"""The user's choices: one frozen dataclass whose fields carry their own flag, range, unit, step and help.

The command line, the presets and Blender's properties are all made from `Settings`, so that a choice has one name,
one default and one explanation everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from .errors import UsageError
from .looks import NAMES as LOOKS

STEPS = ("cut", "dub", "grade", "mix")
BUILT_STEPS = ("cut", "dub", "grade", "mix")
SILENCE_ACTIONS = ("remove", "mute", "speed", "split")
BREATHS = ("margins", "keep", "drop")
KEPT = ("speech", "music", "motion")
ASPECTS = ("own", "9:16", "4:5", "1:1", "4:3", "16:9", "21:9")
RESOLUTIONS = ("own", "480", "720", "1080", "1440", "2160")
SPLIT_POINTS = ("start", "middle", "end")
CLEANING = ("highpass", "hum", "noise", "declick", "deess", "level")
LOUDNESS = {"web": -14.0, "podcast": -16.0, "ebu": -23.0, "atsc": -24.0}  # LUFS: EBU R 128, ATSC A/85, what sites ask
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
             choices: tuple[str, ...] = (), names: Mapping[str, float] | None = None, group: str = "cut") -> Any:
    meta = {"help": help, "unit": unit, "low": low, "high": high, "step": step, "choices": choices, "group": group,
            "names": names or {}}  # fmt: skip
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
    max_pause: Time = _setting(
        Time(seconds=0.0), "Pauses in speech longer than this are shortened to it; with 0 only the margins are left.",
        unit="time", high=60,
    )  # fmt: skip
    breaths: str = _setting(
        "margins", "Breaths beside speech: as the margins fall, always kept, or never left beside a cut.",
        choices=BREATHS,
    )  # fmt: skip
    keep: tuple[str, ...] = _setting(("speech",), "What is worth keeping; all else counts as silence.", choices=KEPT)
    motion_level: float = _setting(
        0.02, "How much the picture must change from one to the next, on average, to count as moving.",
        low=0.0, high=1.0, step=0.005,
    )  # fmt: skip
    retakes: bool = _setting(True, "Propose to drop what is said again right after; never done unasked.")
    j_cut: Time = _setting(Time(seconds=0.0), "How long the sound of what follows is heard before it is seen.",
                           unit="time", high=5)  # fmt: skip
    l_cut: Time = _setting(Time(seconds=0.0), "How long the sound of what ends is heard after it was seen.",
                           unit="time", high=5)  # fmt: skip
    fade: Time = _setting(Time(seconds=0.015), "Fade of the sound at every cut that is made, so that none clicks.",
                          unit="time", high=1, step=0.005)  # fmt: skip
    threshold: float = _setting(
        0.5, "How sure the detector must be that somebody speaks, from 0 (keep all) to 1 (keep little).",
        low=0.0, high=1.0, step=0.01,
    )  # fmt: skip
    silence_action: str = _setting("remove", "What happens to silence.", choices=SILENCE_ACTIONS)
    silence_speed: float = _setting(
        4.0, "How many times faster silence plays when it is sped up.", unit="factor", low=1.0, high=20.0, step=0.5
    )
    cut_all_silent: bool = _setting(
        False, "Cut also where nobody speaks in a whole file, or hardly anybody in a loud one."
    )
    split_shots: bool = _setting(True, "Split the picture where one shot gives way to the next.")
    mark_shots: bool = _setting(False, "Set a marker where a shot begins, instead of splitting the picture.")
    mark_scenes: bool = _setting(False, "Set a marker where a scene begins: another place, another file.")
    split_at: str = _setting("middle", "Where in a gradual transition the picture is split.", choices=SPLIT_POINTS)
    min_shot: Time = _setting(Time(seconds=0.6), "The shortest shot; nearer transitions are ignored.",
                              unit="time", high=60)  # fmt: skip
    min_confidence: float = _setting(
        0.5, "Decisions less certain than this are proposed but not carried out.", low=0.0, high=1.0, step=0.01
    )
    on_beats: bool = _setting(False, "Trim shots so that cuts fall on the beats of the music, speech or not.")
    multicam: str = _setting(
        "no", "Whether several files are one event, cut to whoever speaks; auto: if they hear the same.",
        choices=("no", "auto", "yes"), group="multicam",
    )  # fmt: skip
    multicam_hold: Time = _setting(Time(seconds=2.0), "The shortest shot of one camera.", unit="time", high=60,
                                   step=0.1, group="multicam")  # fmt: skip
    multicam_back_channel: Time = _setting(
        Time(seconds=1.0), "What somebody says in less time than this does not switch the camera.", unit="time",
        high=60, step=0.1, group="multicam",
    )  # fmt: skip
    multicam_reaction: Time = _setting(
        Time(seconds=0.0), "How long others are seen in a long speech; with 0 never.", unit="time", high=60, step=0.1,
        group="multicam",
    )  # fmt: skip
    aspect: str = _setting("own", "Shape of the film, width to height.", choices=ASPECTS, group="moments")
    reframe: str = _setting(
        "follow", "How a film gets another shape: the crop follows what matters, bars pad it, or a blurred picture.",
        choices=("follow", "pad", "blur"), group="moments",
    )  # fmt: skip
    resolution: str = _setting(
        "own", "Pixels of the shorter side of a film with another shape; own: as much as the footage has.",
        choices=RESOLUTIONS, group="moments",
    )  # fmt: skip
    duration: Time = _setting(
        Time(seconds=0.0), "How long the film should be: its best moments are chosen; with 0 nothing is chosen.",
        unit="time", high=36_000, step=1.0, group="moments",
    )  # fmt: skip
    shortest_moment: Time = _setting(Time(seconds=1.5), "The shortest clip that is chosen.", unit="time", high=600,
                                     step=0.1, group="moments")  # fmt: skip
    longest_moment: Time = _setting(
        Time(seconds=8.0), "The longest clip that is chosen, but for sentences, which are never cut.", unit="time",
        high=3600, step=0.5, group="moments",
    )  # fmt: skip
    strong_opening: bool = _setting(
        False, "Begin with the strongest clip of the first third, and leave out what comes before it.", group="moments"
    )
    ending: Time = _setting(
        Time(seconds=0.0), "How long the film holds the end of the footage, as an end card is held; with 0 not at all.",
        unit="time", high=60, step=0.5, group="moments",
    )  # fmt: skip
    language: str = _setting("en-us", "Language of lines whose letters do not tell theirs.", group="dub")
    voice: str = _setting(
        "", "Who speaks: a voice of espeak-ng (en-gb+f3), a Piper voice's .onnx file, or one for each speaker of the "
        "subtitles (Anna=en-gb+f3,Ben=de); the language's own when empty.", group="dub",
    )  # fmt: skip
    original: str = _setting("lower", "What happens to the voice that is dubbed over.",
                             choices=("lower", "remove", "keep"), group="dub")  # fmt: skip
    dub_depth: float = _setting(-18.0, "By how much the voice that is dubbed over is lowered.",
                                unit="dB", low=-60.0, high=0.0, step=0.5, group="dub")  # fmt: skip
    music_level: float = _setting(0.0, "How loud the music is where nobody speaks, beside the voices.",
                                  unit="dB", low=-40.0, high=20.0, step=0.5, group="music")  # fmt: skip
    music_depth: float = _setting(-12.0, "By how much the music is lowered under speech.",
                                  unit="dB", low=-60.0, high=0.0, step=0.5, group="music")  # fmt: skip
    music_attack: Time = _setting(Time(seconds=0.15), "Time in which the music goes down before speech.",
                                  unit="time", high=10, group="music")  # fmt: skip
    music_release: Time = _setting(Time(seconds=0.6), "Time in which it comes back.",
                                   unit="time", high=10, group="music")  # fmt: skip
    music_hold: Time = _setting(Time(seconds=0.8), "Pauses shorter than this stay lowered.",
                                unit="time", high=10, group="music")  # fmt: skip
    music_fade_in: Time = _setting(Time(seconds=0.5), "Time in which the music begins.",
                                   unit="time", high=60, group="music")  # fmt: skip
    music_fade_out: Time = _setting(Time(seconds=3.0), "Time in which it ends with the film.",
                                    unit="time", high=60, group="music")  # fmt: skip
    grade_strength: float = _setting(1.0, "How much of the colour correction is written, from none (0) to all (1).",
                                     low=0.0, high=1.5, group="grade")  # fmt: skip
    look: str = _setting("neutral", "A look on top of the correction, as modifiers of its own.", choices=LOOKS,
                         group="grade")  # fmt: skip
    match: str = _setting(
        "", "Bring colours together: “shots” matches neighbouring shots of one place to the best exposed, a picture's "
        "or film's path matches all shots to it.", group="grade",
    )  # fmt: skip
    lufs: float = _setting(-14.0, "Loudness of the mix, in LUFS.", unit="LUFS", low=-69.0, high=-1.0, step=0.5,
                           names=LOUDNESS, group="mix")  # fmt: skip
    true_peak: float = _setting(-1.0, "The highest true peak of the mix.", unit="dBTP", low=-20.0, high=0.0, step=0.1,
                                group="mix")  # fmt: skip
    mix: str = _setting("track", "Mix everything into one track at its loudness, or write volume keyframes only.",
                        choices=("track", "keyframes"), group="mix")  # fmt: skip
    clean: tuple[str, ...] = _setting((), "Clean recorded voices, into new files.", choices=CLEANING, group="mix")
    noise_reduction: float = _setting(12.0, "How much the cleaning lowers noise.", unit="dB", low=0.0, high=24.0,
                                      step=0.5, group="mix")  # fmt: skip

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
        names = _FIELDS[key].metadata["names"]
        value = names.get(value.strip().lower(), value) if isinstance(value, str) and names else value
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
        words = (str(item).strip() for item in items)
        return tuple(dict.fromkeys(word for word in words if word or default))
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
