"""Puts a music bed on the timeline: a strip for each piece, faded and ducked by keyframes."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import bpy

from ..planner.duck import MUSIC, Ducking, duck
from ..planner.music_bed import Piece
from ..timeline import nearest_frame
from . import compat, tags
from .channels import channel_for
from .curves import keys_of, scale_volume
from .marks import BED, STEM

CHANNEL = "Music"
_COLOUR = "COLOR_05"


def write(scene: Any, path: Path, pieces: Sequence[Piece], speech: Sequence[tuple[float, float]], run: str,
          level: float = 1.0, how: Ducking = MUSIC) -> list[Any]:  # fmt: skip
    """The strips of a bed, on two channels in turn, because its pieces overlap where they join.

    The bed of an earlier run is replaced, unless somebody moved, trimmed or muted a piece of it, or made it louder
    or quieter: then it stays.

    Args:
        speech: spans in seconds from the scene's first frame, under which the music is lowered.
        level: volume factor of the whole bed.
    """
    strips = compat.strips_of(scene)
    fps = Fraction(scene.render.fps) / Fraction(float(scene.render.fps_base)).limit_denominator(100_000)
    with compat.editing(scene):
        old = [strip for strip in strips if BED in strip]
        if not all(untouched(strip) for strip in old):
            return old
        for strip in old:
            strips.remove(strip)
        made = []
        for number, piece in enumerate(pieces):
            channel = channel_for(scene, CHANNEL if number % 2 == 0 else f"{CHANNEL} 2")
            made.append(_piece(scene, strips, path, piece, channel, run, fps))
            points = _product(piece.points(level), duck(speech, how, piece.start, piece.end))
            scale_volume(scene, made[-1], [(scene.frame_start + s * float(fps), v) for s, v in points])
            made[-1][BED] = _state(scene, made[-1])
    return made


def _piece(scene: Any, strips: Any, path: Path, piece: Piece, channel: int, run: str, fps: Fraction) -> Any:
    left = scene.frame_start + nearest_frame(piece.start, fps)
    right = scene.frame_start + ceil(Fraction(piece.end) * fps - Fraction(1, 1000))
    hidden = piece.media_start * float(fps)
    # Bar lines lie between frames: whole frames are hidden by the handle, the rest is a finer offset.
    strip = strips.new_sound(name=path.stem, filepath=str(path), channel=channel, frame_start=left - int(hidden))
    if bpy.data.filepath and bpy.context.preferences.filepaths.use_relative_paths:
        with suppress(ValueError):  # another drive of Windows
            strip.sound.filepath = bpy.path.relpath(str(path))
    strip.sound_offset = -(hidden - int(hidden)) / float(fps)
    if compat.left(strip) < left:
        compat.set_left(strip, left)
    if compat.right(strip) > right:
        compat.set_right(strip, right)
    strip[STEM] = "music"
    tags.tag(strip, run, "music", _COLOUR)
    return strip


def untouched(strip: Any) -> bool:
    """Whether a piece of a bed lies where it was put, as loud as it was made."""
    return bool(strip[BED] == _state(strip.id_data, strip))


def _state(scene: Any, strip: Any) -> str:
    keys = [(round(frame, 3), round(value, 4), how) for frame, value, how in keys_of(scene, strip)]
    # Where there are keyframes, the volume is whatever they were at the frame that was looked at last.
    volume = keys or round(strip.volume, 4)
    place = f"{compat.left(strip)} {compat.right(strip)} {strip.channel} {strip.mute}"
    return f"{place} {zlib.crc32(repr(volume).encode()):08x}"


def _product(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    seconds = sorted({second for second, _ in (*one, *other)})
    return [(second, _value(one, second) * _value(other, second)) for second in seconds]


def _value(points: Sequence[tuple[float, float]], second: float) -> float:
    if not points:
        return 1.0
    if second <= points[0][0]:
        return points[0][1]
    for (first, low), (last, high) in zip(points, points[1:], strict=False):
        if second <= last:
            return low + (high - low) * (second - first) / max(last - first, 1e-9)
    return points[-1][1]
