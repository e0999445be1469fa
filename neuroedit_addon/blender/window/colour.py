"""Colour in the sidebar: correct shots, match them, look at them without, take the corrections off again."""

# No "from __future__ import annotations" here: Blender reads properties from annotations, which must not be text.

import secrets
from collections.abc import Generator, Iterable
from dataclasses import replace
from typing import Any

import bpy

from ...errors import TimelineError
from ...findings import NOT_JUDGED
from ...settings import BUILT_STEPS
from .. import compat, read, write_grade
from ..finishing import grading
from ..finishing.graded import Graded
from . import analysing, choices, guard, knowledge, preferences, scenes, task
from .panels import Sidebar, draw_settings
from .stepping import Stepping
from .task import Outcome, Stop, Tick, Work

_GONE = ("The timeline changed while its footage was being looked at.", "Start again.")


class _OnStrips(Stepping):
    """For operators that look at the footage of a scene first."""

    @classmethod
    def poll(cls, context: Any) -> bool:
        from .edit_operators import why_not

        why = why_not(context)
        if why:
            cls.poll_message_set(why)
        return not why


class NEUROEDIT_OT_correct_colour(_OnStrips, bpy.types.Operator):
    """Correct white balance, exposure, contrast and saturation of the selected strips (all if none is), shot by shot"""

    bl_idname = "neuroedit.correct_colour"
    bl_label = "Correct Colour"
    bl_options = {"UNDO"}

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        names, number, settings = _selected(scene), scenes.uid(scene), choices.chosen(scene.neuroedit.settings)
        yield from _learn(scene, stop)
        scene = scenes.by_uid(number)
        known = _known(scene)
        if unjudged := [w for found in known.values() for w in found.warnings if NOT_JUDGED in w]:
            return Outcome("WARNING", unjudged[0])
        yield Tick(writing=True)
        shots = [s for s in grading.graded(scene, settings, known) if names & set(s.strips) or not names]
        for shot in shots:
            _clear(scene, shot.strips)
        return _told("Corrected", grading.write(scene, shots, settings, secrets.token_hex(4)), len(shots))


class NEUROEDIT_OT_match_colour(_OnStrips, bpy.types.Operator):
    """Give the selected strips the colours of the active one"""

    bl_idname = "neuroedit.match_colour"
    bl_label = "Match to Active Strip"
    bl_options = {"UNDO"}

    playhead: bpy.props.BoolProperty(
        name="Frame under the Playhead", default=False, description="Match to this frame of the active strip only"
    )

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        active = scene.sequence_editor.active_strip
        if active is None:
            raise TimelineError("No strip is active.", "Click the strip whose colours the others shall have.")
        name, names, number = active.name, _selected(scene) - {active.name}, scenes.uid(scene)
        if not names:
            raise TimelineError("Only the active strip is selected.", "Select the strips to be changed with it.")
        yield from _learn(scene, stop)
        settings = choices.chosen(scene.neuroedit.settings)
        shots = grading.graded(scene, settings, _known(scene))
        own = next((s for s in shots if name in s.strips), None)
        if own is None:
            raise TimelineError(f"The strip “{name}” shows no footage to match to.", "Activate another strip.")
        targets = [s for s in shots if names & set(s.strips) and s is not own]
        frame = scene.frame_current if self.playhead else None
        reference = _reference(scene, own, name, frame)
        written = yield from _match(number, targets, reference, stop)
        return _told("Matched", written, len(targets))


class NEUROEDIT_OT_match_shots(_OnStrips, bpy.types.Operator):
    """Match neighbouring shots that show the same place to the best exposed of them"""

    bl_idname = "neuroedit.match_shots"
    bl_label = "Match All Shots"
    bl_options = {"UNDO"}

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        number = scenes.uid(scene)
        yield from _learn(scene, stop)
        scene = scenes.by_uid(number)
        shots = grading.graded(scene, choices.chosen(scene.neuroedit.settings), _known(scene))
        written = yield from _match(number, shots, None, stop)
        return _told("Matched", written, len(shots))


class _OnCorrected:
    """For operators on strips that carry corrections."""

    @classmethod
    def poll(cls, context: Any) -> bool:
        scene = scenes.edited(context)
        there = scene is not None and scene.sequence_editor is not None and any(_corrected(scene))
        if not there:
            cls.poll_message_set("No strip carries a correction yet")
        return there and task.current() is None


class NEUROEDIT_OT_show_colour(_OnCorrected, bpy.types.Operator):
    """Look at the strips without their corrections, and with them again"""

    bl_idname = "neuroedit.show_colour"
    bl_label = "Before / After"
    bl_options = {"UNDO"}

    def execute(self, context: Any) -> set[str]:
        strips = list(_corrected(scenes.edited(context)))
        write_grade.show(strips, not any(map(write_grade.shown, strips)))
        return {"FINISHED"}


class NEUROEDIT_OT_remove_colour(_OnCorrected, bpy.types.Operator):
    """Take corrections off the selected strips (all if none is); those that were changed by hand stay"""

    bl_idname = "neuroedit.remove_colour"
    bl_label = "Remove Corrections"
    bl_options = {"UNDO"}

    def execute(self, context: Any) -> set[str]:
        scene = scenes.edited(context)
        names = _selected(scene)
        count = _clear(scene, [s.name for s in _corrected(scene) if not names or s.name in names])
        self.report({"INFO"}, f"{count} correction{'s' * (count != 1)} taken off")
        return {"FINISHED"}


