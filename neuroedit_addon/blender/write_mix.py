"""Puts a finished mix on the timeline, silences what it was made from, and takes both back at a click."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import bpy

from . import compat, tags
from .channels import channel_for
from .curves import curve_of, restore_volume, scale_volume
from .marks import BED, MIX, MIXED

CHANNEL = "Mix"
_COLOUR = "COLOR_04"
_LEAST = 0.01  # a scene quieter than this is silent; the mix is not raised further than by 40 dB
_STEP = 5  # frames
_VOLUME = "neuroedit_mix_volume"


def write(scene: Any, path: Path, run: str) -> Any:
    """The mix as a sound strip on its own channel, its sources muted and marked; an earlier mix is replaced."""
    remove(scene)
    strips = compat.strips_of(scene)
    with compat.editing(scene):
        channel = channel_for(scene, CHANNEL)
        strip = strips.new_sound(name=CHANNEL, filepath=str(path), channel=channel, frame_start=scene.frame_start)
        end = scene.frame_end + 1
        if compat.right(strip) > end:
            compat.set_right(strip, end)
        _outside_master(scene, strip)
        strip[MIX] = run
        tags.tag(strip, run, "mix", _COLOUR)
        _silence(scene, run)
        tags.seal(strip)
    return strip


def remove(scene: Any) -> bool:
    """Take the mix away and let its sources be heard again; says whether there was one."""
    strips = compat.strips_of(scene)
    found = [strip for strip in strips if MIX in strip]
    sounds = {strip.sound for strip in found if strip.sound}
    with compat.editing(scene):
        for strip in found:
            strips.remove(strip)
        if not compat.open_meta(scene):  # the mix lies outside of it, and goes on being heard
            _unsilence(scene)
    for sound in sounds:
        if not sound.users:  # else the project would go on naming a file that nothing plays
            bpy.data.sounds.remove(sound)
    return bool(found)


def use(scene: Any, mix: bool) -> bool:
    """Hear the mix (True) or its sources (False); says whether there is a mix to hear."""
    found = [strip for strip in compat.strips_of(scene) if MIX in strip]
    for strip in found:
        strip.mute = not mix
        if mix:
            _silence(scene, strip[MIX])
        else:
            _unsilence(scene)
        tags.seal(strip)
    return bool(found)


def exists(scene: Any) -> bool:
    """Whether there is a mix, heard or not."""
    return any(MIX in strip for strip in compat.strips_of(scene))


def is_audible(scene: Any) -> bool:
    """Whether there is anything that could be mixed."""
    return any(MIX not in strip for strip in _sounding(compat.strips_of(scene)))


def is_heard(scene: Any) -> bool:
    """Whether the mix, not its sources, is heard."""
    return any(MIX in strip and not strip.mute for strip in compat.strips_of(scene))


def duck(scene: Any, strips: Sequence[Any], points: Sequence[tuple[float, float]]) -> None:
    """Write volume keyframes ("keyframes only"): `points` are (second from the scene's first frame, factor)."""
    fps = scene.render.fps / scene.render.fps_base
    frames = [(scene.frame_start + second * fps, factor) for second, factor in points]
    for strip in strips:
        scale_volume(scene, strip, frames)


def unduck(scene: Any) -> int:
    """Take all those keyframes back; how many strips had some. Those of a music bed are its own."""
    strips = [strip for strip in _sounding(compat.strips_of(scene)) if BED not in strip]
    return sum(restore_volume(scene, strip) for strip in strips)


def _outside_master(scene: Any, strip: Any) -> None:
    """Undo the scene's own volume for the mix, in which it is already."""
    curve = curve_of(scene, None, "audio_volume")
    if curve is None:
        strip.volume = 1 / max(scene.audio_volume, _LEAST)
        return
    frames = range(scene.frame_start, scene.frame_end + 2, _STEP)
    scale_volume(scene, strip, [(frame, 1 / max(float(curve.evaluate(frame)), _LEAST)) for frame in frames])


def _silence(scene: Any, run: str) -> None:
    for strip in _sounding(compat.strips_of(scene)):
        if MIX in strip or strip.mute or MIXED in strip:
            continue
        strip[MIXED] = run
        if strip.type == "SOUND":
            strip.mute = True
        else:
            # Muting a scene strip would take its picture away, too.
            strip[_VOLUME] = strip.volume
            if curve := curve_of(scene, strip, "volume"):
                curve.mute = True
            strip.volume = 0.0


def _unsilence(scene: Any) -> None:
    for strip in _sounding(compat.strips_of(scene)):
        if MIXED not in strip:
            continue
        if strip.type == "SOUND":
            strip.mute = False
        else:
            strip.volume = strip.get(_VOLUME, 1.0)
            for curve in compat.fcurves_of(scene):
                if curve.data_path.endswith(f'["{strip.name}"].volume'):
                    curve.mute = False
        del strip[MIXED]


def _sounding(strips: Any) -> Iterator[Any]:
    """Sound and scene strips, those inside metas, too."""
    for strip in strips:
        if strip.type == "META":
            yield from _sounding(strip.strips)
        elif strip.type in ("SOUND", "SCENE"):
            yield strip
