"""The tracks of a source that are read, and their decoded frames in file order with time stamps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import av
from av import AudioFrame, VideoFrame
from av.stream import Disposition

from ..errors import MediaError
from ..findings import Audio
from .damage import Damage
from .source import Source, open_media

Frames = Iterator[tuple[VideoFrame | AudioFrame, float | None]]

# What a 96-pixel-wide look cannot show need not be decoded (libavcodec's names).
_FAST = {"skip_loop_filter": "all", "flags2": "+fast"}
# Every decoding thread holds a picture in flight, so large pictures get fewer: 4 for 10-bit 4K.
_MOST_THREADS = 8
_IN_FLIGHT = 120e6  # bytes
_MOST_FAILURES = 1000  # reading is given up after this many broken packets in a row
_NOT_FOOTAGE = Disposition.attached_pic | Disposition.timed_thumbnails


class Tracks:
    """Opens a source and chooses: the first picture track that is no cover art, the first sound track.

    These are the tracks that Blender plays. `zero` is the earlier of their starts, in seconds of the file's clock.

    Raises:
        MediaError: the file cannot be opened, or has neither picture nor sound that can be decoded.
    """

    def __init__(self, source: Source, *, picture: bool, sound: bool) -> None:
        self.source = source
        self.warnings: list[str] = []
        self._containers: list[Any] = []
        self._video: Any = None
        self._audio: Any = None
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        self.zero = 0.0 if source.stills else min((_start(t) for t in self._chosen()), default=0.0)
        # Left out only now: the zero of a file is the same whatever is read of it.
        self._video = self._video if picture else None
        self._audio = self._audio if sound else None

    def close(self) -> None:
        """Let go of the files."""
        for container in self._containers:
            container.close()

    @property
    def fps(self) -> Fraction | None:
        """Frames a second as claimed; None without a picture or a claim."""
        if self.source.stills:
            return self.source.fps
        track = self._video
        return (track.average_rate or track.guessed_rate or track.base_rate) if track is not None else None

    @property
    def duration(self) -> float:
        """Seconds as claimed; 0 when unknown."""
        if self.source.stills:
            return float(len(self.source.stills) / self.source.fps)
        return max((_claimed(container, self.zero) for container in self._containers), default=0.0)

    @property
    def audio_facts(self) -> Audio | None:
        """Rate and channels of the sound track."""
        return Audio(self._audio.rate, self._audio.channels) if self._audio is not None else None

    def shown_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height in square pixels, from those of an upright decoded picture."""
        aspect = self._video.sample_aspect_ratio if self._video is not None else None
        if not aspect or aspect == 1:
            return width, height
        turned = width < height and self._video.width > self._video.height
        return (width, round(height * aspect)) if turned else (round(width * aspect), height)

    def frames(self, damage: Damage, now: Callable[[], float]) -> Frames:
        """Every decoded frame with its time stamp in seconds of the file's clock, None where it has none."""
        if self.source.stills:
            yield from self._stills(damage, now)
        for container in self._containers:
            yield from self._decoded(container, damage, now)

    def _chosen(self) -> list[Any]:
        return [track for track in (self._video, self._audio) if track is not None]

    def _open(self) -> None:
        path = self.source.sound if self.source.stills else self.source.path
        if path is None:
            return
        container = open_media(path)
        self._containers.append(container)
        films = _films(container)
        sounds = list(container.streams.audio)
        if not films and not sounds:
            raise MediaError(f"{path} has neither picture nor sound.", "Name a video or sound file.")
        self._video = None if self.source.stills else self._playable(films, "picture")
        self._audio = self._playable(sounds, "sound")
        if not self._chosen():
            raise MediaError(f"{path} is in a format that cannot be decoded here.", "Convert it to H.264 and AAC.")
        if self._video is not None:
            self._video.thread_type = "AUTO"
            self._video.codec_context.thread_count = _threads(self._video.codec_context)
            self._video.codec_context.options = dict(_FAST)

    def _playable(self, tracks: list[Any], what: str) -> Any:
        known = [t for t in tracks if t.codec_context is not None]
        if tracks and not known:
            self.warnings.append(f"the {what} is in a format that cannot be decoded; it is left out")
        elif len(tracks) > 1:
            number = tracks.index(known[0]) + 1
            self.warnings.append(f"{len(tracks)} {what} tracks; track {number} is analysed")
        return known[0] if known else None

    def _decoded(self, container: Any, damage: Damage, now: Callable[[], float]) -> Frames:
        tracks = self._chosen()
        if not tracks:
            return
        for packet in _packets(container, tracks, damage, now):
            try:
                decoded = packet.decode()
            except av.error.FFmpegError:
                damage.at(now())
                continue
            for frame in decoded:
                yield frame, _stamp(frame, packet.stream)
        for track in tracks:
            for frame in _flush(track):
                yield frame, _stamp(frame, track)

    def _stills(self, damage: Damage, now: Callable[[], float]) -> Frames:
        for index, path in enumerate(self.source.stills):
            try:
                with open_media(path) as container:
                    frame = next(container.decode(video=0))
            except (MediaError, av.error.FFmpegError, StopIteration, IndexError):
                damage.at(now())
                continue
            yield frame, float(index / self.source.fps)


def picture_track(container: Any) -> Any:
    """The picture track that `Tracks` would choose, or None."""
    return next((t for t in _films(container) if t.codec_context is not None), None)


def _films(container: Any) -> list[Any]:
    return [t for t in container.streams.video if not t.disposition & _NOT_FOOTAGE]


def _packets(container: Any, tracks: list[Any], damage: Damage, now: Callable[[], float]) -> Iterator[Any]:
    """Packets with data in them, past broken places."""
    demux = container.demux(*tracks)
    failures = 0
    while failures < _MOST_FAILURES:
        try:
            packet = next(demux)
        except (StopIteration, av.error.EOFError):
            return
        except av.error.FFmpegError:
            damage.at(now())
            failures += 1
            demux = container.demux(*tracks)
            continue
        failures = 0
        if packet.is_corrupt:
            damage.at(now())
        if packet.size:
            yield packet


def _flush(track: Any) -> Iterator[Any]:
    try:
        yield from track.codec_context.decode(None)
    except av.error.FFmpegError:
        return


def _start(track: Any) -> float:
    return float(track.start_time * track.time_base) if track.start_time is not None else 0.0


def _claimed(container: Any, zero: float) -> float:
    duration = (container.duration or 0) / av.time_base
    # Matroska writes the last time stamp, the others the time from first to last.
    return max(duration - zero, 0.0) if "matroska" in container.format.name else duration


def _stamp(frame: Any, track: Any) -> float | None:
    ticks = frame.pts if frame.pts is not None else frame.dts
    return None if ticks is None else float(ticks * track.time_base)


def _threads(context: Any) -> int:
    # Two more than there are cores: they go on decoding while a picture is made small and the sound is measured.
    affordable = int(_IN_FLIGHT / _picture_bytes(context))
    return max(1, min((os.cpu_count() or 1) + 2, _MOST_THREADS, affordable))


def _picture_bytes(context: Any) -> float:
    bits = context.format.padded_bits_per_pixel if context.format is not None else 16
    return max(context.width * context.height * bits / 8, 1)
