"""How an edit marks its strips, and how it knows later whether somebody has touched them."""

from __future__ import annotations

from typing import Any

from . import compat

RUN, DECISION, MARK, ORIGIN = "neuroedit_run", "neuroedit_decision", "neuroedit_mark", "neuroedit_origin"
FADE_IN, FADE_OUT = "neuroedit_fade_in", "neuroedit_fade_out"  # seconds in which a piece of sound comes and goes
KEPT, QUIET, FAST = "COLOR_04", "COLOR_09", "COLOR_05"  # green, grey, blue


def signature(strip: Any) -> str:
    """What a person could have changed by hand: place, content, channel, mute, volume, opacity, modifiers."""
    begin, length = compat.content(strip)
    volume = getattr(strip, "volume", getattr(strip, "blend_alpha", 1.0))
    place = (compat.left(strip), compat.right(strip), float(begin), length, strip.channel)
    return ",".join(f"{float(v):.9g}" for v in (*place, strip.mute, len(strip.modifiers), volume))


def tag(strip: Any, run: str, decision: str, colour: str) -> None:
    """Mark a strip as this run's work; call `seal` when all of it is done."""
    strip[RUN], strip[DECISION] = run, decision
    strip.color_tag = colour


def seal(strip: Any) -> None:
    """Remember how a tagged strip looks now."""
    strip[MARK] = signature(strip)


def untouched(strip: Any) -> bool:
    """Whether a tagged strip still is as the run left it."""
    return strip.get(MARK) == signature(strip)
