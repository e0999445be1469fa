"""The shot detector: watches small pictures go by and tells every cut, dissolve, fade and wipe."""

from __future__ import annotations

import itertools
import json
import math
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ModelError
from ..findings import Transition
from .analyser import LookFrame, SoundBlock
from .network import MODELS, open_network, weights
from .shots_light import MOMENT, light_steps
from .shots_read_out import Found, Thresholds, cut_candidates, read_out, resting
from .shots_windows import Windows, halved

NETWORK = "shots/shots.onnx"
_QUIET = 8
"""So many frames at rest part two stretches for good; see `shots_read_out`, which looks two frames far."""
_LONGEST = 4_000


class ShotFinder:
    """An `Analyser`: feed pictures in order, ask for the transitions at the end.

    Holds one window of small frames, frames and probabilities of the stretch that is still open, and what it found.

    Args:
        threads: to compute with.
        models: the folder of the networks, for tests.

    Raises:
        ModelError: the network is missing or not the one that was shipped.
    """

    def __init__(self, threads: int = 1, models: Path = MODELS) -> None:
        session = open_network(NETWORK, threads, models)
        self._thresholds, self._calibration = settings(session)
        self.version = f"shots/1-{weights(NETWORK, models)[1][:12]}"
        self._windows = Windows(lambda frames: sigmoid(session.run(None, {"frames": frames})[0]))
        self._open = np.empty((0, 10), np.float32)
        self._first = 0
        self._times: deque[float] = deque()
        self._frames: deque[np.ndarray] = deque()
        self._before: list[np.ndarray] = []
        self._spacing = 0.04
        self._found: list[Transition] = []

    def picture(self, frame: LookFrame) -> None:
        """See `Analyser`."""
        if self._times and frame.time > self._times[-1]:
            self._spacing = frame.time - self._times[-1]
        self._times.append(frame.time)
        self._frames.append(halved(frame.rgb))
        self._windows.add(self._frames[-1])
        self._digest(last=False)

    def sound(self, block: SoundBlock) -> None:
        """Shots are not heard."""

    def finish(self) -> dict[str, object]:
        """The field `transitions` of the findings, in order."""
        self._windows.finish()
        self._digest(last=True)
        return {"transitions": tuple(self._found)}

    def _digest(self, last: bool) -> None:
        new = self._windows.take()
        if not len(new) and not last:
            return
        self._open = np.concatenate((self._open, new))
        count = len(self._open) if last or len(self._open) > _LONGEST else self._closed()
        if not count:
            return
        for found in read_out(self._open[:count], self._thresholds, self._first, self._light(count)):
            self._found.append(self._transition(found))
        for _ in range(count):
            self._times.popleft()
            self._before = [self._frames.popleft()]
        self._open = self._open[count:]
        self._first += count

    def _light(self, count: int) -> np.ndarray:
        """Of the first open frames, those that differ from the one before by light alone (looked up for cuts only)."""
        earlier = len(self._before)
        frames = [*self._before, *itertools.islice(self._frames, count + MOMENT)]
        wanted = np.zeros(len(frames), bool)
        wanted[earlier : earlier + count] = cut_candidates(self._open[:count], self._thresholds)
        return light_steps(frames, wanted)[earlier : earlier + count]

    def _closed(self) -> int:
        """How many frames of the open stretch no later frame can change."""
        still = resting(self._open, self._thresholds)
        run = 0
        for index in range(len(still) - 1, -1, -1):
            run = run + 1 if still[index] else 0
            if run == 2 * _QUIET:
                return index + _QUIET
        return 0

    def _transition(self, found: Found) -> Transition:
        kind = found.kind
        slope, shift = self._calibration["cut" if kind == "cut" else "gradual"]
        confidence = round(1 / (1 + math.exp(-(slope * _logit(found.score) + shift))), 4)
        return Transition(kind, self._time(found.start), self._time(found.end), found.start, found.end, confidence)

    def _time(self, frame: int) -> float:
        index = frame - self._first
        return self._times[index] if index < len(self._times) else self._times[-1] + self._spacing


def settings(session: Any) -> tuple[Thresholds, dict[str, list[float]]]:
    """Thresholds, and slope and shift of the confidence for cuts and gradual transitions; they travel inside the
    network's file.

    Raises:
        ModelError: they are not there.
    """
    kept = session.get_modelmeta().custom_metadata_map
    try:
        return Thresholds(**json.loads(kept["thresholds"])), json.loads(kept["calibration"])
    except (KeyError, ValueError, TypeError):
        raise ModelError("The shots network holds no thresholds.", "Export it again with tools/export.py.") from None


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Logits to probabilities."""
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


def _logit(p: float) -> float:
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))
