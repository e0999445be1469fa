"""Finds the beats of music: how strongly something begins every 10 ms, how fast it repeats, where the pulse falls.

Onset strength after Böck & Widmer, "Maximum filter vibrato suppression" (2013, SuperFlux); tempo from autocorrelation
with a preference for moderate tempi, followed over time by dynamic programming; beats after Ellis, "Beat tracking by
dynamic programming" (2007).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..findings import Span
from .sound_features import FPS

Array = NDArray[np.float64]

_LAG = 2
_DEPTH = 50.0  # decibels below the loudest band of late that still count
_WINDOW, _STEP = 8 * FPS, 2 * FPS
_SLOWEST, _FASTEST = 50.0, 210.0
_USUAL, _SPREAD = 125.0, 0.6  # beats a minute, octaves
_BASS = np.concatenate((np.full(2, 10.0), np.full(30, 4.0))).astype(np.float32) / 128.0
"""Weights of the 32 bands: kick drum and bass tell more of the beat than their few bands' share."""
_CHANGE = 12.0  # what an octave's change of tempo from one step to the next costs
_TIGHT = 120.0
_SHORTEST = 4.0


class BeatTracker:
    """Takes log-mel frames; keeps two bytes for every 10 ms (a fifth of a megabyte for ten minutes)."""

    def __init__(self) -> None:
        self._before: NDArray[np.float32] | None = None
        self._loudest = -120.0
        self._onsets: list[NDArray[np.float16]] = []

    def add(self, frames: NDArray[np.float32]) -> None:
        """The next frames, (n, 64) in decibels, as `sound_features.LogMel` gives them."""
        if not len(frames):
            return
        frames = 0.5 * (frames[:, ::2] + frames[:, 1::2])  # 32 bands are enough to see a beginning
        if self._before is None:
            self._before = np.repeat(frames[:1], _LAG, axis=0)
        joined = np.concatenate((self._before, frames))
        self._before = joined[-_LAG:].copy()
        # The floor follows the loudest frame and forgets 0.02 dB a frame, frame by frame, so blocks do not matter.
        peaks = frames.max(axis=1) + 0.02 * np.arange(1, len(frames) + 1)
        loudest = np.maximum(np.maximum.accumulate(peaks), self._loudest) - 0.02 * np.arange(1, len(frames) + 1)
        self._loudest = float(loudest[-1])
        floor = (loudest - _DEPTH)[:, None].astype(np.float32)
        now, then = np.maximum(joined[_LAG:], floor), np.maximum(joined[:-_LAG], floor)
        spread = then.copy()
        np.maximum(spread[:, 1:], then[:, :-1], out=spread[:, 1:])
        np.maximum(spread[:, :-1], then[:, 1:], out=spread[:, :-1])
        self._onsets.append((np.maximum(now - spread, 0) @ _BASS).astype(np.float16))

    def finish(self, music: Sequence[Span]) -> tuple[float, ...]:
        """Seconds of the beats inside spans of music of at least 4 s."""
        onsets = np.concatenate(self._onsets).astype(np.float64) if self._onsets else np.zeros(0)
        beats: list[float] = []
        for span in music:
            first, last = round(span.start * FPS), min(round(span.end * FPS), len(onsets))
            if (last - first) >= _SHORTEST * FPS:
                beats += [round((first + frame) / FPS, 2) for frame in track(onsets[first:last])]
        return tuple(beats)


def track(onsets: Array) -> list[int]:
    """Frames of the beats, given the onset strength every 10 ms of one piece of music."""
    strength = _prepared(onsets)
    if not strength.any():
        return []
    return _pulse(strength, _periods(strength))


def _prepared(onsets: Array) -> Array:
    """Onset strength less its surroundings, in units of its own spread; a little smoothed."""
    around = np.convolve(np.pad(onsets, 40, mode="reflect" if len(onsets) > 41 else "edge"), np.ones(81) / 81, "valid")
    clean = np.maximum(onsets - around, 0)
    bell = np.exp(-0.5 * (np.arange(-4, 5) / 1.6) ** 2)
    smooth = np.convolve(clean, bell / bell.sum(), "same")
    return smooth / (smooth.std() + 1e-9)


def _periods(strength: Array) -> Array:
    """Frames from beat to beat at every frame: the best path through tempi that the autocorrelation speaks for."""
    tempi = np.geomspace(_SLOWEST, _FASTEST, 130)
    prior = -0.5 * (np.log2(tempi / _USUAL) / _SPREAD) ** 2
    starts = np.arange(0, max(len(strength) - _WINDOW, 0) + 1, _STEP)
    scores = np.stack([_comb(strength[s : s + _WINDOW], 60 * FPS / tempi) for s in starts]) * 6.0 + prior
    octaves = np.log2(tempi)
    cost = _CHANGE * np.abs(octaves[:, None] - octaves[None])
    total, back = scores[0], []
    for score in scores[1:]:
        ways = total[:, None] - cost
        back.append(ways.argmax(axis=0))
        total = ways.max(axis=0) + score
    path = [int(total.argmax())]
    for came in reversed(back):
        path.append(int(came[path[-1]]))
    middles = starts + min(_WINDOW, len(strength)) / 2
    return np.interp(np.arange(len(strength)), middles, 60 * FPS / tempi[path[::-1]])


def _comb(piece: Array, periods: Array) -> Array:
    """How well the piece repeats after one, two, three and four periods; 0 to about 1."""
    size = 1 << (2 * len(piece) - 1).bit_length()
    centred = piece - piece.mean()
    auto = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2)[: len(piece)]
    auto = auto / (auto[0] + 1e-9) * len(piece) / (len(piece) - np.minimum(np.arange(len(piece)), len(piece) * 3 // 4))
    lags = np.arange(len(auto))
    found = np.zeros(len(periods))
    for times, weight in ((1, 0.4), (2, 0.3), (3, 0.1), (4, 0.2)):
        found += weight * np.interp(times * periods, lags, auto)
    return found


def _pulse(strength: Array, periods: Array) -> list[int]:
    """The sequence of frames that hits strong onsets at the wanted distances (Ellis 2007, equation 6)."""
    total, came = strength.copy(), np.full(len(strength), -1)
    for frame in range(len(strength)):
        period = periods[frame]
        steps = np.arange(max(int(period / 2), 1), int(2 * period) + 1)
        steps = steps[steps <= frame]
        if len(steps):
            ways = total[frame - steps] - _TIGHT * np.log(steps / period) ** 2
            best = int(ways.argmax())
            if ways[best] > 0:
                total[frame] += ways[best]
                came[frame] = frame - steps[best]
    tail = int(min(2 * periods[-1], len(total)))
    frame = len(total) - tail + int(total[-tail:].argmax())
    beats = [frame]
    while came[beats[-1]] >= 0:
        beats.append(int(came[beats[-1]]))
    return _trimmed(beats[::-1], strength)


def _trimmed(beats: list[int], strength: Array) -> list[int]:
    """Without beats before anything sounds and after everything has faded (Ellis's own ending)."""
    heights = np.array([strength[max(b - 3, 0) : b + 4].max() for b in beats])
    strong = np.flatnonzero(heights > 0.25 * np.sqrt((heights**2).mean()))
    return beats[strong[0] : strong[-1] + 1] if len(strong) else []
