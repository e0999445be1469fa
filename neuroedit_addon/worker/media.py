"""Reads one source once: small pictures and mono sound, in true time, in constant memory.

Time zero is the first instant of the file: the earlier of the first picture and the first sound of the two tracks that
count. A track that starts later has its first picture at a `time` above zero, or begins with silence; `Media` tells
both starts. Blender does not know of them (4.5 and 5.2, measured): frame 0 of a movie strip is the first picture, the
start of a sound strip is the first sound, whatever their time stamps say, and a Matroska file that starts at 5 s makes
a movie strip that is 5 s too long, its end filled with the last picture. Frame k of a movie strip is the picture at
k / strip.fps after the first, so with variable frame rate its frames are not those that were decoded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from fractions import Fraction
from typing import Any

from av import AudioFrame, VideoFrame

from ..errors import MediaError
from ..findings import Media
from .ahead import ahead
from .analyser import LookFrame, SoundBlock
from .damage import Damage
from .frame_times import FrameTimes
from .mono import Mono
from .shrink import look
from .source import Source, source_of
from .tracks import Tracks

VERSION = "3"  # changes whenever looks, sound or times would

Hear = Callable[[AudioFrame, float], None]

_AHEAD = 250  # small pictures and pieces of sound that may wait while a network thinks: 4 MB
_SHORT = 1.0  # seconds that may be missing at the end before it is told


class Reader:
    """One pass over a source; iterate it once, then ask `media()` and `warnings`.

    Pictures come in order of time, and so does sound; the two are interleaved as they are in the file.

    Args:
        source: a path, a description (see `source_of`), or a `Source`.
        picture, sound: whether to read them at all.
        hear: called with every decoded sound frame as it is in the file, and the second at which it starts; in the
            thread that decodes.

    Attributes:
        duration: seconds, as the file claims before it is read.
        position: seconds read so far.
        warnings: what was lost or chosen, in phrases that do not name the file.

    Raises:
        MediaError: the file cannot be used; while iterating, when nothing in it can be decoded.
    """

    def __init__(self, source: str | os.PathLike[str] | dict[str, Any] | Source, *, picture: bool = True,
                 sound: bool = True, hear: Hear | None = None) -> None:  # fmt: skip
        self.source = source if isinstance(source, Source) else source_of(source)
        self.warnings: list[str] = []
        self.position = 0.0
        self._hear = hear
        self._tracks = Tracks(self.source, picture=picture, sound=sound)
        self.warnings += self._tracks.warnings
        self.duration = self._tracks.duration
        self._times = FrameTimes(self._tracks.fps or Fraction(25), self._tracks.zero)
        self._mono = Mono()
        self._damage = Damage()
        self._size = (0, 0)
        self._decoded_to = 0.0
        self._ahead: Generator[LookFrame | SoundBlock, None, None] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        if self._ahead is not None:
            self._ahead.close()  # a file is not closed under the thread that decodes it
        self._tracks.close()

    def __iter__(self) -> Iterator[LookFrame | SoundBlock]:
        # Pictures are made small where they are decoded, while they are in the processor's cache, and so small that
        # many may wait: the decoder goes on through the longest thought of a network.
        self._ahead = ahead(self._read(), _AHEAD)
        yield from self._ahead
        if not self._times.count and not self._mono.seconds:
            raise MediaError(
                f"Nothing in {self.source.path} can be decoded.", "Open it in a player to see whether it is whole."
            )
        self._sum_up()

    @property
    def picture_end(self) -> float:
        """When the last picture leaves the screen, in seconds."""
        return self._times.end

    def media(self, fingerprint: str = "") -> Media:
        """What was read; complete once the iteration has ended."""
        fps = self._times.rate if self._times.vfr else self._tracks.fps or self._times.rate
        width, height = self._tracks.shown_size(*self._size)
        return Media(
            path=os.path.abspath(self.source.path),
            duration=max(self._times.end, self._mono.seconds),
            fps=str(fps or self._tracks.fps) if self._times.count else None,
            frames=self._times.count,
            width=width,
            height=height,
            vfr=self._times.vfr,
            audio=self._tracks.audio_facts if self._mono.seconds else None,
            fingerprint=fingerprint,
            picture_start=self._times.first,
            sound_start=self._mono.first,
        )

    def _read(self) -> Generator[LookFrame | SoundBlock, None, None]:
        for frame, stamp in self._tracks.frames(self._damage, lambda: self._decoded_to):
            self._decoded_to = max(self._decoded_to, 0.0 if stamp is None else stamp - self._tracks.zero)
            if isinstance(frame, VideoFrame):
                yield self._picture(frame, stamp)
            else:
                yield from self._sound(frame, stamp)
        yield from self._mono.finish()

    def _sum_up(self) -> None:
        if self._damage.phrase:
            self.warnings.append(self._damage.phrase)
        end = max(self._times.end, self._mono.seconds)
        if self.duration - end > max(_SHORT, 0.01 * self.duration):
            self.warnings.append(f"ends at {end:.1f} s although it claims {self.duration:.1f} s; the rest is missing")

    def _picture(self, frame: VideoFrame, stamp: float | None) -> LookFrame:
        index = self._times.count
        time = self._times.next(stamp)
        if frame.is_corrupt:
            self._damage.at(time)
        turned = round((frame.rotation or 0) / 90) % 2 == 1
        self._size = (frame.height, frame.width) if turned else (frame.width, frame.height)
        self.position = max(self.position, time)
        return LookFrame(index, time, look(frame))

    def _sound(self, frame: AudioFrame, stamp: float | None) -> Iterator[SoundBlock]:
        time = None if stamp is None else stamp - self._tracks.zero
        if self._hear is not None:
            self._hear(frame, self._mono.heard if time is None else time)
        yield from self._mono.feed(frame, time)
        self.position = max(self.position, self._mono.seconds)
