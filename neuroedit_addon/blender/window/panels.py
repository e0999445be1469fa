"""The sidebar of the sequencer: what a person sees first."""

from __future__ import annotations

import os
import textwrap
import time
from typing import Any

import bpy

from ...planner.describe import clock
from ...settings import BUILT_STEPS
from .. import compat, record, write_mix
from ..marks import SLOT, TEXT, VOICE
from ..read import source_of
from . import choices, last, live, review, scenes, task
from .sound import spoken
from .translation import CONTEXT, tr

PHASES = {
    "start": "Starting", "analyse": "Watching and listening", "edit": "Editing", "render": "Rendering",
    "dub": "Speaking", "mix": "Mixing", "clean": "Cleaning voices", "measure": "Measuring loudness",
}  # fmt: skip
ICONS = {"INFO": "CHECKMARK", "WARNING": "INFO", "ERROR": "ERROR"}
_SHAPE = ("aspect", "reframe", "resolution")
_LETTER = 7.0  # pixels of a letter at a scale of 1, on average


class Sidebar:
    """Where the panels are."""

    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "UI"
    bl_category = "NeuroEdit"
    bl_translation_context = CONTEXT

    @classmethod
    def poll(cls, context: Any) -> bool:
        return scenes.edited(context) is not None


class NEUROEDIT_PT_main(Sidebar, bpy.types.Panel):
    """The button."""

    bl_idname = "NEUROEDIT_PT_main"
    bl_label = "Auto Edit"

    def draw(self, context: Any) -> None:
        scene, layout = scenes.edited(context), self.layout
        work = task.current()
        column = layout.column()
        column.enabled = work is None
        column.prop(scene.neuroedit, "preset", text="")
        if len(BUILT_STEPS) > 1:
            column.row(align=True).prop(scene.neuroedit.settings, "steps", expand=True)
        column.prop(scene.neuroedit.settings, "duration", text="Target Length")
        column.row(align=True).prop(scene.neuroedit, "where", expand=True)
        column.label(text=tr(_subject(scene)), translate=False, icon="SEQ_SEQUENCER")
        if work:
            _draw_work(layout, work)
            return
        button = layout.column()
        button.scale_y = 1.8
        button.operator("neuroedit.auto_edit", icon="SHADERFX")
        _draw_said(layout, context)
        _draw_outlook(layout, scene)


def _subject(scene: Any) -> str:
    """Which strips would be edited."""
    if not scene.sequence_editor:
        return "Nothing on the timeline yet"
    strips = [strip for strip in compat.strips_of(scene) if source_of(strip)]
    chosen = sum(strip.select for strip in strips)
    if not strips:
        return "No footage on the timeline yet"
    if chosen and chosen < len(strips):
        return f"{chosen} selected of {len(strips)} strips"
    return f"All strips ({len(strips)})" if len(strips) > 1 else "The only strip"


def _draw_work(layout: Any, work: task.Task) -> None:
    column = layout.column(align=True)
    progress = work.progress
    share = min(progress.done / progress.total, 1.0) if progress and progress.total else 0.0
    phase = PHASES.get(progress.phase, progress.phase.capitalize()) if progress else "Starting"
    column.progress(factor=share, text=f"{tr(phase)}  {share:.0%}")
    row = column.row()
    if progress and progress.left is not None:
        row.label(text=tr(f"{clock(progress.left)} left"))
    else:
        row.label(text=tr(f"{clock(time.monotonic() - work.began)} so far"))
    if progress and progress.item:
        column.label(text=os.path.basename(progress.item), translate=False, icon="FILE_MOVIE")
    row = layout.row()
    row.scale_y = 1.4
    row.operator("neuroedit.cancel", text="Cancel  (Esc)", icon="X")


def _draw_said(layout: Any, context: Any) -> None:
    said = last.said()
    if said:
        box = layout.box().column(align=True)
        box.alert = said.level == "ERROR"
        for number, line in enumerate(wrapped(tr(said.sentence), context)):
            box.label(text=line, translate=False, icon=ICONS[said.level] if number == 0 else "BLANK1")


def _draw_outlook(layout: Any, scene: Any) -> None:
    """What was made, what the changed choices would make, and the buttons that go on from there."""
    if not record.exists(scene):
        return
    facts, coming = review.summary(scene), live.outlook(scene)
    column = layout.column(align=True)
    for title, text in figures(facts):
        row = column.split(factor=0.42)
        row.label(text=title)
        row.label(text=tr(text), translate=False)
    if coming:
        box = layout.box().column(align=True)
        box.label(text=coming.problem or "With these choices:", icon="ERROR" if coming.problem else "PREVIEW_RANGE")
        for title, text in figures(coming.summary)[:2]:
            row = box.split(factor=0.42)
            row.label(text=title)
            row.label(text=tr(text), translate=False)
    row = layout.row(align=True)
    update = row.row(align=True)
    update.active = coming is not None
    update.operator("neuroedit.update_edit", icon="FILE_REFRESH")
    row.operator("neuroedit.revert", icon="LOOP_BACK")