class NEUROEDIT_PT_colour(Sidebar, bpy.types.Panel):
    """Colour correction."""

    bl_idname = "NEUROEDIT_PT_colour"
    bl_label = "Colour"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        return super().poll(context) and "grade" in BUILT_STEPS

    def draw(self, context: Any) -> None:
        column = self.layout.column(align=True)
        column.operator("neuroedit.correct_colour", icon="COLOR")
        column.operator("neuroedit.match_colour", icon="EYEDROPPER")
        column.operator("neuroedit.match_colour", text="Match to This Frame", icon="PLAY").playhead = True
        column.operator("neuroedit.match_shots", icon="LINKED")
        row = self.layout.row(align=True)
        row.operator("neuroedit.show_colour", icon="HIDE_OFF")
        row.operator("neuroedit.remove_colour", text="", icon="TRASH")
        draw_settings(self.layout, scenes.edited(context).neuroedit.settings, "grade")


def _learn(scene: Any, stop: Stop) -> Generator[Tick, None, None]:
    paths = read.sources(scene)
    if not paths:
        raise TimelineError("No strip on the sequencer can be corrected.", "Are they all locked or muted?")
    yield from analysing.analyse(scene, paths, preferences.desk(), stop, anew=False)


def _match(number: int, shots: list[Graded], reference: dict[str, Any] | None, stop: Stop
           ) -> Generator[Tick, None, int]:  # fmt: skip
    """Ask for the corrections and write them; how many strips got one."""
    seen = guard.undos()
    shots = _as_they_look(scenes.by_uid(number), shots)
    arguments = {"pieces": [shot.asked() for shot in shots], "reference": reference}
    result = yield from analysing.ask(preferences.desk(), "match", arguments, stop)
    if guard.undos() != seen:
        raise TimelineError(*_GONE)
    scene = scenes.by_uid(number)
    yield Tick(writing=True)
    settings = choices.chosen(scene.neuroedit.settings)
    matched = [shot for shot in grading.with_matches(shots, result, settings) if shot.matched]
    for shot in matched:
        _clear(scene, shot.strips)
    return grading.write(scene, matched, settings, secrets.token_hex(4))


def _reference(scene: Any, own: Graded, name: str, frame: int | None) -> dict[str, Any]:
    """The active strip's shot, or one frame of it, as it looks now."""
    strip = next(s for s in compat.strips_of(scene) if s.name == name)
    written = write_grade.correction_on(strip)
    piece = {**own.piece(), "correction": written.to_json() if written else None}
    if frame is None:
        return piece
    found = knowledge.among([own.path])
    timeline = read.read(scene, {path: f.media for path, f in _known(scene).items()})
    clip = next((c for c in timeline.clips if name in c.picture and c.left <= frame < c.right), None)
    if clip is None or not found:
        raise TimelineError("The playhead does not stand on the active strip.", "Move it there.")
    second = float(clip.media_time(frame, timeline.fps))
    return {**piece, "start": second, "end": second + 0.001}


def _as_they_look(scene: Any, shots: list[Graded]) -> list[Graded]:
    """The shots of files with what their strips carry now; what Blender renders has no file to look at."""
    strips = {strip.name: strip for strip in compat.strips_of(scene)}
    return [replace(shot, correction=write_grade.correction_on(strips[shot.strips[0]])) for shot in shots
            if not shot.path.startswith(read.STRIP)]  # fmt: skip


def _known(scene: Any) -> dict[str, Any]:
    paths = read.sources(scene)
    found = knowledge.among(paths)
    if len(found) < len(paths):
        raise TimelineError(*_GONE)
    return found


def _selected(scene: Any) -> set[str]:
    return {strip.name for strip in compat.strips_of(scene) if strip.select and read.source_of(strip)}


def _corrected(scene: Any) -> Iterable[Any]:
    return (strip for strip in compat.strips_of(scene) if write_grade.GRADE in strip)


def _clear(scene: Any, names: Iterable[str]) -> int:
    strips = {strip.name: strip for strip in compat.strips_of(scene)}
    with compat.editing(scene):
        return sum(write_grade.remove(strips[n]) for n in names if n in strips and not read.locked(scene, strips[n]))


def _told(what: str, strips: int, shots: int) -> Outcome:
    if not shots:
        return Outcome("WARNING", "There is no shot to look at: select strips that show footage")
    if not strips:
        return Outcome("INFO", f"{shots} shot{'s' * (shots != 1)} looked at; nothing needs to be changed")
    return Outcome("INFO", f"{what} {strips} strip{'s' * (strips != 1)}; Before / After shows the difference")


CLASSES = (NEUROEDIT_OT_correct_colour, NEUROEDIT_OT_match_colour, NEUROEDIT_OT_match_shots, NEUROEDIT_OT_show_colour,
           NEUROEDIT_OT_remove_colour, NEUROEDIT_PT_colour)  # fmt: skip


def register() -> None:
    """Add operators and panel."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Take them away."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
