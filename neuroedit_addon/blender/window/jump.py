"""Moves the playhead to a decision and brings it into view."""

from __future__ import annotations

from typing import Any

import bpy

from ..read import scene_rate

LEAD = 2.0  # seconds shown before and after a cut


def to_active(scene: Any, context: Any) -> None:
    """Show the place of the list's active decision."""
    project = scene.neuroedit
    if not 0 <= project.active < len(project.decisions):
        return
    scene.frame_current = project.decisions[project.active].frame
    area = next((a for a in context.screen.areas if a.type == "SEQUENCE_EDITOR"), None) if context.screen else None
    if area is None:
        return
    here = context.area if context.area and context.area.type == "SEQUENCE_EDITOR" else area
    region = next((r for r in here.regions if r.type == "WINDOW"), None)
    if region:
        with context.temp_override(area=here, region=region):
            bpy.ops.sequencer.view_frame()


def play(scene: Any, context: Any) -> None:
    """Play from a little before the active decision to a little after it."""
    frame = scene.neuroedit.decisions[scene.neuroedit.active].frame
    lead = round(LEAD * float(scene_rate(scene)))
    stop, number = min(frame + lead, scene.frame_end), scene.session_uid
    scene.frame_current = max(scene.frame_start, frame - lead)
    if not context.screen.is_animation_playing:
        bpy.ops.screen.animation_play()

    def watch() -> float | None:
        shown = next((s for s in bpy.data.scenes if s.session_uid == number), None)
        window = next((w for w in bpy.context.window_manager.windows if w.screen.is_animation_playing), None)
        if shown is None or window is None:
            return None
        if frame - lead <= shown.frame_current < stop:
            return 0.02
        with bpy.context.temp_override(window=window):
            bpy.ops.screen.animation_cancel(restore_frame=False)
        return None

    bpy.app.timers.register(watch, first_interval=0.1)
