"""Hears where a recording speaks, plays music, or is noisy, with the network of models/sound; and where beats fall."""

from __future__ import annotations

from typing import Any

import numpy as np

from .analyser import LookFrame, SoundBlock
from .beats import WEIGHTS as BEATS
from .beats import BeatTracker
from .breaths import Breaths
from .network import open_network, weights
from .perhaps import Perhaps
from .sound_windows import CLASSES, Network, Windows
from .speech import Rule, SpanReader
from .takes import TakeFinder

WEIGHTS = "sound/sound.onnx"
RECIPE = 6
"""Changes whenever the same network's findings would."""
RULES = {
    "speech": Rule(on=0.55, off=0.45, smooth=5, shortest=0.1, gap=0.12),
    "music": Rule(on=0.4, off=0.15, smooth=51, shortest=0.5, gap=1.0),
    "noise": Rule(on=0.3, off=0.1, smooth=51, shortest=0.3, gap=0.6),
}
"""How each kind of span is read; tuned on the validation part by models/sound/tune.py."""


class SoundNet:
    """An analyser (see `analyser.Analyser`) for speech, music, noise, beats and repeated takes.

    Ten hours need no more memory than a minute, but for fourteen bytes every 10 ms (beats, takes, breaths, what is
    perhaps speech) and the spans themselves.

    Args:
        threads: processor threads the network may use.
        network: another network of the same shape, for tests.

    Raises:
        ModelError: the weights are missing or damaged.
    """

    def __init__(self, threads: int = 1, network: Network | None = None) -> None:
        marks = "" if network else "".join(f".{weights(name)[1][:8]}" for name in (WEIGHTS, BEATS))
        self.version = f"sound/{RECIPE}{marks}"
        self._beats = BeatTracker()
        self._takes = TakeFinder()
        self._perhaps, self._breaths = Perhaps(), Breaths()
        self._windows = Windows(network or shipped(threads), self._hear)
        self._readers = {name: SpanReader(rule) for name, rule in RULES.items()}

    def picture(self, frame: LookFrame) -> None:
        """Pictures are not listened to."""

    def sound(self, block: SoundBlock) -> None:
        """Hear the next block."""
        self._windows.add(block.samples)
        self._read()

    def finish(self) -> dict[str, object]:
        """`speech`, `perhaps`, `breaths`, `music`, `noise`: spans in seconds from the file's first
        instant; `beats`: seconds; `takes`."""
        self._windows.finish()
        self._read()
        spans = {name: reader.finish() for name, reader in self._readers.items()}
        spans["perhaps"] = self._perhaps.finish(spans["speech"])
        spans["breaths"] = self._breaths.finish(spans["speech"])
        return {**spans, "beats": self._beats.finish(spans["music"]), "takes": self._takes.finish(spans["speech"])}

    def _hear(self, frames: np.ndarray) -> None:
        self._beats.add(frames)
        self._takes.add(frames)
        self._perhaps.hear(frames)
        self._breaths.hear(frames)

    def _read(self) -> None:
        probabilities = self._windows.take()
        self._perhaps.add(probabilities[:, CLASSES.index("speech")])
        for name, reader in self._readers.items():
            reader.add(probabilities[:, CLASSES.index(name)])


def shipped(threads: int = 1) -> Network:
    """The network as it is shipped.

    Raises:
        ModelError: the weights are missing or damaged.
    """
    session: Any = open_network(WEIGHTS, threads)

    def run(features: np.ndarray) -> np.ndarray:
        return np.asarray(session.run(None, {"frames": features})[0])

    return run
