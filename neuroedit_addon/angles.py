"""Noun: recordings of one event by several devices, on one clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Angle:
    """One file on the clock of the first.

    Attributes:
        path: of the file.
        offset: second of the common clock at which the file begins (below zero: before the first one).
        drift: by how much its clock is slow, in parts of one: second `t` of the file is `offset + t * (1 + drift)`.
        confidence: 0..1 that it hears the same event at all.
    """

    path: str
    offset: float = 0.0
    drift: float = 0.0
    confidence: float = 1.0

    def common(self, second: float) -> float:
        """Second of the common clock at a second of the file."""
        return self.offset + second * (1 + self.drift)

    def own(self, second: float) -> float:
        """Second of the file at a second of the common clock."""
        return (second - self.offset) / (1 + self.drift)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> Angle:
        """The inverse of `to_json`."""
        return Angle(str(values["path"]), *(float(values[key]) for key in ("offset", "drift", "confidence")))
