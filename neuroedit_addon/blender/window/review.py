"""The decisions of an edit, noted in the scene so that they can be looked at, accepted and rejected one by one."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Generator, Set
from typing import Any

from ...plan import Decision, Plan
from ...planner.edit_list import EditList
from ...planner.time_map import TimeMap
from ...timeline import Clip, Timeline
from .project import loads
from .task import Tick

_SLICE = 20


def verdicts(scene: Any) -> dict[str, bool]:
    """What the user accepted (True) and rejected (False), by decision."""
    return loads(scene.neuroedit.verdicts, {})


def keep_verdicts(scene: Any, chosen: dict[str, bool]) -> None:
    """Remember them, in the .blend, for this and every later plan."""
    scene.neuroedit.verdicts = json.dumps(chosen) if chosen else ""


def edited_strips(scene: Any) -> set[str]:
    """Names of the strips that the last edit worked on; empty for all."""
    return set(loads(scene.neuroedit.strips, []))


def summary(scene: Any) -> dict[str, Any]:
    """The numbers of the last edit (planner/statistics.py); empty when there was none."""
    return loads(scene.neuroedit.summary, {})


def clear(scene: Any) -> None:
    """Nothing is edited any more."""
    project = scene.neuroedit
    project.decisions.clear()
    project.summary = project.strips = ""


def note(scene: Any, plan: Plan, timeline: Timeline, edits: EditList, strips: Set[str]) -> Generator[Tick, None, None]:
    """Write the decisions of an edit that was carried out into the scene, in slices."""
    project, times = scene.neuroedit, TimeMap.of(edits)
    least, chosen = plan.settings.get("min_confidence", 0.0), verdicts(scene)
    places = [_Places(timeline, source.path) for source in plan.sources]
    rows = []
    for decision in plan.decisions:
        if decision.kind != "keep" and (frame := places[decision.source].frame(decision, timeline)) is not None:
            rows.append((times.frame_after(frame), decision))
    rows.sort(key=lambda row: row[0])
    project.decisions.clear()
    for number, (frame, decision) in enumerate(rows, start=1):
        row = project.decisions.add()
        row.name, row.id, row.kind = decision.reason, decision.id, decision.kind
        row.source = plan.sources[decision.source].path
        row.start, row.length, row.confidence = decision.start, decision.duration, decision.confidence
        row.decided = decision.id in chosen
        row.done = chosen.get(decision.id, decision.enabled and decision.confidence >= least)
        row.frame = frame
        if number % _SLICE == 0:
            yield Tick(writing=True)
    project.summary = json.dumps(plan.summary)
    project.strips = json.dumps(sorted(strips)) if strips else ""
    if project.active >= len(rows):
        project["active"] = 0


class _Places:
    """Where a media file's seconds lie on the timeline."""

    def __init__(self, timeline: Timeline, path: str) -> None:
        self.clips: list[Clip] = sorted(
            (clip for clip in timeline.clips if timeline.sources[clip.source] == path), key=lambda c: c.media_start
        )
        self.starts = [float(clip.media_start) for clip in self.clips]

    def frame(self, decision: Decision, timeline: Timeline) -> int | None:
        """The frame, before the edit, at which a decision begins."""
        at = bisect_right(self.starts, decision.start + 1e-6) - 1
        return self.clips[max(at, 0)].frame_at(decision.start, timeline.fps) if self.clips else None


def shown(project: Any) -> list[int]:
    """The decisions that the user wants to see, in the order in which they are listed."""
    rows, doubt = project.decisions, _median([row.confidence for row in project.decisions])
    tests = {
        "ALL": lambda row: True,
        "CUTS": lambda row: row.kind in ("remove", "mute", "speed"),
        "SPLITS": lambda row: row.kind == "split",
        "DOUBT": lambda row: row.confidence < doubt,
        "REJECTED": lambda row: not row.done,
    }
    return [index for index in ordered(project) if tests[project.show](rows[index])]


def ordered(project: Any) -> list[int]:
    """All decisions in the order that the user chose."""
    rows = project.decisions
    keys = {
        "TIME": lambda index: index,
        "LENGTH": lambda index: -rows[index].length,
        "CONFIDENCE": lambda index: rows[index].confidence,
    }
    return sorted(range(len(rows)), key=keys[project.order])


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0
