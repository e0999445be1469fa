"""The shots of one media file as lists that other programs read: CSV, EDL (CMX 3600), OpenTimelineIO."""

from __future__ import annotations

import csv
import io
import os
from fractions import Fraction
from pathlib import Path

from ..cut_list import CutList, Marker, Piece
from ..errors import MediaError, OutputError, UsageError
from ..findings import Findings, Transition
from ..plan import Source
from ..timeline import seconds_at

FORMATS = ("csv", "edl", "otio")
COLUMNS = ("shot", "start_timecode", "end_timecode", "start", "end", "start_frame", "end_frame", "frames", "comes_by",
           "confidence")  # fmt: skip


def write(findings: Findings, path: Path) -> list[str]:
    """Write the shot list of a file with pictures as .csv, .edl or .otio, by the suffix.

    In .edl and .otio every shot is a clip of the file; .otio carries a marker at each transition.

    Returns:
        One sentence for each thing that the format could not carry.

    Raises:
        MediaError: the file has no picture, and so no shots.
        UsageError: another suffix.
        OutputError: the file cannot be written.
    """
    kind = path.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise UsageError(f"{path.name} has no suffix of a shot list.", f"Use one of {', '.join(FORMATS)}.")
    if not findings.shots:
        raise MediaError(f"{findings.media.path} has no picture, so there are no shots to list.")
    if kind != "csv":
        from .exchange import formats  # OpenTimelineIO is heavy, and a CSV file does not need it

        return formats.write(cut_list(findings), path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_text(csv_text(findings), encoding="utf-8", newline="")
        os.replace(beside, path)
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror}.", "Choose another folder.") from problem
    finally:
        beside.unlink(missing_ok=True)
    return []


def csv_text(findings: Findings) -> str:
    """A line for each shot, with a heading: see `COLUMNS`.

    Time codes are non-drop and count frames from 00:00:00:00 at the nominal rate; start and end are seconds; frames
    count from 0, the end is the first frame of the next shot. `comes_by` is the transition before the shot.
    """
    fps = _fps(findings)
    entries = _entries(findings)
    page = io.StringIO()
    rows = csv.writer(page)
    rows.writerow(COLUMNS)
    for number, (shot, entry) in enumerate(zip(findings.shots, entries, strict=True), start=1):
        rows.writerow((
            number, timecode(shot.start_frame, fps), timecode(shot.end_frame, fps), f"{shot.start:.3f}",
            f"{shot.end:.3f}", shot.start_frame, shot.end_frame, shot.end_frame - shot.start_frame,
            entry.kind if entry else "", f"{entry.confidence:.3f}" if entry else "",
        ))  # fmt: skip
    return page.getvalue()


def cut_list(findings: Findings) -> CutList:
    """Every shot as a piece, one after another, and every transition as a marker."""
    media, fps = findings.media, _fps(findings)
    borders = [float(seconds_at(shot.start_frame, fps)) for shot in findings.shots]
    borders.append(float(seconds_at(findings.shots[-1].end_frame, fps)))
    pieces = tuple(Piece(0, start, end) for start, end in zip(borders, borders[1:], strict=False) if end > start)
    markers = tuple(
        Marker(0, float(seconds_at(min(t.start_frame, media.frames - 1), fps)), t.kind,
               f"frames {t.start_frame} to {t.end_frame}, confidence {t.confidence:.2f}")
        for t in findings.transitions
    )  # fmt: skip
    length = max(media.duration, borders[-1])
    return CutList(Path(media.path).stem, fps, (Source(media.path, media.fingerprint, length),), pieces, markers)


def timecode(frame: int, fps: Fraction) -> str:
    """Non-drop time code of a frame, counted at the nominal whole rate (SMPTE ST 12-1)."""
    nominal = max(round(fps), 1)
    seconds, frames = divmod(frame, nominal)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frames:02}"


def _fps(findings: Findings) -> Fraction:
    return findings.media.rate or Fraction(25)


def _entries(findings: Findings) -> list[Transition | None]:
    """The transition that each shot comes by; None for the first, and where it is not known."""
    by_frame = {(t.start_frame + t.end_frame) // 2: t for t in findings.transitions}
    return [by_frame.get(shot.start_frame) if number else None for number, shot in enumerate(findings.shots)]
