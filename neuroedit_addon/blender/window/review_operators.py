"""Accept and reject decisions, walk from one to the next, play them."""

# No "from __future__ import annotations" here: Blender reads properties from annotations, which must not be text.

from typing import Any

import bpy

from .. import read, shots_on_timeline
from . import editing, jump, knowledge, live, review, scenes, taught
from .edit_operators import can_edit_again, order, why_not
from .stepping import Stepping
from .task import Stop, Work
from .translation import tr


class Deciding(Stepping):
    """For operators that change verdicts: the edit is made anew with them, and stays as it was if that fails."""

    @classmethod
    def poll(cls, context: Any) -> bool:
        if can_edit_again(cls, context) and not len(scenes.edited(context).neuroedit.decisions):
            cls.poll_message_set(tr("The last edit decided nothing"))
            return False
        return can_edit_again(cls, context)

    def verdicts(self, scene: Any) -> dict[str, bool]:
        """The new verdicts of all decisions."""
        raise NotImplementedError

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        number, before, after = scenes.uid(scene), review.verdicts(scene), self.verdicts(scene)
        asked = editing.Order(**{**vars(order(scene, again=True)), "verdicts": after})
        live.written(scene)
        review.keep_verdicts(scene, after)
        try:
            outcome = yield from editing.edit(asked, stop)
        except BaseException:
            review.keep_verdicts(scenes.by_uid(number), before)
            raise
        scene = scenes.by_uid(number)
        taught.hear_verdicts(scene, knowledge.among(read.sources(scene)))
        return outcome


class NEUROEDIT_OT_decide(Deciding, bpy.types.Operator):
    """Carry this decision out, or leave its place as it was. The timeline follows at once"""

    bl_idname = "neuroedit.decide"
    bl_label = "Accept or Reject Decision"
    bl_options = {"UNDO", "INTERNAL"}

    index: bpy.props.IntProperty(options={"SKIP_SAVE"})

    def verdicts(self, scene: Any) -> dict[str, bool]:
        row = scene.neuroedit.decisions[self.index]
        scene.neuroedit["active"] = self.index
        return {**review.verdicts(scene), row.id: not row.done}


class NEUROEDIT_OT_decide_all(Deciding, bpy.types.Operator):
    """Accept or reject many decisions together. The timeline follows at once"""

    bl_idname = "neuroedit.decide_all"
    bl_label = "Accept or Reject Decisions"
    bl_options = {"UNDO"}

    verdict: bpy.props.EnumProperty(
        name="Verdict",
        items=[
            ("ACCEPT", "Accept", "Carry out every decision that is less certain than the value beside"),
            ("REJECT", "Reject", "Leave everything as it was where the decision is less certain than the value beside"),
            ("FORGET", "Forget Verdicts", "Forget what was accepted and rejected by hand; the choices decide again"),
        ],
    )

    @classmethod
    def description(cls, context: Any, properties: Any) -> str:
        items = cls.bl_rna.properties["verdict"].enum_items
        return bpy.app.translations.pgettext_tip(items[properties.verdict].description)

    def verdicts(self, scene: Any) -> dict[str, bool]:
        if self.verdict == "FORGET":
            return {}
        project = scene.neuroedit
        doubtful = (row.id for row in project.decisions if row.confidence < project.below)
        return {**review.verdicts(scene), **dict.fromkeys(doubtful, self.verdict == "ACCEPT")}


class NEUROEDIT_OT_next_decision(bpy.types.Operator):
    """Go to the next or the previous decision in the list"""

    bl_idname = "neuroedit.next_decision"
    bl_label = "Next Decision"
    bl_options = {"INTERNAL"}

    step: bpy.props.IntProperty(default=1, options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: Any, properties: Any) -> str:
        text = "Go to the next decision" if properties.step > 0 else "Go to the decision before"
        return bpy.app.translations.pgettext_tip(text)

    @classmethod
    def poll(cls, context: Any) -> bool:
        return _has_decisions(context)

    def execute(self, context: Any) -> set[str]:
        project = scenes.edited(context).neuroedit
        shown = review.shown(project)
        if not shown:
            return {"CANCELLED"}
        here = shown.index(project.active) if project.active in shown else -1 if self.step > 0 else 0
        project.active = shown[(here + self.step) % len(shown)]
        return {"FINISHED"}


class NEUROEDIT_OT_play_decision(bpy.types.Operator):
    """Play from two seconds before this decision to two seconds after it"""

    bl_idname = "neuroedit.play_decision"
    bl_label = "Preview Decision"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        return _has_decisions(context)

    def execute(self, context: Any) -> set[str]:
        jump.play(scenes.edited(context), context)
        return {"FINISHED"}


class NEUROEDIT_OT_select_shots(bpy.types.Operator):
    """Select the longest picture strip of each shot, and nothing else"""

    bl_idname = "neuroedit.select_shots"
    bl_label = "Select One Strip a Shot"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        why = why_not(context)
        if not why and not knowledge.everything():
            why = "Nothing is known of this footage yet: press Auto Edit first"
        if why:
            cls.poll_message_set(tr(why))
        return not why

    def execute(self, context: Any) -> set[str]:
        scene = scenes.edited(context)
        paths = read.sources(scene)
        found = knowledge.among(paths)
        if len(found) < len(paths):
            self.report({"WARNING"}, tr("Some footage is not known yet: press Auto Edit first"))
            return {"CANCELLED"}
        timeline = read.read(scene, {path: findings.media for path, findings in found.items()})
        count = shots_on_timeline.select_one_a_shot(scene, timeline, list(found.values()))
        self.report({"INFO"}, tr(f"{count} strips selected, one a shot"))
        return {"FINISHED"}


def _has_decisions(context: Any) -> bool:
    scene = scenes.edited(context)
    return bool(scene) and len(scene.neuroedit.decisions) > 0


CLASSES = (
    NEUROEDIT_OT_decide,
    NEUROEDIT_OT_decide_all,
    NEUROEDIT_OT_next_decision,
    NEUROEDIT_OT_play_decision,
    NEUROEDIT_OT_select_shots,
)


def register() -> None:
    """Make them known."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Take them away."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
