"""The verb "subject": where in the picture what matters is, five times a second.

Arguments: {"sources": [path, …]}. The result is {"hop": 0.2, "tracks": {path: [[x, y], …]}}, 0..1 of the picture.

Faces count most (OpenCV's cascade). The cascade misses every other one, so a face that was seen is followed by its
looks (normalised cross-correlation) for some seconds; another one has to be seen twice to take its place. Without
faces: what moves otherwise than the picture as a whole, then what stands out (spectral residual, Hou and Zhang 2007),
with a little weight on the middle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import Cancelled, ModelError
from ..messages import Message, Progress
from .analyser import LookFrame
from .faces import cascade
from .media import Reader
from .source import source_of

HOP = 0.2
_WIDTH, _HEIGHT, _LARGER = 96, 54, 2.5
_FACE_EVERY = 3  # samples, while one is followed
_BELIEVED = 25  # samples that a face is followed without being seen as one again
_ALIKE = 0.5  # correlation down to which it is the same face
_STEP = 10  # columns and rows that a face moves by at most between two samples
_SAME = 0.12  # of the width: two sights of one face are no farther apart
_MOVING = 6.0  # grey levels that a moving thing changes by at least
Map = NDArray[np.float32]
Box = tuple[float, float, float]
"""A face in columns and rows of the small picture: its middle, and half of its side."""


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Do it.

    Raises:
        MediaError: a source cannot be used.
        Cancelled: `cancelled` said so.
    """
    cv2.setNumThreads(1)
    paths = list(arguments["sources"])
    tracks: dict[str, list[list[float]]] = {}
    for number, path in enumerate(paths):
        say(Progress("reframe", number, len(paths), None, path))
        finder, due = SubjectFinder(), 0.0
        with Reader(source_of(path)) as reader:
            for event in reader:
                if cancelled():
                    raise Cancelled
                if isinstance(event, LookFrame) and event.time >= due - 1e-6:
                    found = finder.place(event.rgb)
                    while due <= event.time + 1e-6:
                        tracks.setdefault(path, []).append([round(found[0], 4), round(found[1], 4)])
                        due += HOP
    return {"hop": HOP, "tracks": tracks}


