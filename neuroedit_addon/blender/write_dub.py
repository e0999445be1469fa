"""Puts spoken lines on the timeline: a sound strip each, on a channel of their own; touched ones are left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..planner.dub import Placed
from . import compat, tags
from .channels import channel_for
from .marks import DUB, STEM

CHANNEL = "Dub"
_COLOUR = "COLOR_06"  # violet
_LONGEST_NAME = 50


def write(
    scene: Any, placed: Sequence[Placed], run: str, volumes: Mapping[str, float] | None = None
) -> list[Any]:
    """The strips of all lines, in order.

    A strip that an earlier run made and nobody touched since is kept where its line has not changed, and removed
    otherwise; one that was touched stays, and its line gets no second strip.

    Args:
        placed: frames count from the scene's first one.
        volumes: of new strips, by key of the line.
    """
    strips = compat.strips_of(scene)
    with compat.editing(scene):
        channel = channel_for(scene, CHANNEL)
        kept = _keep(strips, {(one.line.key, _first(scene, one)) for one in placed})
        made = []
        for one in placed:
            old = kept.get((one.line.key, _first(scene, one))) or kept.get(one.line.text)
            made.append(old or _new(scene, strips, one, channel, run, (volumes or {}).get(one.line.key, 1.0)))
    return made


def _first(scene: Any, one: Placed) -> int:
    return int(scene.frame_start) + one.left


def _keep(strips: Any, wanted: set[tuple[str, int]]) -> dict[Any, Any]:
    """The strips that stay, by key and frame; those that somebody touched by their text."""
    kept: dict[Any, Any] = {}
    for strip in [s for s in strips if DUB in s]:
        if not tags.untouched(strip):
            kept[strip.get("neuroedit_text", "")] = strip
        elif (place := (strip[DUB], compat.left(strip))) in wanted and place not in kept:
            kept[place] = strip
        else:
            strips.remove(strip)
    return kept


def _new(scene: Any, strips: Any, one: Placed, channel: int, run: str, volume: float) -> Any:
    name = one.line.text[:_LONGEST_NAME]
    strip = strips.new_sound(name=name, filepath=one.take.path, channel=channel, frame_start=_first(scene, one))
    end = int(scene.frame_start) + one.right
    if compat.right(strip) > end:
        compat.set_right(strip, end)
    # Placing a strip on another moves it up a channel by itself; lines never overlap, so this is somebody's own strip.
    strip.volume = volume
    strip[DUB], strip[STEM] = one.line.key, "voice"
    strip["neuroedit_text"], strip["neuroedit_language"] = one.line.text, one.line.language
    strip["neuroedit_voice"], strip["neuroedit_speed"] = one.line.voice, one.take.rate * one.take.tempo
    strip["neuroedit_take"], strip["neuroedit_reason"] = one.take.path, one.take.reason
    tags.tag(strip, run, one.line.key, _COLOUR)
    tags.seal(strip)
    return strip
