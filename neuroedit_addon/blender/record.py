"""What a timeline looked like before a run, kept in the scene, so that the run can be taken back or made anew."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..planner.edit_list import Range
from ..planner.time_map import TimeMap
from . import compat, tags
from .animation import owner, settle
from .shots_on_timeline import remove_marks
from .splitting import has_inputs, is_static

_KEY = "neuroedit_record"


def begin(scene: Any, movable: Sequence[Any], run: str) -> dict[str, Any]:
    """Note how things are, and mark every movable strip with its own name, which its pieces will inherit."""
    for strip in movable:
        strip[tags.ORIGIN] = strip.name
    meta = compat.open_meta(scene)
    return {
        "run": run,
        "meta": [meta.name, compat.right(meta)] if meta else [],
        "range": [scene.frame_start, scene.frame_end],
        "markers": {marker.name: marker.frame for marker in scene.timeline_markers},
        "strips": {strip.name: _state(strip) for strip in movable if not has_inputs(strip)},
    }


def _state(strip: Any) -> list[Any]:
    begin, _ = compat.content(strip)
    return [compat.left(strip), compat.right(strip), float(begin), strip.channel, strip.color_tag, strip.mute]


def end(scene: Any, past: dict[str, Any], time_map: TimeMap) -> None:
    """Keep the note in the scene."""
    past["map"] = [[r.left, r.right, r.action, r.factor] for r in time_map.ranges]
    past["count"] = {}
    for strip in compat.strips_of(scene):
        if (name := strip.get(tags.ORIGIN)) is not None:
            past["count"][name] = past["count"].get(name, 0) + 1
            if tags.MARK not in strip:
                tags.seal(strip)
    scene[_KEY] = json.dumps(past)


def exists(scene: Any) -> bool:
    """Whether a run is noted in the scene that `revert` could take back."""
    return bool(scene.get(_KEY))


def place(scene: Any) -> str:
    """The name of the meta strip in which the last run worked; "" for the timeline itself, or when there was none."""
    text = scene.get(_KEY)
    return (json.loads(text).get("meta") or [""])[0] if text else ""


def as_left(scene: Any) -> bool:
    """Whether nobody has touched, taken away or added a piece since the last run; False when there was none."""
    if not (text := scene.get(_KEY)):
        return False
    count: dict[str, int] = defaultdict(int)
    for strip in compat.strips_of(scene):
        if (name := strip.get(tags.ORIGIN)) is not None:
            if not tags.untouched(strip):
                return False
            count[name] += 1
    return dict(count) == json.loads(text)["count"]


def time_map(scene: Any) -> TimeMap:
    """How frames moved in the last run that `revert` could take back; nothing moved when there is none."""
    text = scene.get(_KEY)
    return TimeMap(tuple(Range(*r) for r in json.loads(text)["map"])) if text else TimeMap()


def revert(scene: Any) -> bool:
    """Take the last run back if nobody has touched what it made; says whether it did.

    Every strip is made whole from its first piece: a piece hides the rest of its strip behind its handles.
    """
    if not (text := scene.get(_KEY)):
        return False
    past = json.loads(text)
    meta = compat.open_meta(scene)
    if place(scene) != (meta.name if meta else ""):
        return False
    groups: dict[str, list[Any]] = defaultdict(list)
    for strip in compat.strips_of(scene):
        if (name := strip.get(tags.ORIGIN)) is not None:
            groups[name].append(strip)
    if not _whole(past, groups):
        return False
    with compat.editing(scene):
        moved = TimeMap(tuple(Range(*r) for r in past["map"]))
        for name, state in sorted(past["strips"].items(), key=lambda item: -item[1][0]):
            _mend(scene, sorted(groups[name], key=compat.left), name, state, moved)
        remove_marks(scene, past.get("marks", ()))
        if past.get("meta"):
            compat.set_right(compat.open_meta(scene), past["meta"][1])
            del scene[_KEY]
            return True
        for marker in scene.timeline_markers:
            marker.frame = past["markers"].get(marker.name, round(float(moved.before(marker.frame))))
        scene.frame_start, scene.frame_end = past["range"]
    del scene[_KEY]
    return True


def _whole(past: dict[str, Any], groups: dict[str, list[Any]]) -> bool:
    """Whether every strip still has all its pieces, as they were left; sped-up pieces cannot be made whole again."""
    if any(action != "remove" for _, _, action, _ in past["map"]):
        return False
    if any(has_inputs(strip) for group in groups.values() for strip in group):
        return False
    for name in past["strips"]:
        pieces = groups.get(name, [])
        if not pieces or len(pieces) != past["count"].get(name) or not all(tags.untouched(piece) for piece in pieces):
            return False
    return True


def _mend(scene: Any, pieces: Sequence[Any], name: str, state: Sequence[Any], time_map: TimeMap) -> None:
    left, right, content, channel, colour, mute = state
    strips, first = compat.strips_of(scene), pieces[0]
    for piece in pieces[1:]:
        strips.remove(piece)
    keys = {}
    if is_static(first):
        for curve in compat.fcurves_of(scene):
            if owner(curve) == first.name:
                places = [Fraction(key.co.x).limit_denominator(1000) for key in curve.keyframe_points]
                keys[curve.data_path, curve.array_index] = [float(time_map.before(place)) for place in places]
        compat.shift(first, left - compat.left(first))
    else:
        compat.shift(first, round(content - float(compat.content(first)[0])))
        compat.set_left(first, left)
    compat.set_right(first, right)
    settle(scene, keys)
    first.name, first.color_tag, first.mute = name, colour, mute
    if first.channel != channel:
        first.channel = channel
    for key in (tags.RUN, tags.DECISION, tags.MARK, tags.ORIGIN, tags.FADE_IN, tags.FADE_OUT):
        if key in first:
            del first[key]
