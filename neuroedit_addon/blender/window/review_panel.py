"""The review: every decision on a line, with a tick to accept or reject it."""

from __future__ import annotations

from typing import Any

import bpy

from ...planner.describe import clock
from ..read import scene_rate
from . import review, scenes, task
from .panels import Sidebar
from .translation import tr

ICONS = {
    "remove": "PANEL_CLOSE", "mute": "MUTE_IPO_ON", "speed": "FF", "split": "MOD_EDGESPLIT", "grade": "COLOR",
    "dub": "OUTLINER_OB_SPEAKER", "mix": "SOUND", "music": "PLAY_SOUND", "caption": "SYNTAX_OFF",
    "reframe": "CON_CAMERASOLVER", "transition": "OVERLAY",
}  # fmt: skip


class NEUROEDIT_UL_decisions(bpy.types.UIList):
    """The list."""

    bl_idname = "NEUROEDIT_UL_decisions"

    def draw_item(self, context: Any, layout: Any, data: Any, item: Any, icon: Any, active_data: Any,
                  active_property: str, index: int) -> None:  # fmt: skip
        scene = data.id_data
        row = layout.row(align=True)
        tick = row.operator(
            "neuroedit.decide", text="", icon="CHECKBOX_HLT" if item.done else "CHECKBOX_DEHLT", emboss=False
        )
        tick.index = index
        row.active = item.done
        row.label(text="", icon=ICONS.get(item.kind, "DOT"))
        columns = row.split(factor=0.22)
        columns.label(text=moment(item.frame - scene.frame_start, float(scene_rate(scene))))
        rest = columns.split(factor=0.78)
        rest.label(text=tr(item.name), translate=False)
        sure = rest.row(align=True)
        sure.alignment = "RIGHT"
        sure.label(text="" if item.decided else f"{item.confidence:.0%}", icon="PINNED" if item.decided else "NONE")

    def filter_items(self, context: Any, data: Any, property: str) -> tuple[list[int], list[int]]:
        rows = getattr(data, property)
        kept = set(review.shown(data))
        words = self.filter_name.lower()
        flags = [
            self.bitflag_filter_item if index in kept and words in row.name.lower() else 0
            for index, row in enumerate(rows)
        ]
        order = review.ordered(data)
        places = [0] * len(order)
        for place, index in enumerate(order):
            places[index] = place
        return flags, places

    def draw_filter(self, context: Any, layout: Any) -> None:
        layout.prop(self, "filter_name", text="", icon="VIEWZOOM")


class NEUROEDIT_PT_review(Sidebar, bpy.types.Panel):
    """What was decided, and the user's own say."""

    bl_idname = "NEUROEDIT_PT_review"
    bl_label = "Review"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 20

    @classmethod
    def poll(cls, context: Any) -> bool:
        scene = scenes.edited(context)
        return scene is not None and len(scene.neuroedit.decisions) > 0

    def draw_header_preset(self, context: Any) -> None:
        rows = scenes.edited(context).neuroedit.decisions
        self.layout.label(text=f"{sum(row.done for row in rows)} / {len(rows)}")

    def draw(self, context: Any) -> None:
        project, layout = scenes.edited(context).neuroedit, self.layout
        layout.enabled = task.current() is None
        row = layout.row(align=True)
        row.prop(project, "show", text="")
        row.prop(project, "order", text="")
        layout.template_list("NEUROEDIT_UL_decisions", "", project, "decisions", project, "active", rows=6)
        row = layout.row(align=True)
        row.operator("neuroedit.next_decision", text="Previous", icon="TRIA_LEFT").step = -1
        row.operator("neuroedit.play_decision", text="Preview", icon="PLAY")
        row.operator("neuroedit.next_decision", text="Next", icon="TRIA_RIGHT").step = 1
        column = layout.column(align=True)
        column.prop(project, "below", slider=True)
        row = column.row(align=True)
        row.operator("neuroedit.decide_all", text="Accept", icon="CHECKBOX_HLT").verdict = "ACCEPT"
        row.operator("neuroedit.decide_all", text="Reject", icon="CHECKBOX_DEHLT").verdict = "REJECT"
        if project.verdicts:
            layout.operator("neuroedit.decide_all", text="Forget Verdicts", icon="UNPINNED").verdict = "FORGET"


def moment(frames: int, fps: float) -> str:
    """A place on the timeline: minutes, seconds and tenths."""
    minutes, seconds = divmod(max(frames, 0) / fps, 60)
    return f"{int(minutes)}:{seconds:04.1f}" if minutes < 60 else clock(frames / fps)


CLASSES = (NEUROEDIT_UL_decisions, NEUROEDIT_PT_review)


def register() -> None:
    """Draw it."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Draw it no more."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
