"""Output: the film, rendered by a second Blender from a copy of the project while the window goes on."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import bpy

from ...errors import Cancelled, NeuroEditError, OutputError
from ...job import Job
from ...messages import Cancelled as CancelledMessage
from ...messages import Done, Failed, Progress, Request
from .. import compat, film_process, read
from ..film_kinds import KINDS, Kind, other_shape
from ..headless.project import save
from ..render_format import film_size, format_of
from ..render_sound import SOUNDS
from . import analysing, edit_operators, log, panels, preferences, scenes, task, written
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
        if not why and compat.open_meta(scenes.edited(context)):
            why = "A meta strip is open: close it with Tab first"
        if why:
            cls.poll_message_set(tr(why))
        return not why

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        output, kind = film_path(scene), scene.neuroedit.film_kind
        if output.suffix.lower() not in KINDS[kind].suffixes:
            format_of(output)
        _require_not_footage(scene, output)
        number = scenes.uid(scene)
        yield Tick(Progress("render", 0, 1, None, output.name))
        scene = scenes.by_uid(number)
        if bpy.app.binary_path:
            notes = yield from _beside(scene, output, kind, stop)
        else:  # the bpy module has no program that could be started
            notes = _here(scene, output, kind, stop)
        for note in notes:
            log.write(f"warning: {note}")
        size = output.stat().st_size / 1e6
        yield from _measure(number, output, kind, stop)
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


def _beside(scene: Any, output: Path, kind: str, stop: Stop) -> Any:
    python, folders = preferences.desk().python()
    with tempfile.TemporaryDirectory(prefix="neuroedit-film-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "copy.blend"
        save(copy)
        yield Tick()
        request = Request("film", {"scene": scene.name, "output": str(output), "kind": kind,
                                   "python": python, "folders": list(folders), "folder": folder})  # fmt: skip
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


def _here(scene: Any, output: Path, kind: str, stop: Stop) -> list[str]:
    from ... import job

    python, folders = preferences.desk().python()

    def ask(verb: str, **arguments: Any) -> dict[str, Any]:
        return job.run(Request(verb, arguments), python, folders).result

    with tempfile.TemporaryDirectory(prefix="neuroedit-film-") as folder:
        return film_process.write(scene, output, KINDS[kind], Path(folder), ask, lambda progress: None, stop)


def _measure(number: int, output: Path, kind: str, stop: Stop) -> Generator[Tick, None, None]:
    """Learn how long and how loud the film is; that it cannot be told is no failure, for it is written."""
    written.forget(number)
    try:
        levels = yield from analysing.ask(preferences.desk(), "film_levels", {"path": str(output)}, stop)
    except NeuroEditError as problem:
        log.write_problem(problem)
        return
    written.remember(number, written.Film.of(output, levels, KINDS[kind].lufs))


class NEUROEDIT_PT_output(panels.Sidebar, bpy.types.Panel):
    """The film."""

    bl_idname = "NEUROEDIT_PT_output"
    bl_label = "Output"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 80

    def draw(self, context: Any) -> None:
        scene, layout = scenes.edited(context), self.layout
        kind = KINDS[scene.neuroedit.film_kind]
        panels.draw_properties(layout, scene.neuroedit, ("film_kind", "film"))
        column = layout.column(align=True)
        column.enabled = task.current() is None
        suffix = Path(scene.neuroedit.film).suffix.lower()
        if suffix not in kind.suffixes:
            column.label(text=tr(f"Films end in {', '.join(kind.suffixes)}"), icon="ERROR")
        if suffix not in SOUNDS:
            column.label(text=tr(_size(scene, kind)), translate=False, icon="RENDER_ANIMATION")
        if kind.fill and other_shape(scene.render, kind):
            for number, line in enumerate(panels.wrapped(tr(_CROPPED), context)):
                column.label(text=line, translate=False, icon="BLANK1" if number else "INFO")
        row = column.row()
        row.scale_y = 1.4
        row.operator("neuroedit.render")
        _draw_written(layout, written.of(scenes.uid(scene)), context)


_CROPPED = "The middle of the picture is kept. To follow what matters instead, choose an Aspect in Cuts and edit again."


def _size(scene: Any, kind: Kind) -> str:
    width, height = kind.size or film_size(scene.render)
    return f"{width} × {height}, {float(read.scene_rate(scene)):g} fps"


def _draw_written(layout: Any, film: written.Film | None, context: Any) -> None:
    """The last film's length and loudness."""
    if film is None:
        return
    box = layout.box().column(align=True)
    box.label(text=film.name, translate=False, icon="FILE_MOVIE")
    for title, text in film.facts():
        row = box.split(factor=0.42)
        row.label(text=title)
        row.label(text=tr(text), translate=False)
    if remark := film.remark():
        for number, line in enumerate(panels.wrapped(tr(remark), context)):
            box.label(text=line, translate=False, icon="BLANK1" if number else "INFO")


CLASSES = (NEUROEDIT_OT_render, NEUROEDIT_PT_output)


def register() -> None:
    """Make them known."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Take them away."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
