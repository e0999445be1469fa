"""A plan's numbers as lines for people."""

from __future__ import annotations

from collections import Counter

from ..plan import Plan


def clock(seconds: float) -> str:
    """Seconds as 4.2 s, 3:07 or 1:02:03."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def lines(plan: Plan) -> list[str]:
    """The summary of a plan, one fact a line."""
    numbers = plan.summary
    before, after = numbers["duration_in"], numbers["duration_out"]
    saved = f" ({1 - after / before:.0%} shorter)" if before and after < before else ""
    kinds = Counter(decision.kind for decision in plan.decisions if decision.enabled)
    made = ", ".join(f"{kinds[kind]} {names[kinds[kind] != 1]}" for kind, names in _NAMES.items() if kinds[kind])
    return [
        f"Duration     {clock(before)} -> {clock(after)}{saved}",
        f"Decisions    {made or 'none'}",
        f"Cuts         {numbers['cuts']}",
        f"Longest clip {clock(numbers['longest_clip'])}",
        f"Median clip  {clock(numbers['median_clip'])}",
    ]


_NAMES = {
    "remove": ("silence removed", "silences removed"),
    "speed": ("silence sped up", "silences sped up"),
    "mute": ("silence muted", "silences muted"),
    "split": ("split", "splits"),
}
