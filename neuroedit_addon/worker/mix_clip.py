"""One clip's sound, read block by block: decoded, at its speed, placed left and right, with its volume and fades.

Channels are placed as Blender's audaspace does (ChannelMapperReader.cpp), whose ear is the reference here: a speaker
at angle a is heard from the loudspeaker at angle s by cos((a - s) / 2), so that a sound in the middle is 3 dB down on
each side; channels added up to one are added without division, the low-frequency channel left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil, log2
from typing import Any

import av
import numpy as np
from av import AudioFrame, AudioResampler
from av.filter import Graph

from ..arrangement import Points, SoundClip
from ..errors import MediaError
from .source import open_media

RATE = 48_000
_PRE_ROLL = 0.5  # seconds decoded before the first that is heard: Opus, AAC and MP3 need some to settle
_OFFSET = 0.01  # of full scale (-40 dB): a mean above it is a faulty converter's, and takes room from the peaks
_BREAKS_OFF = 1.0  # seconds that a strip may outlast its file untold: packets of a codec, a frame of the picture
_LFE = None
# Where loudspeakers stand, in degrees to the right of the middle, by number of channels.
_ANGLES: dict[int, tuple[float | None, ...]] = {
    2: (-90, 90),
    3: (-90, 90, _LFE),
    4: (-45, 45, -135, 135),
    5: (-30, 30, 0, -110, 110),
    6: (-30, 30, 0, _LFE, -110, 110),
    7: (-30, 30, 0, _LFE, 180, -110, 110),
    8: (-30, 30, 0, _LFE, -110, 110, -150, 150),
}


class ClipSound:
    """Reads one clip in order of time; closes its file at its end.

    Args:
        warn: called with a sentence when something in the file is not as it should be.
        offset: what to take off every channel, as `offset` told of an earlier reading.

    Raises:
        MediaError: the file cannot be opened or has no sound.
    """

    def __init__(self, clip: SoundClip, warn: Callable[[str], None], offset: np.ndarray | None = None) -> None:
        self.clip = clip
        self._offset = offset
        self.first = round(clip.start * RATE)
        self.stop = round(clip.end * RATE)
        self._warn = warn
        self._blocks: Iterator[np.ndarray] | None = None
        self._rest = np.zeros((1, 0), np.float32)
        self._told_broken = False
        self._short = 0  # samples that the last block lacked at its end
        self._total, self._squares, self._count = np.zeros(1), 0.0, 0
        self._container = open_media(clip.path)
        if not self._container.streams.audio or self._container.streams.audio[0].codec_context is None:
            self.close()
            raise MediaError(f"{clip.path} has no sound that can be decoded.", "Take its strip out of the mix.")

    def close(self) -> None:
        """Let go of the file."""
        self._blocks = None
        self._container.close()

    def read(self, first: int, count: int) -> np.ndarray:
        """Float32 (2, count) from timeline sample `first`; silent where the clip is not; blocks in order of time."""
        sound = np.zeros((2, count), np.float32)
        low, high = max(first, self.first), min(first + count, self.stop)
        if low >= high:
            return sound
        if self._blocks is None:
            self._blocks = self._decoded((low - self.first) / RATE)
        channels = self._take(high - low)
        self._tell_short((self.stop - high + self._short) / RATE)
        if not np.isfinite(channels.sum()):
            channels = np.nan_to_num(channels, nan=0.0, posinf=0.0, neginf=0.0)
            self._tell_broken("it holds values that are no numbers; they are silent")
        times = np.arange(low, high) / RATE
        self._weigh(channels)
        if self._offset is not None and len(self._offset) == len(channels):
            channels = channels - self._offset
        sound[:, low - first : high - first] = self._placed(channels, times) * self._volume(times)
        return sound

    @property
    def offset(self) -> np.ndarray | None:
        """The mean of every channel so far, float32 (channels, 1), when it is a fault; else None."""
        if not self._count:
            return None
        mean = self._total / self._count
        swing = self._squares / self._count - float(np.square(mean).sum())
        # A level without any swing is no recording but a test signal, and silent to the ear either way.
        if np.abs(mean).max() < _OFFSET or swing < 1e-4 * np.square(mean).sum():
            return None
        return mean.astype(np.float32)[:, None]

    def _weigh(self, channels: np.ndarray) -> None:
        if len(self._total) != len(channels):
            self._total, self._squares, self._count = np.zeros(len(channels)), 0.0, 0
        self._total += channels.sum(1, dtype=np.float64)
        self._squares += float(np.vdot(channels, channels))
        self._count += channels.shape[1]

    def _placed(self, channels: np.ndarray, times: np.ndarray) -> np.ndarray:
        angles = _ANGLES.get(len(channels), (-90, 90))
        if len(channels) == 1 or self.clip.mono:
            heard = [c for c, angle in zip(channels, angles, strict=False) if angle is not _LFE or len(channels) == 1]
            left, right = _sides(np.radians(90 * curve(self.clip.pan, times)))
            middle = np.sum(heard, axis=0)
            return np.stack([middle * left, middle * right])
        if len(channels) == 2:
            return channels
        weights = np.array([_sides(np.radians(a)) if a is not _LFE else (0, 0) for a in angles], np.float32)
        return weights.T @ channels[: len(angles)]

    def _volume(self, times: np.ndarray) -> np.ndarray:
        volume = curve(self.clip.gain, times)
        if self.clip.fade_in > 0:
            volume = volume * _rise((times - self.clip.start) / self.clip.fade_in)
        if self.clip.fade_out > 0:
            volume = volume * _rise((self.clip.end - times) / self.clip.fade_out)
        return np.asarray(volume, np.float32)

    def _take(self, count: int) -> np.ndarray:
        """The next `count` samples, float32 (channels, count); silence when the file has ended."""
        assert self._blocks is not None
        pieces, missing = [self._rest], count - self._rest.shape[1]
        while missing > 0:
            block = next(self._blocks, None)
            if block is None:
                self._short = missing
                pieces.append(np.zeros((len(pieces[-1]), missing), np.float32))
                break
            if len(block) != len(pieces[-1]):
                # A track that changes its layout half-way (broadcasts do): what was left of the old one is short.
                pieces = [np.resize(piece, (len(block), piece.shape[1])) for piece in pieces]
            pieces.append(block)
            missing -= block.shape[1]
        joined = np.concatenate(pieces, 1)
        self._rest = joined[:, count:]
        return joined[:, :count]

    def _decoded(self, later: float) -> Iterator[np.ndarray]:
        """Blocks at 48 kHz and the clip's speed from `later` timeline seconds after its start."""
        wanted = self.clip.media_start + later * self.clip.speed
        resampled = self._resampled(self._frames(wanted))
        skip: int | None = None
        for at, block in resampled:
            if skip is None:
                skip = round((wanted - at) / self.clip.speed * RATE)
                if skip < 0:
                    yield np.zeros((len(block), -skip), np.float32)
            dropped = min(max(skip, 0), block.shape[1])
            skip -= dropped
            if dropped < block.shape[1]:
                yield block[:, dropped:]

    def _frames(self, wanted: float) -> Iterator[tuple[float, AudioFrame]]:
        """Decoded frames from a little before media second `wanted`, each with the second at which it starts."""
        stream: Any = self._container.streams.audio[0]
        zero = stream.start_time or 0
        if wanted > 2 * _PRE_ROLL:
            self._container.seek(zero + int((wanted - _PRE_ROLL) / stream.time_base), stream=stream)
        try:
            for frame in _through_damage(self._container, stream, self._tell_broken):
                at = float(((frame.pts if frame.pts is not None else zero) - zero) * stream.time_base)
                yield at, frame
        except OSError as problem:
            self._tell_broken(f"it cannot be read any further ({problem.strerror}); the rest is silent")

    def _resampled(self, frames: Iterator[tuple[float, AudioFrame]]) -> Iterator[tuple[float, np.ndarray]]:
        """Blocks float32 (channels, n), each with the media second of the first block's first sample."""
        converter: _Converter | None = None
        begin = 0.0
        for at, frame in frames:
            if converter is None or not converter.fits(frame):
                if converter is not None:
                    yield from ((begin, block) for block in converter.finish())
                else:
                    begin = at
                converter = _Converter(frame, self.clip.speed, self.clip.keep_pitch)
            yield from ((begin, block) for block in converter.feed(frame))
        if converter is not None:
            yield from ((begin, block) for block in converter.finish())

    def _tell_broken(self, what: str) -> None:
        if not self._told_broken:
            self._told_broken = True
            self._warn(f"{self.clip.path} is damaged: {what}.")

    def _tell_short(self, silent: float) -> None:
        if self._short and silent > _BREAKS_OFF and not self._told_broken:
            self._told_broken = True
            self._warn(f"{self.clip.path} breaks off: the last {silent:.1f} s of its strip are silent.")


