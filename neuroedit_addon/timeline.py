"""Noun: what lies on the sequencer, and the only place where frames and seconds are turned into each other.

Seconds belong to media, frames to the timeline. Both ranges are half-open. Seconds are exact (`Fraction`) wherever
they come from frames; rates are always `Fraction`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from .errors import UsageError

Seconds = Fraction | float

# The NTSC family: what people type on the left, what it means on the right (SMPTE ST 12-1).
_NTSC = {base: Fraction(base * 1000, 1001) for base in (24, 30, 48, 60, 120)}


def rate(value: str | float | Fraction) -> Fraction:
    """A frame rate as an exact fraction: "30000/1001", "29.97", 29.97, 30 and Fraction all work.

    Decimals within 0.001 of an NTSC rate (23.976, 29.97, 59.94, …) become that rate.

    Raises:
        UsageError: not a positive number.
    """
    try:
        exact = Fraction(str(value)) if isinstance(value, (str, float)) else Fraction(value)
    except (ValueError, ZeroDivisionError):
        raise UsageError(f"“{value}” is not a frame rate.", "Write it as 25, 29.97 or 30000/1001.") from None
    if exact <= 0:
        raise UsageError(f"A frame rate must be above zero, not {value}.")
    for ntsc in _NTSC.values():
        if exact != ntsc and abs(exact - ntsc) < Fraction(1, 1000):
            return ntsc
    return exact


def seconds_at(frame: int, fps: Fraction) -> Fraction:
    """The time in seconds at which timeline frame `frame` (counted from 0) begins."""
    return Fraction(frame) / fps


def nearest_frame(seconds: Seconds, fps: Fraction) -> int:
    """The frame whose start is nearest to `seconds`; halves go up, so that adjoining spans stay adjoining."""
    return floor(Fraction(seconds) * fps + Fraction(1, 2))


def frame_showing(seconds: Seconds, fps: Fraction) -> int:
    """The frame on screen at `seconds`."""
    return floor(Fraction(seconds) * fps)


@dataclass(frozen=True)
class Clip:
    """One piece of one media file as it lies on the timeline: a picture strip, its connected sound, or both.

    Attributes:
        source: index of the media file in `Timeline.sources`.
        left, right: timeline frames, half-open.
        media_start: second of the media file that `left` shows.
        speed: media seconds that pass in one timeline second (1 is natural speed).
        picture, sound: names of the strips that make it up.
    """

    source: int
    left: int
    right: int
    media_start: Fraction
    speed: Fraction = Fraction(1)
    picture: tuple[str, ...] = ()
    sound: tuple[str, ...] = ()

    def media_time(self, frame: int, fps: Fraction) -> Fraction:
        """The media second that timeline frame `frame` shows."""
        return self.media_start + seconds_at(frame - self.left, fps) * self.speed

    def media_span(self, fps: Fraction) -> tuple[Fraction, Fraction]:
        """The half-open range of media seconds that this clip shows."""
        return self.media_start, self.media_time(self.right, fps)

    def frame_at(self, seconds: Seconds, fps: Fraction) -> int:
        """The timeline frame nearest to media second `seconds`, held inside the clip's own range."""
        frame = self.left + nearest_frame((Fraction(seconds) - self.media_start) / self.speed, fps)
        return min(max(frame, self.left), self.right)


@dataclass(frozen=True)
class Timeline:
    """The clips that an edit works on, in the sequencer's frames.

    Attributes:
        fps: frames a second of the scene.
        sources: absolute paths of the media files (or `strip:NAME` for strips that Blender itself renders).
        clips: sorted by left handle.
    """

    fps: Fraction
    sources: tuple[str, ...]
    clips: tuple[Clip, ...]

    @property
    def span(self) -> tuple[int, int]:
        """First frame and first frame after the last clip; (0, 0) when there is none."""
        if not self.clips:
            return 0, 0
        return min(c.left for c in self.clips), max(c.right for c in self.clips)

    def clips_of(self, source: int) -> Iterable[Clip]:
        """The clips that show one media file."""
        return (clip for clip in self.clips if clip.source == source)
