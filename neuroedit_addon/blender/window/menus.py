"""NeuroEdit in the sequencer's Strip menu and in the menu under the right mouse button."""

from __future__ import annotations

from typing import Any

import bpy


class NEUROEDIT_MT_strip(bpy.types.Menu):
    """What can be done to the strips of the timeline."""

    bl_idname = "NEUROEDIT_MT_strip"
    bl_label = "NeuroEdit"

    def draw(self, context: Any) -> None:
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("neuroedit.auto_edit", icon="SHADERFX")
        layout.operator("neuroedit.update_edit", icon="FILE_REFRESH")
        layout.operator("neuroedit.revert", icon="LOOP_BACK")
        layout.operator("neuroedit.select_shots", icon="RESTRICT_SELECT_OFF")
        layout.separator()
        layout.operator("neuroedit.render", icon="RENDER_ANIMATION")


MENUS = ("SEQUENCER_MT_strip", "SEQUENCER_MT_context_menu")


def _draw(menu: Any, context: Any) -> None:
    menu.layout.separator()
    menu.layout.menu("NEUROEDIT_MT_strip")


def register() -> None:
    """Add it to Blender's own menus."""
    bpy.utils.register_class(NEUROEDIT_MT_strip)
    for name in MENUS:
        if menu := getattr(bpy.types, name, None):
            menu.append(_draw)


def unregister() -> None:
    """Take it away."""
    for name in MENUS:
        if menu := getattr(bpy.types, name, None):
            menu.remove(_draw)
    bpy.utils.unregister_class(NEUROEDIT_MT_strip)
