"""What the sound network sees: log-mel energies at 100 frames a second, made block by block with NumPy.

Training uses this very file, so there is nothing that could differ between the desk and the training.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples a second."""
HOP = 160
"""Samples from frame to frame: 10 ms."""
WIDTH = 400
"""Samples a frame looks at: 25 ms, centred on the frame's own 10 ms."""
BANDS = 64
FPS = RATE // HOP

_FFT = 512
_LOWEST, _HIGHEST = 50.0, 7_800.0
_LEAD = (WIDTH - HOP) // 2
_FLOOR = 1e-14
_LOUD_SHARE = 0.95
_DEPTH = 70.0
_QUIETEST = -80.0
FORGET = 0.005
"""Decibels a frame by which an earlier, louder window is forgotten."""

Array = NDArray[np.float32]


class LogMel:
    """Samples in, frames out; how the samples are cut into blocks changes nothing.

    Frame i stands for samples [160 i, 160 i + 160); a last, incomplete one is filled up with silence.
    """

    def __init__(self) -> None:
        self._held: Array = np.zeros(_LEAD, np.float32)
        self._samples = self._frames = 0

    def push(self, samples: Array) -> Array:
        """The frames that are complete now.

        Args:
            samples: mono at 16 kHz, shape (n,), full scale is 1; what is not a number counts as silence.

        Returns:
            Decibels relative to full scale, shape (frames, 64), never below -140.
        """
        clean = np.nan_to_num(np.asarray(samples, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
        self._samples += len(clean)
        self._held = np.concatenate((self._held, clean))
        return self._take((len(self._held) - WIDTH) // HOP + 1)

    def finish(self) -> Array:
        """The frames that were waiting for more sound."""
        missing = -(-self._samples // HOP) - self._frames
        if missing <= 0:
            return np.zeros((0, BANDS), np.float32)
        need = (missing - 1) * HOP + WIDTH
        self._held = np.concatenate((self._held, np.zeros(max(0, need - len(self._held)), np.float32)))
        return self._take(missing)

    def _take(self, count: int) -> Array:
        if count <= 0:
            return np.zeros((0, BANDS), np.float32)
        # A second at a time: the spectra of an hour-long block would not fit.
        parts = [_log_mel(self._held[i * HOP : (min(i + 500, count) - 1) * HOP + WIDTH]) for i in range(0, count, 500)]
        self._held = self._held[count * HOP :].copy()
        self._frames += count
        return np.concatenate(parts)


def log_mel(samples: Array) -> Array:
    """All frames of a whole recording at once; the same numbers as `LogMel` gives."""
    stream = LogMel()
    return np.concatenate((stream.push(samples), stream.finish()))


def loudness(frames: Array) -> float:
    """How loud a window is in its loud moments: the 95th percentile of its frames' energies, in decibels."""
    energy = 10.0 * np.log10(np.exp(frames * np.float32(np.log(10.0) / 10.0)).sum(axis=1, dtype=np.float64) + _FLOOR)
    rank = int(_LOUD_SHARE * (len(energy) - 1))
    return float(np.partition(energy, rank)[rank])


def level(frames: Array, before: float = -np.inf) -> float:
    """The level in decibels that a window is measured against.

    Args:
        frames: the window, shape (time, 64).
        before: what is left of earlier windows' level; a pause after loud speech stays a pause.
    """
    return max(loudness(frames), before, _QUIETEST)


def normalise(frames: Array, reference: float) -> Array:
    """The network's input: about -1.75 (70 dB below the reference and everything under it) to 2."""
    return ((np.maximum(frames - np.float32(reference), -_DEPTH) + _DEPTH / 2) / 20.0).astype(np.float32)


def _log_mel(samples: Array) -> Array:
    windows = np.lib.stride_tricks.sliding_window_view(samples, WIDTH)[::HOP]
    # Without its mean, a recorder's constant offset would fill the lowest bands.
    centred = windows - (windows @ _EVEN)[:, None]
    centred *= _WINDOW
    spectrum = np.fft.rfft(centred, _FFT, axis=1)
    parts = spectrum.view(spectrum.real.dtype).astype(np.float32)
    np.square(parts, out=parts)
    energies: Array = np.log10(parts @ _FILTERS + np.float32(_FLOOR))
    energies *= np.float32(10.0)
    return energies


def _window() -> Array:
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(WIDTH) + 0.5) / WIDTH)
    # A full-scale sine in the middle of a band reads about 0 dB.
    return (hann * 2.0 / hann.sum()).astype(np.float32)


def _filters() -> Array:
    """Triangles of equal height on the mel scale of O'Shaughnessy (1987), 2595 log10(1 + f / 700)."""
    def mel(hertz: float) -> float:
        return 2595.0 * float(np.log10(1.0 + hertz / 700.0))

    corners = 700.0 * (10.0 ** (np.linspace(mel(_LOWEST), mel(_HIGHEST), BANDS + 2) / 2595.0) - 1.0)
    bins = np.arange(_FFT // 2 + 1) * RATE / _FFT
    rise = (bins[:, None] - corners[None, :-2]) / np.diff(corners)[None, :-1]
    fall = (corners[None, 2:] - bins[:, None]) / np.diff(corners)[None, 1:]
    triangles = np.clip(np.minimum(rise, fall), 0.0, 1.0)
    # The lowest triangles are narrower than a bin: they take the bin nearest to their middle.
    for band in np.flatnonzero(triangles.sum(axis=0) < 0.5):
        triangles[int(round(corners[band + 1] * _FFT / RATE)), band] = 1.0
    # Twice over, for the squares of the real and of the imaginary parts, which lie side by side.
    return np.repeat(triangles, 2, axis=0).astype(np.float32)


_WINDOW = _window()
_EVEN = np.full(WIDTH, 1.0 / WIDTH, np.float32)
_FILTERS = _filters()
