"""Dub and mix by hand: lines spoken again, voices listed and heard, the mix made anew, heard or not, in stems."""

# No "from __future__ import annotations" here: Blender reads properties from annotations, which must not be text.

import json
import secrets
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Any

import bpy

from ...errors import UsageError
from ...mix_report import MixReport
from ...settings import LOUDNESS
from .. import compat, read, record, write_dub, write_mix
from ..finishing import again
from ..marks import DUB, VOICE
from . import choices, editing, finishing, guard, knowledge, log, preferences, review, scenes, task
from .stepping import Stepping
from .task import Outcome, Stop, Tick, Work
from .translation import tr
from .trial_voice import heard, offered, speakers


def _refused(cls: Any, why: str) -> bool:
    """Whether an operator cannot be used, and says why."""
    if task.current():
        why = "NeuroEdit is at work; wait for it or cancel it"
    scene = scenes.edited(bpy.context)
    if not why and scene is not None and compat.open_meta(scene):
        why = "A meta strip is open: close it with Tab first"
    if why:
        cls.poll_message_set(tr(why))
    return bool(why)


def _of(context: Any) -> Any:
    """The scene that is edited, if strips lie there."""
    scene = scenes.edited(context)
    return scene if scene is not None and scene.sequence_editor and scene.is_editable else None


def spoken(scene: Any) -> Any:
    """The active strip, if it is a line that was spoken."""
    strip = scene.sequence_editor.active_strip if scene.sequence_editor else None
    return strip if strip is not None and DUB in strip else None


def _writing(work: Any, stop: Stop) -> Generator[Tick, None, Any]:
    """A step of the finish, given up when something is undone meanwhile."""
    return editing.undisturbed(finishing.driven(work, preferences.desk(), stop), guard.undos(), stop)


class NEUROEDIT_OT_speak_again(Stepping, bpy.types.Operator):
    """Speak those lines anew on whose strips you wrote another text, voice or slot; all others stay as they are"""

    bl_idname = "neuroedit.speak_again"
    bl_label = "Speak Changed Lines"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        scene = _of(context)
        there = scene is not None and bool(write_dub.changed(scene))
        return not _refused(cls, "" if there else "No spoken line was rewritten: select one and change its text")

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        number, folder = scenes.uid(scene), finishing.sound_folder(secrets.token_hex(4))
        done, warnings = yield from _writing(again.speak_changed(scene, folder), stop)
        for sentence in warnings:
            log.write(f"warning: {sentence}")
        said = f"{done} line{'s' * (done != 1)} spoken again"
        if write_mix.is_heard(scenes.by_uid(number)):
            said += "; Mix Again puts it into the mix"
        return Outcome("WARNING" if warnings else "INFO", f"{said}. {warnings[0]}" if warnings else said)


