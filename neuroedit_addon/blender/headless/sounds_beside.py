"""Puts the sounds that a run made beside the .blend that plays them: NAME_sound/, named by relative paths."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from ...errors import OutputError
from ..whole_file import prefix


def folder_of(blend: Path) -> Path:
    """Where the sounds of a project lie."""
    return blend.with_name(f"{blend.stem}_sound")


@contextmanager
def sounds_beside(blend: Path, made: Path) -> Iterator[None]:
    """While in here the open project plays what lies in `made` from where it will lie beside `blend`.

    It is there when all went well; files of the same names are replaced, others stay. Nothing is left otherwise.

    Raises:
        OutputError: it cannot be written.
    """
    moved = {s: os.path.relpath(s.filepath, made) for s in bpy.data.sounds if _inside(s.filepath, made)}
    if not moved:
        yield
        return
    final = folder_of(blend)
    try:
        beside = Path(tempfile.mkdtemp(prefix=prefix(), dir=blend.parent))
    except OSError as problem:
        raise OutputError(f"{final} cannot be written: {problem.strerror}.", "Choose another folder.") from problem
    former = {sound: sound.filepath for sound in moved}
    try:
        _copy(made, beside, {made / name for name in moved.values()})
        for sound, name in moved.items():
            sound.filepath = _as_blender_says(final / name)
        yield
        _move(beside, final)
    except (OSError, shutil.Error) as problem:
        raise OutputError(f"{final} cannot be written: {problem}.", "Is there room on the disk?") from problem
    finally:
        for sound, path in former.items():
            sound.filepath = path
        shutil.rmtree(beside, ignore_errors=True)


def _inside(path: str, folder: Path) -> bool:
    return path.startswith(f"{folder}{os.sep}")


def _as_blender_says(path: Path) -> str:
    """Relative to the project that is open; a project without a file yet has its copy's folder."""
    if not bpy.data.filepath:
        return f"//{path.parent.relative_to(_root(path)).as_posix()}/{path.name}"
    try:
        return str(bpy.path.relpath(str(path)))
    except ValueError:  # another drive of Windows
        return str(path)


def _root(path: Path) -> Path:
    """The folder of the .blend: that above NAME_sound."""
    return next(parent.parent for parent in path.parents if parent.name.endswith("_sound"))


def _copy(made: Path, beside: Path, used: set[Path]) -> None:
    """The files that are used, and what is remembered of spoken lines beside them."""
    for file in used:
        into = beside / file.relative_to(made)
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, into)
        if (memory := file.with_suffix(".json")).is_file():
            shutil.copyfile(memory, into.with_suffix(".json"))


def _move(beside: Path, final: Path) -> None:
    for file in sorted(path for path in beside.rglob("*") if path.is_file()):
        into = final / file.relative_to(beside)
        into.parent.mkdir(parents=True, exist_ok=True)
        os.replace(file, into)
