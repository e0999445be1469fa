"""Noun: a shot as the step "grade" sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...correction import Correction


@dataclass(frozen=True)
class Graded:
    """A shot on the timeline: its media file, seconds there, the strips that show it, and what is written on them.

    Attributes:
        confidence: how sure the network is that a correction is needed; 0 where it was not asked.
        matched: whether the correction comes from a reference.
    """

    path: str
    start: float
    end: float
    strips: tuple[str, ...]
    name: str
    correction: Correction | None
    confidence: float = 0.0
    matched: bool = False

    def told(self) -> dict[str, Any]:
        """As the report wants it."""
        correction = self.correction.to_json() if self.correction else None
        return {**self.piece(), "correction": correction, "confidence": self.confidence, "matched": self.matched}

    def asked(self) -> dict[str, Any]:
        """As the worker's verb "match" wants it: one that was judged is matched as it will look."""
        return {**self.piece(), "correction": self.correction.to_json() if self.correction else None}

    def piece(self) -> dict[str, Any]:
        """The stretch of the file, plain values."""
        return {"path": self.path, "start": self.start, "end": self.end}
