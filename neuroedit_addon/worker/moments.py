"""Says how much each half second is worth watching, with the network of models/moments."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..findings import Curve
from .analyser import LookFrame, SoundBlock
from .moment_features import HOP, PictureMeter, SoundMeter, normalised, together
from .network import open_network, weights

NETWORK = "moments/moments.onnx"
RECIPE = 1
"""Changes whenever the same network's findings would."""


class MomentFinder:
    """An analyser (see `analyser.Analyser`) that finds `importance`.

    Ten hours need 48 bytes a half second, and the network sees all of them at once.

    Raises:
        ModelError: the weights are missing or damaged.
    """

    def __init__(self, threads: int = 1) -> None:
        self._session: Any = open_network(NETWORK, threads)
        self.version = f"moments/{RECIPE}.{weights(NETWORK)[1][:8]}"
        self._picture, self._sound = PictureMeter(), SoundMeter()

    def picture(self, frame: LookFrame) -> None:
        """See `Analyser`."""
        self._picture.add(frame)

    def sound(self, block: SoundBlock) -> None:
        """See `Analyser`."""
        self._sound.add(block)

    def finish(self) -> dict[str, object]:
        """The field `importance`; nothing for a file without picture or sound."""
        rows = together(self._picture.finish(), self._sound.finish())
        if not len(rows):
            return {}
        logits = self._session.run(None, {"features": normalised(rows)[None]})[0][0]
        return {"importance": Curve(HOP, tuple(round(float(value), 4) for value in scaled(logits)))}


def scaled(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Importance 0..1: half the network's probability, half its rank within the file, so that the best of a quiet
    file is told from its rest as well; where the network says the same of all, the rank is one half."""
    probability = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -30, 30)))
    ordered = np.sort(logits)
    low, high = np.searchsorted(ordered, logits, "left"), np.searchsorted(ordered, logits, "right") - 1
    rank = (low + high) / 2 / (len(logits) - 1) if len(logits) > 1 else np.full(len(logits), 0.5)
    return (probability + rank) / 2
