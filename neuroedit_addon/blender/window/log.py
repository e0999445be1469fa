"""NeuroEdit's log as a text in the .blend's text editor, so that a person can read and send it."""

from __future__ import annotations

import traceback

import bpy

NAME = "NeuroEdit Log"
_MOST = 2000  # lines


def write(text: str) -> None:
    """Add lines to the log; nothing for nothing."""
    if not text.strip():
        return
    block = bpy.data.texts.get(NAME) or bpy.data.texts.new(NAME)
    if len(block.lines) > _MOST:
        block.clear()
    block.write(text.rstrip() + "\n")


def write_problem(problem: BaseException) -> None:
    """Add where in the program something failed."""
    write("".join(traceback.format_exception(problem)))
