"""What the edit would come to with the choices as they are now: planned anew from known findings, in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy

from ...errors import NeuroEditError
from ...plan import Plan
from . import choices, knowledge, scenes, task

_PAUSE = 0.08  # seconds without a change before planning: a dragged slider changes many times
_LETTING_GO = 0.6  # seconds without a change before the timeline is written


@dataclass(frozen=True)
class Outlook:
    """Numbers of the edit that the present choices would make, or why there are none."""

    summary: dict[str, Any]
    problem: str = ""
    plan: Plan | None = None


_outlooks: dict[int, Outlook] = {}
_waiting: set[int] = set()


def outlook(scene: Any) -> Outlook | None:
    """What an update would come to; None when the choices are those of the edit, or nothing is known."""
    return _outlooks.get(scenes.uid(scene))


def settings_changed(scene: Any) -> None:
    """A choice of this scene changed; plan soon."""
    _waiting.add(scenes.uid(scene))
    for timer, pause in ((_plan_soon, _PAUSE), (_write_soon, _LETTING_GO)):
        if bpy.app.timers.is_registered(timer):
            bpy.app.timers.unregister(timer)
        bpy.app.timers.register(timer, first_interval=pause)


def written(scene: Any) -> None:
    """The timeline is as the choices say."""
    _outlooks.pop(scenes.uid(scene), None)
    _waiting.discard(scenes.uid(scene))
    knowledge.tell()


def plan(scene: Any) -> Outlook | None:
    """The outlook of a scene's present choices; None when this session has not analysed it."""
    from . import editing, review, taught

    basis = knowledge.basis_of(scenes.uid(scene))
    if basis is None:
        return None
    found = [findings for path in basis.timeline.sources if (findings := knowledge.of(path))]
    settings = choices.chosen(scene.neuroedit.settings)
    try:
        found = taught.as_liked(scene, found)
        decided, *_ = editing.decide(found, basis.timeline, settings, review.verdicts(scene), basis.plan)
    except NeuroEditError as problem:
        return Outlook({}, str(problem))
    return Outlook(decided.summary, plan=decided)


def forget() -> None:
    """Another file was opened, or the add-on is going."""
    _outlooks.clear()
    _waiting.clear()
    for timer in (_plan_soon, _write_soon):
        if bpy.app.timers.is_registered(timer):
            bpy.app.timers.unregister(timer)


def _plan_soon() -> None:
    for scene in bpy.data.scenes:
        if scenes.uid(scene) in _waiting:
            found = plan(scene)
            if found is not None:
                _outlooks[scenes.uid(scene)] = found
    knowledge.tell()
    redraw()


def _write_soon() -> float | None:
    """Where the user wants every change at once: the same as pressing Update Edit."""
    if task.current():
        return _LETTING_GO
    for window in bpy.context.window_manager.windows:
        scene = scenes.edited_in(window)
        wanted = scene is not None and scenes.uid(scene) in _waiting and scenes.uid(scene) in _outlooks
        if wanted and scene.neuroedit.live:
            with bpy.context.temp_override(window=window):
                bpy.ops.neuroedit.update_edit("INVOKE_DEFAULT")
            break
    _waiting.clear()
    return None


def redraw() -> None:
    """Draw every sequencer anew."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "SEQUENCE_EDITOR":
                area.tag_redraw()
