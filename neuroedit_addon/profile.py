"""Noun: what was learnt from one person's edits, as plain numbers in a JSON file: no film, no path, no program.

A lesson is one edit. It holds sums over the half seconds that were kept and dropped (see planner/lesson.py), never the
half seconds themselves, so a profile stays small, does not tell what was filmed, and forgets nothing but details.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any

from .errors import PlanError, UsageError
from .findings import require_format

FORMAT = "neuroedit-profile/1"
MEASURES = ("importance", "motion", "loudness", "speech", "music", "noise", "faces", "brightness", "colour", "novelty",
            "shot length", "clipped")  # fmt: skip
"""What is known of each half second, in this order; a profile that was learnt from others cannot be used."""
MOST_BYTES, _MOST_LESSONS, _MOST_BLOCKS, _BIGGEST = 8_000_000, 400, 16, 1e9
_PAIRS = len(MEASURES) * (len(MEASURES) + 1) // 2
_NAME = re.compile(r"[^\W_][\w .-]{0,59}")


@dataclass(frozen=True)
class Sums:
    """Sums over some half seconds, measures x and verdicts y both centred on their edit's mean.

    Attributes:
        count: weighted half seconds.
        squared: sum of y².
        measured: sums of x·y, one for each of MEASURES.
        pairs: sums of x·x', the upper triangle of the matrix, row by row.
    """

    count: float
    squared: float
    measured: tuple[float, ...]
    pairs: tuple[float, ...]


@dataclass(frozen=True)
class Lesson:
    """One edit.

    Attributes:
        key: of the edit: learning it again replaces what it taught before.
        title: for people, as "holiday.blend".
        kept, dropped: seconds.
        judged: how many decisions were accepted or rejected by hand.
        habits: settings as this edit has them, by name: seconds, LUFS, …
        blocks: parts of the edit, so that what one teaches can be tried on the others.
    """

    key: str
    title: str
    kept: float
    dropped: float
    judged: int = 0
    habits: dict[str, float] | None = None
    blocks: tuple[Sums, ...] = ()


@dataclass(frozen=True)
class Profile:
    """A name and its lessons, the oldest first."""

    name: str
    lessons: tuple[Lesson, ...] = ()

    def learnt(self, lesson: Lesson) -> Profile:
        """The same with one more lesson, or with a newer one of the same edit; the oldest go when there are many."""
        others = tuple(known for known in self.lessons if known.key != lesson.key)
        return replace(self, lessons=(*others, lesson)[-_MOST_LESSONS:])

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`, `format` first."""
        lessons = [asdict(lesson) for lesson in self.lessons]
        return {"format": FORMAT, "name": self.name, "measures": list(MEASURES), "lessons": lessons}

    @staticmethod
    def from_json(data: Any, name: str = "profile") -> Profile:
        """The inverse of `to_json`; nothing in it is believed before it has been checked.

        Raises:
            PlanError: no profile, of another version, or with values that no edit could have left.
        """
        require_format(data, FORMAT, name)
        try:
            if tuple(data["measures"]) != MEASURES:
                raise PlanError(f"{name} was learnt from other measures than this NeuroEdit's.", _CURE)
            if len(data["lessons"]) > _MOST_LESSONS:
                raise ValueError("too many lessons")
            return Profile(checked_name(str(data["name"])), tuple(_lesson(values) for values in data["lessons"]))
        except UsageError as problem:
            raise PlanError(f"{name} is damaged: {problem.sentence}", _CURE) from None
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
            raise PlanError(f"{name} is damaged: {problem!s}.", _CURE) from None


_CURE = "Reset it and learn again, or take a copy."


def checked_name(name: str) -> str:
    """A name that can be a file's on every system.

    Raises:
        UsageError: it cannot.
    """
    plain = name.strip()
    if not _NAME.fullmatch(plain) or plain.endswith("."):
        raise UsageError(f"“{name[:60]}” cannot be the name of a profile.", "Use letters, digits, spaces and dashes.")
    return plain


def _lesson(values: dict[str, Any]) -> Lesson:
    habits = {str(key): _number(value) for key, value in dict(values.get("habits") or {}).items()}
    blocks = values["blocks"]
    if len(blocks) > _MOST_BLOCKS or len(habits) > 40:
        raise ValueError("more in a lesson than an edit leaves")
    return Lesson(
        str(values["key"])[:80], str(values["title"])[:200], _number(values["kept"], 0.0),
        _number(values["dropped"], 0.0), int(_number(values.get("judged", 0), 0.0)), habits,
        tuple(_sums(block) for block in blocks),
    )  # fmt: skip


def _sums(values: dict[str, Any]) -> Sums:
    measured = tuple(_number(value) for value in values["measured"])
    pairs = tuple(_number(value) for value in values["pairs"])
    if len(measured) != len(MEASURES) or len(pairs) != _PAIRS:
        raise ValueError("sums of another size")
    made = Sums(_number(values["count"], 0.0), _number(values["squared"], 0.0), measured, pairs)
    squares = diagonal(pairs)
    at = 0
    for row, own in enumerate(squares):
        for other in squares[row:]:
            # What Cauchy and Schwarz rule out was not summed over any edit.
            if pairs[at] ** 2 > own * other * 1.01 + 1e-3:
                raise ValueError("sums that no edit could leave")
            at += 1
    if any(value**2 > own * made.squared * 1.01 + 1e-3 for value, own in zip(measured, squares, strict=True)):
        raise ValueError("sums that no edit could leave")
    return made


def diagonal(pairs: tuple[float, ...]) -> list[float]:
    """Sums of squares of the measures."""
    size, at, found = len(MEASURES), 0, []
    for row in range(size):
        found.append(pairs[at])
        at += size - row
    return found


def _number(value: Any, least: float = -_BIGGEST) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{str(value)[:40]!r} is no number")
    if not (isfinite(value) and least <= value <= _BIGGEST):
        raise ValueError(f"{value:g} is out of range")
    return float(value)
