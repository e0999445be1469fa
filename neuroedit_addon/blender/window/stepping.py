"""An operator that drives a task: slice by slice under a timer in a window, in one go in scripts."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import bpy

from ...errors import Cancelled, NeuroEditError
from . import last, log, task
from .task import IDLE, Stop, Task, Work
from .translation import tr

_TICK = 0.02  # seconds between two slices


class Stepping:
    """For operators: `work` says what to do; ESC and Cancel end it; what was half written is taken back."""

    bl_label: ClassVar[str]

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        """The work on a scene, in slices."""
        raise NotImplementedError

    def execute(self, context: Any) -> set[str]:
        """All of it at once."""
        if not self._begin(context):
            return {"CANCELLED"}
        while (ended := self._step(context)) is None:
            time.sleep(IDLE)
        return ended

    def invoke(self, context: Any, event: Any) -> set[str]:
        """Start it; a timer does the rest."""
        if bpy.app.background:
            return self.execute(context)
        if not self._begin(context):
            return {"CANCELLED"}
        self._timer = context.window_manager.event_timer_add(_TICK, window=context.window)
        context.window_manager.modal_handler_add(self)
        _redraw()
        return {"RUNNING_MODAL"}

    def modal(self, context: Any, event: Any) -> set[str]:
        """A slice; ESC cancels."""
        if task.current() is not self._task:  # another file was opened, or the add-on is being disabled
            return self._over(context, {"CANCELLED"})
        if event.type == "ESC" and event.value == "PRESS":
            self._task.cancel()
            return {"RUNNING_MODAL"}
        if event.type == "TIMER":
            ended = self._step(context)
            if ended is not None:
                return self._over(context, ended)
        # While strips are being written nothing may come between, an undo least of all; the Cancel button may.
        held_back = self._task.writing and event.type != "TIMER" and not _over_own_panel(context, event)
        return {"RUNNING_MODAL"} if held_back else {"PASS_THROUGH"}

    def cancel(self, context: Any) -> None:
        """Blender ends the operator: its window closes, or another file is opened."""
        if task.current() is self._task:
            task.end()
        self._over(context, set())

    def _begin(self, context: Any) -> bool:
        from .scenes import edited

        if task.current():
            self.report({"WARNING"}, tr(f"{task.current().title} is at work; wait for it or cancel it"))
            return False
        scene = edited(context)
        self._timer = None
        self._task = Task(self.bl_label, lambda stop: self.work(scene, context, stop))
        task.begin(self._task)
        last.forget()
        return True

    def _step(self, context: Any) -> set[str] | None:
        """One slice; the operator's answer when it was the last."""
        began = self._task
        try:
            if not began.step():
                _redraw(panel_only=True)  # drawing thousands of strips anew would take longer than writing them
                return None
            self._say(began.outcome.level, began.outcome.sentence)
            task.end()
            if began.outcome.level == "WARNING" and not began.touched:
                return {"CANCELLED"}  # nothing was done, so there is nothing to undo
            return {"FINISHED"}
        except Cancelled:
            self._say("INFO", "Cancelled; the timeline is as it was")
        except NeuroEditError as problem:
            log.write_problem(problem)
            log.write(getattr(problem, "log", ""))
            self._say("ERROR", f"{problem.sentence} {_cure(problem)}".strip())
        except Exception as problem:
            log.write_problem(problem)
            self._say("ERROR", f"Something went wrong inside NeuroEdit: {type(problem).__name__}: {problem}. "
                               f"The text “{log.NAME}” says where; please report it.")  # fmt: skip
        if began.touched and not bpy.app.background:
            bpy.app.timers.register(_take_back, first_interval=0.0)
        task.end()
        return {"CANCELLED"}

    def _say(self, level: str, sentence: str) -> None:
        if level != "ERROR" and last.warnings():
            level, sentence = "WARNING", f"{sentence.rstrip('.')}. {last.warnings()[0]}"
        last.remember(level, sentence)
        self.report({level}, tr(sentence))

    def _over(self, context: Any, answer: set[str]) -> set[str]:
        if self._timer:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        _redraw()
        return answer


def _over_own_panel(context: Any, event: Any) -> bool:
    """Whether a mouse event is meant for the sidebar, in which only Cancel can be pressed now."""
    if event.type not in ("LEFTMOUSE", "MOUSEMOVE"):
        return False
    for area in context.window.screen.areas:
        for region in area.regions if area.type == "SEQUENCE_EDITOR" else ():
            inside = 0 <= event.mouse_x - region.x < region.width and 0 <= event.mouse_y - region.y < region.height
            if region.type == "UI" and inside:
                return region.active_panel_category == "NeuroEdit"
    return False


def _cure(problem: NeuroEditError) -> str:
    """The cure, as it is in the window."""
    if "--debug" in problem.cure:
        return f"Try again; if it happens again, the text “{log.NAME}” in the text editor says more."
    return problem.cure


def _take_back() -> None:
    """Make the timeline what it was before strips were half written.

    Undo compares two of its own steps and leaves alone what is the same in both, so that a change it was never told
    of stays; hence the half-written state becomes a step first.
    """
    window, said = bpy.context.window_manager.windows[0], last.said()
    with bpy.context.temp_override(window=window):
        bpy.ops.ed.undo_push(message="NeuroEdit, broken off")
        bpy.ops.ed.undo()
    if said:  # an undo otherwise makes it forgotten
        last.remember(said.level, said.sentence)
    _redraw()


def _redraw(panel_only: bool = False) -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "SEQUENCE_EDITOR":
                for region in area.regions:
                    if not panel_only or region.type == "UI":
                        region.tag_redraw()
