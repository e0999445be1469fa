"""Asks a classifier of the user's own what looks like what they drop, and plans without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ...findings import Curve, Findings
from ...plan import Plan
from ...planner.drop_like import less_worth, without
from ...planner.make_plan import make_plan
from ...settings import Settings
from ...timeline import Timeline
from .knowing import Knower


def curves(network: Path | None, found: Sequence[Findings], knower: Knower) -> dict[str, Curve]:
    """How surely each half second of each film looks like what is dropped; nothing without a classifier.

    Raises:
        ModelError: the classifier cannot be used.
    """
    films = [f.media.path for f in found if f.media.frames and Path(f.media.path).is_file()]
    if network is None or not films:
        return {}
    told = knower.ask("classify", network=str(network.absolute()), sources=films)
    return {path: Curve(told["hop"], tuple(values)) for path, values in told["curves"].items()}


def plan(found: Sequence[Findings], timeline: Timeline, settings: Settings, dropped: Mapping[str, Curve]) -> Plan:
    """The plan; with a wished length such parts are worth less, without one they are removed."""
    if not dropped:
        return make_plan(found, timeline, settings)
    if settings.duration.at(timeline.fps) > 0:
        return make_plan(less_worth(found, dropped), timeline, settings)
    return without(make_plan(found, timeline, settings), dropped, timeline, settings)[0]