class NEUROEDIT_OT_mix_again(Stepping, bpy.types.Operator):
    """Mix all that can be heard into one track at its target loudness, in LUFS; an earlier mix is replaced"""

    bl_idname = "neuroedit.mix_again"
    bl_label = "Mix Again"
    bl_options = {"UNDO"}

    stems: bpy.props.StringProperty(subtype="DIR_PATH", options={"HIDDEN", "SKIP_SAVE"})
    suffix: bpy.props.StringProperty(default=".wav", options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def poll(cls, context: Any) -> bool:
        scene = _of(context)
        there = scene is not None and write_mix.is_audible(scene)
        return not _refused(cls, "" if there else "No sound lies on the timeline")

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        number, stems = scenes.uid(scene), Path(bpy.path.abspath(self.stems)) if self.stems else None
        settings = choices.chosen(scene.neuroedit.settings)
        folder = finishing.sound_folder(secrets.token_hex(4))
        film = bpy.path.abspath(scene.neuroedit.film)
        found = knowledge.among(read.sources(scene))
        wishes = finishing.mix_wishes(settings, folder, film, stems, self.suffix)
        done = yield from _writing(again.mix_again(scene, wishes, found), stop)
        if done.mix is None:
            return Outcome("WARNING", done.warnings[0])
        _remember(scenes.by_uid(number), done.mix)
        written = f"; {len(done.mix.stems)} stems in {stems}" if stems else ""
        return Outcome("INFO", f"Mixed: {done.mix.after}{written}")


def _remember(scene: Any, mix: MixReport) -> None:
    """Let the panel show the new levels, and the log those of every strip."""
    for line in mix.lines():
        log.write(line)
    if record.exists(scene):
        facts = review.summary(scene) | {"loudness": [str(mix.before), str(mix.after)]}
        scene.neuroedit.summary = json.dumps(facts)


class NEUROEDIT_OT_loudness(bpy.types.Operator):
    """Take the loudness that a standard asks for, in LUFS"""

    bl_idname = "neuroedit.loudness"
    bl_label = "Standard Loudness"
    bl_options = {"UNDO"}

    standard: bpy.props.EnumProperty(
        name="Standard", description="Where the film will be heard",
        items=[("web", "Web, -14 LUFS", "What video sites play at"),
               ("podcast", "Podcast, -16 LUFS", "What podcast players ask for"),
               ("ebu", "EBU R 128, -23 LUFS", "Television in Europe"),
               ("atsc", "ATSC A/85, -24 LUFS", "Television in North America")],
    )  # fmt: skip

    @classmethod
    def poll(cls, context: Any) -> bool:
        return not _refused(cls, "" if scenes.edited(context) else "There is no sequencer scene")

    def execute(self, context: Any) -> set[str]:
        scenes.edited(context).neuroedit.settings.lufs = LOUDNESS[self.standard]
        return {"FINISHED"}


class NEUROEDIT_OT_hear_mix(bpy.types.Operator):
    """Hear the sources instead of the mix, or the mix again; nothing is lost either way"""

    bl_idname = "neuroedit.hear_mix"
    bl_label = "Mix / Sources"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        scene = _of(context)
        return not _refused(cls, "" if scene is not None and write_mix.exists(scene) else "There is no mix yet")

    def execute(self, context: Any) -> set[str]:
        scene = scenes.edited(context)
        mix = not write_mix.is_heard(scene)
        write_mix.use(scene, mix)
        self.report({"INFO"}, tr("The mix is heard" if mix else "The sources are heard"))
        return {"FINISHED"}


class NEUROEDIT_OT_write_stems(bpy.types.Operator):
    """Mix again, and write voice, music and effects as sound files of their own into a folder"""

    bl_idname = "neuroedit.write_stems"
    bl_label = "Write Stems"

    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"HIDDEN"})
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN"})
    suffix: bpy.props.EnumProperty(
        name="Format", description="How the stems are written",
        items=[(".wav", "WAV", "48 kHz, uncompressed"), (".flac", "FLAC", "48 kHz, half as large, nothing lost")],
    )  # fmt: skip

    poll = NEUROEDIT_OT_mix_again.poll

    def invoke(self, context: Any, event: Any) -> set[str]:
        """Let a folder be chosen first."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: Any) -> set[str]:
        if not self.directory:
            self.report({"ERROR"}, tr("No folder was chosen."))
            return {"CANCELLED"}
        how = "EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT"
        answer: set[str] = bpy.ops.neuroedit.mix_again(how, stems=self.directory, suffix=self.suffix)
        return {"FINISHED"} if "RUNNING_MODAL" in answer else answer


class NEUROEDIT_OT_list_voices(Stepping, bpy.types.Operator):
    """Find out which voices make a sound, and choose one of them"""

    bl_idname = "neuroedit.list_voices"
    bl_label = "Voices"

    line: bpy.props.BoolProperty(options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def poll(cls, context: Any) -> bool:
        return not _refused(cls, "" if scenes.edited(context) else "There is no sequencer scene")

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        count = len(offered()) or (yield from speakers(stop))
        if not bpy.app.background:
            bpy.app.timers.register(partial(_offer, self.line), first_interval=0.05)
        return Outcome("INFO", f"{count} voices")


def _offer(line: bool) -> None:
    window = bpy.context.window_manager.windows[0]
    area = next((area for area in window.screen.areas if area.type == "SEQUENCE_EDITOR"), None)
    with bpy.context.temp_override(window=window, **({"area": area} if area else {})):
        bpy.ops.neuroedit.choose_voice("INVOKE_DEFAULT", line=line)


class NEUROEDIT_OT_choose_voice(bpy.types.Operator):
    """Choose who speaks"""

    bl_idname = "neuroedit.choose_voice"
    bl_label = "Choose Voice"
    bl_options = {"UNDO", "INTERNAL"}
    bl_property = "voice"

    voice: bpy.props.EnumProperty(name="Voice", description="Who speaks", items=offered)
    line: bpy.props.BoolProperty(options={"HIDDEN", "SKIP_SAVE"})

    def invoke(self, context: Any, event: Any) -> set[str]:
        """Let one be searched for by its language."""
        context.window_manager.invoke_search_popup(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: Any) -> set[str]:
        scene = scenes.edited(context)
        strip = spoken(scene) if self.line else None
        if strip is None:
            scene.neuroedit.settings.voice = self.voice
        else:
            strip[VOICE] = self.voice
        for area in context.screen.areas if context.screen else ():
            area.tag_redraw()
        return {"FINISHED"}


class NEUROEDIT_OT_hear_voice(Stepping, bpy.types.Operator):
    """Let the active line be heard, in its own voice; without one the chosen voice says a sentence"""

    bl_idname = "neuroedit.hear_voice"
    bl_label = "Hear It"

    @classmethod
    def poll(cls, context: Any) -> bool:
        return not _refused(cls, "" if scenes.edited(context) else "There is no sequencer scene")

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        settings = choices.chosen(scene.neuroedit.settings)
        try:
            name = yield from heard(scene, settings, stop)
        except OSError as problem:
            raise UsageError(f"The sound cannot be played: {problem}.", "Choose a device in Preferences > System."
                             ) from problem  # fmt: skip
        return Outcome("INFO", f"That was the voice {name}")


CLASSES = (NEUROEDIT_OT_speak_again, NEUROEDIT_OT_mix_again, NEUROEDIT_OT_loudness, NEUROEDIT_OT_hear_mix,
           NEUROEDIT_OT_write_stems, NEUROEDIT_OT_list_voices, NEUROEDIT_OT_choose_voice,
           NEUROEDIT_OT_hear_voice)  # fmt: skip


def register() -> None:
    """Add them."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Take them away."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
