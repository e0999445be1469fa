"""What the moments network is told of each half second: twelve plain measures of the picture and the sound.

| measure | of each half second |
|---|---|
| motion | mean absolute change of luma from picture to picture, 0..1 |
| sharpness | log of the variance of the Laplacian of luma (Pech-Pacheco et al. 2000) |
| exposure | distance of the mean luma from 0.45 |
| clipped | share of pixels in the lowest or highest 2 % |
| shake | change of the global shift between three pictures in a row, in pixels of 48 (phase correlation) |
| colour | colourfulness (Hasler and Süsstrunk 2003) |
| novelty | 1 - overlap of the colour histogram with that of the last half minute |
| likeness | highest overlap of the histogram with one of the thirty seconds before the last five: a place seen before |
| loudness | highest 50 ms level, dB |
| rise | loudness above the median of the last ten seconds, dB |
| flux | mean rise of the spectrum from frame to frame, dB (onsets) |
| treble | share of the energy above 2 kHz |
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .analyser import SOUND_RATE, LookFrame, SoundBlock

HOP = 0.5
NAMES = ("motion", "sharpness", "exposure", "clipped", "shake", "colour", "novelty", "likeness",
         "loudness", "rise", "flux", "treble")  # fmt: skip
PICTURE, SOUND = NAMES[:8], NAMES[8:]
_FRAME, _FLOOR = 800, -80.0  # samples (50 ms); dB
_LEVELS, _RECENT = 4, 60  # histogram bins a channel; half seconds of memory
_TREBLE = _FRAME * 2000 // SOUND_RATE


class PictureMeter:
    """Measures pictures as they go by; holds three small pictures, half a minute of histograms, eight numbers a hop."""

    def __init__(self) -> None:
        self._luma: NDArray[Any] | None = None
        self._small: list[NDArray[np.float32]] = []
        self._motion, self._pictures = 0.0, 0
        self._still: tuple[float, ...] = ()
        self._histograms: list[NDArray[np.float32]] = []
        self._rows: list[tuple[float, ...]] = []
        self._hop = -1

    def add(self, frame: LookFrame) -> None:
        """The next picture."""
        hop = int(frame.time / HOP)
        luma = frame.luma
        if hop > self._hop:
            self._close(hop)
            self._still = self._measured(frame.rgb, luma)
            self._small = []
        if self._luma is not None:
            self._motion += float(cv2.norm(luma, self._luma, cv2.NORM_L1)) / (luma.size * 255)
            self._pictures += 1
        if len(self._small) < 3:
            self._small.append(cv2.resize(luma, (48, 28), interpolation=cv2.INTER_AREA).astype(np.float32))
        self._luma = luma

    def finish(self) -> NDArray[np.float32]:
        """float32 (n, 8), see `PICTURE`."""
        if self._hop >= 0:
            self._close(self._hop + 1)
        return np.array(self._rows, np.float32).reshape(-1, len(PICTURE))

    def _close(self, hop: int) -> None:
        """End the open half second; ones without a picture of their own are like the last."""
        if self._hop >= 0:
            motion = self._motion / self._pictures if self._pictures else 0.0
            sharp, exposure, clipped, colour, novelty, likeness = self._still
            row = (motion, sharp, exposure, clipped, self._shake(), colour, novelty, likeness)
            self._rows += [row] + [(0.0, *row[1:])] * (hop - self._hop - 1)
        elif hop > 0:
            self._rows += [(0.0,) * len(PICTURE)] * hop
        self._motion, self._pictures, self._hop = 0.0, 0, hop

    def _measured(self, rgb: NDArray[Any], luma: NDArray[Any]) -> tuple[float, ...]:
        sharp = float(np.log10(cv2.Laplacian(luma, cv2.CV_32F).var() + 1.0))
        red, green, blue = (rgb[..., c].astype(np.float32) for c in range(3))
        reds, yellows = red - green, (red + green) / 2 - blue
        colour = float(np.hypot(reds.std(), yellows.std()) + 0.3 * np.hypot(reds.mean(), yellows.mean())) / 255
        clipped = float(((luma <= 5) | (luma >= 250)).mean())
        codes = (rgb >> 6).astype(np.int64) @ np.array([_LEVELS * _LEVELS, _LEVELS, 1])
        histogram = np.bincount(codes.reshape(-1), minlength=_LEVELS**3).astype(np.float32) / codes.size
        novelty = likeness = 0.0
        if self._histograms:
            known = np.stack(self._histograms)
            novelty = 1.0 - float(np.minimum(known.mean(0), histogram).sum())
            older = known[:-10]
            likeness = float(np.minimum(older, histogram).sum(1).max()) if len(older) else 0.0
        self._histograms = [*self._histograms, histogram][-_RECENT - 10 :]
        return sharp, abs(float(luma.mean()) / 255 - 0.45), clipped, colour, novelty, likeness

    def _shake(self) -> float:
        if len(self._small) < 3 or min(float(small.std()) for small in self._small) < 1.0:
            return 0.0
        (ax, ay), _ = cv2.phaseCorrelate(self._small[0], self._small[1])
        (bx, by), _ = cv2.phaseCorrelate(self._small[1], self._small[2])
        return min(float(np.hypot(bx - ax, by - ay)), 10.0)


class SoundMeter:
    """Measures sound as it goes by; holds half a second of it and three numbers a hop."""

    def __init__(self) -> None:
        self._open = np.empty(0, np.float32)
        self._before: NDArray[np.float32] | None = None
        self._rows: list[tuple[float, float, float]] = []

    def add(self, block: SoundBlock) -> None:
        """The next block."""
        self._open = np.concatenate((self._open, block.samples))
        size = int(HOP * SOUND_RATE)
        while len(self._open) >= size:
            self._measure(self._open[:size])
            self._open = self._open[size:]

    def finish(self) -> NDArray[np.float32]:
        """float32 (n, 4), see `SOUND`."""
        if len(self._open) >= _FRAME:
            self._measure(self._open)
        rows = np.array(self._rows, np.float32).reshape(-1, 3)
        return np.column_stack((rows[:, 0], rises(rows[:, 0]), rows[:, 1:])).astype(np.float32)

    def _measure(self, samples: NDArray[np.float32]) -> None:
        frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
        spectra = np.abs(np.fft.rfft(frames * np.hanning(_FRAME).astype(np.float32), axis=1)).astype(np.float32)
        power = (frames**2).mean(1)
        loud = float(10 * np.log10(power.max() + 10 ** (_FLOOR / 10)))
        decibels = 20 * np.log10(spectra + 1e-2)
        chain = decibels if self._before is None else np.concatenate((self._before[None], decibels))
        flux = float(np.maximum(np.diff(chain, axis=0), 0).mean()) if len(chain) > 1 else 0.0
        energy = (spectra**2).sum(0)
        total = float(energy.sum())
        self._rows.append((loud, flux, float(energy[_TREBLE:].sum()) / total if total > 1e-6 else 0.0))
        self._before = decibels[-1]


def rises(loudness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Decibels above the median of the last ten seconds, this half second included."""
    padded = np.concatenate((np.repeat(loudness[:1], 19), loudness)) if len(loudness) else loudness
    if not len(padded):
        return padded
    windows = np.lib.stride_tricks.sliding_window_view(padded, 20)
    return (loudness - np.median(windows, axis=1)).astype(np.float32)


def together(picture: NDArray[np.float32], sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Both as float32 (n, 12); the shorter one goes on as it ended, one that is not there is zero throughout."""
    count = max(len(picture), len(sound))
    return np.hstack([_long(picture, count, len(PICTURE)), _long(sound, count, len(SOUND))])


def normalised(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each measure against its own file: median 0, half the 10-to-90 range 1, held within ±5; constants are 0."""
    if not len(rows):
        return rows
    low, middle, high = np.percentile(rows, (10, 50, 90), axis=0)
    spread = np.maximum((high - low) / 2, _LEAST)
    return np.clip((rows - middle) / spread, -5, 5).astype(np.float32)


# Changes smaller than these are none: they keep the noise of a still picture or a silence from being blown up.
_LEAST = np.array([0.005, 0.1, 0.03, 0.02, 0.2, 0.02, 0.05, 0.1, 2.0, 2.0, 0.3, 0.05], np.float32)


def _long(rows: NDArray[np.float32], count: int, width: int) -> NDArray[np.float32]:
    if not len(rows):
        return np.zeros((count, width), np.float32)
    return np.concatenate((rows, np.repeat(rows[-1:], count - len(rows), axis=0))) if len(rows) < count else rows
