"""True peak by ITU-R BS.1770-4, annex 2: the highest absolute value of the sound oversampled to 192 kHz.

libavfilter's ebur128 measures the same but tells it with three decimals of full scale, which at -40 dBTP is half a
decibel; so its resampler is used directly.
"""

from __future__ import annotations

from math import log10

from av import AudioFrame, AudioResampler

_RATE = 192_000  # at least four times 48 kHz
_BLOCK = 19_200


class TruePeak:
    """Hears frames of one shape (rate, layout, format)."""

    def __init__(self) -> None:
        self._resampler: AudioResampler | None = None
        self._peak = 0.0

    def hear(self, frame: AudioFrame | None) -> None:
        """Take in a frame; None ends the sound."""
        if self._resampler is None:
            if frame is None:
                return
            self._resampler = AudioResampler(format="flt", layout=frame.layout, rate=_RATE, frame_size=_BLOCK)
        for block in self._resampler.resample(frame):
            samples = block.to_ndarray()
            if samples.size:
                self._peak = max(self._peak, float(samples.max()), -float(samples.min()))

    @property
    def dbtp(self) -> float | None:
        """dB of full scale; None for digital silence."""
        return round(20 * log10(self._peak), 2) if self._peak > 0 else None
