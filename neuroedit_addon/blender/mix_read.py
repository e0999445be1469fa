"""Reads every audible strip of a scene into an arrangement, as Blender itself would play it.

Strips that an earlier mix has muted count as if they were not, and its own strip is left out, so that a mix can be
made again. What Blender plays and an arrangement cannot carry is said in its warnings.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any

import aud
import bpy

from ..arrangement import Arrangement, Points, SoundClip, thinned
from . import compat, tags
from .curves import curve_of, is_driven
from .marks import MIX, MIXED, STEM


@dataclass(frozen=True)
class _Level:
    """A volume or place: one value, or an F-curve over the frames of a scene."""

    value: float
    curve: Any | None = None
    frame: Callable[[float], float] | None = None

    def at(self, second: float) -> float:
        """The value at a second of the film."""
        if self.curve is None or self.frame is None:
            return self.value
        return float(self.curve.evaluate(self.frame(second)))


@dataclass(frozen=True)
class _Place:
    """Where a scene's strips lie in the film, and what they have in common.

    Attributes:
        scene: whose strips they are.
        zero: its frame that lies at film second 0 (a fraction for a scene inside a scene).
        fps: its rate.
        window: film seconds in which they are heard.
        levels: volumes of all scenes that they are in.
        meta: volume of the meta that they are in.
        depth: scenes they are in, the outermost first.
    """

    scene: Any
    zero: float
    fps: Fraction
    window: tuple[float, float]
    levels: tuple[_Level, ...]
    depth: tuple[str, ...]
    meta: tuple[_Level, ...] = ()

    def second(self, frame: float) -> float:
        """The film second at which a frame begins."""
        return float((frame - self.zero) / self.fps)

    def frame(self, second: float) -> float:
        """The frame at a film second."""
        return self.zero + second * float(self.fps)


def read(scene: Any, stems: Mapping[str, str] | None = None) -> Arrangement:
    """The arrangement of a scene from its first to its last rendered frame.

    Args:
        stems: "voice", "music" or "effects" by name of strip; else the strip's own mark counts, else "effects".
    """
    fps = _fps(scene)
    duration = float((scene.frame_end + 1 - scene.frame_start) / fps)
    warnings: list[str] = []
    if not scene.use_audio:
        return Arrangement(duration, (), warnings=(f"The sound of scene “{scene.name}” is switched off.",))
    if any(o.type == "SPEAKER" and not o.data.muted for o in scene.objects):
        warnings.append("Speaker objects of the 3D scene are not in the mix.")
    place = _Place(scene, float(scene.frame_start), fps, (0.0, duration), (), (scene.name,))
    editor = scene.sequence_editor
    clips = tuple(_walk(editor, place, warnings, stems or {})) if editor else ()
    volume = _sampled([_level(place, None, "audio_volume")], 0.0, duration, float(fps))
    return Arrangement(duration, clips, volume, tuple(dict.fromkeys(warnings)))


def _fps(scene: Any) -> Fraction:
    # fps_base is a 32-bit float: 1.001 must not become 1.00100004673.
    return Fraction(scene.render.fps) / Fraction(float(scene.render.fps_base)).limit_denominator(100_000)


def _walk(owner: Any, place: _Place, warnings: list[str], stems: Mapping[str, str]) -> Iterator[SoundClip]:
    """The clips of a sequence editor or meta strip."""
    for strip in owner.strips:
        if MIX in strip or (strip.mute and MIXED not in strip) or owner.channels[strip.channel].mute:
            continue
        span = _clamp((place.second(compat.left(strip)), place.second(compat.right(strip))), place.window)
        if span[0] >= span[1]:
            continue
        if strip.type == "META":
            # A meta has a volume on 5.x only, and of metas inside each other only the innermost one's counts there.
            # The strips inside keep the frames of the scene.
            meta = (_level(place, strip, "volume"),) if hasattr(strip, "volume") else ()
            inside = replace(place, window=span, meta=meta)
            yield from _walk(strip, inside, warnings, stems)
        elif strip.type == "SCENE":
            yield from _scene(strip, place, span, warnings, stems)
        elif strip.type == "SOUND" and strip.sound is not None:
            clip = _sound(strip, place, span, warnings, stems)
            if clip is not None:
                yield clip


def _scene(strip: Any, place: _Place, span: tuple[float, float], warnings: list[str],
           stems: Mapping[str, str]) -> Iterator[SoundClip]:  # fmt: skip
    inner = strip.scene
    if inner is None or strip.scene_input != "SEQUENCER" or inner.sequence_editor is None:
        return
    if inner.name in place.depth:
        warnings.append(f"Scene “{inner.name}” is inside itself; Blender plays it once, and so does the mix.")
        return
    fps = _fps(inner)
    # The inner scene keeps its own seconds, and where the strip's content begins lies its first frame, which Blender
    # turns into seconds by the outer scene's rate. (Where rates differ this is odd, but it is what is heard.)
    begin = place.second(_content_start(strip) - strip.animation_offset_start)
    zero = float(inner.frame_start * fps / place.fps) - begin * float(fps)
    levels = (*place.levels, *place.meta, _level(place, strip, "volume"))
    inside = _Place(inner, zero, fps, span, levels, (*place.depth, inner.name))
    own = replace(inside, levels=(*inside.levels, _level(inside, None, "audio_volume")))
    yield from _walk(inner.sequence_editor, own, warnings, stems)


def _sound(strip: Any, place: _Place, span: tuple[float, float], warnings: list[str],
           stems: Mapping[str, str]) -> SoundClip | None:  # fmt: skip
    if any(not modifier.mute for modifier in strip.modifiers):
        warnings.append(f"The sound modifiers of strip “{strip.name}” are not in the mix.")
    if is_driven(place.scene, strip, "volume") or is_driven(place.scene, strip, "pan"):
        warnings.append(f"Strip “{strip.name}” is moved by a driver; the mix takes its present volume and place.")
    path = _path(strip.sound)
    begin = place.second(_content_start(strip)) + strip.sound_offset
    speed = _speed(strip, place, path, warnings)
    start = max(span[0], begin)
    if start >= span[1]:
        return None
    fade_in, fade_out = (max(float(strip.get(name, 0.0)), 0.0) for name in (tags.FADE_IN, tags.FADE_OUT))
    start, end = _overlapping((start, span[1]), (fade_in, fade_out), begin, place.window)
    trimmed = strip.animation_offset_start / float(place.fps)
    levels = [*place.levels, *place.meta, _level(place, strip, "volume")]
    fps = float(place.fps)
    return SoundClip(
        path=path,
        start=start,
        duration=end - start,
        media_start=max(0.0, (start - begin) * speed + trimmed),
        speed=speed,
        keep_pitch=speed != 1 and bool(getattr(strip, "pitch_correction", False)),
        gain=_sampled(levels, start, end, fps),
        pan=_sampled([_level(place, strip, "pan")], start, end, fps),
        mono=bool(strip.sound.use_mono),
        fade_in=fade_in,
        fade_out=fade_out,
        stem=stems.get(strip.name) or strip.get(STEM) or "effects",
        name=strip.name,
    )


def _overlapping(
    span: tuple[float, float], fades: tuple[float, float], begin: float, window: tuple[float, float]
) -> tuple[float, float]:
    """A piece's seconds, longer by half a fade at both its cuts, so that neighbours cross at equal power.

    Where there is nothing to fade from, before its content `begin`s or outside of the film, it fades inside itself.
    """
    start, end = span
    if fades[0] and start - fades[0] / 2 >= max(begin, window[0]):
        start -= fades[0] / 2
    if fades[1] and end + fades[1] / 2 <= window[1]:
        end += fades[1] / 2
    return start, end


def _speed(strip: Any, place: _Place, path: str, warnings: list[str]) -> float:
    """Media seconds a film second, from the strip's retiming keys."""
    keys = [key.timeline_frame for key in strip.retiming_keys]
    if len(keys) < 2 or keys[-1] <= keys[0]:
        return 1.0
    if len(keys) > 2:
        warnings.append(f"Strip “{strip.name}” plays at several speeds; the mix plays it at their mean.")
    try:
        sound = aud.Sound(path)
        seconds = sound.length / sound.specs[0]
    except (aud.error, ZeroDivisionError):
        return 1.0
    # The keys span the content, which Blender counts in whole frames of the scene.
    content = round(seconds * float(place.fps)) - strip.animation_offset_start - strip.animation_offset_end
    return max(content, 1) / (keys[-1] - keys[0])


