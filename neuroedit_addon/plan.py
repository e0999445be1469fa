"""Noun: what to change, as an ordered list of decisions that can be read, edited by hand, and replayed.

Times are seconds of the source's own media. Span decisions (keep, remove, mute, speed) of one source are sorted,
disjoint, and cover the part of it that lies on the timeline; a split is a point (start equals end) inside a kept span.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .errors import PlanError
from .findings import require_format

FORMAT = "neuroedit-plan/1"
SPAN_KINDS = ("keep", "remove", "mute", "speed")
KINDS = (*SPAN_KINDS, "split", "dub", "grade", "mix", "music", "caption", "reframe", "transition")


@dataclass(frozen=True)
class Source:
    """One media file of the plan: path as given, fingerprint of its content, duration in seconds."""

    path: str
    fingerprint: str
    duration: float


@dataclass(frozen=True)
class Decision:
    """One change.

    Attributes:
        id: stable for the same source, kind and start, so that accept and reject survive re-planning.
        source: index in `Plan.sources`.
        start, end: seconds of that source.
        confidence: 0..1.
        reason: a phrase for people ("silence 1.4 s").
        enabled: False is a rejected decision: its span is kept as it is.
        params: plain values by kind ({"factor": 4.0} for speed, …).
    """

    id: str
    kind: str
    source: int
    start: float
    end: float
    confidence: float = 1.0
    reason: str = ""
    enabled: bool = True
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start


@dataclass(frozen=True)
class Plan:
    """One edit: `settings` as `Settings.to_json`, `summary` as the planner's statistics."""

    sources: tuple[Source, ...]
    decisions: tuple[Decision, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)

    def of(self, source: int, *kinds: str) -> tuple[Decision, ...]:
        """The decisions of one source, of the kinds named (all when none is)."""
        return tuple(d for d in self.decisions if d.source == source and (not kinds or d.kind in kinds))

    def with_enabled(self, chosen: dict[str, bool]) -> Plan:
        """The same plan with the decisions of these ids accepted (True) or rejected (False)."""
        return replace(
            self, decisions=tuple(replace(d, enabled=chosen.get(d.id, d.enabled)) for d in self.decisions)
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`, `format` first."""
        return {"format": FORMAT, **asdict(self)}

    @staticmethod
    def from_json(data: Any, name: str = "plan") -> Plan:
        """The inverse of `to_json`.

        Raises:
            PlanError: not a plan, of a newer format, or with a decision that makes no sense; `name` is in the sentence.
        """
        require_format(data, FORMAT, name)
        try:
            plan = Plan(
                sources=tuple(Source(s["path"], s["fingerprint"], _number(s, "duration")) for s in data["sources"]),
                decisions=tuple(_decision(d) for d in data["decisions"]),
                settings=dict(data.get("settings", {})),
                summary=dict(data.get("summary", {})),
            )
        except KeyError as problem:
            raise PlanError(f"{name} is damaged: {problem} is missing.", _CURE) from problem
        except (TypeError, ValueError, AttributeError, OverflowError) as problem:
            raise PlanError(f"{name} is damaged: {problem!s}.", _CURE) from problem
        _check(plan, name)
        return plan


_CURE = "Make the plan again, or mend that line."


def _decision(values: dict[str, Any]) -> Decision:
    enabled, source = values.get("enabled", True), values["source"]
    if not isinstance(enabled, bool):
        raise ValueError(f"“enabled” is {enabled!r}, not true or false")
    if isinstance(source, bool) or not isinstance(source, int):
        raise ValueError(f"“source” is {source!r}, not a whole number")
    return Decision(
        id=str(values["id"]),
        kind=values["kind"],
        source=source,
        start=_number(values, "start"),
        end=_number(values, "end"),
        confidence=_number({"confidence": 1.0, **values}, "confidence"),
        reason=str(values.get("reason", "")),
        enabled=enabled,
        params=dict(values.get("params", {})),
    )


def _number(values: dict[str, Any], key: str) -> float:
    value = values[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"“{key}” is {value!r}, not a number")
    return float(value)


def _check(plan: Plan, name: str) -> None:
    for source in plan.sources:
        if not isinstance(source.path, str) or not 0 <= source.duration < float("inf"):
            raise PlanError(f"{name} has the source {source.path!r} of {source.duration} s.", _CURE)
    last_end: dict[int, float] = {}
    for number, decision in enumerate(plan.decisions, start=1):
        where = f"{name}, decision {number} ({decision.id})"
        if decision.kind not in KINDS:
            raise PlanError(f"{where} has the unknown kind “{decision.kind}”.", f"Known are {', '.join(KINDS)}.")
        if not 0 <= decision.source < len(plan.sources):
            raise PlanError(f"{where} names source {decision.source}, but there are {len(plan.sources)}.")
        if not 0 <= decision.start <= decision.end < float("inf"):
            raise PlanError(f"{where} runs from {decision.start} to {decision.end} s.", "Its start must come first.")
        if not 0 <= decision.confidence <= 1:
            raise PlanError(f"{where} has the confidence {decision.confidence}.", "It must lie between 0 and 1.")
        if decision.kind in SPAN_KINDS:
            if decision.start < last_end.get(decision.source, 0.0) - 1e-6:
                raise PlanError(f"{where} overlaps the one before it.", "Spans of one source must not overlap.")
            last_end[decision.source] = decision.end
