"""Finds cuts and fades through black without a network; a row of the benchmark, no part of the product.

Cuts: the change of hue, saturation and value from picture to picture, held against its neighbours, so that a pan does
not look like a row of cuts (the idea of PySceneDetect's AdaptiveDetector). Flashes: the picture after is the picture
before. Fades: a stretch of plain dark pictures with the slopes on both its sides.
"""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

from neuroedit_addon.findings import Transition
from neuroedit_addon.worker.analyser import LookFrame, SoundBlock

_REACH = 2  # neighbours on each side
_RATIO = 3.0  # a cut changes this many times more than its neighbours
_CHANGE = 15.0  # and at least this much (mean of the three channels' 8-bit differences)
_SAME = 0.4  # after a flash the picture differs from before by less than this share of the flash
_DARK, _PLAIN = 20.0, 6.0  # mean and deviation of luma in a black picture, 8 bit
_SLOPE = 48  # pictures: the longest slope of a fade that is followed
_RISE = 0.4  # levels a picture must change by to belong to a slope


class ClassicalShots:
    """Streams with two pictures of delay; `finish` gives `transitions`."""

    version = "shots-classical/2"

    def __init__(self) -> None:
        self._window: deque[tuple[LookFrame, float]] = deque(maxlen=2 * _REACH + 1)
        self._before: np.ndarray | None = None
        self._found: list[Transition] = []
        self._levels: deque[tuple[LookFrame, float]] = deque(maxlen=_SLOPE)
        self._black: LookFrame | None = None  # first picture of the dark stretch
        self._fade: tuple[LookFrame, float] | None = None  # where the current fade began; level of the last picture

    def picture(self, frame: LookFrame) -> None:
        """Look at the next picture."""
        hsv = cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2HSV)
        change = 0.0 if self._before is None else float(cv2.norm(hsv, self._before, cv2.NORM_L1)) / hsv.size
        self._before = hsv
        self._window.append((frame, change))
        if len(self._window) == 2 * _REACH + 1:
            self._judge(_REACH)
        self._follow_level(frame)

    def sound(self, block: SoundBlock) -> None:
        """Shots are seen, not heard."""

    def finish(self) -> dict[str, object]:
        """`transitions`, in order."""
        for middle in range(_REACH + 1, len(self._window)):
            self._judge(middle)
        fades = [t for t in self._found if t.kind == "fade"]
        cuts = [t for t in self._found if t.kind == "cut" and not any(
            f.start_frame <= t.start_frame <= f.end_frame for f in fades)]  # fmt: skip
        return {"transitions": tuple(sorted(cuts + fades, key=lambda t: t.start_frame))}

    def _judge(self, middle: int) -> None:
        frame, change = self._window[middle]
        others = [c for i, (_, c) in enumerate(self._window) if i != middle and abs(i - middle) <= _REACH]
        around = sum(others) / max(len(others), 1)
        if change < _CHANGE or change < _RATIO * around or self._is_flash(middle):
            return
        confidence = min(1.0, 0.5 + 0.1 * (change / max(around, 1.0) - _RATIO))
        self._found.append(Transition("cut", frame.time, frame.time, frame.index, frame.index, round(confidence, 3)))

    def _is_flash(self, middle: int) -> bool:
        """Whether a picture or two are all that is new here: what was there before them is there after them."""
        if middle == 0:
            return False
        looks = [frame.rgb for frame, _ in self._window]
        before, now = looks[middle - 1], looks[middle]
        near = _SAME * cv2.norm(before, now, cv2.NORM_L1)
        begins = any(cv2.norm(before, later, cv2.NORM_L1) < near for later in looks[middle + 1 :])
        return begins or any(cv2.norm(earlier, now, cv2.NORM_L1) < near for earlier in looks[: middle - 1])

    def _follow_level(self, frame: LookFrame) -> None:
        mean, deviation = (float(v[0][0]) for v in cv2.meanStdDev(cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2GRAY)))
        dark = mean < _DARK and deviation < _PLAIN
        if dark and self._fade is None and self._black is None:
            self._black = frame
            start = self._slope_start()
            if start is not None:
                self._fade = (start, mean)
        elif not dark and self._black is not None:
            self._rise(frame, mean)
        self._levels.append((frame, mean))

    def _slope_start(self) -> LookFrame | None:
        """The first picture of the decline that has just reached black; None when black came at once or at first."""
        start = None
        levels = list(self._levels)
        for (_, higher), (frame, lower) in zip(levels[-2::-1], levels[:0:-1], strict=False):
            if higher - lower < _RISE:
                break
            start = frame
        return start

    def _rise(self, frame: LookFrame, mean: float) -> None:
        last = self._levels[-1]
        if mean - last[1] >= _RISE and mean - last[1] < 4 * _DARK and len(self._levels):
            return  # still climbing out of black
        if self._fade is not None:
            start = self._fade[0]
            self._found.append(Transition("fade", start.time, frame.time, start.index, frame.index, 0.7))
        self._black, self._fade = None, None
