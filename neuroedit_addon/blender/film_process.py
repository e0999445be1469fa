"""Renders a film in a Blender of its own, so that the window goes on: a copy of the project in, messages out.

    blender -b --factory-startup COPY.blend --python-expr PROGRAM

It speaks the worker's language (messages.py): one request on standard input, whose end cancels; messages on standard
output; the log on standard error. Arguments of the request: {"scene", "output", "python", "folders", "folder"}: the
scene's name, the film, the worker's interpreter and its folders, a folder for what passes.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import bpy

from .. import errors, job
from ..messages import Cancelled, Done, Failed, Message, Request, decode_request, encode
from .faded_sound import faded
from .read import scene_rate
from .render import render

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
    scene, output, notes = bpy.data.scenes[asked["scene"]], Path(asked["output"]), []

    def ask(verb: str, **arguments: Any) -> dict[str, Any]:
        return job.run(Request(verb, arguments), asked["python"], asked["folders"]).result

    def verify(film: Path, frames: int, sound: bool) -> None:
        seconds = frames / float(scene_rate(scene))
        ask("check_film", path=str(film), name=str(output), frames=frames, sound=sound, seconds=seconds)

    with faded(scene, Path(asked["folder"]), ask, notes.append):
        notes += render(scene, output, say, cancelled.is_set, verify=verify)
    return notes


def _watch(cancelled: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    cancelled.set()
    threading.Event().wait(_GRACE)
    os._exit(1)
