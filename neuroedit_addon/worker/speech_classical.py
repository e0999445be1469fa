"""Finds speech without a network: energy in the voice band above a tracked noise floor, where the spectrum has shape.

The noise floor is the low tenth of each second, smoothed over ten (after R. Martin's minimum statistics, 2001, much
simplified).
"""

from __future__ import annotations

from array import array

import numpy as np

from ..findings import Span
from .analyser import SOUND_RATE, LookFrame, SoundBlock

_HOP = 320  # samples: 20 ms
_WINDOW = 512
_SECOND = SOUND_RATE // _HOP
_FLOOR_REACH = 5  # seconds on each side
_QUIETEST = -65.0  # dB of full scale in the band: below it nobody speaks
_SNR, _SNR_WIDTH = 9.0, 2.0  # dB at which speech is as likely as not, and the softness of that line
_FLATTEST = 0.45  # spectral flatness: noise is near 0.56 (a periodogram's expectation), voices below 0.3
_KEEP = 0.35  # spans less likely than this are not told
_BRIDGE, _SHORTEST = 0.25, 0.12  # seconds: pauses inside a phrase, and what is too short for a word


class ClassicalSpeech:
    """Keeps two numbers each 20 ms; `finish` gives `speech`."""

    version = "speech-classical/1"

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._energy = array("f")
        self._flatness = array("f")
        frequencies = np.fft.rfftfreq(_WINDOW, 1 / SOUND_RATE)
        self._band = (frequencies >= 150) & (frequencies <= 4000)
        self._taper = np.hanning(_WINDOW).astype(np.float32)

    def picture(self, frame: LookFrame) -> None:
        """Speech is heard, not seen."""

    def sound(self, block: SoundBlock) -> None:
        """Hear the next block."""
        samples = np.concatenate([self._rest, block.samples])
        count = (len(samples) - _WINDOW) // _HOP + 1
        if count < 1:
            self._rest = samples
            return
        pieces = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[: count * _HOP: _HOP] * self._taper
        power = np.abs(np.fft.rfft(pieces, axis=1))[:, self._band].astype(np.float32) ** 2 + 1e-12
        mean = power.mean(axis=1)
        self._energy.frombytes((10 * np.log10(mean / _WINDOW)).astype(np.float32).tobytes())
        self._flatness.frombytes((np.exp(np.log(power).mean(axis=1)) / mean).astype(np.float32).tobytes())
        self._rest = samples[count * _HOP:]

    def finish(self) -> dict[str, object]:
        """`speech`: spans with the mean likelihood inside them."""
        if not self._energy:
            return {}
        likely = self._likelihood()
        return {"speech": tuple(_spans(likely))}

    def _likelihood(self) -> np.ndarray:
        energy = np.frombuffer(self._energy, np.float32)
        flatness = np.frombuffer(self._flatness, np.float32)
        snr = energy - _noise_floor(energy)
        loud = 1 / (1 + np.exp(-np.clip((snr - _SNR) / _SNR_WIDTH, -30, 30)))
        shaped = 1 / (1 + np.exp(np.clip((flatness - _FLATTEST) / 0.05, -30, 30)))
        likely = np.where(energy > _QUIETEST, loud * (0.3 + 0.7 * shaped), 0)
        return np.convolve(likely, np.full(5, 0.2), mode="same")


def _noise_floor(energy: np.ndarray) -> np.ndarray:
    seconds = -(-len(energy) // _SECOND)
    tenths = np.array([np.percentile(energy[i * _SECOND:(i + 1) * _SECOND], 10) for i in range(seconds)])
    floor = np.array([tenths[max(0, i - _FLOOR_REACH):i + _FLOOR_REACH + 1].min() for i in range(seconds)])
    floor = np.maximum(floor, _QUIETEST - _SNR)
    return np.interp(np.arange(len(energy)), np.arange(seconds) * _SECOND + _SECOND / 2, floor)


def _spans(likely: np.ndarray) -> list[Span]:
    hop = _HOP / SOUND_RATE
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (likely >= _KEEP).astype(np.int8), [0]])))
    runs = [[int(a), int(b)] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    joined: list[list[int]] = []
    for run in runs:
        if joined and (run[0] - joined[-1][1]) * hop < _BRIDGE:
            joined[-1][1] = run[1]
        else:
            joined.append(run)
    return [
        Span(round(a * hop, 3), round(b * hop, 3), round(float(np.percentile(likely[a:b], 75)), 3))
        for a, b in joined if (b - a) * hop >= _SHORTEST
    ]  # fmt: skip
