"""The colour judge: a few small pictures of every shot, and what the network would correct in it."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..correction import MOST_SATURATION, Correction
from ..findings import Grade, Shot, Transition
from .analyser import LookFrame, SoundBlock
from .colour_difference import difference
from .colour_twin import twin
from .network import MODELS, open_network, weights

NETWORK = "colour/colour.onnx"
WIDTH, HEIGHT = 24, 14
_HOP = 0.5  # seconds between kept pictures
_A_SHOT = 8
_BLACK = 14
_CLIPPED = 0.005
SURE = 0.88  # above it the whole correction is made, and below 0.5 none
CAREFUL = 3.4  # CIEDE2000


class ColourJudge:
    """An `Analyser` that keeps a tiny picture every half second (4 kB each) and judges shots when they are known.

    Raises:
        ModelError: the network is missing or not the one that was shipped.
    """

    def __init__(self, models: Path = MODELS) -> None:
        self._session = open_network(NETWORK, 1, models)
        self.version = f"colour/1-{weights(NETWORK, models)[1][:12]}"
        self._times, self._next = array("d"), 0.0
        self._frames: list[np.ndarray] = []
        self._brightest: np.ndarray | None = None

    def picture(self, frame: LookFrame) -> None:
        """Look at the next picture."""
        if frame.time < self._next:
            return
        self._next = frame.time + _HOP
        self._times.append(frame.time)
        self._frames.append(cv2.resize(frame.rgb, (2 * WIDTH, 27), interpolation=cv2.INTER_AREA))
        bright = self._frames[-1].max(axis=2)
        self._brightest = bright if self._brightest is None else np.maximum(self._brightest, bright)

    def sound(self, block: SoundBlock) -> None:
        """Colours are not heard."""

    def finish(self) -> dict[str, object]:
        """Nothing: shots are not known yet; ask `grades` for them."""
        return {}

    def grades(self, shots: Sequence[Shot], transitions: Sequence[Transition] = ()) -> tuple[Grade, ...]:
        """One for every shot that has a picture worth judging; gradual transitions and letterbox bars are left out."""
        times, made = np.frombuffer(self._times, np.float64), []
        rows, columns = inside(self._brightest)
        for shot in shots:
            shown = (times >= shot.start) & (times < shot.end)
            for change in transitions:
                shown &= ~((times >= change.start) & (times < change.end))
            chosen = np.flatnonzero(shown)
            chosen = chosen[:: max(1, math.ceil(len(chosen) / _A_SHOT))]
            pictures = [self._frames[i][rows, columns] for i in chosen]
            if judged := judge(self._session, pictures):
                made.append(Grade(round(shot.start, 4), round(shot.end, 4), *judged))
        return tuple(made)


def inside(brightest: np.ndarray | None) -> tuple[slice, slice]:
    """The rows and columns without bars that are black throughout; `brightest` (h, w) is each pixel's highest value."""
    if brightest is None:
        return slice(None), slice(None)
    rows = np.flatnonzero(brightest.max(axis=1) > _BLACK)
    columns = np.flatnonzero(brightest.max(axis=0) > _BLACK)
    if len(rows) < 9 or len(columns) < 16:
        return slice(None), slice(None)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def judge(session: Any, pictures: Sequence[np.ndarray]) -> tuple[Correction, float] | None:
    """The one correction of pictures uint8 (h, w, 3) of one shot, and how sure it is that one is needed; None where
    there is nothing to judge by: black, white, one colour."""
    worth = [p for p in pictures if p.std(axis=(0, 1)).max() > 4]
    if not worth:
        return None
    small = np.stack([cv2.resize(p, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) for p in worth])
    frames = np.ascontiguousarray(np.moveaxis(small, -1, 1), np.float32) / 255
    # The middle of what the pictures ask for: a flash or a hand before the lens does not count.
    out = np.median(session.run(None, {"frames": frames})[0], axis=0)
    seen = small.astype(np.float32) / 255  # enough to tell what would change
    sure = float(1 / (1 + math.exp(-float(out[10]))))
    correction = correction_of(out)
    if sure < SURE:
        correction = careful(seen, correction)
    return unclipped(seen, correction), round(sure, 3)


def careful(seen: np.ndarray, correction: Correction) -> Correction:
    """As much of it as changes `seen` by at most `CAREFUL`, on average: what is done where the network half doubts."""
    far = difference(twin(seen, correction), seen)
    for _ in range(4):  # the change grows nearly as the strength does
        if far <= CAREFUL:
            break
        correction = correction.scaled(0.98 * CAREFUL / far)
        far = difference(twin(seen, correction), seen)
    return correction


def correction_of(numbers: np.ndarray) -> Correction:
    """The network's numbers as a correction: log slope, offset, log power (three each), log saturation."""
    n = [float(v) for v in numbers]
    slope, offset, power = [math.exp(v) for v in n[0:3]], n[3:6], [math.exp(v) for v in n[6:9]]
    red_green_blue = [(round(v[0], 4), round(v[1], 4), round(v[2], 4)) for v in (slope, offset, power)]
    saturation = min(round(math.exp(n[9]), 4), MOST_SATURATION)
    return Correction(red_green_blue[0], red_green_blue[1], red_green_blue[2], saturation)


def unclipped(seen: np.ndarray, correction: Correction) -> Correction:
    """As much of it as newly clips at most half a percent of the pixels of `seen` (n, h, w, 3) in 0..1."""

    def share(rgb: np.ndarray) -> float:
        return float(((rgb >= 0.998).all(-1) | (rgb <= 0.002).all(-1)).mean())

    before = share(seen)
    for strength in (1.0, 0.9, 0.8, 0.65, 0.5, 0.35, 0.2, 0.1, 0.05):
        tried = correction.scaled(strength)
        if share(twin(seen, tried)) <= before + _CLIPPED:
            return tried
    return Correction()
