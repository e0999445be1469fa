"""Shots on the sequencer: markers where they begin, and the selection of one strip a shot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..findings import Findings
from ..planner.edit_list import EditList
from ..planner.one_a_shot import one_a_shot
from ..planner.time_map import TimeMap
from ..timeline import Timeline
from . import compat
from .read import locked


def set_marks(scene: Any, edits: EditList, times: TimeMap) -> list[str]:
    """Set the edit's marks and scenes as markers, one a frame and kind, where `times` moves them; gives their names."""
    shots = _set(scene, "Shot", 2, {times.frame_after(mark.frame) for mark in edits.marks})
    return shots + _set(scene, "Scene", 1, {times.frame_after(frame) for frame in edits.scenes})


def _set(scene: Any, word: str, number: int, frames: set[int]) -> list[str]:
    known = {marker.name for marker in scene.timeline_markers}
    names: list[str] = []
    for frame in sorted(frames):
        while (name := f"{word} {number:03}") in known:
            number += 1
        scene.timeline_markers.new(name, frame=frame)
        names.append(name)
        number += 1
    return names


def remove_marks(scene: Any, names: Sequence[str]) -> None:
    """Take away markers that `set_marks` has set and nobody has renamed since."""
    gone = set(names)
    for marker in [m for m in scene.timeline_markers if m.name in gone]:
        scene.timeline_markers.remove(marker)


def select_one_a_shot(scene: Any, timeline: Timeline, found: Sequence[Findings]) -> int:
    """Select the longest picture strip of each shot, and nothing else; says how many.

    Args:
        timeline: the scene as it is now (`read.read`).
        found: what was seen in the timeline's files; of others the strips count as one shot.
    """
    chosen = {name for index in one_a_shot(timeline, found) for name in timeline.clips[index].picture[:1]}
    count = 0
    with compat.editing(scene):
        for strip in compat.strips_of(scene):
            strip.select = strip.name in chosen and not locked(scene, strip)
            strip.select_left_handle = strip.select_right_handle = False
            count += strip.select
    return count
