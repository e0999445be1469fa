"""Finds the footage that was named: files as they are, folders walked for media in natural order."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import MediaError, UsageError

# Named in full: probing every file of a folder would open archives, projects and databases.
_PICTURES = (
    "3g2 3gp asf avi divx dv f4v flv gif insv lrv m2ts m2v m4v mjpeg mjpg mkv mov mp4 mpeg mpg mts mxf nut ogv rm rmvb "
    "ts vob webm wmv y4m"
)
_SOUNDS = "aac ac3 aif aiff amr caf flac m4a m4b mka mp3 oga ogg opus w64 wav wma"
MEDIA = frozenset(f".{suffix}" for words in (_PICTURES, _SOUNDS) for suffix in words.split())


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
            if path.suffix.lower() in MEDIA:
                found.append(path)
            else:
                passed.append(name)
    if not found:
        raise MediaError(f"There is no footage in {folder}.", "Name a folder with video or sound files.")
    passed.sort()
    shown = ", ".join(passed[:3]) + (" and others" if len(passed) > 3 else "")
    return sorted(found, key=natural), [f"{folder.name}: passed over what is no footage ({shown})."] if passed else []
