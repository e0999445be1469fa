"""Gives every decoded picture its time, and notices when pictures last differently long."""

from __future__ import annotations

from fractions import Fraction

# A picture that is more than this share of a frame away from where an even rate would put it is seen as uneven:
# Matroska's millisecond stamps at 60 fps stray by 0.03, a dropped frame by 1.
_UNEVEN = 0.75


class FrameTimes:
    """Turns time stamps into rising seconds from zero, in constant memory.

    Args:
        nominal: frames a second as the file claims.
        zero: the second, on the file's own clock, that becomes 0.
    """

    def __init__(self, nominal: Fraction, zero: float) -> None:
        self.count = 0
        self.first = 0.0
        self.last = 0.0
        self._step = 1 / float(nominal)
        self._zero = zero
        self._low = self._high = 0.0

    def next(self, stamp: float | None) -> float:
        """The time of the next picture whose time stamp is `stamp` seconds (None: one frame after the last)."""
        time = self.last + self._step if stamp is None else stamp - self._zero
        if self.count == 0:
            # A stamp slightly below zero is an edit list's rounding.
            self.first = time = max(time, 0.0) if stamp is not None else 0.0
        elif time <= self.last:
            time = self.last + self._step / 100  # a broken or repeated stamp; the next one may be right again
        drift = (time - self.first) - self.count * self._step
        self._low, self._high = min(self._low, drift), max(self._high, drift)
        self.last = time
        self.count += 1
        return time

    @property
    def end(self) -> float:
        """When the last picture leaves the screen."""
        return self.last + self._step if self.count else 0.0

    @property
    def vfr(self) -> bool:
        """Whether the pictures so far keep to no single rate.

        A file's claimed rate may be a little off, which makes a straight drift; only bends count, so the drift that
        the average rate explains is taken away.
        """
        if self.count < 3:
            return False
        straight = abs((self.last - self.first) - (self.count - 1) * self._step)
        return (self._high - self._low - straight) > _UNEVEN * self._step

    @property
    def rate(self) -> Fraction | None:
        """Pictures a second as measured, or None for fewer than two."""
        if self.count < 2:
            return None
        return Fraction((self.count - 1) / (self.last - self.first)).limit_denominator(100_000)
