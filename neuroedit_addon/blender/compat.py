"""The only file that knows how Blender 4.5 and 5.x differ; everybody else calls these.

Handles: `frame_final_*` of 4.5 are `left_handle`, `right_handle`, `duration` on 5.x. A scene's strips are edited only
while it is the `sequencer_scene` of its workspace on 5.x.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import bpy

NEW_TIMES = bpy.app.version >= (5, 0, 0)


def strips_of(scene: Any) -> Any:
    """The scene's own strips (not those inside metas), made editable first; while a meta is open, those inside it."""
    editor = scene.sequence_editor or scene.sequence_editor_create()
    return (open_meta(scene) or editor).strips


def open_meta(scene: Any) -> Any | None:
    """The meta strip that is open (Tab), so that what lies in it is edited; None when none is."""
    stack = scene.sequence_editor.meta_stack if scene.sequence_editor else ()
    return stack[-1] if len(stack) else None


def channels_of(scene: Any) -> Any:
    """The channels on which `strips_of` lie."""
    return (open_meta(scene) or scene.sequence_editor).channels


def left(strip: Any) -> int:
    """The first timeline frame that a strip shows."""
    return int(strip.left_handle if NEW_TIMES else strip.frame_final_start)


def right(strip: Any) -> int:
    """The first timeline frame after a strip."""
    return int(strip.right_handle if NEW_TIMES else strip.frame_final_end)


def content(strip: Any) -> tuple[Fraction, int]:
    """The frame at which a strip's content begins, whatever its handles hide, and its length in frames."""
    if NEW_TIMES:
        return Fraction(strip.content_start), int(strip.content_duration)
    # 4.5 tells a conformed strip's length in the frames of its file; its handles' offsets are the timeline's.
    hidden = strip.frame_offset_start + strip.frame_offset_end
    return Fraction(strip.frame_start), round(strip.frame_final_duration + hidden)


def shift(strip: Any, frames: int) -> None:
    """Move a strip with all that it shows."""
    if NEW_TIMES:
        strip.content_start += frames
    else:
        strip.frame_start += frames


def set_right(strip: Any, frame: int) -> None:
    """Trim or extend a strip's right end to `frame`."""
    if NEW_TIMES:
        strip.right_handle = frame
    else:
        strip.frame_final_end = frame


def set_left(strip: Any, frame: int) -> None:
    """Trim or extend a strip's left end to `frame`."""
    if NEW_TIMES:
        strip.left_handle = frame
    else:
        strip.frame_final_start = frame


def split(strip: Any, frame: int) -> Any:
    """Split at `frame`; the given strip stays the left part, the right part is returned (None: nothing to split)."""
    return strip.split(frame=frame, split_method="SOFT")


@contextmanager
def editing(scene: Any) -> Iterator[None]:
    """Make a scene the one whose strips are edited, and what was before afterwards."""
    workspace = getattr(bpy.context, "workspace", None)
    if not NEW_TIMES or workspace is None or workspace.sequencer_scene == scene:
        yield
        return
    former = workspace.sequencer_scene
    workspace.sequencer_scene = scene
    try:
        yield
    finally:
        workspace.sequencer_scene = former


def new_effect(scene: Any, name: str, kind: str, channel: int, first: int, after: int, **inputs: Any) -> Any:
    """A new effect strip on frames [first, after)."""
    length = {"length": after - first} if NEW_TIMES else {"frame_end": after}
    return strips_of(scene).new_effect(name=name, type=kind, channel=channel, frame_start=first, **length, **inputs)


def fcurves_of(scene: Any) -> Any:
    """The scene's animation curves, an empty tuple where it has none."""
    data = scene.animation_data
    if data is None or data.action is None:
        return ()
    if not NEW_TIMES:
        return data.action.fcurves
    from bpy_extras import anim_utils

    bag = anim_utils.action_get_channelbag_for_slot(data.action, data.action_slot)
    return bag.fcurves if bag else ()


