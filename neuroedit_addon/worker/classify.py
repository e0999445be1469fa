"""The verb "classify": how much each half second of films looks like the class that is to be dropped.

Arguments: {"network": FILE.onnx, "sources": [path, …]}. The result is {"hop": 0.5, "curves": {path: [0..1, …]},
"classes": [names]}. The network is the user's own: float32 (n, 64, 64, 3), 0..1, in; out (n, 1), the probability of the
second of two classes, or (n, classes). Class names are in its metadata as JSON under "classes"; without them they are
drop, keep.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import Cancelled, ModelError
from ..messages import Message, Progress
from .analyser import LookFrame
from .media import Reader
from .source import source_of

SIDE, HOP = 64, 0.5
DROP = "drop"


def small(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture as classifiers see it: uint8 (64, 64, 3)."""
    return cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Do it.

    Raises:
        ModelError: the network cannot be read, or has other inputs or outputs.
        MediaError: a source cannot be used.
        Cancelled: `cancelled` said so.
    """
    network = Network(Path(arguments["network"]))
    curves: dict[str, list[float]] = {}
    paths = list(arguments["sources"])
    for number, path in enumerate(paths):
        say(Progress("classify", number, len(paths), None, path))
        curves[path] = _curve(network, path, cancelled)
    return {"hop": HOP, "curves": curves, "classes": list(network.classes)}


class Network:
    """Any ONNX classifier of this interface.

    Raises:
        ModelError: see `run`.
    """

    def __init__(self, path: Path) -> None:
        import onnxruntime

        try:
            self._session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
        except OSError as problem:
            raise ModelError(f"The classifier {path} cannot be read: {problem.strerror}.") from None
        except Exception as problem:  # ONNX Runtime raises bare exceptions of many kinds
            said = str(problem).splitlines()[0]
            raise ModelError(f"The classifier {path} cannot be run: {said}", "Is it an ONNX file?") from None
        wanted, given = self._session.get_inputs(), self._session.get_outputs()
        if len(wanted) != 1 or list(wanted[0].shape[1:]) != [SIDE, SIDE, 3] or "float" not in wanted[0].type:
            raise ModelError(f"The classifier {path} does not take pictures as float32 (n, {SIDE}, {SIDE}, 3).",
                             "Export it with that input.")  # fmt: skip
        self._input, self._output, self._path = wanted[0].name, given[0].name, path
        self.classes = self._classes()
        if len(self._probabilities(np.zeros((1, SIDE, SIDE, 3), np.float32))[0]) != len(self.classes):
            raise ModelError(f"The classifier {path} names {len(self.classes)} classes and tells another number.")

    def dropped(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """How surely each picture (n, 64, 64, 3) is of the class “drop”; of the first where none has that name."""
        at = self.classes.index(DROP) if DROP in self.classes else 0
        return self._probabilities(pictures.astype(np.float32) / 255)[:, at].astype(np.float64)

    def _probabilities(self, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            found = np.asarray(self._session.run([self._output], {self._input: pictures})[0], np.float32)
        except Exception as problem:
            said = str(problem).splitlines()[0]
            raise ModelError(f"The classifier {self._path} cannot be run: {said}") from None
        if found.ndim != 2 or not np.isfinite(found).all():
            raise ModelError(f"The classifier {self._path} does not tell probabilities (n, classes).")
        return np.hstack([1 - found, found]) if found.shape[1] == 1 else found

    def _classes(self) -> tuple[str, ...]:
        told = self._session.get_modelmeta().custom_metadata_map.get("classes", "")
        try:
            names = json.loads(told) if told else [DROP, "keep"]
            return tuple(str(name) for name in names)
        except (ValueError, TypeError):
            raise ModelError(f"The classifier {self._path} names its classes in no way that can be read.") from None


def _curve(network: Network, path: str, cancelled: Callable[[], bool]) -> list[float]:
    pictures: list[NDArray[np.uint8]] = []
    with Reader(source_of(path)) as reader:
        for event in reader:
            if cancelled():
                raise Cancelled
            if isinstance(event, LookFrame) and event.time >= len(pictures) * HOP:
                picture = small(event.rgb)
                pictures += [picture] * (int(event.time / HOP) + 1 - len(pictures))
    found: list[float] = []
    for first in range(0, len(pictures), 256):
        found += network.dropped(np.stack(pictures[first : first + 256])).round(4).tolist()
    return found
