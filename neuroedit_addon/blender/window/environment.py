"""What NeuroEdit runs on: the check, the cache, and the panel that shows both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from . import log, preferences
from .analysing import ask
from .panels import Sidebar
from .stepping import Stepping
from .task import Outcome, Stop, Work
from .translation import tr

_ENDING = "*.findings.json.gz"
_found: dict[str, Any] = {}


class NEUROEDIT_OT_check_environment(Stepping, bpy.types.Operator):
    """Start the analysis process once and show what it runs on: versions, devices, networks, cache"""

    bl_idname = "neuroedit.check_environment"
    bl_label = "Check Environment"

    def work(self, scene: Any, context: Any, stop: Stop) -> Work:
        desk = preferences.desk()
        _found.clear()
        _found.update((yield from ask(desk, "environment", {"cache_dir": desk.cache_dir or None}, stop)))
        for title, text in facts():
            log.write(f"{title}: {text}")
        if not _found["cache"]["writable"]:
            sentence = f"{_found['cache']['folder']} cannot be written; choose another cache folder in the preferences"
            return Outcome("WARNING", sentence)
        return Outcome("INFO", f"All is well: Python {_found['python']}, {len(_found['networks'])} detectors")


class NEUROEDIT_OT_clear_cache(bpy.types.Operator):
    """Remove what is remembered of all footage; it will be watched and listened to again when it is next edited"""

    bl_idname = "neuroedit.clear_cache"
    bl_label = "Clear Cache"

    def invoke(self, context: Any, event: Any) -> set[str]:
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, context: Any) -> set[str]:
        folder = Path(preferences.desk().cache_dir or preferences.usual_cache())
        removed = 0
        for entry in folder.glob(_ENDING):
            removed += entry.stat().st_size
            entry.unlink(missing_ok=True)
        self.report({"INFO"}, tr(f"Removed {removed / 1e6:.1f} MB of findings from {folder}"))
        return {"FINISHED"}


def facts() -> list[tuple[str, str]]:
    """What the last check found, as titles and texts."""
    if not _found:
        return []
    packages = [f"{name} {version or 'missing'}" for name, version in _found["packages"].items()]
    devices = [name.removesuffix("ExecutionProvider") for name in _found["devices"]]
    cache = _found["cache"]
    return [
        ("Python", _found["python"]),
        *(("Package" if number == 0 else "", text) for number, text in enumerate(packages)),
        ("Devices", ", ".join(devices)),
        *(("Detectors" if number == 0 else "", text) for number, text in enumerate(_found["networks"])),
        ("Cache", f"{cache['bytes'] / 1e6:.1f} MB"),
    ]


class NEUROEDIT_PT_environment(Sidebar, bpy.types.Panel):
    """Versions, devices, cache."""

    bl_idname = "NEUROEDIT_PT_environment"
    bl_label = "Environment"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 90

    def draw(self, context: Any) -> None:
        column = self.layout.column(align=True)
        for title, text in facts():
            row = column.split(factor=0.3)
            row.label(text=title)
            row.label(text=tr(text))
        column = self.layout.column(align=True)
        column.operator("neuroedit.check_environment", icon="CHECKMARK")
        column.operator("neuroedit.clear_cache", icon="TRASH")


CLASSES = (NEUROEDIT_OT_check_environment, NEUROEDIT_OT_clear_cache, NEUROEDIT_PT_environment)


def register() -> None:
    """Make them known."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Take them away."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