def _content_start(strip: Any) -> float:
    return strip.content_start if compat.NEW_TIMES else strip.frame_start


def _path(sound: Any) -> str:
    path = Path(bpy.path.abspath(sound.filepath, library=sound.library))
    if sound.packed_file and not path.is_file():
        unpacked = Path(bpy.app.tempdir) / f"neuroedit_{sound.session_uid}{path.suffix or '.wav'}"
        unpacked.write_bytes(sound.packed_file.data)
        return str(unpacked)
    return os.path.abspath(path)


def _level(place: _Place, strip: Any | None, name: str) -> _Level:
    value = float(getattr(strip if strip is not None else place.scene, name))
    return _Level(value, curve_of(place.scene, strip, name), place.frame)


def _sampled(levels: list[_Level], start: float, end: float, fps: float) -> Points:
    """The product of levels at every frame from `start` to `end` seconds, thinned out."""
    steady = prod(level.value for level in levels if level.curve is None)
    moving = [level for level in levels if level.curve is not None]
    if not moving:
        return ((start, steady),)
    seconds = [frame / fps for frame in range(int(start * fps), int(end * fps) + 2)]
    return thinned([(second, steady * prod(level.at(second) for level in moving)) for second in seconds], 1e-3)


def _clamp(span: tuple[float, float], window: tuple[float, float]) -> tuple[float, float]:
    return max(span[0], window[0]), min(span[1], window[1])
