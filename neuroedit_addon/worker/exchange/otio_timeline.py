"""A cut list as an OpenTimelineIO timeline, and back (Academy Software Foundation, opentime is rational)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import opentimelineio as otio

from ...cut_list import CutList, Piece
from ...errors import PlanError
from ...plan import Source


def build(cuts: CutList, rate: int | None = None, with_sound: bool = True) -> Any:
    """An `otio.schema.Timeline` with one video track and, if asked, one audio track of the same clips.

    Args:
        rate: count the same frames at this many a second instead (a time code's nominal rate).

    Clips are named by file and number, so that editors relink by name; speed becomes a LinearTimeWarp, markers hang
    on the clip that shows their moment. Times are whole frames at the cut list's rate.
    """
    per_second = float(rate or cuts.fps)
    timeline = otio.schema.Timeline(cuts.name)
    timeline.global_start_time = otio.opentime.RationalTime(0, per_second)
    kinds = [otio.schema.TrackKind.Video] + [otio.schema.TrackKind.Audio] * with_sound
    for kind in kinds:
        track = otio.schema.Track("V1" if kind == otio.schema.TrackKind.Video else "A1", kind=kind)
        for piece, first, after, record_in, record_out in cuts.in_frames():
            clip = _clip(cuts, piece, first, record_out - record_in, per_second)
            if piece.speed != 1.0:
                clip.effects.append(otio.schema.LinearTimeWarp(name="Speed", time_scalar=piece.speed))
            if kind == otio.schema.TrackKind.Video:
                _mark(clip, cuts, piece, first, after, per_second)
            track.append(clip)
        timeline.tracks.append(track)
    return timeline


def _clip(cuts: CutList, piece: Piece, first: int, length: int, rate: float) -> Any:
    source = cuts.sources[piece.source]
    available = _range(0, round(Fraction(source.duration) * cuts.fps), rate)
    reference = otio.schema.ExternalReference(Path(source.path).absolute().as_uri(), available)
    reference.name = Path(source.path).name
    return otio.schema.Clip(Path(source.path).name, reference, _range(first, length, rate))


def _mark(clip: Any, cuts: CutList, piece: Piece, first: int, after: int, rate: float) -> None:
    for marker in cuts.markers:
        frame = int(Fraction(marker.time) * cuts.fps)
        if marker.source == piece.source and first <= frame < after:
            metadata = {"neuroedit": {"note": marker.note}}
            clip.markers.append(
                otio.schema.Marker(name=marker.name, marked_range=_range(frame, 1, rate), metadata=metadata)
            )


def _range(start: int, length: int, rate: float) -> Any:
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(length, rate))


def read(
    timeline: Any, fps: Fraction, durations: dict[str, float], name: str, nominal: int | None = None
) -> CutList:
    """The pieces of a timeline's first video track (its first track where there is no video).

    Args:
        durations: seconds of each media file that may appear, by path; a clip is matched by its whole path or, as
            editors relink, by its file name without suffix.
        nominal: the timeline's times are counts of frames at this rate, to be read as frames of `fps`.

    Raises:
        PlanError: no clips, or a clip of a file that is not among `durations`; `name` is in the sentence.
    """
    tracks = list(timeline.video_tracks()) or list(timeline.audio_tracks())
    clips = list(tracks[0].find_clips()) if tracks else []
    if not clips:
        raise PlanError(f"{name} has no clips.", "Export a timeline with at least one clip.")
    paths = tuple(durations)
    pieces = []
    for clip in clips:
        index = _which(clip, paths)
        if index is None:
            raise PlanError(f"{name} uses “{clip.name}”, which is not among the sources.", "Give that file as well.")
        shown = clip.trimmed_range()
        speed = next((e.time_scalar for e in clip.effects if isinstance(e, otio.schema.LinearTimeWarp)), 1.0)
        start, length = (_seconds(time, fps, nominal) for time in (shown.start_time, shown.duration))
        pieces.append(Piece(index, start, start + length * speed, speed))
    return CutList(name, fps, tuple(Source(p, "", durations[p]) for p in paths), tuple(pieces))


def _seconds(time: Any, fps: Fraction, nominal: int | None) -> float:
    return float(round(time.rescaled_to(nominal).value) / fps) if nominal else time.to_seconds()


def _which(clip: Any, paths: tuple[str, ...]) -> int | None:
    url = getattr(clip.media_reference, "target_url", "") or ""
    whole = unquote(urlparse(url).path) if url.startswith("file:") else url
    names = [n for n in (whole, clip.name, clip.metadata.get("cmx_3600", {}).get("reel", "")) if n]
    for wanted in names:
        for index, path in enumerate(paths):
            if wanted == path or Path(wanted).name == Path(path).name or Path(wanted).stem == Path(path).stem:
                return index
    # An EDL may know no file at all (reel AX); with a single source there is no doubt.
    return 0 if len(paths) == 1 else None