class SubjectFinder:
    """Follows what matters from picture to picture; holds two small pictures."""

    def __init__(self) -> None:
        self._before: Map | None = None
        self._place = (0.5, 0.5)
        self._face: Box | None = None
        self._looks: Map | None = None
        self._unseen = 0
        self._rumour: Box | None = None
        self._count = 0
        rows, columns = np.mgrid[0:_HEIGHT, 0:_WIDTH].astype(np.float32)
        self._rows, self._columns = rows, columns
        self._middle = np.exp(-(((columns / _WIDTH - 0.5) / 0.45) ** 2) - ((rows / _HEIGHT - 0.5) / 0.6) ** 2)
        try:
            self._cascade: Any = cascade()
        except ModelError:
            self._cascade = None

    def place(self, rgb: NDArray[np.uint8]) -> tuple[float, float]:
        """The middle of what matters in the next picture, uint8 (54, 96, 3): 0..1 across and down."""
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
        self._follow(grey)
        if self._face is None or self._count % _FACE_EVERY == 0:
            self._look_for_faces(grey)
        self._count += 1
        moving = self._moving(grey)
        self._before = grey
        if self._face is not None:
            self._place = (self._face[0] / _WIDTH, self._face[1] / _HEIGHT)
        elif moving is not None:
            self._place = self._centre(moving)
        elif self._count == 1:
            self._place = self._centre(_standing_out(grey) * self._middle)
        return self._place

    def _moving(self, grey: Map) -> Map | None:
        """What changed that the camera did not move; None where too little did, or nearly all."""
        if self._before is None:
            return None
        (right, down), sure = cv2.phaseCorrelate(self._before, grey)
        before = self._before
        if sure > 0.3 and abs(right) < _WIDTH / 4 and abs(down) < _HEIGHT / 4:
            shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
            before = cv2.warpAffine(before, shift, (_WIDTH, _HEIGHT), borderMode=cv2.BORDER_REPLICATE)  # type: ignore
        change = cv2.GaussianBlur(np.abs(grey - before), (0, 0), 1.5)
        change = np.maximum(change - max(2 * float(np.median(change)), _MOVING), 0)
        share = float((change > 0).mean())
        return change if 0.002 < share < 0.6 else None

    def _centre(self, weights: Map) -> tuple[float, float]:
        total = float(weights.sum())
        if total <= 1e-6:
            return self._place
        across, down = float((weights * self._columns).sum()) / total, float((weights * self._rows).sum()) / total
        return (across + 0.5) / _WIDTH, (down + 0.5) / _HEIGHT

    def _follow(self, grey: Map) -> None:
        """Find the face of the picture before in this one by its looks, or lose it."""
        if self._face is None or self._looks is None:
            return
        self._unseen += 1
        x, y, half = self._face
        rows, columns = self._looks.shape
        top, left = max(round(y) - rows // 2 - _STEP, 0), max(round(x) - columns // 2 - _STEP, 0)
        around = grey[top : top + rows + 2 * _STEP, left : left + columns + 2 * _STEP]
        alike, place = -1.0, [0, 0]
        if around.shape[0] >= rows and around.shape[1] >= columns:
            _, alike, _, (*place,) = cv2.minMaxLoc(cv2.matchTemplate(around, self._looks, cv2.TM_CCOEFF_NORMED))
        if alike < _ALIKE or self._unseen > _BELIEVED:
            self._face = self._looks = None
            return
        self._face = (left + place[0] + columns / 2, top + place[1] + rows / 2, half)

    def _look_for_faces(self, grey: Map) -> None:
        seen = self._faces(grey)
        if not seen:
            self._rumour = None
            return
        if self._face is not None:
            nearest = min(seen, key=lambda face: _apart(face, self._face))
            if _apart(nearest, self._face) < _SAME * _WIDTH:
                self._believe(nearest, grey)
                return
        largest = max(seen, key=lambda face: face[2])
        if self._face is None or _apart(largest, self._rumour) < _SAME * _WIDTH:
            self._believe(largest, grey)
        self._rumour = largest

    def _believe(self, face: Box, grey: Map) -> None:
        x, y, half = face
        top, left = max(round(y - half), 0), max(round(x - half), 0)
        looks = grey[top : round(y + half) + 1, left : round(x + half) + 1]
        if float(np.ptp(looks)) > 0:  # what is all alike cannot be found again
            self._face, self._looks, self._unseen = face, looks.copy(), 0

    def _faces(self, grey: Map) -> list[Box]:
        if self._cascade is None or float(np.ptp(grey)) < 24:
            return []
        large = cv2.resize(grey.astype(np.uint8), None, fx=_LARGER, fy=_LARGER, interpolation=cv2.INTER_CUBIC)
        found = self._cascade.detectMultiScale(large, 1.2, 4, minSize=(24, 24))
        return [((x + w / 2) / _LARGER, (y + h / 2) / _LARGER, max(w, h) / 2 / _LARGER) for x, y, w, h in found]


def _apart(one: Box, other: Box | None) -> float:
    return float("inf") if other is None else float(np.hypot(one[0] - other[0], one[1] - other[1]))


def _standing_out(grey: Map) -> Map:
    """Spectral residual saliency, 0..1."""
    spectrum = np.fft.fft2(cv2.resize(grey, (64, 64)))
    logs = np.log(np.abs(spectrum) + 1e-6).astype(np.float32)
    residual = logs - cv2.blur(logs, (3, 3))
    back: Any = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    seen = cv2.GaussianBlur(back.astype(np.float32), (0, 0), 2.5)
    return cv2.resize(seen / max(float(seen.max()), 1e-9), (_WIDTH, _HEIGHT))
