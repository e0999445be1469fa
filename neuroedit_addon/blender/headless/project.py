"""Opens, makes and saves projects: a .blend as it is, or a fresh one in Blender's video editing layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import bpy

from ...errors import MediaError, OutputError, TimelineError
from ...findings import Media
from .. import compat
from ..assemble import assemble, new_scene
from ..whole_file import whole_file


def open_project(blend: Path) -> None:
    """Open a .blend without running its scripts.

    Raises:
        MediaError: it cannot be read.
    """
    try:
        bpy.ops.wm.open_mainfile(filepath=str(blend), load_ui=True, use_scripts=False)
    except RuntimeError as problem:
        raise MediaError(f"{blend} cannot be opened by Blender {bpy.app.version_string}.",
                         "Is it a .blend, and not from a newer version?") from problem  # fmt: skip


def has_project() -> bool:
    """Whether a project is open, or at least strips lie on a sequencer."""
    return bool(bpy.data.filepath) or any(_strips(scene) for scene in bpy.data.scenes)


def edited_scene() -> Any:
    """The scene whose sequencer the open project edits.

    Raises:
        TimelineError: nothing lies on any sequencer.
    """
    workspace = getattr(bpy.context, "workspace", None)
    candidates = [getattr(workspace, "sequencer_scene", None), bpy.context.scene, *bpy.data.scenes]
    for scene in candidates:
        if scene is not None and _strips(scene):
            return scene
    raise TimelineError("Nothing lies on the sequencer.", "Put some footage on it, or name files.")


def fresh(media: Sequence[Media], name: str, lay: Callable[[Any, Sequence[Media]], None] = assemble) -> Any:
    """A new project with one scene on which `lay` puts the files, one after another; whatever was open is gone."""
    bpy.ops.wm.read_homefile(app_template="Video_Editing", use_factory_startup=True)
    old = list(bpy.data.scenes)
    scene = new_scene(media, name[:60] or "NeuroEdit")
    _show(scene)
    for other in old:
        bpy.data.scenes.remove(other)
    lay(scene, media)
    return scene


def save(output: Path) -> None:
    """Save a copy of the open project, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    with whole_file(output) as beside:
        beside.unlink()  # Blender would keep it as a backup
        try:
            bpy.ops.wm.save_as_mainfile(filepath=str(beside), check_existing=False, copy=True, relative_remap=True)
        except RuntimeError as problem:
            said = (str(problem).strip().removeprefix("Error: ").splitlines() or ["it does not say why"])[0].rstrip(".")
            raise OutputError(f"Blender could not save {output}: {said}.", "Is there room on the disk?") from problem
        _require_whole(beside, output)


def _require_whole(beside: Path, output: Path) -> None:
    """A .blend ends with the list of what its data mean; Blender does not notice when a full disk cuts that off."""
    try:
        with bpy.data.libraries.load(str(beside)) as (there, _):
            whole = len(there.scenes) == len(bpy.data.scenes)
    except OSError:
        whole = False
    if not whole:
        raise OutputError(f"{output} could not be written whole.", "Is the disk full? Make room or choose another.")


def _strips(scene: Any) -> bool:
    return bool(scene.sequence_editor and len(compat.strips_of(scene)))


def _show(scene: Any) -> None:
    """Make it the scene that windows show and the sequencer edits."""
    for window in bpy.context.window_manager.windows:
        window.scene = scene
    for workspace in bpy.data.workspaces:
        if hasattr(workspace, "sequencer_scene"):
            workspace.sequencer_scene = scene
