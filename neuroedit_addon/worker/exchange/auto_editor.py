"""auto-editor's v1 timeline: {"version": "1", "source": PATH, "chunks": [[start, end, speed], …]}.

Chunks are frames at the source's own rate and cover it; speed 99999 means removed (auto-editor's documentation,
"Timeline formats").
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...cut_list import CutList, Piece
from ...errors import PlanError
from ...plan import Source

CUT = 99999.0


def build(cuts: CutList) -> dict[str, Any]:
    """The document for a cut list of one source.

    Raises:
        PlanError: several sources, or pieces out of the order of their media.
    """
    used = sorted({piece.source for piece in cuts.pieces})
    if len(used) > 1:
        raise PlanError("auto-editor's v1 format holds one source, and this edit has several.", "Use .otio instead.")
    source = cuts.sources[used[0] if used else 0]
    chunks: list[list[float]] = []
    at = 0
    for piece, first, after, _, _ in cuts.in_frames():
        if first < at:
            raise PlanError("auto-editor's v1 format cannot reorder a source's pieces.", "Use .otio instead.")
        if first > at:
            chunks.append([at, first, CUT])
        chunks.append([first, after, piece.speed])
        at = after
    end = round(Fraction(source.duration) * cuts.fps)
    if end > at:
        chunks.append([at, end, CUT])
    return {"version": "1", "source": source.path, "chunks": chunks}


def read(document: Any, fps: Fraction, durations: dict[str, float], name: str) -> CutList:
    """The cut list in a document; its frames count at `fps`, the source's own rate.

    Raises:
        PlanError: another version, chunks that make no sense, or a source that is not in `durations`.
    """
    if not isinstance(document, dict) or str(document.get("version")) != "1":
        raise PlanError(f"{name} is not auto-editor's v1 format.", "Export with auto-editor --export v1.")
    path = str(document.get("source", ""))
    if path not in durations:
        if len(durations) != 1:
            raise PlanError(f"{name} is about {path}, which is not among the sources.", "Give that file as well.")
        path = next(iter(durations))
    pieces, at = [], 0
    for number, chunk in enumerate(document.get("chunks", ()), start=1):
        try:
            first, after, speed = int(chunk[0]), int(chunk[1]), float(chunk[2])
        except (TypeError, ValueError, IndexError):
            raise PlanError(f"{name}, chunk {number} is not [start, end, speed].") from None
        if not at <= first <= after or not speed > 0:
            raise PlanError(f"{name}, chunk {number} runs from {first} to {after} at speed {speed:g}.")
        if speed < CUT and after > first:
            pieces.append(Piece(0, float(first / fps), float(after / fps), speed))
        at = after
    return CutList(name, fps, (Source(path, "", durations[path]),), tuple(pieces))
