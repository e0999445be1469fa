"""Remembers where a file was damaged, and says it in one phrase."""

from __future__ import annotations

_NEAR = 2.0  # seconds; damage nearer than this is told as one
_MOST = 6  # places that are named


class Damage:
    """Collects the seconds at which something could not be decoded."""

    def __init__(self) -> None:
        self._places: list[tuple[float, float]] = []
        self._more = 0

    def at(self, second: float) -> None:
        """Something is broken here."""
        if self._places and second <= self._places[-1][1] + _NEAR:
            first, last = self._places[-1]
            self._places[-1] = (first, max(last, second))
        elif len(self._places) < _MOST:
            self._places.append((second, second))
        else:
            self._more += 1

    @property
    def phrase(self) -> str:
        """What to tell the user, or an empty string when all is well."""
        if not self._places:
            return ""
        named = ", ".join(_clock(first) if last - first < 1 else f"{_clock(first)} to {_clock(last)}"
                          for first, last in self._places)  # fmt: skip
        more = " and later" if self._more else ""
        return f"damaged at {named}{more}; what could not be decoded was skipped"


def _clock(second: float) -> str:
    minutes, rest = divmod(max(second, 0.0), 60)
    return f"{int(minutes)}:{rest:04.1f}"
