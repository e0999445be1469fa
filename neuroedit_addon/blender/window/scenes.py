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


def by_uid(number: int) -> Any:
    """The scene with this number.

    Raises:
        TimelineError: it is gone.
    """
    scene = next((scene for scene in bpy.data.scenes if scene.session_uid == number), None)
    if scene is None:
        raise TimelineError("The scene that was being edited is gone.", "Start again in the scene that is there.")
    return scene
