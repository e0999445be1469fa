"""The add-on's preferences: the worker's Python and the cache."""

# No "from __future__ import annotations" here: Blender reads properties from annotations, which must not be text.

import os
import sys
from pathlib import Path
from typing import Any

import bpy

from .analysing import Desk
from .python import worker_python

# "bl_ext.user_default.neuroedit" once installed; the package itself where it is used from a checkout.
ADDON = __package__.partition(".neuroedit_addon")[0] if ".neuroedit_addon" in __package__ else "neuroedit_addon"


class NEUROEDIT_AP_preferences(bpy.types.AddonPreferences):
    """Edit > Preferences > Add-ons > NeuroEdit."""

    bl_idname = ADDON

    python: bpy.props.StringProperty(
        name="Python", subtype="FILE_PATH",
        description="A Python of your own for the analysis, with NeuroEdit's packages; empty for the one in Blender",
    )  # fmt: skip
    cache: bpy.props.StringProperty(
        name="Cache Folder", subtype="DIR_PATH",
        description="Where what was seen and heard is remembered; empty for the usual folder of this system",
    )  # fmt: skip

    def draw(self, context: Any) -> None:
        column = self.layout.column()
        column.use_property_split = True
        column.prop(self, "python", placeholder="Blender's own")
        column.prop(self, "cache", placeholder="The system's usual folder")
        row = column.row()
        row.alignment = "RIGHT"
        row.operator("neuroedit.check_environment", icon="CHECKMARK")
        row.operator("neuroedit.clear_cache", icon="TRASH")


def desk() -> Desk:
    """The worker, as the preferences have it."""
    addon = bpy.context.preferences.addons.get(ADDON)
    named = addon.preferences.python if addon and addon.preferences else ""
    cache = addon.preferences.cache if addon and addon.preferences else ""
    return Desk(lambda: worker_python(named), str(Path(bpy.path.abspath(cache))) if cache else "")


def usual_cache() -> Path:
    """Where findings are remembered when the preferences name no folder; the worker says the same of itself."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "NeuroEdit" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "NeuroEdit"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "neuroedit"


def register() -> None:
    """Make them known."""
    bpy.utils.register_class(NEUROEDIT_AP_preferences)


def unregister() -> None:
    """Take them away."""
    bpy.utils.unregister_class(NEUROEDIT_AP_preferences)
