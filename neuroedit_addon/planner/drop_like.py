"""Removes what a classifier says looks like what the user drops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil, floor

from ..findings import Curve, Findings
from ..plan import Decision, Plan
from ..settings import Settings
from ..timeline import Timeline
from .edit_list import EditList
from .importance import importance
from .resolve import resolve
from .statistics import statistics

_SURE, _SHORTEST = 0.5, 1.0  # seconds that must look so on end, and that may look otherwise in between


def less_worth(films: Sequence[Findings], dropped: Mapping[str, Curve]) -> list[Findings]:
    """The findings, their importance lowered where they look like what is dropped; for a wished length."""
    made = []
    for findings in films:
        unlike, worth = dropped.get(findings.media.path), importance(findings)
        if unlike is None or not unlike.values:
            made.append(findings)
            continue
        values = (value * (1 - _at(unlike, (n + 0.5) * worth.hop)) for n, value in enumerate(worth.values))
        made.append(replace(findings, importance=Curve(worth.hop, tuple(round(v, 4) for v in values))))
    return made


def without(plan: Plan, dropped: Mapping[str, Curve], timeline: Timeline, settings: Settings) -> tuple[Plan, EditList]:
    """The plan with those stretches removed from what it keeps, and what it means in frames."""
    made: list[Decision] = []
    for decision in plan.decisions:
        path = plan.sources[decision.source].path
        if decision.kind != "keep" or path not in dropped:
            made.append(decision)
            continue
        made += _parted(decision, spans(dropped[path]), float(1 / timeline.fps))
    changed = replace(plan, decisions=tuple(made))
    edits = resolve(changed, timeline)
    return replace(changed, summary={**plan.summary, **statistics(timeline, edits)}), edits


def spans(curve: Curve) -> list[tuple[float, float, float]]:
    """(start, end, how surely) of the stretches that look like what is dropped, seconds."""
    found: list[list[int]] = []
    gap = round(_SHORTEST / curve.hop)
    for number, value in enumerate(curve.values):
        if value < _SURE:
            continue
        if found and number - found[-1][1] <= gap:
            found[-1][1] = number + 1
        else:
            found.append([number, number + 1])
    least = ceil(_SHORTEST / curve.hop)
    return [(first * curve.hop, after * curve.hop, sum(curve.values[first:after]) / (after - first))
            for first, after in found if after - first >= least]  # fmt: skip


def _parted(kept: Decision, gone: Sequence[tuple[float, float, float]], frame: float) -> list[Decision]:
    """A kept span with the stretches taken out, on whole frames counted from its start; its parts touch."""
    made: list[Decision] = []
    at = kept.start
    params = {key: value for key, value in kept.params.items() if key != "follows"}
    for start, end, sure in gone:
        left = kept.start + floor(max(start - kept.start, 0.0) / frame + 0.5) * frame
        right = kept.start + floor((end - kept.start) / frame + 0.5) * frame
        left, right = max(left, at), min(right, kept.end)
        if right - left < frame:
            continue
        if left - at >= frame / 2:
            made.append(replace(kept, id=f"{kept.id}+{at:.3f}" if made else kept.id, start=at, end=left, params=params))
        else:
            left = at
        reason = f"looks like what you drop ({sure:.0%})"
        made.append(replace(kept, id=f"remove-like-{kept.id}-{left:.3f}", kind="remove", start=left, end=right,
                            confidence=round(sure, 4), reason=reason, params={}))  # fmt: skip
        at = right
    if not made:
        return [kept]
    if kept.end - at >= frame / 2:
        made.append(replace(kept, id=f"{kept.id}+{at:.3f}", start=at, params=params))
    elif at < kept.end:
        made[-1] = replace(made[-1], end=kept.end)
    return made


def _at(curve: Curve, second: float) -> float:
    return curve.values[min(int(second / curve.hop), len(curve.values) - 1)]
