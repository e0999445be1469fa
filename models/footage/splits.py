"""To which source film a file belongs, and which split the film is in."""

from __future__ import annotations

import hashlib
import json
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

SPLITS = ("train", "validation", "test")
_TEST_ONLY = "test_only"
_NUMBERED = re.compile(r"[\s_.-]*(part|pt|clip|take|cd|reel)?[\s_.-]*\d+$", re.IGNORECASE)


@cache
def rules() -> dict[str, Any]:
    """The contents of splits.json."""
    return json.loads((Path(__file__).parent / "splits.json").read_text(encoding="utf-8"))


def film_of(stem: str) -> str:
    """The source film of a video's file stem: by the rules, else the stem without a number at its end."""
    for pattern, film in rules()["films"].items():
        if fnmatchcase(stem, pattern):
            return film
    if any(stem in rules()[split] for split in (*SPLITS, "mixed")):
        return stem
    return _NUMBERED.sub("", stem) or stem


def split_of(film: str, path: Path) -> str:
    """A film's split: one of `SPLITS`, or "mixed" for edits of takes from several, which no split has.

    Whatever lies in a folder named test_only is for testing, always.
    """
    if film in rules()["mixed"]:
        return "mixed"
    if _TEST_ONLY in path.parts:
        return "test"
    for split in SPLITS:
        if film in rules()[split]:
            return split
    place = int.from_bytes(hashlib.sha256(film.encode()).digest()[:4], "big") / 2**32
    shares = rules()["shares"]
    if place < shares["validation"]:
        return "validation"
    return "test" if place < shares["validation"] + shares["test"] else "train"


def weight_of(stem: str) -> float:
    """How often a photograph is drawn, against 1 for others."""
    return next((w for pattern, w in rules()["weights"].items() if fnmatchcase(stem, pattern)), 1.0)
