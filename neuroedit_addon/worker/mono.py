"""Turns decoded sound of any rate and layout into adjoining mono blocks at 16 kHz."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np
from av import AudioFrame, AudioResampler

from .analyser import SOUND_RATE, SoundBlock
from .phase import Phase

_SLACK = 0.04  # seconds that time stamps may stray (rounded stamps, codec delay) before they are believed
_BLOCK = SOUND_RATE  # the longest stretch of silence handed over at once
_PIECE = SOUND_RATE // 5  # samples in one block: few enough for a quick cancel, many enough to be cheap
_LONGEST_GAP = 6 * 3600  # a longer jump is a broken time stamp, not a pause


class Mono:
    """Feeds on frames in order of time; gaps become silence, overlaps are dropped."""

    def __init__(self) -> None:
        self._resampler: AudioResampler | None = None
        self._phase = Phase()
        self._shape: tuple[object, ...] = ()
        self._position = 0  # samples handed over
        self._skip = 0  # samples that overlap what was handed over already
        self.first = 0.0  # seconds at which the sound begins
        self.heard = 0.0  # seconds at which the next frame should start

    @property
    def seconds(self) -> float:
        """How much has been handed over."""
        return self._position / SOUND_RATE

    def feed(self, frame: AudioFrame, time: float | None) -> Iterator[SoundBlock]:
        """The blocks that a frame starting at `time` (seconds; None follows on) completes."""
        shape = (frame.sample_rate, frame.layout.name, frame.format.name)
        jump = 0.0 if time is None else time - self.heard
        if not self._shape:
            self.first = max(time or 0.0, 0.0)
        if self._resampler is None or shape != self._shape or (abs(jump) > _SLACK and abs(jump) < _LONGEST_GAP):
            yield from self._restart(time if time is not None and abs(jump) < _LONGEST_GAP else self.heard)
            self._shape = shape
            self._resampler = AudioResampler(format="flt", layout="mono", rate=SOUND_RATE, frame_size=_PIECE)
        self.heard += frame.samples / frame.sample_rate
        frame = self._phase.righted(frame)
        frame.pts = None
        yield from self._through(frame)

    def finish(self) -> Iterator[SoundBlock]:
        """What is left inside the resampler."""
        if self._resampler is not None:
            yield from self._through(None)
            self._resampler = None

    def _restart(self, time: float) -> Iterator[SoundBlock]:
        yield from self.finish()
        self.heard = max(time, 0.0)
        self._skip = 0
        target = round(time * SOUND_RATE)
        while self._position < target:
            yield self._block(np.zeros(min(_BLOCK, target - self._position), np.float32))
        self._skip = self._position - target

    def _through(self, frame: AudioFrame | None) -> Iterator[SoundBlock]:
        assert self._resampler is not None
        try:
            resampled = self._resampler.resample(frame)
        except av.error.FFmpegError:
            return
        for piece in resampled:
            samples = piece.to_ndarray().reshape(-1)
            dropped = min(self._skip, len(samples))
            self._skip -= dropped
            if len(samples) > dropped:
                yield self._block(samples[dropped:])

    def _block(self, samples: np.ndarray) -> SoundBlock:
        block = SoundBlock(self._position, np.ascontiguousarray(samples, np.float32))
        self._position += len(samples)
        return block
