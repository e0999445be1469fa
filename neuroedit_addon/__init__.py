"""NeuroEdit: edits video with neural networks in Blender's Video Sequence Editor.

The nouns lie here, the rooms beside them: worker/ looks and listens in another process, planner/ decides, blender/
carries decisions out. Importing this package imports none of them.
"""

from __future__ import annotations

from importlib import import_module

# Modules of blender/ that add something to Blender's interface, in the order in which they are registered. Each has
# register() and unregister().
PARTS = (".blender.window",)


def register() -> None:
    """Add every part to Blender's interface; when one fails, those before it are taken away again."""
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
