"""Output: the film, rendered by a second Blender from a copy of the project while the window goes on."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import bpy

from ...errors import Cancelled, OutputError
from ...job import Job
from ...messages import Cancelled as CancelledMessage
from ...messages import Done, Failed, Progress, Request
from .. import compat, film_process, read
from ..faded_sound import faded
from ..headless.project import save
from ..render import render
from ..render_format import FORMATS, format_of
from . import edit_operators, log, panels, preferences, scenes, task
from .stepping import Stepping
from .task import Outcome, Stop, Tick, Work
from .translation import tr


class NEUROEDIT_OT_render(Stepping, bpy.types.Operator):
    """Write the film. A second Blender renders a copy of the project, so you can go on working meanwhile"""

    bl_idname = "neuroedit.render"
    bl_label = "Render Film"

    @classmethod
    def poll(cls, context: Any) -> bool:
        why = edit_operators.why_not(context)
        if why:
            cls.poll_message_set(tr(why))
        return not why

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        output = film_path(scene)
        format_of(output)
        _require_not_footage(scene, output)
        number = scenes.uid(scene)
        yield Tick(Progress("render", 0, 1, None, output.name))
        scene = scenes.by_uid(number)
        if bpy.app.binary_path:
            notes = yield from _beside(scene, output, stop)
        else:  # the bpy module has no program that could be started
            notes = _here(scene, output, stop)
        for note in notes:
            log.write(f"warning: {note}")
        size = output.stat().st_size / 1e6
        return Outcome("INFO", " ".join([f"Wrote {output} ({size:.1f} MB).", *notes]))


def film_path(scene: Any) -> Path:
    """The film's absolute path.

    Raises:
        OutputError: it lies beside a project that was not saved yet.
    """
    text = scene.neuroedit.film
    if text.startswith("//") and not bpy.data.filepath:
        raise OutputError("The project was not saved yet, so the film has no folder.", "Save it, or name a folder.")
    return Path(bpy.path.abspath(text))


def _require_not_footage(scene: Any, output: Path) -> None:
    if any(read.media_path(strip) == str(output) for strip in compat.strips_of(scene)):
        raise OutputError(f"{output} is footage of this timeline.", "Choose another name for the film.")


def _beside(scene: Any, output: Path, stop: Stop) -> Any:
    python, folders = preferences.desk().python()
    with tempfile.TemporaryDirectory(prefix="neuroedit-film-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "copy.blend"
        save(copy)
        yield Tick()
        request = Request("film", {"scene": scene.name, "output": str(output), "python": python,
                                   "folders": list(folders), "folder": folder})  # fmt: skip
        program = [bpy.app.binary_path, "-b", "--factory-startup", str(copy), "--python-expr", film_process.PROGRAM]
        work = Job(request, python, command=program)
        try:
            while True:
                progress = None
                for message in work.poll(100):
                    if isinstance(message, Done):
                        return list(message.result["notes"])
                    if isinstance(message, CancelledMessage):
                        raise Cancelled("Cancelled; no film was written.")
                    if isinstance(message, Failed):
                        raise message.error()
                    progress = message if isinstance(message, Progress) else progress
                if stop():
                    work.cancel()
                yield Tick(progress, waiting=True)
        finally:
            with suppress(OSError):
                work.cancel()
            log.write(work.log)


def _here(scene: Any, output: Path, stop: Stop) -> list[str]:
    from ... import job

    python, folders = preferences.desk().python()
    notes: list[str] = []

    def ask(verb: str, **arguments: Any) -> dict[str, Any]:
        return job.run(Request(verb, arguments), python, folders).result

    with (
        tempfile.TemporaryDirectory(prefix="neuroedit-film-") as folder,
        faded(scene, Path(folder), ask, notes.append),
    ):
        notes += render(scene, output, should_cancel=stop)
    return notes


class NEUROEDIT_PT_output(panels.Sidebar, bpy.types.Panel):
    """The film."""

    bl_idname = "NEUROEDIT_PT_output"
    bl_label = "Output"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 80

    def draw(self, context: Any) -> None:
        scene, layout = scenes.edited(context), self.layout
        panels.draw_properties(layout, scene.neuroedit, ("film",))
        column = layout.column(align=True)
        column.enabled = task.current() is None
        suffix = Path(scene.neuroedit.film).suffix.lower()
        if suffix not in FORMATS:
            column.label(text=tr(f"Films end in {', '.join(FORMATS)}"), icon="ERROR")
        render = scene.render
        share, fps = render.resolution_percentage / 100, float(read.scene_rate(scene))
        size = f"{int(render.resolution_x * share)} × {int(render.resolution_y * share)}, {fps:g} fps"
        column.label(text=tr(size), icon="RENDER_ANIMATION")
        row = column.row()
        row.scale_y = 1.4
        row.operator("neuroedit.render")


CLASSES = (NEUROEDIT_OT_render, NEUROEDIT_PT_output)


def register() -> None:
    """Make them known."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Take them away."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
