"""What NeuroEdit keeps in a scene: the choices, and the decisions of its last edit as a list to review."""

# No "from __future__ import annotations" here: Blender reads properties from annotations, which must not be text.

import json
from typing import Any

import bpy

from ... import presets
from ...errors import UsageError
from ..film_kinds import KINDS, with_suffix
from ..read import scene_rate
from . import choices, live
from .translation import CONTEXT

OWN, FIRST = "CUSTOM", "talking-head"
RELATIVE = {"PATH_SUPPORTS_BLEND_RELATIVE"} if bpy.app.version >= (4, 5, 0) else set()  # “//” is beside the project
_OWN: dict[str, Any] = {"options": set(), "translation_context": CONTEXT}  # in our words, not in Blender's
_showing = False


def _changed(settings: Any, context: Any) -> None:
    """The user moved a slider."""
    if not _showing:
        scene = settings.id_data
        scene.neuroedit.preset = OWN
        live.settings_changed(scene)


def _preset_chosen(project: Any, context: Any) -> None:
    global _showing
    if project.preset == OWN:
        return
    try:
        settings = presets.load(project.preset).settings
    except UsageError:
        return  # a file that a person has broken since; the panel says so when it is used
    _showing = True
    try:
        choices.show(project.settings, settings, scene_rate(project.id_data))
    finally:
        _showing = False
    live.settings_changed(project.id_data)


def _preset_items() -> list[tuple[str, str, str, int]]:
    made = [(OWN, "Custom", "Choices of your own", 0)]
    for number, name in enumerate(presets.available(), start=1):
        try:
            preset = presets.load(name)
        except UsageError:
            continue
        made.append((name, preset.title, preset.about.rstrip("."), number))
    return made


def _jump(project: Any, context: Any) -> None:
    from . import jump

    jump.to_active(project.id_data, context)


def _kind_chosen(project: Any, context: Any) -> None:
    project.film = with_suffix(project.film, KINDS[project.film_kind])


def _redraw(project: Any, context: Any) -> None:
    live.redraw()


NEUROEDIT_PG_settings = choices.property_group(_changed, presets.load(FIRST).settings)


class NEUROEDIT_PG_decision(bpy.types.PropertyGroup):
    """One decision of the last edit; `name` is its reason, for the list's search."""

    id: bpy.props.StringProperty()
    kind: bpy.props.StringProperty()
    source: bpy.props.StringProperty()
    start: bpy.props.FloatProperty()
    length: bpy.props.FloatProperty()
    confidence: bpy.props.FloatProperty()
    done: bpy.props.BoolProperty()  # carried out
    decided: bpy.props.BoolProperty()  # by the user
    frame: bpy.props.IntProperty()  # where it is on the edited timeline


