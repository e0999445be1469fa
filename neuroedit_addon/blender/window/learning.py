"""Learn from Me: the sidebar's panel and operators. What is learnt stays on this machine as plain numbers."""

# No "from __future__ import annotations" here: Blender reads properties from annotations, which must not be text.

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bpy

from ... import profiles
from ...errors import NeuroEditError, TimelineError
from ...planner.personal import described, personal_settings, source_words
from ...profile import Profile, checked_name
from .. import learning
from ..read import scene_rate
from . import analysing, choices, knowledge, live, log, preferences, scenes, task, taught
from .panels import Sidebar, wrapped
from .stepping import Stepping
from .task import Outcome, Stop, Work
from .translation import tr

_SHOWN = 4  # lessons in the panel


class NEUROEDIT_OT_learn(Stepping, bpy.types.Operator):
    """Compare what this timeline kept of its footage with what it dropped, and remember it in the profile"""

    bl_idname = "neuroedit.learn"
    bl_label = "Learn from This Edit"

    @classmethod
    def poll(cls, context: Any) -> bool:
        from .edit_operators import why_not

        why = why_not(context)
        if why:
            cls.poll_message_set(why)
        return not why

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        if not taught.name_of(scene):
            scene.neuroedit_profile = "mine"
        number, name = scenes.uid(scene), checked_name(taught.name_of(scene))
        paths = learning.footage(scene)
        yield from analysing.analyse(scene, paths, preferences.desk(), stop, anew=False)
        scene = scenes.by_uid(number)
        found = knowledge.among(paths)
        if len(found) < len(paths):
            raise TimelineError("A file changed while it was being looked at.", "Learn again.")
        lesson = learning.lesson_of(scene, found)
        profile = profiles.load(name, empty=True).learnt(lesson)
        taught.keep(profile)
        live.settings_changed(scene)
        return Outcome("INFO", f"“{name}” {learning.taught([lesson])}")


class _OnProfile:
    """For operators that need a profile with something in it."""

    @classmethod
    def poll(cls, context: Any) -> bool:
        scene = scenes.edited(context)
        name = taught.name_of(scene) if scene else ""
        there = bool(name) and name in profiles.available()
        if not there:
            cls.poll_message_set("Nothing was learnt yet: press Learn from This Edit" if name else "Choose a profile")
        return there and task.current() is None

    def done(self, sentence: str) -> set[str]:
        self.report({"INFO"}, sentence)
        return {"FINISHED"}

    def failed(self, problem: NeuroEditError) -> set[str]:
        log.write_problem(problem)
        self.report({"ERROR"}, str(problem))
        return {"CANCELLED"}


class NEUROEDIT_OT_reset_profile(_OnProfile, bpy.types.Operator):
    """Forget everything that this profile has learnt. This cannot be undone"""

    bl_idname = "neuroedit.reset_profile"
    bl_label = "Reset Profile"

    def invoke(self, context: Any, event: Any) -> set[str]:
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, context: Any) -> set[str]:
        scene = scenes.edited(context)
        name = taught.name_of(scene)
        try:
            profiles.reset(name)
        except NeuroEditError as problem:
            return self.failed(problem)
        live.settings_changed(scene)
        return self.done(f"“{name}” knows nothing any more")


class NEUROEDIT_OT_use_habits(_OnProfile, bpy.types.Operator):
    """Set margins, pace, lengths of clips and loudness to what this profile has seen in your edits"""

    bl_idname = "neuroedit.use_habits"
    bl_label = "Use My Habits"
    bl_options = {"UNDO"}

    def execute(self, context: Any) -> set[str]:
        scene = scenes.edited(context)
        try:
            known = taught.profile_of(scene)
        except NeuroEditError as problem:
            return self.failed(problem)
        if known is None:
            return {"CANCELLED"}
        settings = personal_settings(choices.chosen(scene.neuroedit.settings), known[0])
        choices.show(scene.neuroedit.settings, settings, scene_rate(scene))
        return self.done("The choices are as in your own edits")


