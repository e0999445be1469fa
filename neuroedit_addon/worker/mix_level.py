"""Finds the gain that brings a mix to its loudness with the limiter in the way, without hearing the mix again.

BS.1770-4's gated loudness is a mean over overlapping blocks of 400 ms. The meter gives each block's loudness before;
the limiter's gain, weighted by the sound's energy in each millisecond, says by how much each block falls. So a gain
can be tried on the control signal alone. The estimate leaves out only that limiting changes the spectrum within a
block; the mix is measured afterwards all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .limiter import HOP, LOOK_AHEAD, RATE, RELEASE, decibels, reduction

_BLOCK_HOPS = 100 * RATE // 1000 // HOP  # hops of the 100 ms by which the meter steps
_SECTION = 600 * _BLOCK_HOPS  # hops that are worked on at once: one minute
_MOST_REDUCTION = 90.0  # dB; the limiter has come back from this much within the margin of a section
_MARGIN = int(_MOST_REDUCTION / RELEASE * RATE / HOP) + 4 * LOOK_AHEAD
_OFFSET = 0.691  # BS.1770-4, equation 2
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_MOST_LIMITING = 48.0  # dB of gain beyond the unlimited one that are tried before the target counts as out of reach


@dataclass(frozen=True, eq=False)
class Control:
    """What was measured of a mix in one pass.

    Attributes:
        peaks: float32 (hops,), linear true peak of each hop.
        energy: float32 (hops,), sum of squares of each hop, both channels.
        momentary: float32 (blocks,), loudness in LUFS of the 400 ms that end with each 100 ms.
    """

    peaks: np.ndarray
    energy: np.ndarray
    momentary: np.ndarray

    def reduction(self, gain: float, ceiling: float) -> Iterator[tuple[int, np.ndarray]]:
        """The limiter's dB for `gain` dB of make-up, section by section: (first hop, values)."""
        for first in range(0, len(self.peaks), _SECTION):
            low = max(first - _MARGIN, 0)
            high = min(first + _SECTION + _MARGIN, len(self.peaks))
            lowered = reduction(decibels(self.peaks[low:high]) + gain, ceiling)
            yield first, lowered[first - low : first - low + min(_SECTION, len(self.peaks) - first)]

    def loudness(self, gain: float, ceiling: float) -> float | None:
        """Integrated loudness in LUFS after `gain` dB and the limiter, estimated; None below the absolute gate."""
        blocks = len(self.momentary)
        before = np.zeros(blocks + 1)
        after = np.zeros(blocks + 1)
        for first, lowered in self.reduction(gain, ceiling):
            energy = self.energy[first : first + len(lowered)].astype(np.float64)
            block = np.minimum(np.arange(first, first + len(lowered)) // _BLOCK_HOPS, blocks)
            start = first // _BLOCK_HOPS
            count = int(block[-1]) - start + 1
            before[start : start + count] += np.bincount(block - start, energy, count)
            after[start : start + count] += np.bincount(block - start, energy * 10 ** (lowered / 10), count)
        kept = _four(after[:blocks]) / np.maximum(_four(before[:blocks]), 1e-30)
        return gated(self.momentary + gain + 10 * np.log10(np.clip(kept, 1e-12, 1.0)))


def _four(values: np.ndarray) -> np.ndarray:
    """Sums of each value and the three before it."""
    total = np.concatenate([np.zeros(4), np.cumsum(values)])
    return total[4:] - total[:-4]


def gated(momentary: np.ndarray) -> float | None:
    """Integrated loudness of 400 ms blocks (LUFS) by BS.1770-4's two gates; None when nothing passes the first."""
    whole = momentary[3:] if len(momentary) > 3 else momentary
    heard = whole[whole > _ABSOLUTE_GATE]
    if not len(heard):
        return None
    relative = _mean(heard) + _RELATIVE_GATE
    return _mean(heard[heard > relative])


def _mean(loudness: np.ndarray) -> float:
    power = 10 ** ((loudness + _OFFSET) / 10)
    return float(10 * np.log10(power.mean()) - _OFFSET)


def solve(control: Control, target: float, ceiling: float) -> float | None:
    """The gain in dB that brings the mix to `target` LUFS, or as near as the limiter lets it; None for silence."""
    plain = control.loudness(0.0, ceiling=float("inf"))
    if plain is None:
        return None
    low = gain = target - plain
    high = low + _MOST_LIMITING
    for _ in range(30):
        reached = control.loudness(gain, ceiling)
        missing = target - (reached if reached is not None else -120.0)
        if abs(missing) < 0.005 or high - low < 0.005:
            break
        low, high = (gain, high) if missing > 0 else (low, gain)
        # What is missing is a good step while the limiter does little; halving the range always ends.
        gain = gain + missing if low < gain + missing < high else (low + high) / 2
    return gain
