"""Which voices there are, and how one sounds: a sentence is spoken by the worker and played at once."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import bpy

from ...dub_lines import DubLine
from ...errors import UsageError
from ...planner.dub import Voices
from ...planner.language import guess, sample
from ...settings import Settings
from ..marks import DUB, LANGUAGE, TEXT, VOICE
from . import analysing, preferences
from .task import Stop, Tick

_listed: list[tuple[str, str, str]] = []  # Blender does not keep the texts of its items itself
_playing: list[Any] = []


def offered(operator: Any = None, context: Any = None) -> list[tuple[str, str, str]]:
    """The voices that are known by now, as the items of an enumeration."""
    return _listed


def speakers(stop: Stop) -> Generator[Tick, None, int]:
    """Ask the worker for the voices that make a sound; how many there are.

    Raises:
        EnvironmentProblem: there is no voice engine.
    """
    result = yield from analysing.ask(preferences.desk(), "dub", {"voices": True}, stop)
    titles = {voice["name"]: f"{voice['title']}  {voice['name']}" for voice in result["voices"]}
    _listed[:] = sorted(((name, title, "") for name, title in titles.items()), key=lambda item: item[1])
    return len(_listed)


def heard(scene: Any, settings: Settings, stop: Stop) -> Generator[Tick, None, str]:
    """Let the voice that is chosen say something; its name.

    Raises:
        UsageError: there is no such voice.
        OSError: there is no sound device.
    """
    line = _line(scene, settings)
    folder = Path(bpy.app.tempdir) / "neuroedit-voice"  # Blender empties it when it ends
    arguments = {"lines": [line.to_json()], "folder": str(folder), "known": []}
    result = yield from analysing.ask(preferences.desk(), "dub", arguments, stop)
    if not result["takes"]:
        raise UsageError(f"The voice {line.voice} said nothing.", "Choose another voice.")
    if not bpy.app.background:
        _play(result["takes"][0]["path"])
    return line.voice


def _line(scene: Any, settings: Settings) -> DubLine:
    strip = scene.sequence_editor.active_strip if scene.sequence_editor else None
    if strip is not None and DUB in strip:
        voice = str(strip.get(VOICE, "")).strip() or str(strip[LANGUAGE])
        return DubLine(str(strip[TEXT]), 0, None, None, voice, str(strip[LANGUAGE]))
    voices = Voices.of(settings.voice, settings.language)
    voice = voices.voice or next(iter(voices.speakers.values()), "") or settings.language
    if strip is not None and strip.type == "TEXT" and strip.text.strip():
        text = " ".join(strip.text.split())
        language = guess(text, settings.language)
        return DubLine(text, 0, None, None, str(strip.get(VOICE, "")).strip() or voices.voice or language, language)
    language = settings.language if voice.endswith(".onnx") else voice
    return DubLine(sample(language), 0, None, None, voice, settings.language)


def _play(path: str) -> None:
    import aud

    try:
        device = aud.Device()
        # Without somebody who keeps it, it falls silent.
        _playing[:] = [device, device.play(aud.Sound(path))]
    except aud.error as problem:
        raise OSError(str(problem)) from problem
