"""Takes back an earlier run, its cuts and what it finished, so that all can be made anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from ...planner.time_map import TimeMap
from .. import compat, record, write_crop, write_grade, write_mix
from ..marks import BED, CAPTION, DUB
from ..write_captions import untouched as caption_untouched
from ..write_dub import untouched as dub_untouched
from ..write_music import untouched as bed_untouched
from .cleaning import restore


def take_back(scene: Any) -> tuple[str, ...]:
    """Remove mix, music, dubs and captions that nobody touched, give back volumes and sounds, and revert the cuts.

    What somebody touched stays, with what it lies under, and so do cuts if one of their pieces was touched.

    Returns:
        the folders in which lines lie that were spoken: they need not be spoken again.
    """
    spoken = dict.fromkeys(str(Path(bpy.path.abspath(s.sound.filepath)).parent) for s in _generated(scene, DUB)
                           if s.type == "SOUND" and s.sound)  # fmt: skip
    write_crop.take_back(scene)
    write_grade.remove_all(scene)
    write_mix.remove(scene)
    beds = _generated(scene, BED)
    stay = not all(bed_untouched(strip) for strip in beds)
    write_mix.unduck(scene)
    restore(scene)
    gone = [strip for strip in _generated(scene, DUB) if dub_untouched(strip)]
    gone += [strip for strip in _generated(scene, CAPTION) if caption_untouched(strip)]
    gone += [] if stay else beds
    with compat.editing(scene):
        for strip in gone:
            compat.strips_of(scene).remove(strip)
        moved = record.time_map(scene)
        if record.revert(scene):
            _shift(scene, lambda frame: round(moved.before(frame)))
    return tuple(spoken)


def carry(scene: Any, moved: TimeMap) -> None:
    """Let what stayed, because somebody touched it, follow the cuts, whole."""
    with compat.editing(scene):
        _shift(scene, moved.frame_after)


def _shift(scene: Any, place: Callable[[int], int]) -> None:
    stayed = {strip for mark in (DUB, CAPTION, BED) for strip in _generated(scene, mark)}
    moves = [(strip, place(compat.left(strip)) - compat.left(strip)) for strip in stayed]
    # From the side that they move to, so that none meets another on the way.
    for strip, frames in sorted(moves, key=lambda move: compat.left(move[0]) * (-1 if move[1] > 0 else 1)):
        if frames:
            channel = strip.channel
            compat.shift(strip, frames)
            strip.channel = channel


def _generated(scene: Any, mark: str) -> list[Any]:
    return [strip for strip in compat.strips_of(scene) if mark in strip]
