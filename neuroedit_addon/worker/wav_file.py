"""Writes stereo sound at 48 kHz to a WAV or FLAC file that is whole or not there."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from av import AudioFrame

from ..errors import OutputError

RATE = 48_000
_FORMATS = {".wav": ("wav", "pcm_s24le"), ".flac": ("flac", "flac")}
_SAMPLES = "s32"  # of which FLAC keeps 24 bits, too; left alone it would choose 16
_FULL = 2.0**31


class WavFile:
    """A context that takes float32 (channels, n) blocks; the file appears under its name when it ends well.

    24-bit PCM, which Blender and every editor read; above 4 GiB a WAV becomes RF64 by itself.

    Raises:
        OutputError: the suffix is unknown, the folder cannot be written, or the disk is full.
    """

    def __init__(self, path: Path, channels: int = 2) -> None:
        if path.suffix.lower() not in _FORMATS:
            raise OutputError(f"{path} is neither .wav nor .flac.", "Name the sound mix.wav or mix.flac.")
        self.path = path
        self._beside = path.with_name(path.name + ".part")
        self._layout = "mono" if channels == 1 else "stereo"
        container, codec = _FORMATS[path.suffix.lower()]
        options = {"rf64": "auto"} if container == "wav" else {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._container = av.open(str(self._beside), "w", format=container, options=options)
            stream: Any = self._container.add_stream(codec, rate=RATE, layout=self._layout)
            stream.codec_context.format = _SAMPLES
            self._stream = stream
        except (OSError, av.error.FFmpegError) as problem:
            raise self._error(problem) from problem
        self._position = 0

    def write(self, samples: np.ndarray) -> None:
        """Append samples; full scale is 1, what is louder is clipped."""
        if not samples.shape[1]:
            return  # an encoder refuses empty frames
        whole = np.clip(samples.T.astype(np.float64) * _FULL, -_FULL, _FULL - 1).astype(np.int32)
        packed = np.ascontiguousarray(whole.reshape(1, -1))
        frame = AudioFrame.from_ndarray(packed, format=_SAMPLES, layout=self._layout)
        frame.rate = RATE
        frame.pts = self._position
        self._position += samples.shape[1]
        try:
            self._container.mux(self._stream.encode(frame))
        except (OSError, av.error.FFmpegError) as problem:
            raise self._error(problem) from problem

    def __enter__(self) -> WavFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
            if kind is None:
                self._beside.replace(self.path)
        except (OSError, av.error.FFmpegError) as problem:
            raise self._error(problem) from problem
        finally:
            self._beside.unlink(missing_ok=True)

    def _error(self, problem: Exception) -> OutputError:
        return OutputError(
            f"{self.path} cannot be written: {getattr(problem, 'strerror', None) or problem}.",
            "Choose another folder or make room on the disk.",
        )
