"""Final Cut Pro's FCPXML 1.8: one spine of asset clips with markers and constant speed (timeMap).

OpenTimelineIO's adapter for it drops speed and fails at NTSC rates, so these few elements are written here, after
Apple's "FCPXML Reference". Every time is a fraction of a second on the frame grid, as Final Cut demands.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote, urlparse

from ...cut_list import CutList, Piece
from ...errors import PlanError
from ...plan import Source


def build(cuts: CutList) -> str:
    """The document's text."""
    root = ET.Element("fcpxml", version="1.8")
    resources = ET.SubElement(root, "resources")
    frame = 1 / cuts.fps
    ET.SubElement(resources, "format", id="r0", frameDuration=_time(frame))
    for index, source in enumerate(cuts.sources, start=1):
        length = round(Fraction(source.duration) * cuts.fps)
        ET.SubElement(
            resources, "asset", id=f"r{index}", name=Path(source.path).stem, src=Path(source.path).absolute().as_uri(),
            start="0s", duration=_time(length * frame), format="r0", hasVideo="1", hasAudio="1",
        )  # fmt: skip
    event = ET.SubElement(ET.SubElement(root, "library"), "event", name="NeuroEdit")
    rows = cuts.in_frames()
    total = rows[-1][4] if rows else 0
    sequence = ET.SubElement(
        ET.SubElement(event, "project", name=cuts.name), "sequence", format="r0", duration=_time(total * frame),
        tcStart="0s", tcFormat="NDF",
    )  # fmt: skip
    spine = ET.SubElement(sequence, "spine")
    for piece, first, after, record_in, record_out in rows:
        clip = ET.SubElement(
            spine, "asset-clip", ref=f"r{piece.source + 1}", name=Path(cuts.sources[piece.source].path).stem,
            offset=_time(record_in * frame), duration=_time((record_out - record_in) * frame),
        )  # fmt: skip
        if piece.speed == 1:
            clip.set("start", _time(first * frame))
        else:
            _speed(clip, first * frame, after * frame, (record_out - record_in) * frame)
        for marker in cuts.markers:
            at = int(Fraction(marker.time) * cuts.fps)
            if marker.source == piece.source and first <= at < after and piece.speed == 1:
                text = f"{marker.name}: {marker.note}" if marker.note else marker.name
                ET.SubElement(clip, "marker", start=_time(at * frame), duration=_time(frame), value=text)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _speed(clip: ET.Element, start: Fraction, end: Fraction, length: Fraction) -> None:
    # A retimed clip's own time begins at 0; the map's values are the asset's times.
    clip.set("start", "0s")
    times = ET.SubElement(clip, "timeMap")
    ET.SubElement(times, "timept", time="0s", value=_time(start), interp="linear")
    ET.SubElement(times, "timept", time=_time(length), value=_time(end), interp="linear")


def read(text: str, fps: Fraction, durations: dict[str, float], name: str) -> CutList:
    """The clips of the first spine, in its order; connected clips, gaps and transitions are passed over.

    Raises:
        PlanError: no XML, no clips, or an asset that is not among `durations`.
    """
    try:
        root = ET.fromstring(text)
    except ET.ParseError as problem:
        raise PlanError(f"{name} is not XML: {problem}.", "Export it again.") from None
    assets = {a.get("id"): a for a in root.iter("asset")}
    spine = next(root.iter("spine"), None)
    clips = [c for c in spine if c.tag in ("asset-clip", "clip", "video")] if spine is not None else []
    if not clips:
        raise PlanError(f"{name} has no clips.", "Export a project with at least one clip.")
    paths = tuple(durations)
    pieces = []
    for clip in clips:
        asset = assets.get(clip.get("ref") or next((v.get("ref") for v in clip.iter("video")), None))
        index = _which(asset, paths)
        if index is None:
            raise PlanError(f"{name} uses “{clip.get('name')}”, which is not among the sources.", "Give that file too.")
        origin = _seconds(asset.get("start")) if asset is not None else Fraction(0)
        points = [(_seconds(p.get("time")), _seconds(p.get("value"))) for p in clip.iter("timept")]
        start, length = _seconds(clip.get("start")), _seconds(clip.get("duration"))
        if len(points) > 1 and points[-1][0] > points[0][0]:
            speed = (points[-1][1] - points[0][1]) / (points[-1][0] - points[0][0])
            begin = points[0][1] + (start - points[0][0]) * speed - origin
            pieces.append(Piece(index, float(begin), float(begin + length * speed), float(speed)))
        else:
            pieces.append(Piece(index, float(start - origin), float(start - origin + length)))
    return CutList(name, fps, tuple(Source(p, "", durations[p]) for p in paths), tuple(pieces))


def _which(asset: ET.Element | None, paths: tuple[str, ...]) -> int | None:
    if asset is None:
        return None
    source = asset.get("src") or next((m.get("src") or "" for m in asset.iter("media-rep")), "")
    wanted = unquote(urlparse(source).path)
    for index, path in enumerate(paths):
        if wanted == path or Path(wanted).name == Path(path).name:
            return index
    return None


def _time(seconds: Fraction) -> str:
    return f"{seconds.numerator}s" if seconds.denominator == 1 else f"{seconds.numerator}/{seconds.denominator}s"


def _seconds(text: str | None) -> Fraction:
    return Fraction((text or "0s").rstrip("s") or "0")
