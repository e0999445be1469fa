"""What a shot looks like and how much moves: sampled five times a second, combined into shots when those are known."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ..findings import Curve, Look, Shot, Transition
from .analyser import LookFrame, SoundBlock

_HOP = 0.2  # seconds between samples of the look
_MOTION_HOP = 0.5
_BINS = 128
_PERCENTILES = (1, 5, 25, 50, 75, 95, 99)


class LookMeter:
    """Finds `motion`, and afterwards the look of any stretch (`between`).

    Motion is the mean absolute difference of Rec.709 luma (0..1) from one picture to the next, averaged over half
    seconds. Two hours of samples take about 10 MB.
    """

    version = "look/1"

    def __init__(self) -> None:
        self._next = 0.0
        self._times = array("d")
        self._numbers = array("f")  # red, green, blue, saturation, clipped
        self._histograms = bytearray()  # uint16 (_BINS,) each: a look has 5184 pixels
        self._luma: np.ndarray | None = None
        self._motion_sums = array("f")
        self._motion_counts = array("L")

    def picture(self, frame: LookFrame) -> None:
        """Look at the next picture."""
        luma = frame.luma
        if self._luma is not None:
            self._moved(frame.time, float(cv2.norm(luma, self._luma, cv2.NORM_L1)) / (luma.size * 255))
        self._luma = luma
        if frame.time >= self._next:
            self._next = frame.time + _HOP
            self._sample(frame, luma)

    def sound(self, block: SoundBlock) -> None:
        """Sound has no look."""

    def finish(self) -> dict[str, object]:
        """`motion`; nothing without a picture."""
        if not self._times:
            return {}
        values = [total / count if count else 0.0
                  for total, count in zip(self._motion_sums, self._motion_counts, strict=True)]  # fmt: skip
        return {"motion": Curve(_MOTION_HOP, tuple(round(value, 5) for value in values))}

    def between(self, start: float, end: float, without: Sequence[Transition] = ()) -> Look | None:
        """The look of the pictures from `start` up to `end` seconds, gradual transitions left out where possible."""
        times = np.frombuffer(self._times, np.float64)
        inside = (times >= start - 1e-6) & (times < end - 1e-6)
        clear = inside.copy()
        for change in without:
            clear &= ~((times >= change.start) & (times < change.end))
        chosen = np.flatnonzero(clear if clear.any() else inside)
        if not len(chosen):
            return None
        numbers = np.frombuffer(self._numbers, np.float32).reshape(-1, 5)[chosen].mean(axis=0)
        histogram = np.frombuffer(self._histograms, np.uint16).reshape(-1, _BINS)[chosen].sum(axis=0, dtype=np.int64)
        red, green, blue, saturation, clipped = (round(float(value), 4) for value in numbers)
        return Look((red, green, blue), _percentiles(histogram), saturation, clipped)

    def _moved(self, time: float, amount: float) -> None:
        hop = int(time / _MOTION_HOP)
        while len(self._motion_sums) <= hop:
            self._motion_sums.append(0.0)
            self._motion_counts.append(0)
        self._motion_sums[hop] += amount
        self._motion_counts[hop] += 1

    def _sample(self, frame: LookFrame, luma: np.ndarray) -> None:
        rgb = frame.rgb.reshape(-1, 3)
        red, green, blue = rgb.T
        high, low = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
        saturation = np.divide(high - low, high, out=np.zeros(len(rgb), np.float32), where=high > 0)
        clipped = (high >= 0.98 * 255) | (high <= 0.02 * 255)
        self._times.append(frame.time)
        self._numbers.extend([*(mean / 255 for mean in cv2.mean(frame.rgb)[:3]), saturation.mean(), clipped.mean()])
        counts = np.bincount(luma.reshape(-1) >> 1, minlength=_BINS)
        self._histograms += counts.astype(np.uint16).tobytes()


def with_looks(shots: Sequence[Shot], transitions: Sequence[Transition], meter: LookMeter) -> tuple[Shot, ...]:
    """The same shots, each with its look."""
    gradual = [t for t in transitions if t.end > t.start]
    return tuple(
        replace(s, look=meter.between(s.start, s.end, [t for t in gradual if t.end > s.start and t.start < s.end]))
        for s in shots
    )


def _percentiles(histogram: np.ndarray) -> tuple[float, float, float, float, float, float, float]:
    """From counts of luma: the level below which that share of the pixels lies, to half a code value."""
    below = np.concatenate([[0], np.cumsum(histogram)])
    edges = np.arange(_BINS + 1) * (256 / _BINS) - 0.5
    levels = np.interp(np.array(_PERCENTILES) / 100 * below[-1], below, edges) / 255
    a, b, c, d, e, f, g = (round(float(np.clip(level, 0, 1)), 4) for level in levels)
    return a, b, c, d, e, f, g
