"""The verb "check_film": is a written film whole? Blender does not notice when a disk fills up under it.

Arguments: {"path", "name": as the user knows it, "frames": pictures it must have, "sound": whether it must have sound,
"seconds": its length}.
Packets are counted, nothing is decoded. The result is {"frames", "sound_seconds"}.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import av

from ..errors import Cancelled, MediaError, OutputError
from .source import open_media

_SOUND_SHORT = 0.5  # seconds of sound that may be missing: encoders end on whole packets


def run(arguments: dict[str, Any], say: Callable[..., None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Do it.

    Raises:
        OutputError: the film is not whole.
        Cancelled: `cancelled` said so.
    """
    path, frames = arguments["path"], int(arguments["frames"])
    name = arguments.get("name") or path
    try:
        with open_media(path) as film:
            pictures, heard = _count(film, cancelled)
    except (MediaError, av.error.FFmpegError) as problem:
        raise OutputError(f"{name} could not be written whole: what is there cannot be read.", _CURE) from problem
    if pictures != frames:
        raise OutputError(f"Only {pictures} of {frames} pictures of {name} could be written.", _CURE)
    if arguments.get("sound") and heard < float(arguments["seconds"]) - _SOUND_SHORT:
        raise OutputError(f"The sound of {name} could be written only up to {heard:.1f} s.", _CURE)
    return {"frames": pictures, "sound_seconds": heard}


_CURE = "Is the disk full? Make room or choose another folder."


def _count(film: Any, cancelled: Callable[[], bool]) -> tuple[int, float]:
    pictures, heard = 0, 0.0
    for packet in film.demux(*film.streams.video[:1], *film.streams.audio[:1]):
        if cancelled():
            raise Cancelled
        if packet.dts is None and packet.pts is None or not packet.size:
            continue
        if packet.stream.type == "video":
            pictures += 1
        elif packet.pts is not None:
            heard = max(heard, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return pictures, heard