def figures(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """The numbers of an edit as titles and texts."""
    if "duration_in" not in facts:
        return []
    before, after = facts["duration_in"], facts["duration_out"]
    rows = [("Duration", f"{clock(before)} → {clock(after)}")]
    counts = [
        (facts["cuts"], "cut", "cuts"),
        (facts["sped_up"], "faster", "faster"),
        (facts["muted"], "muted", "muted"),
        (facts["splits"], "shot", "shots"),
    ]
    rows.append(("Changes", ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n) or "none"))
    rows.append(("Median clip", clock(facts["median_clip"])))
    if facts.get("loudness"):
        rows.append(("Loudness", " → ".join(_lufs(text) for text in facts["loudness"])))
    return rows


def _lufs(levels: str) -> str:
    """The first figure of a mix's levels, its loudness."""
    return levels.partition(",")[0]


def wrapped(text: str, context: Any) -> list[str]:
    """Text in lines that fit the sidebar as it is."""
    scale = context.preferences.system.ui_scale
    letters = max(int((context.region.width / scale - 50) / _LETTER), 16)
    if wide := sum(ord(letter) > 0x2E80 for letter in text):  # Chinese: twice as wide, and breaks anywhere
        letters = max(8, round(letters / (1 + wide / len(text))))
        return [text[at : at + letters] for at in range(0, len(text), letters)]
    return textwrap.wrap(text, letters)


class NEUROEDIT_PT_cuts(Sidebar, bpy.types.Panel):
    """The choices of cuts and shots."""

    bl_idname = "NEUROEDIT_PT_cuts"
    bl_label = "Cuts"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Any) -> None:
        scene = scenes.edited(context)
        settings = scene.neuroedit.settings
        draw_settings(self.layout, settings, "cut")
        draw_properties(self.layout, settings, _SHAPE)
        moments = self.layout.column()
        moments.active = settings.duration > 0
        draw_properties(moments, settings, tuple(n for n in choices.names("moments") if n not in ("duration", *_SHAPE)))
        self.layout.prop(scene.neuroedit, "live")


class NEUROEDIT_PT_dub(Sidebar, bpy.types.Panel):
    """Lines that are spoken, and captions."""

    bl_idname = "NEUROEDIT_PT_dub"
    bl_label = "Dub"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        return super().poll(context) and "dub" in BUILT_STEPS

    def draw(self, context: Any) -> None:
        project = scenes.edited(context).neuroedit
        draw_properties(self.layout, project, ("lines", "texts", "captions"))
        draw_settings(self.layout, project.settings, "dub")
        row = self.layout.row(align=True)
        row.operator("neuroedit.hear_voice", icon="PLAY_SOUND")
        row.operator("neuroedit.list_voices", icon="VIEWZOOM")
        if (line := spoken(scenes.edited(context))) is not None:
            box = self.layout.box().column()
            box.label(text="The active line:")
            box.prop(line, f'["{TEXT}"]', text="Text", text_ctxt=CONTEXT)
            row = box.row(align=True)
            row.prop(line, f'["{VOICE}"]', text="Voice", text_ctxt=CONTEXT)
            row.operator("neuroedit.list_voices", text="", icon="VIEWZOOM").line = True
            box.prop(line, f'["{SLOT}"]', text="Slot", text_ctxt=CONTEXT)
        self.layout.operator("neuroedit.speak_again", icon="FILE_REFRESH")


class NEUROEDIT_PT_sound(Sidebar, bpy.types.Panel):
    """Music and the mix."""

    bl_idname = "NEUROEDIT_PT_sound"
    bl_label = "Sound"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        return super().poll(context) and "mix" in BUILT_STEPS

    def draw(self, context: Any) -> None:
        project = scenes.edited(context).neuroedit
        self.layout.operator_menu_enum("neuroedit.loudness", "standard", icon="SPEAKER")
        draw_settings(self.layout, project.settings, "mix")
        draw_properties(self.layout, project, ("music",))
        column = self.layout.column()
        column.active = bool(project.music)
        draw_settings(column, project.settings, "music")
        row = self.layout.row(align=True)
        row.operator("neuroedit.mix_again", icon="FILE_REFRESH")
        heard = write_mix.is_heard(project.id_data) if project.id_data.sequence_editor else False
        row.operator("neuroedit.hear_mix", icon="MUTE_IPO_OFF" if heard else "MUTE_IPO_ON", depress=heard)
        self.layout.operator("neuroedit.write_stems", icon="EXPORT")


def draw_properties(layout: Any, owner: Any, names: tuple[str, ...]) -> None:
    """Some properties, each on a line."""
    layout.use_property_split = True
    layout.use_property_decorate = False
    column = layout.column()
    column.enabled = task.current() is None
    for name in names:
        column.prop(owner, name)


def draw_settings(layout: Any, settings: Any, group: str) -> None:
    """The settings of one group, each on a line."""
    draw_properties(layout, settings, tuple(choices.names(group)))


CLASSES = (NEUROEDIT_PT_main, NEUROEDIT_PT_cuts, NEUROEDIT_PT_dub, NEUROEDIT_PT_sound)


def register() -> None:
    """Draw them."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Draw them no more."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
