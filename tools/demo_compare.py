"""Measures how far an edit of the demo film is from its truth. Standard library and the project's nouns only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import demo_script

from neuroedit_addon.findings import Findings, Transition
from neuroedit_addon.plan import Plan

FORMAT = "neuroedit-demo/1"
TOLERANCE = 2  # frames by which a transition may be off and still count as found
Spans = Iterable[tuple[float, float]]


@dataclass(frozen=True)
class Truth:
    """What is in the demo film.

    Attributes:
        transitions: kind, first frame not wholly the old shot, first frame wholly the new one.
        flashes: first frame, first frame after; they are no transitions.
        speech: seconds during which somebody speaks.
    """

    fps: int
    frames: int
    transitions: tuple[tuple[str, int, int], ...]
    flashes: tuple[tuple[int, int], ...]
    speech: tuple[tuple[float, float], ...]

    @staticmethod
    def of_script(speech: Spans) -> Truth:
        """The script's picture with speech as it was measured."""
        return Truth(
            demo_script.FPS, demo_script.total_frames(), demo_script.transitions(), demo_script.flashes(), tuple(speech)
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values, `format` first."""
        return {"format": FORMAT, **asdict(self)}

    @staticmethod
    def from_json(values: dict[str, Any]) -> Truth:
        """The inverse of `to_json`."""
        return Truth(
            values["fps"],
            values["frames"],
            tuple((kind, start, end) for kind, start, end in values["transitions"]),
            tuple((start, end) for start, end in values["flashes"]),
            tuple((start, end) for start, end in values["speech"]),
        )


@dataclass(frozen=True)
class Distance:
    """How far an edit is from the truth. Times in seconds, errors in frames.

    Attributes:
        cuts, cuts_found: hard cuts in the film; those found within TOLERANCE.
        cut_error: mean distance of the found ones.
        graduals, graduals_found: dissolves and fades; those touched by a transition that was found.
        gradual_error: mean distance of their ends.
        false_transitions: frames at which a transition was found where there is none.
        flashes_taken: flashes among them.
        speech, speech_lost: how long somebody speaks; how much of that the edit removes.
        silence, silence_removed: how long nobody does; how much of that the edit removes.
    """

    cuts: int
    cuts_found: int
    cut_error: float
    graduals: int
    graduals_found: int
    gradual_error: float
    false_transitions: tuple[int, ...]
    flashes_taken: int
    speech: float
    speech_lost: float
    silence: float
    silence_removed: float

    def __str__(self) -> str:
        false = ", ".join(f"frame {frame}" for frame in self.false_transitions) or "none"
        return "\n".join(
            [
                "Compared with what is true of the demo film:",
                f"  cuts        {self.cuts_found} of {self.cuts} found, {self.cut_error:.2f} frames off on average",
                f"  gradual     {self.graduals_found} of {self.graduals} found (dissolve, fade), "
                f"ends {self.gradual_error:.1f} frames off on average",
                f"  false       {false}" + (f" ({self.flashes_taken} a flash)" if self.flashes_taken else ""),
                f"  speech      {self.speech_lost:.2f} s of {self.speech:.1f} s lost",
                f"  silence     {self.silence_removed:.1f} s of {self.silence:.1f} s removed "
                "(the rest is margins around speech)",
            ]
        )


def compare(truth: Truth, findings: Findings, plan: Plan) -> Distance:
    """How far what was found and planned for the demo film is from its truth.

    Only transitions that are certain enough for the plan's settings count; matching is one to one, in time order.
    """
    least = float(plan.settings.get("min_confidence", 0.5))
    found = [transition for transition in findings.transitions if transition.confidence >= least]
    pairs, false = _match(truth, found)
    cut_errors = [abs(hit.start_frame - start) for (kind, start, _), hit in pairs if kind == "cut"]
    end_errors = [
        abs(mine - theirs)
        for (kind, start, end), hit in pairs if kind != "cut"
        for mine, theirs in ((hit.start_frame, start), (hit.end_frame, end))
    ]  # fmt: skip
    cuts = sum(kind == "cut" for kind, _, _ in truth.transitions)
    removed = [(d.start, d.end) for d in plan.decisions if d.kind == "remove" and d.enabled]
    speech = sum(end - start for start, end in truth.speech)
    lost = _shared(truth.speech, removed)
    return Distance(
        cuts=cuts,
        cuts_found=len(cut_errors),
        cut_error=_mean(cut_errors),
        graduals=len(truth.transitions) - cuts,
        graduals_found=len(end_errors) // 2,
        gradual_error=_mean(end_errors),
        false_transitions=tuple(transition.start_frame for transition in false),
        flashes_taken=sum(_near(t, flash) for t in false for flash in truth.flashes),
        speech=speech,
        speech_lost=lost,
        silence=truth.frames / truth.fps - speech,
        silence_removed=sum(end - start for start, end in removed) - lost,
    )


def _match(
    truth: Truth, found: list[Transition]
) -> tuple[list[tuple[tuple[str, int, int], Transition]], list[Transition]]:
    """True transitions with what was found for them, and what was found beside them."""
    left = sorted(found, key=lambda transition: transition.start_frame)
    pairs = []
    for true in truth.transitions:
        hit = next((transition for transition in left if _near(transition, true[1:])), None)
        if hit:
            pairs.append((true, hit))
            left.remove(hit)
    return pairs, left


def _near(transition: Transition, span: tuple[int, ...]) -> bool:
    return transition.start_frame <= span[1] + TOLERANCE and transition.end_frame >= span[0] - TOLERANCE


def _shared(some: Spans, others: Spans) -> float:
    """Seconds that lie in both; each list is disjoint."""
    others = list(others)
    return sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in some for b in others)


def _mean(values: list[int]) -> float:
    return sum(values) / len(values) if values else 0.0
