"""Lays media files on a fresh scene: one after another, picture on channel 2, sound on channel 1."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy

from ..findings import Media
from ..timeline import nearest_frame
from . import compat

PICTURE_CHANNEL, SOUND_CHANNEL = 2, 1
_PLAIN_RATE, _PLAIN_SIZE = Fraction(25), (1280, 720)


def new_scene(media: Sequence[Media], name: str = "NeuroEdit") -> Any:
    """A scene with the frame rate and size of the first file that has a picture (25 fps and 1280x720 without one).

    Its view is "Standard", because a film's colours are finished and AgX would change them.
    """
    scene = bpy.data.scenes.new(name)
    first = next((m for m in media if m.fps), None)
    set_rate(scene, first.rate if first and first.rate else _PLAIN_RATE)
    size = (first.width, first.height) if first else _PLAIN_SIZE
    scene.render.resolution_x, scene.render.resolution_y = (side + side % 2 for side in size)
    scene.render.resolution_percentage = 100
    scene.render.pixel_aspect_x = scene.render.pixel_aspect_y = 1.0
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"
    scene.sync_mode = "AUDIO_SYNC"
    compat.strips_of(scene)
    return scene


def set_rate(scene: Any, fps: Fraction) -> None:
    """An exact frame rate: 30000/1001 is 30 with a base of 1.001; rates above Blender's 240 are halved."""
    while fps > 240:
        fps /= 2
    whole = -(-fps.numerator // fps.denominator)
    scene.render.fps = whole
    scene.render.fps_base = float(Fraction(whole) / fps)


def assemble(scene: Any, media: Sequence[Media]) -> None:
    """Put each file behind the one before; picture and sound keep the offset that they have in the file."""
    from .read import scene_rate

    fps, frame = scene_rate(scene), 1
    with compat.editing(scene):
        for item in media:
            frame = max(_lay(scene, item, frame, fps), frame + 1)
        if any(item.rate not in (None, fps) for item in media):
            compat.show_nearest_pictures(scene)
        scene.frame_start, scene.frame_end = 1, max(1, frame - 1)
        scene.frame_current = 1


def show_pictures_only(scene: Any) -> None:
    """Let a film begin and end with a picture where only sound, or nothing, lies before or after for less than a tenth
    of a second: many files' sound begins a frame before their picture and ends later, which would be black frames."""
    pictures = [strip for strip in compat.strips_of(scene) if strip.type != "SOUND"]
    most = scene.render.fps / scene.render.fps_base / 10
    first = min((compat.left(strip) for strip in pictures), default=scene.frame_start)
    last = max((compat.right(strip) for strip in pictures), default=scene.frame_end + 1) - 1
    if 0 < first - scene.frame_start <= most:
        scene.frame_start = first
    if 0 < scene.frame_end - last <= most and last >= scene.frame_start:
        scene.frame_end = last


def _lay(scene: Any, media: Media, frame: int, fps: Fraction) -> int:
    end, name = frame, Path(media.path).name
    if media.fps:
        at = frame + nearest_frame(media.picture_start, fps)
        picture = compat.new_movie_at_scene_rate(scene, media.path, PICTURE_CHANNEL, at)
        picture.name = name
        picture.color_tag = "NONE"
        fit(scene, picture, media)
        end = max(end, compat.right(picture))
    if media.audio:
        at = frame + nearest_frame(media.sound_start, fps)
        sound = compat.strips_of(scene).new_sound(name=name, filepath=media.path, channel=SOUND_CHANNEL, frame_start=at)
        sound.name = f"{name} sound"
        # What a whole frame cannot say, the offset does.
        sound.sound_offset = float(media.sound_start - Fraction(at - frame) / fps + _lag(media, fps))
        if media.fps and 0 < compat.right(sound) - end <= fps:
            # AAC pads its last packet; a tail of less than a second without a picture is no content.
            compat.set_right(sound, end)
        end = max(end, compat.right(sound))
    return end


def _lag(media: Media, fps: Fraction) -> Fraction:
    return compat.picture_lag(media.rate, fps) if media.rate and media.rate != fps else Fraction(0)


def fit(scene: Any, strip: Any, media: Media) -> None:
    """Show the whole picture: scaled to fit, bars where the shapes differ."""
    width, height = strip.elements[0].orig_width, strip.elements[0].orig_height
    if not width or not height:
        return
    scale = min(scene.render.resolution_x / media.width, scene.render.resolution_y / media.height)
    strip.transform.scale_x = media.width * scale / width
    strip.transform.scale_y = media.height * scale / height