class _Converter:
    """Frames of one rate and layout to blocks at 48 kHz, faster or slower with or without the pitch."""

    def __init__(self, frame: AudioFrame, speed: float, keep_pitch: bool) -> None:
        self._shape = _shape(frame)
        self._rate = frame.sample_rate
        self._tempo = _tempo(frame, speed) if keep_pitch and speed != 1 else None
        if not self._tempo:
            self._rate = max(1, round(self._rate * speed))
        # What is right already passes as it is: a resampler with nothing to do takes as long as decoding.
        right = self._rate == RATE and frame.format.name == "fltp" and not self._tempo
        self._resampler = None if right else AudioResampler(format="fltp", layout=frame.layout, rate=RATE)

    def fits(self, frame: AudioFrame) -> bool:
        """Whether a frame is of the same rate, layout and format."""
        return _shape(frame) == self._shape

    def feed(self, frame: AudioFrame | None) -> Iterator[np.ndarray]:
        """The blocks that a frame completes."""
        if self._tempo:
            if frame is not None:
                frame.pts = None
            self._tempo[0].push(frame)
            for stretched in _pulled(self._tempo[0]):
                yield from self._through(stretched)
            if frame is None:
                yield from self._through(None)
        else:
            yield from self._through(frame)

    def finish(self) -> Iterator[np.ndarray]:
        """What is left inside."""
        yield from self.feed(None)

    def _through(self, frame: AudioFrame | None) -> Iterator[np.ndarray]:
        if self._resampler is None:
            if frame is not None:
                yield frame.to_ndarray()
            return
        if frame is not None:
            frame.pts = None
            frame.rate = self._rate
        for piece in self._resampler.resample(frame):
            yield piece.to_ndarray()



