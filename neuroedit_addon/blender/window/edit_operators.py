"""The operators that edit: Auto Edit, Update Edit, Revert, Cancel."""

from __future__ import annotations

from typing import Any

import bpy

from ...errors import TimelineError
from .. import compat, record
from ..finishing.undoing import take_back
from . import choices, editing, finishing, guard, live, preferences, review, scenes, task
from .stepping import Stepping
from .task import Outcome, Stop, Tick, Work
from .translation import tr


def why_not(context: Any) -> str:
    """Why nothing can be edited right now; empty when it can."""
    scene = scenes.edited(context)
    if task.current():
        return "NeuroEdit is at work; wait for it or cancel it"
    if scene is None:
        return "There is no sequencer scene: choose one in the sequencer's header"
    if not scene.is_editable:
        return "The scene is linked from another file and cannot be edited"
    if not scene.sequence_editor or not len(compat.strips_of(scene)):
        return "Nothing lies on the sequencer: drop some footage on it first"
    return ""


def order(scene: Any, again: bool) -> editing.Order:
    """What the user's choices ask for."""
    project = scene.neuroedit
    return editing.Order(scenes.uid(scene), choices.chosen(project.settings), review.verdicts(scene), again,
                         preferences.desk(), finishing.Named.of(project), project.where == "ASIDE")  # fmt: skip


class NEUROEDIT_OT_auto_edit(Stepping, bpy.types.Operator):
    """Watch and listen to the selected strips (all if none is selected), and cut them. One undo takes it back"""

    bl_idname = "neuroedit.auto_edit"
    bl_label = "Auto Edit"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        why = why_not(context)
        if why:
            cls.poll_message_set(tr(why))
        return not why

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        live.written(scene)
        return editing.edit(order(scene, again=False), stop)


class NEUROEDIT_OT_update_edit(Stepping, bpy.types.Operator):
    """Make the last edit anew with the choices as they are now; what was seen and heard is remembered"""

    bl_idname = "neuroedit.update_edit"
    bl_label = "Update Edit"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        return can_edit_again(cls, context)

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        live.written(scene)
        return editing.edit(order(scene, again=True), stop)


class NEUROEDIT_OT_revert(Stepping, bpy.types.Operator):
    """Take the last edit back: every strip is whole again, where it was"""

    bl_idname = "neuroedit.revert"
    bl_label = "Revert Edit"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        return can_edit_again(cls, context)

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        number = scenes.uid(scene)
        yield Tick()
        scene = scenes.by_uid(number)
        take_back(scene)
        if record.exists(scene):
            raise TimelineError("The edit was changed by hand or speeds strips up, so it cannot be taken back alone.",
                                "Use Undo, or Edit > Undo History.")  # fmt: skip
        review.clear(scene)
        live.written(scene)
        return Outcome("INFO", "The timeline is as it was before the edit")


class NEUROEDIT_OT_cancel(bpy.types.Operator):
    """Stop at once; the timeline stays as it was (Esc)"""

    bl_idname = "neuroedit.cancel"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        return task.current() is not None

    def execute(self, context: Any) -> set[str]:
        task.current().cancel()
        return {"FINISHED"}


def can_edit_again(cls: Any, context: Any) -> bool:
    """For `poll`: whether there is an edit that could be made anew or taken back."""
    why = why_not(context)
    if not why and not record.exists(scenes.edited(context)):
        why = "Nothing was edited here yet: press Auto Edit first"
    if not why:
        scene = scenes.edited(context)
        inside, meta = record.place(scene), compat.open_meta(scene)
        if inside and (not meta or meta.name != inside):
            why = f"The last edit was made inside the meta strip “{inside}”: open it with Tab first"
        elif meta and not inside:
            why = "The last edit was made outside of this meta strip: close it with Tab first"
    if why:
        cls.poll_message_set(tr(why))
    return not why


CLASSES = (NEUROEDIT_OT_auto_edit, NEUROEDIT_OT_update_edit, NEUROEDIT_OT_revert, NEUROEDIT_OT_cancel)


def register() -> None:
    """Make them known."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    guard.register()


def unregister() -> None:
    """End what is at work, and take them away."""
    guard.unregister()
    live.forget()
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
