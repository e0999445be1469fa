"""Reads what lies on the sequencer into a `Timeline`."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy

from ..errors import MediaError
from ..findings import Media
from ..timeline import Clip, Timeline, rate
from . import compat, marks


def scene_rate(scene: Any) -> Fraction:
    """The scene's exact frame rate; fps_base is a float, so NTSC rates are recognised."""
    exact = Fraction(scene.render.fps) / Fraction(scene.render.fps_base).limit_denominator(100000)
    return rate(exact.limit_denominator(100000))


STRIP = "strip:"  # begins the name of a source that is no file but a strip for Blender to render


def is_rendered(strip: Any) -> bool:
    """Whether a strip shows moving pictures that no media file holds: a meta, a scene, an image sequence."""
    return strip.type in ("META", "SCENE") or strip.type == "IMAGE" and len(strip.elements) > 1


def source_of(strip: Any) -> str:
    """The source behind a strip: its file's absolute path, `strip:NAME` for one to be rendered, or nothing."""
    return f"{STRIP}{strip.name}" if is_rendered(strip) else media_path(strip)


def media_path(strip: Any) -> str:
    """The absolute path of a movie or sound strip's file; empty for other strips."""
    if strip.type == "MOVIE":
        path, library = strip.filepath, None
    elif strip.type == "SOUND":
        path, library = strip.sound.filepath if strip.sound else "", strip.sound.library if strip.sound else None
    else:
        return ""
    return os.path.abspath(bpy.path.abspath(path, library=library)) if path else ""


def locked(scene: Any, strip: Any) -> bool:
    """Whether a cut may not change the strip: it or its channel is locked, or NeuroEdit put it there and places it."""
    return strip.lock or compat.channels_of(scene)[strip.channel].lock or marks.generated(strip)


def muted(scene: Any, strip: Any) -> bool:
    """Whether the strip, or its channel, is neither seen nor heard."""
    return strip.mute or compat.channels_of(scene)[strip.channel].mute


def strips_to_edit(scene: Any, selected_only: bool = False) -> list[Any]:
    """The strips that an edit works on, by time: movies, sounds, and what `is_rendered`, neither locked nor muted,
    nor put there by NeuroEdit (a spoken line, a caption, a music bed, a mix).

    Args:
        selected_only: only selected strips, if any is selected.

    Raises:
        MediaError: a strip's file does not exist.
    """
    strips = [
        s for s in compat.strips_of(scene)
        if source_of(s) and not locked(scene, s) and not muted(scene, s)
    ]  # fmt: skip
    if selected_only and any(strip.select for strip in strips):
        strips = [strip for strip in strips if strip.select]
    for strip in strips:
        if not is_rendered(strip) and not Path(media_path(strip)).is_file():
            raise MediaError(
                f"The strip “{strip.name}” shows {media_path(strip)}, which does not exist.",
                "Find that file, or remove the strip.",
            )
    return sorted(strips, key=lambda strip: (compat.left(strip), strip.channel))


def sources(scene: Any, selected_only: bool = False) -> tuple[str, ...]:
    """The sources behind `strips_to_edit`, in the order of their first appearance.

    Raises:
        MediaError: a strip's file does not exist.
    """
    return tuple(dict.fromkeys(source_of(strip) for strip in strips_to_edit(scene, selected_only)))


def read(scene: Any, media: Mapping[str, Media], selected_only: bool = False) -> Timeline:
    """The timeline that the movie and sound strips of a scene make up.

    A picture and a sound of one file that show the same part of it at the same frames are one clip.

    Args:
        media: what is known of each file of `sources`, by path: a strip tells its length in frames only.

    Raises:
        MediaError: a strip's file does not exist.
    """
    fps, paths = scene_rate(scene), sources(scene, selected_only)
    groups: list[list[Any]] = []
    open_groups: dict[str, list[list[Any]]] = defaultdict(list)
    for strip in strips_to_edit(scene, selected_only):
        near = [g for g in open_groups[source_of(strip)] if compat.left(g[0]) >= compat.left(strip) - 1]
        group = next((g for g in near if _together(g[0], strip, media[source_of(strip)], fps)), None)
        if group is None:
            groups.append([strip])
            near.append(groups[-1])
        else:
            group.append(strip)
        open_groups[source_of(strip)] = near
    clips = [_clip(group, paths.index(path := source_of(group[0])), media[path], fps) for group in groups]
    return Timeline(fps, paths, tuple(sorted(clips, key=lambda c: (c.left, c.source, c.right))))


def _together(one: Any, other: Any, media: Media, fps: Fraction) -> bool:
    """Whether two strips of one file show the same part of it at the same frames, as picture and sound do.

    Their tracks may differ by a second in length, and by a frame in where whole frames put them.
    """
    if abs(compat.left(one) - compat.left(other)) > 1 or abs(compat.right(one) - compat.right(other)) > fps:
        return False
    (start, speed), (other_start, other_speed) = (_media_time(strip, media, fps) for strip in (one, other))
    return abs(start - other_start) * fps <= 2 and abs(speed - other_speed) < Fraction(1, 100)


def clip_of(strip: Any, media: Media, fps: Fraction) -> Clip:
    """One movie or sound strip by itself, as a clip of source 0."""
    return _clip([strip], 0, media, fps)


def _clip(group: Iterable[Any], source: int, media: Media, fps: Fraction) -> Clip:
    group = list(group)
    leading = next((strip for strip in group if strip.type == "MOVIE"), group[0])
    start, speed = _media_time(leading, media, fps)
    if is_rendered(leading):
        names = (leading.name,)
        sound = names if media.audio else ()
        return Clip(source, compat.left(leading), compat.right(leading), start, speed, names, sound)
    return Clip(
        source=source,
        left=compat.left(leading),
        right=compat.right(leading),
        media_start=max(start, Fraction(0)),
        speed=speed,
        picture=tuple(strip.name for strip in group if strip.type == "MOVIE"),
        sound=tuple(strip.name for strip in group if strip.type == "SOUND"),
    )


def _media_time(strip: Any, media: Media, fps: Fraction) -> tuple[Fraction, Fraction]:
    """The media second at the strip's left handle, and media seconds a timeline second.

    A strip's whole content, handles taken off, is all of its track; how many frames that is tells its speed.
    """
    if is_rendered(strip):  # its film begins where it does
        return Fraction(0), Fraction(1)
    begin, length = compat.content(strip)
    into = Fraction(compat.left(strip)) - begin
    if strip.type == "MOVIE" and media.rate and media.frames:
        natural = Fraction(media.frames) / media.rate * fps
        speed = Fraction(1) if abs(natural - length) <= 1 else natural / length
        return Fraction(media.picture_start) + into / fps * speed, speed
    return Fraction(media.sound_start) + into / fps, Fraction(1)