def play_over(scene: Any, strip: Any, frames: int, speed: float) -> None:
    """Make a movie or sound strip play `speed` times faster, over exactly `frames` frames from its left handle.

    Retiming keys are data on 5.x, but writing one looks for its strip among all, and any strip without keys that comes
    first answers wrongly and crashes the program (5.2.3; 4.5 crashes always). So the operator does it on both.
    """
    first = left(strip)
    options = {} if NEW_TIMES else {"keep_retiming": False}
    with _sequencer_area(scene):
        for other in strips_of(scene):
            if other.select:
                other.select = False
        strip.select = True
        scene.sequence_editor.active_strip = strip
        bpy.ops.sequencer.retiming_segment_speed_set(speed=speed * 100.0, **options)
    strip.select = False
    if left(strip) != first:
        set_left(strip, first)
    if right(strip) != first + frames:
        set_right(strip, first + frames)


def new_movie_at_scene_rate(scene: Any, path: str, channel: int, frame: int) -> Any:
    """A movie strip that plays at natural speed, whatever the scene's frame rate.

    Only the operator's `adjust_playback_rate` is exact: a retiming key stands on a whole frame, which is half a frame
    off at the end. On 5.2 the operator crashes in background mode unless it is told not to move the new strip.
    """
    known = {strip.name for strip in strips_of(scene)}
    options = {"move_strips": False} if NEW_TIMES else {}
    with _sequencer_area(scene), _no_proxies():
        bpy.ops.sequencer.movie_strip_add(
            filepath=path, frame_start=frame, channel=channel, sound=False,
            adjust_playback_rate=True, use_framerate=False, set_view_transform=False, fit_method="ORIGINAL",
            replace_sel=True, overlap=True, relative_path=False, **options,
        )  # fmt: skip
    return next(strip for strip in strips_of(scene) if strip.name not in known)


def picture_lag(rate: Fraction, fps: Fraction) -> Fraction:
    """Seconds by which pictures of another rate than the scene's are late on average (tests/blender/test_sync.py).

    A frame of the scene shows the picture that is nearest to its start, so the middles of the two lie half the
    difference of their lengths apart.
    """
    return (1 / fps - 1 / rate) / 2


def show_nearest_pictures(scene: Any) -> None:
    """Let every frame show the picture nearest to it, now and when somebody renders the scene by hand.

    5.x keeps decoded pictures by the rounded-down number of what should be the nearest one: footage slower than the
    scene is then shown up to a picture late. Without that cache it is right.
    """
    if NEW_TIMES:
        scene.sequence_editor.use_cache_raw = False


@contextmanager
def nearest_pictures(scene: Any) -> Iterator[None]:
    """`show_nearest_pictures` for a while."""
    editor = scene.sequence_editor
    former = editor.use_cache_raw
    show_nearest_pictures(scene)
    try:
        yield
    finally:
        editor.use_cache_raw = former


def balance_power(power: float) -> float:
    """What to write into a Color Balance modifier's power, for values to be raised to `power`."""
    return 1 / power


def modifier_first(scene: Any, strip: Any, name: str) -> None:
    """Move a strip's modifier to the front of all others; the operator is the only way."""
    with _sequencer_area(scene):
        scene.sequence_editor.active_strip = strip
        while strip.modifiers[0].name != name:
            bpy.ops.sequencer.strip_modifier_move(name=name, direction="UP")


@contextmanager
def _no_proxies() -> Iterator[None]:
    """Keep Blender from making proxies, which it would put beside the footage."""
    system = bpy.context.preferences.system
    former = system.sequencer_proxy_setup
    system.sequencer_proxy_setup = "MANUAL"
    try:
        yield
    finally:
        system.sequencer_proxy_setup = former


@contextmanager
def _sequencer_area(scene: Any) -> Iterator[None]:
    """A context in which sequencer operators run, also in background mode: an area lent to the sequencer."""
    window = bpy.context.window or bpy.context.window_manager.windows[0]
    area = next((a for a in window.screen.areas if a.type == "SEQUENCE_EDITOR"), window.screen.areas[0])
    former = area.type
    area.type = "SEQUENCE_EDITOR"
    region = next(r for r in area.regions if r.type == "WINDOW")
    shown, window.scene = window.scene, scene
    try:
        with bpy.context.temp_override(window=window, area=area, region=region, scene=scene):
            yield
    finally:
        window.scene = shown
        area.type = former
