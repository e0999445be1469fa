"""A few pictures of a stretch of a film, or a still picture, found again without decoding all of it."""

from __future__ import annotations

from typing import Any

import av
import numpy as np

from ..errors import MediaError
from .shrink import shown
from .source import open_media
from .thumbnails import frame_at
from .tracks import picture_track


def frames(path: str, start: float, end: float | None, count: int, width: int, height: int = 0) -> list[np.ndarray]:
    """Up to `count` pictures, uint8 (height, width, 3), evenly from seconds [start, end) of a file.

    Args:
        end: None for the file's own.
        height: 0 for the picture's own shape.

    Raises:
        MediaError: the file is missing, or shows nothing.
    """
    found: list[np.ndarray] = []
    with open_media(path) as container:
        track = picture_track(container)
        if track is None:
            raise MediaError(f"{path} has no picture.", "Name a picture or a film.")
        length = float((container.duration or 0) / av.time_base)
        after = length if end is None else end
        first = float((track.start_time or 0) * track.time_base)
        for number in range(count):
            frame = frame_at(container, track, first + start + (after - start) * (number + 0.5) / count)
            if frame is None and not found:
                container.seek(0)
                frame = next(container.decode(track), None)
            if frame is None:
                break
            found.append(shown(frame, width, height or _height(frame, width)))
            if not length:  # a still picture
                break
    if not found:
        raise MediaError(f"{path} shows nothing.", "Open it in a player.")
    return found


def _height(frame: Any, width: int) -> int:
    wide, high = (frame.height, frame.width) if round((frame.rotation or 0) / 90) % 2 else (frame.width, frame.height)
    return max(round(width * high / max(wide, 1)), 1)
