"""Renders a scene's sequencer into a film: whole and under its name, or not there at all."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from ..errors import Cancelled, OutputError, TimelineError
from ..messages import Progress
from . import compat
from .render_format import Format, film_settings, film_size, format_of
from .whole_file import whole_file

OnProgress = Callable[[Progress], None]
Verify = Callable[[Path, int, bool], None]

_PAST_THE_END = 1_048_574  # Blender's last frame
_LEAST_ROOM = 4 * 1024 * 1024  # with less than this the disk counts as full


def render(
    scene: Any, output: Path, on_progress: OnProgress = lambda progress: None,
    should_cancel: Callable[[], bool] = lambda: False, *, span: tuple[int, int] | None = None,
    verify: Verify = lambda film, frames, sound: None, form: Format | None = None,
) -> list[str]:  # fmt: skip
    """Write frames [first, after) of `scene` (its whole range when no span is given) as a film.

    The film is written beside its place and renamed when it is whole; an older one of that name is replaced only
    then. The scene is afterwards as it was.

    Args:
        output: its suffix chooses container and codecs (render_format.FORMATS).
        on_progress: told after each frame.
        should_cancel: asked after each frame.
        verify: called with the written file, its number of frames and whether it has sound, before it gets its
            name; raises OutputError if something is missing (Blender itself does not notice a full disk).
        form: container and codecs, where the suffix shall not choose them.

    Returns:
        what the user should know of, a sentence each.

    Raises:
        UsageError: the suffix is no film's.
        TimelineError: there is nothing to render.
        OutputError: the film cannot be written here.
        Cancelled: `should_cancel` said so.
    """
    form = form or format_of(output)
    first, after = span or (scene.frame_start, scene.frame_end + 1)
    if after <= first:
        raise TimelineError(f"There is nothing to render into {output.name}.", "The edit left nothing of the footage.")
    sound = has_sound(scene)
    notes = _notes(scene, output)
    watch = _Watch(scene, first, after, output.name, on_progress, should_cancel)
    with whole_file(output) as beside:
        with (
            compat.editing(scene),
            compat.nearest_pictures(scene),
            _some_picture(scene, first, after),
            film_settings(scene, form, blender_path(beside), (first, after), sound),
            watch,
        ):
            # A scene that no window shows has no evaluated state, and 5.2 would make it anew for every frame.
            for layer in scene.view_layers:
                layer.update()
            _run(scene, output)
        watch.settle()
        _require_whole(beside, output, watch.written, after - first)
        verify(beside, after - first, sound)
    return notes


def has_sound(scene: Any) -> bool:
    """Whether anything on the sequencer may be heard."""
    editor = scene.sequence_editor
    return bool(editor) and any(s.type in ("SOUND", "SCENE") and not s.mute for s in _all_strips(editor))


def blender_path(path: Path) -> str:
    """A path as Blender's render settings read it: single braces are templates there, doubled ones are braces."""
    return str(path.absolute()).replace("{", "{{").replace("}", "}}")


def _all_strips(editor: Any) -> Any:
    return getattr(editor, "strips_all", None) or editor.sequences_all


def _notes(scene: Any, output: Path) -> list[str]:
    share = scene.render.resolution_percentage / 100
    asked = int(scene.render.resolution_x * share), int(scene.render.resolution_y * share)
    width, height = film_size(scene.render)
    if asked == (width, height):
        return []
    return [f"{output.name} is {width} x {height}: films have even sizes, and the scene is {asked[0]} x {asked[1]}."]


@contextmanager
def _some_picture(scene: Any, first: int, after: int) -> Iterator[None]:
    """Black for a timeline of sound alone: with no picture at all Blender would render the 3D scene."""
    if any(s.type != "SOUND" and not s.mute for s in compat.strips_of(scene)):
        yield
        return
    channel = max((s.channel for s in compat.strips_of(scene)), default=0) + 1
    black = compat.new_effect(scene, "NeuroEdit black", "COLOR", min(channel, 128), first, after)
    black.color = (0.0, 0.0, 0.0)
    try:
        yield
    finally:
        compat.strips_of(scene).remove(black)


def _run(scene: Any, output: Path) -> None:
    try:
        bpy.ops.render.render(animation=True, scene=scene.name)
    except RuntimeError as problem:
        reason = str(problem).strip().removeprefix("Error: ").splitlines()
        said = reason[0].rstrip(".") if reason else "Blender says no more"
        raise write_error(output, f"Blender could not render {output}: {said}.") from problem


def _require_whole(beside: Path, output: Path, written: int, frames: int) -> None:
    if written != frames or not beside.exists() or beside.stat().st_size == 0:
        raise write_error(output, f"Only {written} of {frames} frames of {output} could be written.")


def write_error(output: Path, sentence: str) -> OutputError:
    if shutil.disk_usage(output.absolute().parent).free < _LEAST_ROOM:
        return OutputError(f"The disk is full; {output} could not be written.", "Make room or choose another folder.")
    return OutputError(sentence, "Is there room on the disk, and may you write there?")


class _Watch:
    """Counts the frames that are written, tells them on, and ends the render when it is to be cancelled.

    Blender swallows exceptions of handlers; they are kept here and raised by `settle`.
    """

    def __init__(
        self, scene: Any, first: int, after: int, name: str, on_progress: OnProgress, cancel: Callable[[], bool]
    ) -> None:
        self.written = 0
        self._scene, self._frames, self._name = scene, after - first, name
        self._on_progress, self._cancel = on_progress, cancel
        self._problem: BaseException | None = None
        self._began = time.monotonic()

    def __enter__(self) -> None:
        bpy.app.handlers.render_write.append(self._wrote)

    def __exit__(self, *_: object) -> None:
        bpy.app.handlers.render_write.remove(self._wrote)

    def settle(self) -> None:
        """Raise what came up while Blender was rendering."""
        if self._problem:
            raise self._problem

    def _wrote(self, *_: Any) -> None:
        try:
            if self._problem:
                return
            self.written += 1
            if self._cancel():
                raise Cancelled
            spent = time.monotonic() - self._began
            left = spent / self.written * (self._frames - self.written) if spent > 1 else None
            self._on_progress(Progress("render", self.written, self._frames, left, self._name))
        except BaseException as problem:
            self._problem = problem
            # The loop over frames reads the scene's own frame; past the end it is over, the file closed.
            self._scene.frame_current = _PAST_THE_END
