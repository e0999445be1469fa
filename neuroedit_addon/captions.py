"""Noun: lines of text with their times, as read from subtitles or a script, and as they are spoken and shown.

Seconds are the film's: of the timeline before the edit, unless a function says otherwise. Ranges are half-open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Caption:
    """One line to read or to speak.

    Attributes:
        start, end: seconds.
        text: plain text without tags; line breaks are kept.
        speaker: who says it ("" while unknown), as WebVTT's <v Name> gives it; for a text strip its channel's name.
        line: line of the file that it was read from, counted from 1 (0: from elsewhere).
        voice: the voice that was chosen for this very line ("" for its speaker's).
    """

    start: float
    end: float
    text: str
    speaker: str = ""
    line: int = 0
    voice: str = ""

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start

    @property
    def spoken(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())


@dataclass(frozen=True)
class Captions:
    """All lines of one file, sorted by start.

    Attributes:
        timed: False when the file had no times (a script), and those here are only estimated.
        warnings: what was passed over, each a sentence with its line number.
        encoding: the character encoding that the file was read in.
    """

    lines: tuple[Caption, ...]
    timed: bool = True
    warnings: tuple[str, ...] = ()
    encoding: str = "utf-8"

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`."""
        return {
            "timed": self.timed, "warnings": list(self.warnings), "encoding": self.encoding,
            "lines": [vars(line).copy() for line in self.lines],
        }  # fmt: skip

    @staticmethod
    def from_json(values: dict[str, Any]) -> Captions:
        """The inverse of `to_json`."""
        lines = tuple(Caption(**line) for line in values["lines"])
        return Captions(lines, bool(values["timed"]), tuple(values["warnings"]), str(values["encoding"]))


def is_wide(character: str) -> bool:
    """Whether a character takes a whole square: Chinese, Japanese and Korean signs and their punctuation."""
    code = ord(character)
    return 0x2E80 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7AF or 0xF900 <= code <= 0xFAFF or (
        0xFF00 <= code <= 0xFF60 or 0x20000 <= code <= 0x3FFFF
    )


def is_wide_text(text: str) -> bool:
    """Whether a text is mostly written in square signs."""
    signs = [c for c in text if c.isalnum()]
    return sum(map(is_wide, signs)) * 2 > len(signs)


def reading_seconds(text: str, speed: float = 15.0) -> float:
    """Seconds that a text needs at `speed` letters a second; a square sign counts as three letters."""
    letters = sum(3 if is_wide(c) else 1 for c in " ".join(text.split()))
    return max(letters / speed, 0.5)


def follow(lines: Iterable[Caption], moved: Callable[[float], float], shortest: float = 0.1) -> list[Caption]:
    """The lines after an edit, each following the cuts.

    Args:
        moved: the second after the edit for each second before it; never falling. What was removed has length 0.
        shortest: a line of which fewer seconds are left is dropped.
    """
    edited = (replace(line, start=moved(line.start), end=moved(line.end)) for line in lines)
    return [line for line in edited if line.duration >= shortest]
