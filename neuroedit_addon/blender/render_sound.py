"""Writes the sound of a scene's sequencer alone: whole and under its name, or not there at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from ..errors import Cancelled, TimelineError, UsageError
from . import compat
from .render import has_sound, write_error
from .whole_file import whole_file

# by suffix: container, codec and kind of samples, as Blender's mixdown calls them
SOUNDS = {".wav": ("WAV", "PCM", "S24"), ".flac": ("FLAC", "FLAC", "S16"), ".mp3": ("MP3", "MP3", "S16")}
_RATE, _KBITS = 48_000, 256
_CALM = 0.5  # seconds in which a finished file does not grow
_PATIENCE = 3600.0


def render_sound(scene: Any, output: Path, should_cancel: Callable[[], bool] = lambda: False, *,
                 verify: Callable[[Path, float], None] = lambda path, seconds: None) -> None:  # fmt: skip
    """Write the scene's whole range as sound.

    Args:
        output: its suffix is one of SOUNDS.
        verify: called with the written file and its seconds before it gets its name.

    Raises:
        UsageError: the suffix is no sound's.
        TimelineError: there is nothing to hear.
        OutputError: it cannot be written here.
        Cancelled: `should_cancel` said so.
    """
    if output.suffix.lower() not in SOUNDS:
        problem = f"{output.name} is no kind of sound that can be written."
        raise UsageError(problem, f"Choose one of {', '.join(SOUNDS)}.")
    if not has_sound(scene):
        raise TimelineError("Nothing on the timeline can be heard.", "Choose a film in the panel Output.")
    container, codec, samples = SOUNDS[output.suffix.lower()]
    seconds = (scene.frame_end - scene.frame_start + 1) * scene.render.fps_base / scene.render.fps
    with whole_file(output) as beside, compat.editing(scene):
        try:
            bpy.ops.sound.mixdown(filepath=str(beside), container=container, codec=codec, format=samples,
                                  channels="STEREO", mixrate=_RATE, bitrate=_KBITS, relative_path=False)  # fmt: skip
        except RuntimeError as problem:
            raise write_error(output, f"Blender could not write {output}: {str(problem).strip()}.") from problem
        _settle(beside, should_cancel)
        if not beside.stat().st_size:
            raise write_error(output, f"Nothing of {output} could be written.")
        verify(beside, seconds)


def _settle(path: Path, should_cancel: Callable[[], bool]) -> None:
    """The application goes on writing after its operator has returned."""
    size, since, until = -1, time.monotonic(), time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if should_cancel():
            raise Cancelled
        now = path.stat().st_size
        if now != size:
            size, since = now, time.monotonic()
        elif time.monotonic() - since > _CALM:
            return
        time.sleep(0.1)