def _rise(share: np.ndarray) -> np.ndarray:
    """An equal-power fade: the squares of a rise and of the fall over it add up to one."""
    return np.sin(np.clip(share, 0.0, 1.0) * (np.pi / 2))


def _shape(frame: AudioFrame) -> tuple[object, ...]:
    return frame.sample_rate, frame.layout.name, frame.format.name


def _tempo(frame: AudioFrame, speed: float) -> tuple[Graph]:
    graph = Graph()
    last = graph.add_abuffer(sample_rate=frame.sample_rate, format=frame.format, layout=frame.layout,
                             time_base=Fraction(1, frame.sample_rate))  # fmt: skip
    # One atempo goes down to half the speed; more of them in a row go further.
    halvings = max(0, ceil(-log2(speed)))
    steps = [0.5] * (halvings - 1) + [speed * 2 ** (halvings - 1)] if halvings else [speed]
    for step in steps:
        tempo = graph.add("atempo", f"{step:.9f}")
        last.link_to(tempo)
        last = tempo
    sink = graph.add("abuffersink")
    last.link_to(sink)
    graph.configure()
    return (graph,)


def _pulled(graph: Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, AudioFrame)
        yield frame


def _through_damage(container: Any, stream: Any, tell: Callable[[str], None]) -> Iterator[AudioFrame]:
    """Every frame that can be decoded."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.EOFError):
            return
        except av.error.InvalidDataError:
            tell("some of it cannot be read and was skipped")
            packets = container.demux(stream)
            continue
        try:
            yield from packet.decode()
        except av.error.EOFError:
            return
        except av.error.InvalidDataError:
            tell("some of it cannot be decoded and was skipped")


def _sides(angle: Any) -> tuple[Any, Any]:
    """How loud a sound at `angle` (radians to the right of the middle) is on the left and on the right."""
    return np.abs(np.cos((angle + np.pi / 2) / 2)), np.abs(np.cos((angle - np.pi / 2) / 2))


def curve(points: Points, times: np.ndarray) -> Any:
    """The values of a curve at `times`; one number when it is level."""
    if len(points) == 1 or all(value == points[0][1] for _, value in points):
        return points[0][1]
    seconds, values = zip(*points, strict=True)
    return np.interp(times, seconds, values)
