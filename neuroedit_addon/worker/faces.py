"""Counts faces that fill a sixth of the picture's height or more, with OpenCV's own cascade (Viola and Jones 2001)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from ..findings import Curve
from .analyser import LookFrame, SoundBlock
from .moment_features import HOP

_SCALE, _STEP = 2.5, 1.2
"""The picture is enlarged by so much: faces that fill a sixth of its height have the 24 pixels that are needed."""
_LEAST, _NEIGHBOURS = 24, 3
_EVERY = 2  # half seconds
_STILL = 1.0  # grey levels of change below which the faces are the same


def cascade() -> Any:
    """OpenCV's detector of frontal faces.

    Raises:
        ModelError: this OpenCV came without it.
    """
    folder = getattr(getattr(cv2, "data", None), "haarcascades", "")
    file = Path(folder) / "haarcascade_frontalface_default.xml"
    found = cv2.CascadeClassifier(str(file)) if folder and file.is_file() else None
    if found is None or found.empty():
        raise ModelError("OpenCV's face detector is missing.", "Install opencv-python-headless again.")
    return found


class FaceCounter:
    """An analyser (see `analyser.Analyser`) that finds `faces`; it looks at a picture a second.

    Raises:
        ModelError: see `cascade`.
    """

    version = "faces/1"

    def __init__(self) -> None:
        self._cascade = cascade()
        self._counts: list[float] = []
        self._looked = -_EVERY
        self._grey: NDArray[Any] | None = None
        self._last = 0

    def picture(self, frame: LookFrame) -> None:
        """See `Analyser`."""
        hop = int(frame.time / HOP)
        if hop < len(self._counts):
            return
        last = self._counts[-1] if self._counts else 0.0
        self._counts += [last] * (hop - len(self._counts))
        if hop - self._looked >= _EVERY:
            self._looked, last = hop, float(self._seen(frame.rgb))
        self._counts.append(last)

    def sound(self, block: SoundBlock) -> None:
        """See `Analyser`."""

    def finish(self) -> dict[str, object]:
        """The field `faces`: 0, 1, … in each half second; nothing for a file without a picture."""
        return {"faces": Curve(HOP, tuple(self._counts))} if self._counts else {}

    def _seen(self, rgb: NDArray[np.uint8]) -> int:
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        if self._grey is not None and cv2.norm(grey, self._grey, cv2.NORM_L1) < _STILL * grey.size:
            return self._last
        self._grey = grey
        if int(np.ptp(grey)) < 24:
            self._last = 0
            return 0
        large = cv2.resize(grey, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_CUBIC)
        self._last = len(self._cascade.detectMultiScale(large, _STEP, _NEIGHBOURS, minSize=(_LEAST, _LEAST)))
        return self._last
