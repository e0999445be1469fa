"""Keeps a stereo recording whose one channel is the other's negative from cancelling itself in a mono sum."""

from __future__ import annotations

import numpy as np
from av import AudioFrame

_OPPOSITE, _ALIKE = -0.9, -0.5  # correlation of the last second below which a channel is turned, above which no longer
_MEMORY = 1.0  # seconds
_SIGNED = {"s16", "s32", "flt", "dbl", "s16p", "s32p", "fltp", "dblp"}


class Phase:
    """Looks at every frame in turn."""

    def __init__(self) -> None:
        self._energies = np.zeros(3)  # of left, right, and their product
        self._turned = False

    def righted(self, frame: AudioFrame) -> AudioFrame:
        """The frame itself, or one whose second channel is turned to agree with the first."""
        if frame.layout.nb_channels != 2 or frame.format.name not in _SIGNED or not frame.samples:
            return frame
        samples = frame.to_ndarray()
        left, right = samples if frame.format.is_planar else samples.reshape(-1, 2).T
        one, other = left.astype(np.float32), right.astype(np.float32)
        now = np.array([one @ one, other @ other, one @ other], np.float64)
        if np.isfinite(now).all():
            self._energies = self._energies * np.exp(-frame.samples / frame.sample_rate / _MEMORY) + now
        level = float(np.sqrt(self._energies[0] * self._energies[1]))
        alike = float(self._energies[2]) / level if level > 0 else 1.0
        self._turned = alike < (_ALIKE if self._turned else _OPPOSITE)
        if not self._turned:
            return frame
        samples = samples.copy()
        right = samples[1] if frame.format.is_planar else samples.reshape(-1, 2)[:, 1]
        if samples.dtype.kind == "i":  # the lowest number has no opposite
            np.maximum(right, right.dtype.type(-(2 ** (8 * right.itemsize - 1) - 1)), out=right)
        np.negative(right, out=right)
        turned = AudioFrame.from_ndarray(samples, frame.format.name, frame.layout.name)
        turned.sample_rate = frame.sample_rate
        return turned
