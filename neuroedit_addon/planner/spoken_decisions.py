"""Writes the lines of a voice-over into the plan of its edit, with what was done to make each fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from ..plan import KINDS, Decision, Plan
from ..timeline import Timeline
from .edit_list import EditList
from .time_map import TimeMap

Line = tuple[str, float, float, float, str]


def with_spoken(plan: Plan, timeline: Timeline, edits: EditList, lines: Iterable[Line], first: int) -> Plan:
    """The plan with a decision of kind "dub" for each line; lines that lie over no footage are left out.

    Args:
        lines: text, start and end in seconds of the film after the edit, seconds that do not fit, and what was done.
        first: the film's first frame before the edit.
    """
    times = TimeMap.of(edits)
    begin = times.after(first)
    sources = {source.path: number for number, source in enumerate(plan.sources)}
    made = []
    for text, start, end, over, reason in lines:
        frame = times.before(begin + Fraction(start) * edits.fps)
        clip = next((c for c in timeline.clips if c.left <= frame < c.right), None)
        number = sources.get(timeline.sources[clip.source]) if clip else None
        if clip is None or number is None:
            continue
        second = float(clip.media_start + (frame - clip.left) / edits.fps * clip.speed)
        params = {"text": text, "over": over}
        made.append(Decision(f"dub-{number}-{second:.3f}", "dub", number, second,
                             second + (end - start) * float(clip.speed), 1.0, reason, True, params))  # fmt: skip
    order = {kind: place for place, kind in enumerate(KINDS)}
    decisions = sorted((*plan.decisions, *made), key=lambda d: (d.source, d.start, d.end, order[d.kind]))
    return replace(plan, decisions=tuple(decisions))
