"""Notices undo and redo, and what else pulls the data away from under a task: other files, closing, disabling."""

from __future__ import annotations

import atexit
from typing import Any

import bpy
from bpy.app.handlers import persistent

from . import knowledge, last, task, written

_undos = 0


def undos() -> int:
    """How many undos and redos there have been; a task that is writing compares."""
    return _undos


@persistent
def _undone(*_: Any) -> None:
    global _undos
    _undos += 1
    last.forget()


@persistent
def _other_file(*_: Any) -> None:
    task.end()
    knowledge.forget()
    written.forget()
    last.forget()


def register() -> None:
    """Listen."""
    handlers = bpy.app.handlers
    handlers.undo_post.append(_undone)
    handlers.redo_post.append(_undone)
    handlers.load_pre.append(_other_file)
    atexit.register(task.end)


def unregister() -> None:
    """Listen no more; whatever is at work ends."""
    handlers = bpy.app.handlers
    pairs = ((handlers.undo_post, _undone), (handlers.redo_post, _undone), (handlers.load_pre, _other_file))
    for heard, handler in pairs:
        if handler in heard:
            heard.remove(handler)
    atexit.unregister(task.end)
    task.end()
    knowledge.forget()
