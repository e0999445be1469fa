"""The verb "film_levels": how long and how loud a written film or sound is.

Arguments: {"path"}. The result is {"seconds", "width", "height" (0 without pictures), "lufs", "range_lu", "true_peak"
(None where there is only silence)}: ITU-R BS.1770-4, decoded as a player would.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import av

from ..errors import Cancelled, MediaError
from ..findings import Loudness
from ..messages import Message, Progress
from .loudness import HOP, LoudnessMeter
from .source import open_media

_EACH = 5.0  # seconds of sound between two messages


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Measure it.

    Raises:
        MediaError: it cannot be read.
        Cancelled: `cancelled` said so.
    """
    path = arguments["path"]
    with open_media(path) as film:
        seconds = film.duration / av.time_base if film.duration else 0.0
        picture = film.streams.video[0] if film.streams.video else None
        size = (picture.codec_context.width, picture.codec_context.height) if picture else (0, 0)
        meter = LoudnessMeter()
        if film.streams.audio:
            try:
                _hear(film, meter, seconds, path, say, cancelled)
            except av.error.FFmpegError as problem:
                raise MediaError(f"{path} cannot be decoded: {problem}.", "Render it again.") from problem
        found = meter.finish().get("loudness")
    known = found if isinstance(found, Loudness) else Loudness(None, 0.0, None, HOP, ())
    return {"seconds": seconds, "width": size[0], "height": size[1], "lufs": known.integrated_lufs,
            "range_lu": known.range_lu, "true_peak": known.true_peak_dbtp}  # fmt: skip


def _hear(film: Any, meter: LoudnessMeter, seconds: float, path: str, say: Callable[[Message], None],
          cancelled: Callable[[], bool]) -> None:  # fmt: skip
    told, at = -_EACH, 0.0
    for frame in film.decode(audio=0):
        if cancelled():
            raise Cancelled
        at = max(frame.time, 0.0) if frame.time is not None else at
        meter.hear(frame, at)
        if at - told >= _EACH:
            told = at
            say(Progress("measure", min(at, seconds), seconds, None, path))
