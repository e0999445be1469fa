"""Writes and reads edits by suffix, and lists what a format could not carry."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

from ...cut_list import CutList, Piece
from ...errors import EnvironmentProblem, NeuroEditError, OutputError, PlanError, UsageError
from ...findings import read_json
from . import auto_editor, fcpxml

WRITES = (".otio", ".edl", ".fcpxml", ".json")
READS = (".otio", ".edl", ".fcpxml", ".json")


def write(cuts: CutList, path: Path) -> list[str]:
    """Write an edit as .otio, .edl (CMX 3600), .fcpxml (1.8) or .json (auto-editor v1).

    Returns:
        One sentence for each thing that the format could not carry.

    Raises:
        UsageError: an unknown suffix.
        PlanError: the format cannot hold this edit at all.
        OutputError: the file cannot be written.
        EnvironmentProblem: .otio or .edl without OpenTimelineIO.
    """
    suffix = path.suffix.lower()
    if suffix not in WRITES:
        raise UsageError(f"{path.name} has no suffix of an edit.", f"Use one of {', '.join(WRITES)}.")
    try:
        text = _text(cuts, suffix)
    except NeuroEditError:
        raise
    except Exception as problem:  # OpenTimelineIO's adapters raise whatever they like
        raise PlanError(f"This edit cannot be written as {suffix}: {problem}.", "Use .otio instead.") from problem
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written: {problem.strerror}.", "Choose another folder.") from problem
    return _losses(cuts, suffix)


def _text(cuts: CutList, suffix: str) -> str:
    if suffix == ".json":
        return json.dumps(auto_editor.build(cuts), indent=1)
    if suffix == ".fcpxml":
        return fcpxml.build(cuts)
    otio, otio_timeline = _otio()
    if suffix == ".edl":
        # Time code counts frames, so 29.97 is written as 30 frames a second, non-drop.
        timeline = otio_timeline.build(cuts, rate=round(cuts.fps), with_sound=False)
        return str(otio.adapters.write_to_string(timeline, "cmx_3600", rate=round(cuts.fps), style="avid"))
    return str(otio.adapters.write_to_string(otio_timeline.build(cuts), "otio_json"))


def _otio() -> tuple[Any, Any]:
    try:
        import opentimelineio

        from . import otio_timeline
    except ImportError:
        raise EnvironmentProblem(
            "OpenTimelineIO is not installed, which .otio and .edl need.", "Use .fcpxml or .json, or install it."
        ) from None
    return opentimelineio, otio_timeline


def _losses(cuts: CutList, suffix: str) -> list[str]:
    """What a reader of this format will miss."""
    lost = []
    dropped = len(cuts.pieces) - len(cuts.in_frames())
    if dropped:
        lost.append(f"{dropped} pieces shorter than half a frame were left out.")
    if suffix in (".edl", ".json") and cuts.markers:
        lost.append(f"{len(cuts.markers)} markers: {suffix} has none that other editors read.")
    if suffix == ".edl" and any(piece.speed != 1 for piece in cuts.pieces):
        lost.append("EDL carries speed as M2 lines, which some editors ignore.")
    if suffix == ".fcpxml" and any(p.speed != 1 and _marked(cuts, p) for p in cuts.pieces):
        lost.append("Markers inside sped-up pieces were left out.")
    if suffix == ".edl" and cuts.fps.denominator != 1:
        lost.append("EDL time code is non-drop; it counts frames, not clock time.")
    return lost


def _marked(cuts: CutList, piece: Piece) -> bool:
    return any(m.source == piece.source and piece.start <= m.time < piece.end for m in cuts.markers)


def read(path: Path, fps: Fraction, durations: dict[str, float]) -> CutList:
    """The edit in a file; see `write` for the formats.

    Args:
        fps: the rate that frame numbers of .edl and .json count at.
        durations: seconds of the media files that the edit may use, by path.

    Raises:
        UsageError: an unknown suffix.
        PlanError: the file is missing, is not of its format, or uses files that are not in `durations`.
    """
    suffix = path.suffix.lower()
    if suffix not in READS:
        raise UsageError(f"{path.name} has no suffix of an edit.", f"Use one of {', '.join(READS)}.")
    if suffix == ".json":
        return auto_editor.read(read_json(path), fps, durations, path.name)
    try:
        text = path.read_text(encoding="utf-8-sig")
        if suffix == ".fcpxml":
            return fcpxml.read(text, fps, durations, path.name)
        otio, otio_timeline = _otio()
        if suffix == ".edl":
            timeline = otio.adapters.read_from_string(
                text, "cmx_3600", rate=round(fps), ignore_timecode_mismatch=True
            )
            return otio_timeline.read(timeline, fps, durations, path.name, nominal=round(fps))
        timeline = otio.adapters.read_from_string(text, "otio_json")
        return otio_timeline.read(timeline, fps, durations, path.name)
    except NeuroEditError:
        raise
    except FileNotFoundError:
        raise PlanError(f"{path} does not exist.") from None
    except Exception as problem:
        raise PlanError(f"{path.name} cannot be read as {suffix}: {problem}.", "Export it again.") from problem
