"""A plan's numbers as lines for people."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..plan import Plan

_NAMES = {
    "remove": ("silence removed", "silences removed"),
    "kept": ("moment chosen", "moments chosen"),
    "speed": ("silence sped up", "silences sped up"),
    "mute": ("silence muted", "silences muted"),
    "split": ("split", "splits"),
}
_WIDTH = 14


def lines(plan: Plan) -> list[str]:
    """The summary of a plan, one fact a line: durations, decisions, cuts, clips, each source (if several), warnings.

    What a plan edited by hand does not say is left out.
    """
    facts = plan.summary
    rows = [
        ("Duration", _change(facts)),
        ("Decisions", _decisions(plan)),
        ("Cuts", str(facts["cuts"]) if "cuts" in facts else ""),
        ("Longest clip", _length(facts, "longest_clip")),
        ("Median clip", _length(facts, "median_clip")),
    ]
    sources = facts.get("per_source", ())
    if len(sources) > 1:
        rows += [(_name(s["path"]), f"{_change(s)}, {_count(s['cuts'], 'cut', 'cuts')}") for s in sources]
    rows += [("Warning", text) for text in facts.get("warnings", ())]
    return [f"{title:<{_WIDTH}} {text}" for title, text in rows if text]


def clock(seconds: float) -> str:
    """Seconds as 4.2 s, 3:07 or 1:02:03."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _change(facts: dict[str, Any]) -> str:
    if "duration_in" not in facts or "duration_out" not in facts:
        return ""
    before, after = facts["duration_in"], facts["duration_out"]
    saved = f" ({1 - after / before:.0%} shorter)" if before > 0 and after < before else ""
    return f"{clock(before)} -> {clock(after)}{saved}"


def _decisions(plan: Plan) -> str:
    """How many decisions of each kind are carried out."""
    least = plan.settings.get("min_confidence", 0.0)
    kinds = Counter(d.kind for d in plan.decisions if d.enabled and d.confidence >= least)
    if str(plan.settings.get("duration", "0s")) not in ("0s", "0"):  # what goes is no silence then
        kinds["kept"], kinds["remove"] = kinds["keep"], 0
    return ", ".join(_count(kinds[kind], *names) for kind, names in _NAMES.items() if kinds[kind]) or "none"


def _length(facts: dict[str, Any], key: str) -> str:
    return clock(facts[key]) if key in facts else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2] or path
