"""Walking folders: which files are footage, what they are called in the data set, and what SOURCES.tsv says of them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from neuroedit_addon.errors import MediaError

MOVIES = frozenset((".mp4", ".mov", ".mkv", ".webm", ".avi", ".mts", ".m2ts", ".ts", ".mpg", ".mpeg", ".m4v", ".wmv",
                    ".ogv", ".3gp", ".mxf", ".flv", ".gif"))  # fmt: skip
SOUNDS = frozenset((".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".aac", ".aif", ".aiff", ".wma"))
PHOTOS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"))


@dataclass(frozen=True)
class Source:
    """One file to collect.

    Attributes:
        path: absolute.
        kind: "media" (picture, sound or both) or "photo".
        licence: what SOURCES.tsv in its folder says, else the licence given for all.
    """

    path: Path
    kind: str
    licence: str


def walk(places: Sequence[Path], licence: str) -> Iterator[Source]:
    """All footage below folders (or single files), in order of path; hidden files and folders are left out.

    Raises:
        MediaError: a place does not exist.
    """
    for place in places:
        if not place.exists():
            raise MediaError(f"{place} does not exist.", "Check the spelling.")
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        known: dict[Path, dict[str, str]] = {}
        for file in files:
            if not file.is_file() or any(part.startswith(".") for part in file.relative_to(place).parts):
                continue
            suffix = file.suffix.lower()
            if suffix not in MOVIES | SOUNDS | PHOTOS:
                continue
            folder = file.parent
            if folder not in known:
                known[folder] = licences(folder)
            kind = "photo" if suffix in PHOTOS else "media"
            yield Source(file.resolve(), kind, known[folder].get(file.name, licence))


def licences(folder: Path) -> dict[str, str]:
    """File name -> licence from a folder's SOURCES.tsv (columns file and licence), empty without one."""
    path = folder / "SOURCES.tsv"
    if not path.exists():
        return {}
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["file"]: row["licence"] for row in rows if row.get("file") and row.get("licence")}


def checksum(path: Path) -> str:
    """SHA-256 of a file's contents.

    Raises:
        MediaError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise MediaError(f"{path} cannot be read: {problem.strerror}.") from None
