"""What a person meets in Blender's window: the sidebar of the sequencer, its operators, the preferences.

Each part has register() and unregister(); they are registered in this order and taken away in reverse.
"""

from __future__ import annotations

from importlib import import_module

PARTS = (
    ".translation",
    ".project",
    ".preferences",
    ".edit_operators",
    ".sound",
    ".panels",
    ".colour",
    ".review_operators",
    ".review_panel",
    ".overlay_data",
    ".overlay",
    ".learning",
    ".filming",
    ".environment",
    ".menus",
)


def register() -> None:
    """Add every part; when one fails, those before it are taken away again."""
    done: list[str] = []
    try:
        for part in PARTS:
            import_module(part, __package__).register()
            done.append(part)
    except Exception:
        _unregister(done)
        raise


def unregister() -> None:
    """Take every part away again, last first."""
    _unregister(list(PARTS))


def _unregister(parts: list[str]) -> None:
    for part in reversed(parts):
        import_module(part, __package__).unregister()
