"""Puts spoken lines on the timeline: a sound strip each, on a channel of their own; touched ones are left alone.

What a strip says is written on it; somebody who writes another text, voice or slot there has it spoken again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..dub_lines import DubLine, DubTake
from ..planner.dub import Placed
from . import compat, curves, read, tags
from .channels import channel_for
from .marks import DUB, LANGUAGE, LINE, MIXED, SAID, SLOT, STEM, TEXT, VOICE

CHANNEL = "Dub"
_COLOUR = "COLOR_06"  # violet
_LONGEST_NAME = 50
_NO_SLOT = -1.0


def write(
    scene: Any, placed: Sequence[Placed], run: str, volumes: Mapping[str, float] | None = None
) -> list[Any]:
    """The strips of all lines, in order.

    A strip that an earlier run made and nobody touched since is kept where its line has not changed, and removed
    otherwise; one that was touched stays, and its line gets no second strip: it is known by the text that it was made
    for, whatever was written there since.

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
        if not untouched(strip):
            kept[strip.get(LINE, strip.get(TEXT, ""))] = strip
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
    strip[LINE] = one.line.text
    _describe(strip, one.line, one.take)
    tags.tag(strip, run, one.line.key, _COLOUR)
    tags.seal(strip)
    return strip


def _describe(strip: Any, line: DubLine, take: DubTake) -> None:
    """Write down on a strip what it says, who says it, and what was done to make it fit."""
    strip[STEM], strip[DUB] = "voice", line.key
    strip[TEXT], strip[LANGUAGE], strip[VOICE] = line.text, line.language, line.voice
    strip[SLOT] = _NO_SLOT if line.slot is None else float(line.slot)
    strip[SAID] = _as_written(line)
    strip["neuroedit_speed"] = take.rate * take.tempo
    strip["neuroedit_take"], strip["neuroedit_reason"] = take.path, take.reason


def untouched(strip: Any) -> bool:
    """Whether a dub strip is as a run made it, and says what it says there."""
    return tags.untouched(strip) and not is_changed(strip)


def is_changed(strip: Any) -> bool:
    """Whether somebody has written another text, voice or slot on a dub strip than is heard in it."""
    return SAID in strip and _as_written(line_of(strip)) != strip[SAID]


def changed(scene: Any) -> list[Any]:
    """The dub strips that must be spoken again, in the order in which they are heard."""
    found = [strip for strip in compat.strips_of(scene) if DUB in strip and is_changed(strip)]
    return sorted(found, key=compat.left)


def _as_written(line: DubLine) -> str:
    return json.dumps([line.text, line.voice, None if line.slot is None else round(float(line.slot), 3)])


def line_of(strip: Any, frame: int = 0, limit: float | None = None) -> DubLine:
    """The line as it is written on a dub strip."""
    text, slot = " ".join(str(strip[TEXT]).split()), float(strip.get(SLOT, _NO_SLOT))
    language = str(strip.get(LANGUAGE, "en-us"))
    voice = str(strip.get(VOICE, "")).strip() or language
    return DubLine(text, frame, None if slot < 0 else slot, limit, voice, language)


def lines_again(scene: Any, gap: float = 0.08) -> dict[str, DubLine]:
    """What `changed` strips shall say, by their names; none runs on into the strip behind it."""
    fps = float(read.scene_rate(scene))
    lefts = sorted(compat.left(strip) for strip in compat.strips_of(scene) if DUB in strip)
    lines = {}
    for strip in changed(scene):
        here = compat.left(strip)
        after = next((left for left in lefts if left > here), None)
        limit = None if after is None else max((after - here) / fps - gap, 1 / fps)
        lines[strip.name] = line_of(strip, here - int(scene.frame_start), limit)
    return lines


def replace_take(scene: Any, strip: Any, line: DubLine, take: DubTake) -> Any:
    """Another sound in a dub strip's place, as loud, as muted, with its keyframes; a later run leaves it alone."""
    # A strip keeps the length of its first sound, whatever sound it is given later, so it must be a new one.
    said = json.loads(strip.get(SAID, '[""]'))[0][:_LONGEST_NAME]
    named_by_line, active = bool(said) and strip.name.startswith(said), scene.sequence_editor.active_strip == strip
    name, channel, left = line.text[:_LONGEST_NAME] if named_by_line else strip.name, strip.channel, compat.left(strip)
    volume, pan, mute, keys = strip.volume, strip.pan, strip.mute, curves.keys_of(scene, strip)
    marks = {mark: strip[mark] for mark in (LINE, MIXED) if mark in strip}
    run, colour, selected = strip.get(tags.RUN, ""), strip.color_tag, strip.select
    with compat.editing(scene):
        strips = compat.strips_of(scene)
        strips.remove(strip)
        made = strips.new_sound(name=name, filepath=take.path, channel=channel, frame_start=left)
        made.name = name
        limit = line.limit and left + max(1, int(line.limit * float(read.scene_rate(scene))))
        if limit and compat.right(made) > limit:
            compat.set_right(made, limit)
        curves.write_keys(scene, made, keys)
        made.volume, made.pan, made.mute, made.select = volume, pan, mute, selected
        for mark, value in marks.items():
            made[mark] = value
        _describe(made, line, take)
        tags.tag(made, run, line.key, colour)
        if active:
            scene.sequence_editor.active_strip = made
    return made
