"""Carries what the user accepted and rejected from one plan to the next, whose decisions lie a little elsewhere."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping

from ..plan import Decision, Plan

_NEAR = 0.5  # seconds that a moment, such as a split, may have moved


def carried(verdicts: Mapping[str, bool], earlier: Plan, later: Plan) -> dict[str, bool]:
    """The verdicts, by id, for the decisions of `later` that stand where decisions of `earlier` stood.

    A decision keeps its verdict if its id is the same. Otherwise it takes that of the decision of the same kind and
    file that it overlaps most, by half of the shorter one at least; a moment takes that of the nearest one within
    half a second. Verdicts on decisions that are not in `earlier` are kept for a later plan.

    Args:
        verdicts: True for accepted, False for rejected.
    """
    there = {decision.id for decision in later.decisions}
    judged = [decision for decision in earlier.decisions if decision.id in verdicts and decision.id not in there]
    known = {decision.id for decision in judged}
    result = {name: verdict for name, verdict in verdicts.items() if name not in known}
    heirs = defaultdict(list)
    for decision in later.decisions:
        if decision.id not in verdicts:
            heirs[_group(later, decision)].append(decision)
    for decision in judged:
        heir = _heir(decision, heirs[_group(earlier, decision)])
        if heir:
            result[heir.id] = verdicts[decision.id]
        else:
            result[decision.id] = verdicts[decision.id]
    return result


def _group(plan: Plan, decision: Decision) -> tuple[str, str]:
    return decision.kind, plan.sources[decision.source].path


def _heir(decision: Decision, candidates: list[Decision]) -> Decision | None:
    """`candidates` are sorted by start, as in a plan, and spans of one kind and file are disjoint."""
    if decision.end <= decision.start:
        near = [c for c in candidates if abs(c.start - decision.start) <= _NEAR]
        return min(near, key=lambda c: abs(c.start - decision.start), default=None)
    first = max(0, bisect_left(candidates, decision.start, key=lambda c: c.start) - 1)
    best, most = None, 0.0
    for candidate in candidates[first:]:
        if candidate.start >= decision.end:
            break
        shared = min(candidate.end, decision.end) - max(candidate.start, decision.start)
        shorter = min(candidate.end - candidate.start, decision.end - decision.start)
        if shared > most and 2 * shared >= shorter:
            best, most = candidate, shared
    return best
