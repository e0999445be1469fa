"""Timelines with sound, built inside one Blender for benchmark_mix_in_blender.py, one after the other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy

from neuroedit_addon.blender import compat, write_dub, write_music
from neuroedit_addon.captions import Caption, Captions
from neuroedit_addon.dub_lines import DubTake
from neuroedit_addon.planner import dub
from neuroedit_addon.planner.music_bed import lay

RATES = ((24, 1.001), (24, 1), (25, 1), (30, 1.001), (30, 1), (50, 1), (60, 1.001), (60, 1))
_RANDOM = 12  # timelines
_SOUNDS = ("stereo", "mono", "surround", "cd", "aac")
Case = tuple[str, Any]


def cases(files: dict[str, str], starts: list[float], speech: list[tuple[float, float]]) -> Iterator[Case]:
    """Scenes by name; each is gone when the next is asked for."""
    for kind in (_simple, _curved, _nested, _retimed, _random):
        for what, scene in kind(files):
            yield f"parity: {what}", scene
    yield from _onsets(files, starts)
    scene = _scene(25, 1.0, 14)
    pieces = lay(14.0, 30.0, fade_in=0.0, fade_out=0.0)
    write_music.write(scene, Path(files["music"]), pieces, speech, "benchmark")
    yield "ducking", scene


def _simple(files: dict[str, str]) -> Iterator[Case]:
    for name, what in (("stereo", "stereo"), ("surround", "5.1"), ("cd", "44.1 kHz"), ("aac", "AAC")):
        scene = _scene(25, 1.0, 10)
        _sound(scene, files[name], 1, 11).volume = 0.7
        yield what, scene
    scene = _scene(24, 1.001, 10)
    _sound(scene, files["mono"], 1, 13)
    yield "one channel, 23.976 fps", scene
    scene = _scene(30, 1.0, 10)
    strip = _sound(scene, files["stereo"], 1, 1)
    compat.set_left(strip, 40)
    compat.set_right(strip, 200)
    strip.volume = 0.5
    yield "trimmed, half volume", scene
    scene = _scene(60, 1.001, 10)
    strip = _sound(scene, files["mono"], 1, 30)
    compat.set_left(strip, 60)
    right = compat.split(strip, 200)
    compat.shift(right, 33)
    compat.set_right(right, 420)
    yield "split and moved, 59.94 fps", scene
    for mono in ("mono", "surround"):
        scene = _scene(25, 1.0, 10)
        strip = _sound(scene, files[mono])
        strip.sound.use_mono, strip.pan = True, 0.7
        yield f"panned {'one channel' if mono == 'mono' else '5.1 as Mono'}", scene
    scene = _scene(25, 1.0, 10)
    _sound(scene, files["mono"], 1, 11).sound_offset = -0.013
    _sound(scene, files["stereo"], 2).mute = True
    _sound(scene, files["stereo"], 3)
    scene.sequence_editor.channels[3].mute = True
    yield "sound offset, muted strip, muted channel", scene
    scene = _scene(25, 1.0, 10)
    for channel, name in enumerate(("stereo", "mono", "take"), start=1):
        _sound(scene, files[name], channel, 1 + 20 * channel).volume = 0.4
    scene.audio_volume = 0.8
    yield "three layers, scene volume", scene


def _curved(files: dict[str, str]) -> Iterator[Case]:
    scene = _scene(25, 1.0, 10)
    _key(_sound(scene, files["stereo"]), "volume", (1, 1.0), (250, 0.4))
    yield "volume curve", scene
    scene = _scene(25, 1.0, 10)
    _key(_sound(scene, files["mono"]), "pan", (1, -0.5), (250, 0.5))
    yield "pan curve", scene
    scene = _scene(25, 1.0, 10)
    _key(_sound(scene, files["stereo"], 1, 1), "volume", (60, 1.0), (180, 0.4))
    _key(_sound(scene, files["mono"], 2, 61), "volume", (61, 0.3), (180, 1.0))
    yield "slow cross-fade", scene


def _nested(files: dict[str, str]) -> Iterator[Case]:
    scene = _scene(25, 1.0, 10)
    outer = compat.strips_of(scene).new_meta("outer", 2, 1)
    inner = outer.strips.new_meta("inner", 2, 1)
    inner.strips.new_sound("a", files["mono"], 1, 1)
    inner.strips.new_sound("b", files["stereo"], 3, 1).mute = True
    compat.set_right(inner, 220)
    compat.set_left(inner, 11)
    compat.set_right(outer, 200)
    compat.set_left(outer, 21)
    compat.shift(outer, 15)
    if hasattr(outer, "volume"):
        outer.volume = 0.5
    yield "metas in each other", scene
    for fps in (25, 50):
        scene = _scene(25, 1.0, 10)
        within = bpy.data.scenes.new("within")
        within.render.fps, within.frame_start, within.frame_end = fps, 6, 600
        within.audio_volume = 0.8
        compat.strips_of(within).new_sound("b", files["mono"], 1, 11)
        strip = compat.strips_of(scene).new_scene("s", within, 1, 11)
        strip.scene_input, strip.volume = "SEQUENCER", 0.7
        compat.set_right(strip, 221)
        compat.set_left(strip, 26)
        yield f"a scene of {fps} fps inside one of 25", scene


def _retimed(files: dict[str, str]) -> Iterator[Case]:
    if not compat.NEW_TIMES:  # Blender 4.5 crashes when keys are added by data calls
        return
    scene = _scene(25, 1.0, 10)
    strip = _sound(scene, files["mono"], 1, 11)
    strip.pitch_correction = False
    strip.retiming_keys.add(timeline_frame=11)
    strip.retiming_keys[-1].timeline_frame = 211
    compat.set_left(strip, 21)
    yield "played 1.5 times as fast", scene


def _random(files: dict[str, str]) -> Iterator[Case]:
    """Six strips of any kind anywhere, trimmed, at any volume and place."""
    for seed in range(_RANDOM):
        chance = random.Random(seed)
        fps, base = RATES[seed % len(RATES)]
        scene = _scene(fps, base, 14)
        scene.audio_volume = chance.uniform(0.5, 1.0)
        for channel in range(1, 7):
            strip = _sound(scene, files[chance.choice(_SOUNDS)], channel, 1 + round(chance.uniform(-3, 9) * fps))
            length = compat.right(strip) - compat.left(strip)
            compat.set_left(strip, compat.left(strip) + round(chance.uniform(0, 0.3) * length))
            compat.set_right(strip, compat.right(strip) - round(chance.uniform(0, 0.3) * length))
            strip.volume, strip.pan = chance.uniform(0.05, 0.3), chance.uniform(-1, 1)
            strip.mute = chance.random() < 0.15
        yield f"six random strips, {fps / base:.4g} fps, number {seed + 1}", scene


def _onsets(files: dict[str, str], starts: list[float]) -> Iterator[Case]:
    for fps, base in RATES:
        scene = _scene(fps, base, 12)
        rate = Fraction(fps) / Fraction(base).limit_denominator(1001)
        captions = Captions(tuple(Caption(start, start + 1.5, f"line {start}") for start in starts))
        lines = dub.plan(captions, rate)
        takes = [DubTake(line.key, files["take"], 1.0) for line in lines]
        write_dub.write(scene, dub.place(lines, takes, rate), "benchmark")
        yield f"onset: {float(rate):g}", scene


def _scene(fps: int, base: float, seconds: int) -> Any:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = fps, base
    scene.frame_start, scene.frame_end = 1, seconds * fps
    scene.render.ffmpeg.audio_channels, scene.render.ffmpeg.audio_mixrate = "STEREO", 48_000
    compat.strips_of(scene)
    return scene


def _sound(scene: Any, path: str, channel: int = 1, frame: int = 1) -> Any:
    with compat.editing(scene):
        return compat.strips_of(scene).new_sound(name="sound", filepath=path, channel=channel, frame_start=frame)


def _key(strip: Any, name: str, *values: tuple[int, float]) -> None:
    for frame, value in values:
        setattr(strip, name, value)
        strip.keyframe_insert(name, frame=frame)
