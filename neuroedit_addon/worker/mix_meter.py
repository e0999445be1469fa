"""Measures a mix while it passes by: loudness, true peak, and the control signal that the limiter works on."""

from __future__ import annotations

from array import array

import numpy as np
from av import AudioFrame

from ..mix_report import Levels
from .limiter import HOP, RATE, HighestPeak, PeakFinder
from .loudness import LoudnessMeter
from .mix_level import Control


class MixMeter:
    """Hears float32 (2, n) blocks at 48 kHz in order; then ask `levels`, and `control` where it was asked for.

    Args:
        control: whether to keep energy and peak of every millisecond (8 bytes each).
    """

    def __init__(self, control: bool = False) -> None:
        self._meter = LoudnessMeter(true_peak=False)
        self._finder = PeakFinder() if control else None
        self._highest = HighestPeak()
        self._peaks, self._energy = array("f"), array("f")
        self._position = 0
        self._left_over = np.zeros((2, 0), np.float32)

    def hear(self, samples: np.ndarray) -> None:
        """Take in the next block."""
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32), format="fltp", layout="stereo")
        frame.rate = RATE
        self._meter.hear(frame, self._position / RATE)
        self._position += samples.shape[1]
        if self._finder is None:
            self._highest.feed(samples)
        else:
            self._peaks.frombytes(self._finder.feed(samples).astype(np.float32).tobytes())
            self._left_over = np.concatenate([self._left_over, samples], 1)
            self._weigh(self._left_over.shape[1] // HOP * HOP)

    def finish(self) -> Levels:
        """The levels of all that was heard; called once."""
        self._highest.finish()
        highest = self._highest.linear
        if self._finder is not None:
            self._peaks.frombytes(self._finder.finish().astype(np.float32).tobytes())
            highest = float(np.frombuffer(self._peaks, np.float32).max(initial=0.0))
        if self._left_over.shape[1]:
            self._left_over = np.pad(self._left_over, ((0, 0), (0, HOP - self._left_over.shape[1])))
            self._weigh(HOP)
        self._loudness = self._meter.finish().get("loudness")
        peak = round(float(20 * np.log10(highest)), 2) if highest > 1e-10 else None
        if self._loudness is None:
            return Levels(None, 0.0, peak)
        return Levels(self._loudness.integrated_lufs, self._loudness.range_lu, peak)  # type: ignore[attr-defined]

    def control(self) -> Control:
        """The control signal, after `finish`."""
        momentary = self._loudness.momentary_lufs if self._loudness is not None else ()  # type: ignore[attr-defined]
        hops = min(len(self._peaks), len(self._energy))
        return Control(
            np.frombuffer(self._peaks, np.float32)[:hops], np.frombuffer(self._energy, np.float32)[:hops],
            np.array(momentary, np.float32),
        )  # fmt: skip

    def _weigh(self, count: int) -> None:
        whole = self._left_over[:, :count].reshape(2, -1, HOP)
        self._left_over = self._left_over[:, count:]
        self._energy.frombytes(np.einsum("cnh,cnh->n", whole, whole).astype(np.float32).tobytes())
