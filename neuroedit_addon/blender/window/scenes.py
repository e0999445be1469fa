"""Scenes by an id that outlives undo: no reference to Blender's data is held between two events."""

from __future__ import annotations

from typing import Any

import bpy

from ...errors import TimelineError


def edited(context: Any) -> Any:
    """The scene whose sequencer the user works in, or None."""
    return getattr(context, "sequencer_scene", None) or context.scene


def edited_in(window: Any) -> Any:
    """The same, of a window."""
    return getattr(window.workspace, "sequencer_scene", None) or window.scene


def uid(scene: Any) -> int:
    """A number that is this scene's for as long as the file is open."""
    return scene.session_uid


def show(scene: Any) -> None:
    """Make every window that works on a sequencer work on this scene's."""
    for window in bpy.context.window_manager.windows:
        if hasattr(window.workspace, "sequencer_scene"):
            window.workspace.sequencer_scene = scene
        window.scene = scene


def copied(scene: Any) -> Any:
    """A copy of a scene with strips, animation and choices of its own."""
    made = scene.copy()
    made.use_extra_user = True  # else nothing uses the copy, and Blender would not save it
    made.name = f"{scene.name} Edit"
    if made.animation_data and made.animation_data.action:
        shared, slot = made.animation_data.action, getattr(made.animation_data, "action_slot", None)
        made.animation_data.action = shared.copy()
        if slot is not None:
            made.animation_data.action_slot = made.animation_data.action.slots[slot.identifier]
    return made


def by_uid(number: int) -> Any:
    """The scene with this number.

    Raises:
        TimelineError: it is gone.
    """
    scene = next((scene for scene in bpy.data.scenes if scene.session_uid == number), None)
    if scene is None:
        raise TimelineError("The scene that was being edited is gone.", "Start again in the scene that is there.")
    return scene
