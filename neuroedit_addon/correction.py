"""Noun: a colour correction as Blender's modifiers express it, for display-coded values (0 black .. 1 white).

First slope, offset and power of a Color Balance modifier, then the saturation of a Hue Correct modifier:
`y = clamp(x * slope + offset) ** power`, then `max - (max - y) * saturation`, never below black.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .errors import PlanError

RGB = tuple[float, float, float]
MOST_SATURATION = 2.0  # where a Hue Correct modifier's curve ends
_LIMITS = {"slope": (0.0, 10.0), "offset": (-1.0, 1.0), "power": (0.05, 10.0)}


@dataclass(frozen=True)
class Correction:
    """One setting for a whole shot: slope, offset (neutral 0) and power for red, green and blue; saturation."""

    slope: RGB = (1.0, 1.0, 1.0)
    offset: RGB = (0.0, 0.0, 0.0)
    power: RGB = (1.0, 1.0, 1.0)
    saturation: float = 1.0

    def scaled(self, strength: float) -> Correction:
        """The same correction, `strength` (0..1 and a little more) of the way from none to all of it."""

        def towards(neutral: float, value: float) -> float:
            return round(neutral + (value - neutral) * strength, 5)

        def power(base: float) -> float:
            return round(float(base**strength), 5)

        return Correction(
            tuple(power(max(v, 1e-3)) for v in self.slope), tuple(towards(0.0, v) for v in self.offset),  # type: ignore
            tuple(power(v) for v in self.power), min(power(max(self.saturation, 1e-3)), MOST_SATURATION),  # type: ignore[arg-type]
        )  # fmt: skip

    @property
    def amount(self) -> float:
        """Roughly how far it goes: 0 changes nothing."""
        parts = [abs(v - 1) for v in (*self.slope, *self.power, self.saturation)] + [2 * abs(v) for v in self.offset]
        return sum(parts) / len(parts)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @staticmethod
    def from_json(values: Any) -> Correction:
        """The inverse of `to_json`.

        Raises:
            PlanError: a value is missing, no number, or out of all reason.
        """
        try:
            slope, offset, power = (_three(values[key], *limits) for key, limits in _LIMITS.items())
            made = Correction(slope, offset, power, _number(values.get("saturation", 1.0), 0.0, MOST_SATURATION))
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            cure = "It has slope, offset and power with three numbers each, and a saturation."
            raise PlanError(f"A colour correction makes no sense: {problem!s}.", cure) from None
        return made


def _three(values: Any, low: float, high: float) -> RGB:
    red, green, blue = (_number(value, low, high) for value in values)
    return red, green, blue


def _number(value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(f"{value!r} is not a number from {low:g} to {high:g}")
    return float(value)
