"""A look-ahead limiter for true peaks: how loud the sound gets between its samples, and by how much to lower it.

Works on a control signal, one value a millisecond, so that a gain can be tried over hours of sound in a second, and
only then is put on the samples. True peak is that of ITU-R BS.1770-4, annex 2: four times oversampled.
"""

from __future__ import annotations

import numpy as np
from av import AudioFrame, AudioResampler

RATE = 48_000
HOP = 48  # samples of one control value: 1 ms
OVERSAMPLING = 4
LOOK_AHEAD = 5  # hops before a peak in which the gain falls
RELEASE = 60.0  # dB a second by which the gain comes back after loud passages: 6 dB in 100 ms
SHORT_RELEASE = 600.0  # and after single peaks, such as clicks, behind which the ear would hear a hole
_SHORT = 5  # doublings of a hop, 32 ms: what lasts no longer is a single peak, and bass notes, which peak again
#             within it, are not
SILENT = -200.0  # dB that stands for digital silence


class PeakFinder:
    """True peaks of every hop of two-channel sound at 48 kHz, fed in blocks of any length."""

    def __init__(self) -> None:
        self._resampler = _oversampler()
        self._rest = np.zeros(0, np.float32)

    def feed(self, samples: np.ndarray) -> np.ndarray:
        """The linear peaks, float32 (hops,), of the hops that samples float32 (2, n) complete."""
        return self._peaks(self._resampler.resample(_frame(samples)))

    def finish(self) -> np.ndarray:
        """The peaks of what is left, the last hop perhaps in part."""
        peaks = self._peaks(self._resampler.resample(None))
        last = self._rest.max(initial=0.0)
        return np.append(peaks, np.float32(last)) if len(self._rest) else peaks

    def _peaks(self, frames: list[AudioFrame]) -> np.ndarray:
        levels = np.concatenate([self._rest, *(_louder(frame) for frame in frames)])
        step = HOP * OVERSAMPLING
        whole = len(levels) // step * step
        self._rest = levels[whole:]
        return levels[:whole].reshape(-1, step).max(1) if whole else np.zeros(0, np.float32)


class HighestPeak:
    """Only the highest true peak of two-channel sound at 48 kHz, with silence around it.

    Attributes:
        linear: the highest so far; complete after `finish`.
    """

    _AROUND = np.zeros((2, 64), np.float32)  # twice what the oversampler hears to both sides; else it mirrors the sound

    def __init__(self) -> None:
        self.linear = 0.0
        # One for all of it: to build the filter takes longer than to hear 100 ms through it.
        self._resampler = _oversampler()
        self.feed(self._AROUND)

    def feed(self, samples: np.ndarray) -> None:
        """Take in float32 (2, n)."""
        self._look(self._resampler.resample(_frame(samples)))

    def finish(self) -> None:
        """Look at what is left."""
        self.feed(self._AROUND)
        self._look(self._resampler.resample(None))

    def _look(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            levels = frame.to_ndarray()
            self.linear = max(self.linear, float(levels.max(initial=0.0)), -float(levels.min(initial=0.0)))


def _oversampler() -> AudioResampler:
    return AudioResampler(format="fltp", layout="stereo", rate=RATE * OVERSAMPLING)


def _frame(samples: np.ndarray) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32), format="fltp", layout="stereo")
    frame.rate = RATE
    frame.pts = None
    return frame


def _louder(frame: AudioFrame) -> np.ndarray:
    both = frame.to_ndarray()
    np.abs(both, out=both)
    return np.maximum(both[0], both[1])


def decibels(linear: np.ndarray) -> np.ndarray:
    """20 log10, with digital silence at SILENT."""
    return 20 * np.log10(np.maximum(linear, 10 ** (SILENT / 20)))


def reduction(peaks: np.ndarray, ceiling: float) -> np.ndarray:
    """By how many dB (at most 0) to change each hop so that no peak passes the ceiling.

    Args:
        peaks: dB (hops,), true peak of each hop, gain included.
        ceiling: dBTP.

    Returns:
        dB (hops,). Joined by straight lines between the middles of hops it is below what every hop needs: it falls
        in a raised cosine over LOOK_AHEAD hops before a peak, and comes back by RELEASE or SHORT_RELEASE.
    """
    need = np.minimum(0.0, ceiling - np.asarray(peaks, np.float64))
    if not need.any():
        return need
    released = np.minimum(_released(need, SHORT_RELEASE), _released(-_lasting(-need), RELEASE))
    # Each value of the average below must be low enough for its hop and both neighbours, whose middles it is joined to.
    lowest = _lowest(released, before=1, after=LOOK_AHEAD + 1)
    return _average(lowest, LOOK_AHEAD)


def _released(need: np.ndarray, speed: float) -> np.ndarray:
    """The highest curve that is nowhere above `need` and rises by at most `speed` dB a second."""
    slope = speed * HOP / RATE * np.arange(len(need))
    return np.minimum.accumulate(need - slope) + slope


def _lasting(lowered: np.ndarray) -> np.ndarray:
    """The part of a reduction (dB, at least 0) that lasts: short gaps filled, then short peaks taken off.

    Morphological closing and opening by flat windows, each made of doubled shifts.
    """
    width = 2**_SHORT
    values = np.pad(lowered, width)
    for extreme, forward in ((np.maximum, True), (np.minimum, False), (np.minimum, True), (np.maximum, False)):
        for step in (2**n for n in range(_SHORT)):
            shifted = np.roll(values, -step if forward else step)
            values = extreme(values, shifted)
    return np.minimum(values[width:-width], lowered.max())


def _lowest(values: np.ndarray, before: int, after: int) -> np.ndarray:
    """The least of each value, the `before` values before it and the `after` ones behind it."""
    padded = np.concatenate([np.full(before, values[0]), values, np.full(after, values[-1])])
    return np.lib.stride_tricks.sliding_window_view(padded, before + after + 1).min(1)


def _average(values: np.ndarray, back: int) -> np.ndarray:
    """Each value and the `back` before it, weighted by a raised cosine."""
    weights = np.hanning(back + 3)[1:-1]
    padded = np.concatenate([np.full(back, values[0]), values])
    return np.convolve(padded, weights / weights.sum(), "valid")


def per_sample(decibel: np.ndarray, first: int, count: int) -> np.ndarray:
    """Linear gain float32 (count,) for `count` samples from sample `first`, from dB values at the middles of hops."""
    low = max(first // HOP - 1, 0)
    high = (first + count) // HOP + 2
    hops = decibel[low:high]
    if not len(hops):
        return np.ones(count, np.float32)
    if np.all(hops == hops[0]):
        return np.full(count, 10 ** (hops[0] / 20), np.float32)
    middles = (np.arange(low, low + len(hops)) + 0.5) * HOP
    linear = 10 ** (hops / 20)
    return np.interp(np.arange(first, first + count), middles, linear).astype(np.float32)
