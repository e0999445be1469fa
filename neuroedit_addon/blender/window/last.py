"""What the last task came to, for the panel: Blender's own reports pass by quickly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A level of Blender's reports and a sentence."""

    level: str
    sentence: str


_said: Said | None = None
_warnings: list[str] = []


def remember(level: str, sentence: str) -> None:
    """Keep what was said."""
    global _said
    _said = Said(level, sentence)


def warn(sentence: str) -> None:
    """Keep what the user should know when the task is over."""
    if sentence not in _warnings:
        _warnings.append(sentence)


def warnings() -> list[str]:
    """What the user should know."""
    return list(_warnings)


def said() -> Said | None:
    """What was said last."""
    return _said


def forget() -> None:
    """Nothing was said."""
    global _said
    _said = None
    _warnings.clear()
