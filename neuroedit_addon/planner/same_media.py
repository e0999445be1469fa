"""Which source of a plan is which file: by path on the timeline, by fingerprint when files have moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import PlanError
from ..findings import Media
from ..plan import Plan
from ..timeline import Timeline

_CURE = "Plan again, or replay this plan on the footage that it was made for."
# Containers state their length coarsely, and hand-written plans round it.
_SAME_LENGTH = 0.1


def sources_on(plan: Plan, timeline: Timeline) -> dict[int, int]:
    """Indices in `Timeline.sources` that the plan speaks of, each with its index in `Plan.sources`.

    Sources of the timeline that the plan does not know are left out: nothing is decided about them.

    Raises:
        PlanError: the plan decides about a file that does not lie on the timeline.
    """
    shown = {clip.source for clip in timeline.clips}
    places: dict[str, int] = {}
    for number, source in enumerate(plan.sources):
        places.setdefault(source.path, number)
    found = {index: places[path] for index, path in enumerate(timeline.sources) if path in places and index in shown}
    met = set(found.values())
    for number in sorted({d.source for d in plan.decisions if d.kind != "keep" or not d.params.get("follows")}):
        if number not in met and places[plan.sources[number].path] not in met:
            path = plan.sources[number].path
            raise PlanError(f"The plan belongs to {path}, which is not on this timeline.", _CURE)
    return found


def matched(plan: Plan, media: Sequence[Media]) -> Plan:
    """The plan with its sources' paths as they are now.

    A source whose path is among `media` must still be that file; one whose path is not takes the path of the medium
    with its fingerprint.

    Args:
        media: the footage at hand; those without a fingerprint are told by their duration alone.

    Raises:
        PlanError: a source is not among `media`, or has changed since the plan was made.
    """
    by_path = {m.path: m for m in media}
    by_content = {m.fingerprint: m for m in reversed(media) if m.fingerprint}
    sources = []
    for source in plan.sources:
        here = by_path.get(source.path)
        if here is None or not _is_same(source.fingerprint, source.duration, here):
            moved = by_content.get(source.fingerprint)
            if moved is None and here is None:
                raise PlanError(f"The plan belongs to {source.path}, which is not among this footage.", _CURE)
            if moved is None:
                raise PlanError(f"{source.path} is no longer the file that the plan was made for.", _CURE)
            here = moved
        assert here is not None
        sources.append(replace(source, path=here.path))
    return replace(plan, sources=tuple(sources))


def _is_same(fingerprint: str, duration: float, medium: Media) -> bool:
    if fingerprint and medium.fingerprint:
        return fingerprint == medium.fingerprint
    return abs(duration - medium.duration) <= _SAME_LENGTH
