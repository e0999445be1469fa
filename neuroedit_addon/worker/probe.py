"""The verb "probe": what media files are, without decoding them all: for replaying plans and findings.

Arguments: {"sources": [path or description, …]}. The result is {"media": [Media as plain values, …]} in that order.
Pictures are counted by the container, or by its packets where it does not say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from fractions import Fraction
from typing import Any

from av.stream import Disposition

from ..errors import Cancelled, UsageError
from ..findings import Media
from .analyser import LookFrame
from .cache import identify
from .frame_times import FrameTimes
from .media import Reader
from .source import Source, open_media, source_of

_MOST_EVENTS = 1000  # pictures and blocks of sound among which the first of each is looked for


def run(arguments: dict[str, Any], say: Callable[..., None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Do it.

    Raises:
        UsageError: no sources.
        MediaError: a source cannot be used.
        Cancelled: `cancelled` said so.
    """
    sources = [source_of(spec) for spec in arguments.get("sources", ())]
    if not sources:
        raise UsageError("There is nothing to look at.", "Name at least one file.")
    return {"media": [asdict(probe(source, cancelled)) for source in sources]}


def probe(source: Source, cancelled: Callable[[], bool] = lambda: False) -> Media:
    """What one source is.

    Raises:
        MediaError: it cannot be used.
        Cancelled: `cancelled` said so.
    """
    fingerprint = identify(source).fingerprint
    picture, sound = _tracks(source)
    with Reader(source) as reader:
        pictures = blocks = 0
        for event in reader:
            pictures += isinstance(event, LookFrame)
            blocks += not isinstance(event, LookFrame)
            if (pictures or not picture) and (blocks or not sound) or pictures + blocks > _MOST_EVENTS:
                break
        seen, claimed = reader.media(fingerprint), reader.duration
    if source.stills:
        return replace(seen, frames=len(source.stills), duration=max(claimed, seen.duration))
    times = _packet_times(source, cancelled)
    if times is None:
        return replace(seen, duration=max(claimed, seen.duration))
    fps = str(times.rate) if times.vfr and times.rate else seen.fps
    end = seen.picture_start + times.end - times.first
    return replace(seen, fps=fps, frames=times.count, vfr=times.vfr, duration=max(claimed, end))


def _tracks(source: Source) -> tuple[bool, bool]:
    """Whether there is a picture, and sound."""
    if source.stills:
        return True, bool(source.sound)
    with open_media(source.path) as container:
        return bool(_pictures(container)), any(t.codec_context is not None for t in container.streams.audio)


def _pictures(container: Any) -> list[Any]:
    covers = Disposition.attached_pic | Disposition.timed_thumbnails
    return [t for t in container.streams.video if not t.disposition & covers and t.codec_context is not None]


def _packet_times(source: Source, cancelled: Callable[[], bool]) -> FrameTimes | None:
    """The times of all pictures, from their packets; None without a picture."""
    with open_media(source.path) as container:
        tracks = _pictures(container)
        if not tracks:
            return None
        stamps: list[float] = []
        for packet in container.demux(tracks[0]):
            if cancelled():
                raise Cancelled
            if packet.size and (packet.pts if packet.pts is not None else packet.dts) is not None:
                ticks = packet.pts if packet.pts is not None else packet.dts
                stamps.append(float(ticks * packet.time_base))
        times = FrameTimes(tracks[0].average_rate or tracks[0].guessed_rate or Fraction(25), min(stamps, default=0.0))
        for stamp in sorted(stamps):
            times.next(stamp)
        return times
