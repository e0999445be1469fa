"""How loud a mix is once a film's codec has been at it: lossy codecs raise true peaks by up to a decibel."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
from av import AudioFrame, AudioResampler

from ..errors import MediaError, UsageError
from ..mix_report import Levels
from .mix_meter import MixMeter

# Codec: encoder, container, rate in kbit/s and sample format, as Blender renders films (blender/render_format.py).
_CODECS = {"aac": ("aac", "mp4", 192, "fltp"), "opus": ("libopus", "webm", 192, "flt")}
_RATE = 48_000


def coded(path: Path, codec: str, step: Callable[[float], None] = lambda share: None) -> Levels:
    """The levels of a stereo sound file at 48 kHz after `codec` ("aac", "opus").

    Raises:
        UsageError: another codec.
        MediaError: the file cannot be read, or this PyAV has no such encoder.
    """
    if codec not in _CODECS:
        raise UsageError(f"The codec {codec} is unknown.", f"Choose from {', '.join(_CODECS)}.")
    try:
        with tempfile.TemporaryDirectory(prefix="neuroedit-coded-", dir=path.parent) as folder:
            film = Path(folder) / f"coded.{_CODECS[codec][1]}"
            _encode(path, film, codec, step)
            return _levels(film, step)
    except av.error.FFmpegError as problem:
        raise MediaError(f"{path} cannot be heard through {codec}: {problem.strerror}.") from problem


def _encode(path: Path, film: Path, codec: str, step: Callable[[float], None]) -> None:
    encoder, container, kbits, form = _CODECS[codec]
    with av.open(str(path)) as source, av.open(str(film), "w", format=container) as target:
        stream: Any = target.add_stream(encoder, rate=_RATE, layout="stereo")
        stream.codec_context.bit_rate = kbits * 1000
        resampler = AudioResampler(format=form, layout="stereo", rate=_RATE, frame_size=_frame_size(stream))
        seconds = float((source.duration or 1) / av.time_base)
        for frame in source.decode(audio=0):
            step(min((frame.time or 0.0) / seconds, 1.0) / 2)
            for piece in resampler.resample(frame):
                target.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            target.mux(stream.encode(piece))
        target.mux(stream.encode(None))


def _frame_size(stream: Any) -> int:
    context = stream.codec_context
    context.open()
    return int(context.frame_size or 1024)


def _levels(film: Path, step: Callable[[float], None]) -> Levels:
    meter = MixMeter()
    resampler = AudioResampler(format="fltp", layout="stereo", rate=_RATE)
    with av.open(str(film)) as source:
        seconds = float((source.duration or 1) / av.time_base)
        for frame in source.decode(audio=0):
            assert isinstance(frame, AudioFrame)
            step(0.5 + min((frame.time or 0.0) / seconds, 1.0) / 2)
            frame.pts = None
            for piece in resampler.resample(frame):
                meter.hear(piece.to_ndarray())
        for piece in resampler.resample(None):
            meter.hear(piece.to_ndarray())
    return meter.finish()