class NEUROEDIT_OT_export_profile(_OnProfile, bpy.types.Operator):
    """Write this profile to a file, for another machine"""

    bl_idname = "neuroedit.export_profile"
    bl_label = "Export Profile"

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})

    def invoke(self, context: Any, event: Any) -> set[str]:
        self.filepath = f"{taught.name_of(scenes.edited(context))}.json"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: Any) -> set[str]:
        try:
            profile = profiles.load(taught.name_of(scenes.edited(context)))
            profiles.write(profile, Path(bpy.path.abspath(self.filepath)))
        except NeuroEditError as problem:
            return self.failed(problem)
        return self.done(f"Wrote {self.filepath}")


class NEUROEDIT_OT_import_profile(_OnProfile, bpy.types.Operator):
    """Read a profile from a file; it keeps the name that it has there"""

    bl_idname = "neuroedit.import_profile"
    bl_label = "Import Profile"

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})

    @classmethod
    def poll(cls, context: Any) -> bool:
        return scenes.edited(context) is not None and task.current() is None

    def invoke(self, context: Any, event: Any) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: Any) -> set[str]:
        try:
            profile = profiles.read(Path(bpy.path.abspath(self.filepath)))
            taught.keep(profile)
        except NeuroEditError as problem:
            return self.failed(problem)
        scenes.edited(context).neuroedit_profile = profile.name
        return self.done(f"“{profile.name}” is here")


class NEUROEDIT_PT_learn(Sidebar, bpy.types.Panel):
    """What was learnt, and from what."""

    bl_idname = "NEUROEDIT_PT_learn"
    bl_label = "Learn from Me"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Any) -> None:
        scene, layout = scenes.edited(context), self.layout
        row = layout.row(align=True)
        row.prop(scene, "neuroedit_profile", text="", icon="USER")
        row.operator("neuroedit.import_profile", text="", icon="IMPORT")
        row.operator("neuroedit.export_profile", text="", icon="EXPORT")
        row.operator("neuroedit.reset_profile", text="", icon="TRASH")
        layout.operator("neuroedit.learn", icon="OUTLINER_OB_LIGHT")
        box = layout.box().column(align=True)
        for sentence in _sentences(scene):
            for line in wrapped(tr(sentence), context):
                box.label(text=line)
        layout.operator("neuroedit.use_habits", icon="MODIFIER")


def _sentences(scene: Any) -> Iterable[str]:
    if not taught.name_of(scene):
        return ("No profile is chosen, so the choice is neutral",)
    if trouble := taught.trouble(scene):
        return (trouble,)
    known = taught.profile_of(scene)
    profile = known[0] if known else Profile("mine")
    more = [f"… and {len(profile.lessons) - _SHOWN} more"] if len(profile.lessons) > _SHOWN else []
    return [*described(profile), *(source_words(lesson) for lesson in profile.lessons[-_SHOWN:]), *more]


def _found(scene: Any, context: Any, typed: str) -> list[str]:
    return [name for name in profiles.available() if typed.lower() in name.lower()]


def _changed(scene: Any, context: Any) -> None:
    live.settings_changed(scene)


CLASSES = (NEUROEDIT_OT_learn, NEUROEDIT_OT_reset_profile, NEUROEDIT_OT_use_habits, NEUROEDIT_OT_export_profile,
           NEUROEDIT_OT_import_profile, NEUROEDIT_PT_learn)  # fmt: skip


def register() -> None:
    """Make them known."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Scene.neuroedit_profile = bpy.props.StringProperty(
        name="Profile", description="Whose taste chooses the moments: what was learnt under this name",
        search=_found, search_options={"SUGGESTION"}, update=_changed, options=set(),
    )  # fmt: skip


def unregister() -> None:
    """Take them away; what was learnt stays."""
    del bpy.types.Scene.neuroedit_profile
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
