"""Writes a small picture of every shot, taken from its middle."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import av
import cv2

from ..errors import MediaError, OutputError
from ..findings import Findings, Media
from .shrink import shown
from .source import Source, open_media
from .tracks import picture_track

WIDTH = 320
_QUALITY = 88


def write(findings: Findings, source: Source, folder: Path, width: int = WIDTH) -> list[Path]:
    """Write NAME_0001.jpg, NAME_0002.jpg, … into `folder`, one for each shot in order.

    Args:
        source: what the findings are of.
        width: of the pictures in pixels; tall films get the same number of pixels in height.

    Returns:
        The files. A shot whose pictures cannot be decoded again has none.

    Raises:
        MediaError: the source has no picture, or has gone.
        OutputError: the folder cannot be written.
    """
    media = findings.media
    if not findings.shots:
        raise MediaError(f"{media.path} has no picture, so there is nothing to show of it.")
    size = _size(media, width)
    middles = [(shot.start_frame + shot.end_frame) // 2 for shot in findings.shots]
    times = [(shot.start + shot.end) / 2 for shot in findings.shots]
    frames = _of_stills(source, middles) if source.stills else _of_film(source, media, times)
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(frames):
            for number, frame in frames:
                path = folder / f"{Path(media.path).stem.replace('%', '')}_{number + 1:04}.jpg"
                _save(path, shown(frame, *size))
                written.append(path)
    except OSError as problem:
        if isinstance(problem, av.error.FFmpegError):
            raise MediaError(f"{media.path} cannot be read again: {problem.strerror}.") from problem
        raise OutputError(f"{folder} cannot be written: {problem.strerror}.", "Choose another folder.") from problem
    return written


def _size(media: Media, width: int) -> tuple[int, int]:
    wide, high = max(media.width, 1), max(media.height, 1)
    scale = width / max(wide, high)
    return max(round(wide * scale), 1), max(round(high * scale), 1)


def _of_stills(source: Source, frames: list[int]) -> Generator[tuple[int, Any], None, None]:
    for number, frame in enumerate(frames):
        with open_media(source.stills[min(frame, len(source.stills) - 1)]) as container:
            yield number, next(container.decode(video=0))


def _of_film(source: Source, media: Media, times: list[float]) -> Generator[tuple[int, Any], None, None]:
    with open_media(source.path) as container:
        track = picture_track(container)
        if track is None:
            raise MediaError(f"{source.path} has no picture any more.", "Analyse it again.")
        track.thread_type = "AUTO"
        first = float((track.start_time or 0) * track.time_base) - media.picture_start
        for number, time in enumerate(times):
            frame = frame_at(container, track, first + time)
            if frame is not None:
                yield number, frame


def frame_at(container: Any, track: Any, stamp: float) -> Any:
    """The picture on screen at `stamp`, seconds of the file's clock; else the last one before; None without any."""
    with contextlib.suppress(av.error.FFmpegError):  # a stream that cannot seek is read on from where it is
        container.seek(int(stamp / track.time_base), stream=track, backward=True)
    last = None
    try:
        for frame in container.decode(track):
            if frame.pts is not None and float(frame.pts * track.time_base) > stamp + 1e-6:
                return last if last is not None else frame
            last = frame
    except av.error.FFmpegError:
        return last
    return last


def _save(path: Path, rgb: Any) -> None:
    _, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data.tobytes())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
