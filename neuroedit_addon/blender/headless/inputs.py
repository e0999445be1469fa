"""Finds the footage that was named: files as they are, folders walked for media in natural order."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import MediaError, UsageError

PICTURES = frozenset(
    [".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mts", ".m2ts", ".ts", ".mpg", ".mpeg", ".m2v", ".vob", ".wmv", ".asf", ".flv", ".f4v", ".3gp", ".3g2", ".ogv", ".dv", ".mxf", ".gif", ".mjpeg", ".mjpg", ".divx", ".y4m", ".nut", ".rm", ".rmvb", ".insv", ".lrv"]
)
SOUNDS = frozenset([".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".m4b", ".aac", ".aif", ".aiff", ".wma", ".caf", ".ac3", ".amr", ".mka", ".w64"])


@dataclass(frozen=True)
class Inputs:
    """Footage, in the order in which it shall play.

    Attributes:
        files: absolute.
        walked: those of `files` that were found in a folder; a broken one among them is left out with a warning.
        blend: the project to open.
        notes: what was passed over, a sentence each.
    """

    files: tuple[Path, ...] = ()
    walked: frozenset[Path] = frozenset()
    blend: Path | None = None
    notes: tuple[str, ...] = ()


def gather(names: Sequence[str]) -> Inputs:
    """The footage behind file and folder names.

    Raises:
        UsageError: a project among footage.
        MediaError: a missing file, a folder without media.
    """
    paths = [Path(os.path.abspath(name)) for name in names]
    blends = [path for path in paths if path.suffix.lower() == ".blend"]
    if blends:
        if len(paths) > 1:
            raise UsageError(f"{blends[0]} is a project.", "Edit it alone, without other files.")
        if not blends[0].is_file():
            raise MediaError(f"{blends[0]} does not exist.", "Check the name and the folder.")
        return Inputs(blend=blends[0])
    files: list[Path] = []
    walked: set[Path] = set()
    notes: list[str] = []
    for path in paths:
        if path.is_dir():
            found, passed = _walk(path)
            walked.update(found)
            files += found
            notes += passed
        else:
            if not os.path.lexists(path):
                raise MediaError(f"{path} does not exist.", "Check the name and the folder.")
            files.append(path)
    return Inputs(tuple(dict.fromkeys(files)), frozenset(walked), None, tuple(notes))


def natural(path: Path) -> list[tuple[int, int, str]]:
    """A sorting key with which clip2 comes before clip10."""
    pieces = re.split(r"(\d+)", str(path).casefold())
    return [(0, int(piece), piece) if piece.isdecimal() else (1, 0, piece) for piece in pieces]


def _walk(folder: Path) -> tuple[list[Path], list[str]]:
    found: list[Path] = []
    passed: list[str] = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.startswith("."):
                continue
            path = Path(root, name)
            if path.suffix.lower() in PICTURES | SOUNDS:
                found.append(path)
            else:
                passed.append(name)
    if not found:
        raise MediaError(f"There is no footage in {folder}.", "Name a folder with video or sound files.")
    passed.sort()
    shown = ", ".join(passed[:3]) + (" and others" if len(passed) > 3 else "")
    return sorted(found, key=natural), [f"{folder.name}: passed over what is no footage ({shown})."] if passed else []