class NEUROEDIT_PG_project(bpy.types.PropertyGroup):
    """Everything of one scene."""

    preset: bpy.props.EnumProperty(
        name="Preset", description="A set of choices to begin with; changing a choice afterwards makes it your own",
        items=_preset_items(), default=FIRST, update=_preset_chosen, **_OWN,
    )  # fmt: skip
    settings: bpy.props.PointerProperty(type=NEUROEDIT_PG_settings)
    decisions: bpy.props.CollectionProperty(type=NEUROEDIT_PG_decision)
    active: bpy.props.IntProperty(
        name="Decision", description="The decision that is looked at", update=_jump, **_OWN
    )
    show: bpy.props.EnumProperty(
        name="Show", description="Which decisions are listed", **_OWN,
        items=[("ALL", "All", "Every decision"), ("CUTS", "Cuts", "Silence that is removed, muted or sped up"),
               ("SPLITS", "Shots", "Splits where a shot begins"), ("DOUBT", "Doubtful", "The less certain half"),
               ("REJECTED", "Off", "What is not carried out")],
    )  # fmt: skip
    order: bpy.props.EnumProperty(
        name="Sort by", description="In which order the decisions are listed", **_OWN,
        items=[("TIME", "Time", "As they lie on the timeline"), ("LENGTH", "Length", "The longest first"),
               ("CONFIDENCE", "Confidence", "The least certain first")],
    )  # fmt: skip
    below: bpy.props.FloatProperty(
        name="Less Certain than", description="Decisions less certain than this are accepted or rejected together",
        default=0.8, min=0.0, max=1.0, subtype="FACTOR", **_OWN,
    )  # fmt: skip
    where: bpy.props.EnumProperty(
        name="Edit", description="Whether Auto Edit changes this scene or a copy of it", **_OWN,
        items=[("HERE", "In Place", "Change this scene; one undo takes it back"),
               ("ASIDE", "Into a New Scene", "Copy the scene, edit the copy, and leave this one as it is")],
    )  # fmt: skip
    live: bpy.props.BoolProperty(
        name="Apply at Once", **_OWN,
        description="Write every changed choice to the timeline as soon as you let go, without pressing Update Edit",
    )  # fmt: skip
    film_kind: bpy.props.EnumProperty(
        name="For", description="What the film is made for: its size and codecs", **_OWN, default="OWN",
        items=[(name, kind.title, kind.about) for name, kind in KINDS.items()], update=_kind_chosen,
    )  # fmt: skip
    film: bpy.props.StringProperty(
        name="File", description="The film that is written; its ending chooses the format: mp4, mkv, webm or mov",
        default="//edited.mp4", subtype="FILE_PATH", options=RELATIVE, translation_context=CONTEXT,
    )  # fmt: skip
    lines: bpy.props.StringProperty(
        name="Lines", subtype="FILE_PATH", **_OWN,
        description="What is spoken: subtitles (srt, vtt), or a script whose lines are parted by blank lines (txt)",
    )  # fmt: skip
    texts: bpy.props.BoolProperty(
        name="Speak Text Strips", **_OWN,
        description="Speak the text strips of the timeline, each where it lies",
    )  # fmt: skip
    captions: bpy.props.BoolProperty(
        name="Show Captions", **_OWN, description="Show what is spoken as text strips in the picture"
    )  # fmt: skip
    music: bpy.props.StringProperty(
        name="Music", subtype="FILE_PATH", **_OWN,
        description="Laid under the film: trimmed or repeated to its length, and lowered where somebody speaks",
    )  # fmt: skip
    overlay: bpy.props.BoolProperty(
        name="Timeline Overlay", default=True, **_OWN, update=_redraw,
        description="Show over the timeline what was seen and heard, and what is removed",
    )  # fmt: skip
    overlay_parts: bpy.props.EnumProperty(
        name="Overlay Parts", options={"ENUM_FLAG"}, update=_redraw, translation_context=CONTEXT,
        description="What is shown over the timeline", default={"SPEECH", "IMPORTANCE", "SHOTS", "REMOVED"},
        items=[("SPEECH", "Speech", "A band where somebody speaks", 1),
               ("IMPORTANCE", "Importance", "A curve of what each half second is worth", 2),
               ("SHOTS", "Shots", "A tick at each transition: red for doubtful ones, blue for certain ones", 4),
               ("REMOVED", "Removed", "Hatched where the edit removes, mutes or speeds up what still lies there", 8),
               ("BEATS", "Beats", "A small tick on every beat of the music", 16)],
    )  # fmt: skip
    summary: bpy.props.StringProperty(options={"HIDDEN"})
    verdicts: bpy.props.StringProperty(options={"HIDDEN"})
    strips: bpy.props.StringProperty(options={"HIDDEN"})


CLASSES = (NEUROEDIT_PG_settings, NEUROEDIT_PG_decision, NEUROEDIT_PG_project)


def loads(text: str, empty: Any) -> Any:
    """What a property holds as JSON; `empty` for nothing, and for what somebody else wrote there."""
    try:
        value = json.loads(text) if text else empty
    except ValueError:
        return empty
    return value if isinstance(value, type(empty)) else empty


def register() -> None:
    """Give every scene its project."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Scene.neuroedit = bpy.props.PointerProperty(type=NEUROEDIT_PG_project)


def unregister() -> None:
    """Take it away; what scenes hold stays in their files."""
    del bpy.types.Scene.neuroedit
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
