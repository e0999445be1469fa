"""Renders a film in a Blender of its own, so that the window goes on: a copy of the project in, messages out.

    blender -b --factory-startup COPY.blend --python-expr PROGRAM

It speaks the worker's language (messages.py): one request on standard input, whose end cancels; messages on standard
output; the log on standard error. Arguments of the request: {"scene", "output", "kind", "python", "folders", "folder"}:
the scene's name, the film, one of film_kinds.KINDS, the worker's interpreter and its folders, a folder for what passes.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from .. import errors, job
from ..messages import Cancelled, Done, Failed, Message, Progress, Request, decode_request, encode
from .faded_sound import Ask, faded
from .film_kinds import KINDS, Kind, in_shape
from .read import scene_rate
from .render import render
from .render_sound import SOUNDS, render_sound

_ROOT = str(Path(__file__).resolve().parents[2])
PROGRAM = f"import sys; sys.path.insert(0, {_ROOT!r}); from neuroedit_addon.blender import film_process as f; f.main()"
_GRACE = 5.0  # seconds that a frame may still take once the film is cancelled


def main() -> None:
    """Serve the request; never returns."""
    out = os.dup(1)
    os.dup2(2, 1)  # what Blender prints is the log

    def say(message: Message) -> None:
        line = encode(message)
        while line:
            line = line[os.write(out, line) :]

    cancelled = threading.Event()
    line = sys.stdin.buffer.readline()
    threading.Thread(target=_watch, args=(cancelled,), daemon=True).start()
    try:
        say(Done({"notes": _film(decode_request(line).arguments, say, cancelled)}))
    except errors.Cancelled:
        say(Cancelled())
    except errors.NeuroEditError as problem:
        traceback.print_exc()
        say(Failed(type(problem).__name__, problem.sentence, problem.cure))
    except Exception as problem:
        traceback.print_exc()
        say(Failed("OutputError", f"The film could not be rendered: {type(problem).__name__}: {problem}."))
    sys.stderr.flush()
    os._exit(0)


def _film(asked: dict[str, Any], say: Any, cancelled: threading.Event) -> list[str]:
    def ask(verb: str, **arguments: Any) -> dict[str, Any]:
        return job.run(Request(verb, arguments), asked["python"], asked["folders"]).result

    scene, output = bpy.data.scenes[asked["scene"]], Path(asked["output"])
    return write(scene, output, KINDS[asked["kind"]], Path(asked["folder"]), ask, say, cancelled.is_set)


def write(scene: Any, output: Path, kind: Kind, folder: Path, ask: Ask, say: Callable[[Progress], None],
          cancelled: Callable[[], bool]) -> list[str]:  # fmt: skip
    """Write a scene as this kind of film, or its sound alone; returns what the user should know.

    Args:
        folder: for what passes.
        ask: the worker: a verb and its arguments give a result.

    Raises:
        NeuroEditError: as render and render_sound.
    """
    notes: list[str] = []

    def verify_film(film: Path, frames: int, sound: bool) -> None:
        seconds = frames / float(scene_rate(scene))
        ask("check_film", path=str(film), name=str(output), frames=frames, sound=sound, seconds=seconds)

    def verify_sound(film: Path, seconds: float) -> None:
        ask("check_film", path=str(film), name=str(output), frames=0, sound=True, seconds=seconds)

    with faded(scene, folder, ask, notes.append):
        if output.suffix.lower() in SOUNDS:
            render_sound(scene, output, cancelled, verify=verify_sound)
        else:
            with in_shape(scene, kind):
                notes += render(scene, output, say, cancelled, verify=verify_film, form=kind.form)
    return notes


def _watch(cancelled: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    cancelled.set()
    threading.Event().wait(_GRACE)
    os._exit(1)
