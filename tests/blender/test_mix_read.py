"""The arrangement of a scene sounds like Blender's own mixdown of it: within 0.5 dB in every 100 ms."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuroedit_addon.arrangement import Arrangement
from neuroedit_addon.worker.mix import mixdown

bpy = pytest.importorskip("bpy")

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
sounds = pytest.importorskip("sounds")
compat = pytest.importorskip("neuroedit_addon.blender.compat")
mix_read = pytest.importorskip("neuroedit_addon.blender.mix_read")

RATE = 48_000
WINDOW = RATE // 10


def new_scene(fps: int = 25, frames: int = 100, base: float = 1.0) -> Any:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = fps, base
    scene.frame_start, scene.frame_end = 1, frames
    scene.render.ffmpeg.audio_channels, scene.render.ffmpeg.audio_mixrate = "STEREO", RATE
    compat.strips_of(scene)
    return scene


def blender_mix(scene: Any, path: Path) -> np.ndarray:
    """What `bpy.ops.sound.mixdown` makes; the application goes on writing after it has returned."""
    with compat.editing(scene):
        bpy.ops.sound.mixdown(filepath=str(path), container="WAV", codec="PCM", format="F32")
    size, until = -1, time.monotonic() + 60
    while (not path.is_file() or path.stat().st_size != size) and time.monotonic() < until:
        size = path.stat().st_size if path.is_file() else -1
        time.sleep(0.3 if size < 0 else 0.1)
    return sounds.read(path)


def levels(sound: np.ndarray, seconds: float) -> np.ndarray:
    """dB of each whole window and channel."""
    count = int(seconds * RATE) // WINDOW
    padded = np.zeros((2, count * WINDOW))
    padded[:, : min(sound.shape[1], count * WINDOW)] = sound[:, : count * WINDOW]
    return 10 * np.log10(np.square(padded.reshape(2, count, WINDOW)).mean(-1) + 1e-9)


def assert_same(scene: Any, folder: Path, but: Callable[[float], bool] = lambda second: False) -> Arrangement:
    """Every 100 ms window is within 0.5 dB; below -60 dB all is silence.

    Left out are windows for whose second `but` says so, and the ends of strips: Blender begins and ends a strip only
    between its blocks of 1024 samples, so up to 22 ms late.
    """
    arrangement = mix_read.read(scene)
    theirs = levels(blender_mix(scene, folder / "blender.wav"), arrangement.duration)
    mixdown(arrangement, folder / "ours.wav", target=None, true_peak=0.0)
    ours = levels(sounds.read(folder / "ours.wav"), arrangement.duration)
    edges = [edge for clip in arrangement.clips for edge in (clip.start, clip.end)]
    kept = np.array([
        not but(n / 10) and not any(edge - 0.1 < n / 10 < edge + 0.022 for edge in edges) for n in range(ours.shape[1])
    ])  # fmt: skip
    assert kept.sum() > len(kept) / 2
    difference = np.abs(np.maximum(ours, -60) - np.maximum(theirs, -60)) * kept
    worst = np.unravel_index(difference.argmax(), difference.shape)
    assert difference.max() < 0.5, f"channel {worst[0]}, second {worst[1] / 10}: {ours[worst]:.2f}, {theirs[worst]:.2f}"
    assert theirs.max() > -40, "nothing was heard at all"
    return arrangement


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    low, high = sounds.tone(3, 440, 0.2), sounds.tone(3, 1500, 0.1)
    # Noise that swells makes every shift in time a difference in level.
    noise = np.random.default_rng(1).normal(0, 0.05, 3 * RATE)
    swell = noise * (0.3 + 0.7 * np.sin(np.arange(3 * RATE) / RATE * 2) ** 2)
    return {
        "mono": str(sounds.write(tmp_path / "mono.wav", swell)),
        "stereo": str(sounds.write(tmp_path / "stereo.wav", np.stack([low, high]))),
        "surround": str(sounds.write(tmp_path / "surround.wav", np.stack([low * (n + 1) / 6 for n in range(6)]))),
        "cd": str(sounds.write(tmp_path / "cd.wav", np.stack([sounds.tone(3, 440, 0.2, 44_100)] * 2), 44_100)),
        "aac": str(sounds.write(tmp_path / "a.m4a", np.stack([swell, swell]), codec="aac")),
    }  # fmt: skip


def _key(strip: Any, name: str, *values: tuple[int, float]) -> None:
    for frame, value in values:
        setattr(strip, name, value)
        strip.keyframe_insert(name, frame=frame)


@pytest.mark.parametrize("kind", ["mono", "stereo", "surround", "cd", "aac"])
@pytest.mark.parametrize("mono", [False, True])
def test_channels(tmp_path: Path, files: dict[str, str], kind: str, mono: bool) -> None:
    scene = new_scene()
    strip = compat.strips_of(scene).new_sound("a", files[kind], 1, 11)
    strip.sound.use_mono = mono
    strip.pan, strip.volume = 0.4, 0.7
    assert_same(scene, tmp_path)


RATES = [(24, 1.001), (24, 1), (25, 1), (30, 1.001), (30, 1), (60, 1.001), (60, 1)]


@pytest.mark.parametrize(("fps", "base"), RATES)
def test_trimmed_and_late_strips_at_every_rate(tmp_path: Path, files: dict[str, str], fps: int, base: float) -> None:
    scene = new_scene(fps, 4 * fps, base)
    strip = compat.strips_of(scene).new_sound("a", files["mono"], 1, fps // 2)
    compat.set_left(strip, fps)
    right = compat.split(strip, 2 * fps)
    compat.shift(right, fps // 3)
    compat.set_right(right, 3 * fps)
    outside = compat.strips_of(scene).new_sound("b", files["stereo"], 2, -fps)
    outside.volume = 0.1
    assert_same(scene, tmp_path)


def test_volume_and_pan_curves(tmp_path: Path, files: dict[str, str]) -> None:
    scene = new_scene()
    strip = compat.strips_of(scene).new_sound("a \"quoted\"", files["mono"], 1, 1)
    _key(strip, "volume", (1, 1.0), (60, 0.5), (75, 0.6))
    _key(strip, "pan", (1, -0.5), (75, 0.5))
    arrangement = assert_same(scene, tmp_path)
    assert len(arrangement.clips[0].gain) > 2


def test_mutes_channels_master_and_sound_offset(tmp_path: Path, files: dict[str, str]) -> None:
    scene = new_scene()
    strips = compat.strips_of(scene)
    strips.new_sound("heard", files["mono"], 1, 11).sound_offset = -0.013
    strips.new_sound("muted", files["stereo"], 2, 1).mute = True
    strips.new_sound("channel", files["stereo"], 3, 1)
    scene.sequence_editor.channels[3].mute = True
    scene.audio_volume = 0.4
    assert [clip.name for clip in assert_same(scene, tmp_path).clips] == ["heard"]


def test_metas(tmp_path: Path, files: dict[str, str]) -> None:
    scene = new_scene()
    outer = compat.strips_of(scene).new_meta("outer", 2, 1)
    inner = outer.strips.new_meta("inner", 2, 1)
    inner.strips.new_sound("a", files["mono"], 1, 1)
    muted = inner.strips.new_sound("b", files["stereo"], 3, 1)
    muted.mute = True
    compat.set_right(inner, 70)
    compat.set_left(inner, 11)
    compat.set_right(outer, 60)
    compat.set_left(outer, 21)
    compat.shift(outer, 15)
    if hasattr(outer, "volume"):
        outer.volume = 0.5
    assert [clip.name for clip in assert_same(scene, tmp_path).clips] == ["a"]


@pytest.mark.parametrize("fps", [25, 50])
def test_scenes_inside(tmp_path: Path, files: dict[str, str], fps: int) -> None:
    scene = new_scene()
    inner = bpy.data.scenes.new("inner")
    inner.render.fps, inner.frame_start, inner.frame_end = fps, 6, 200
    inner.audio_volume = 0.8
    compat.strips_of(inner).new_sound("b", files["mono"], 1, 11)
    strip = compat.strips_of(scene).new_scene("s", inner, 1, 11)
    strip.scene_input, strip.volume = "SEQUENCER", 0.7
    compat.set_right(strip, 71)
    compat.set_left(strip, 26)
    assert_same(scene, tmp_path)
    strip.scene_input = "CAMERA"
    assert not mix_read.read(scene).clips


@pytest.mark.skipif(not compat.NEW_TIMES, reason="Blender 4.5 crashes when keys are added by data calls")
@pytest.mark.parametrize("pitch", [False, True])
def test_speed(tmp_path: Path, files: dict[str, str], pitch: bool) -> None:
    scene = new_scene()
    strip = compat.strips_of(scene).new_sound("a", files["mono"], 1, 11)
    strip.pitch_correction = pitch
    strip.retiming_keys.add(timeline_frame=11)
    strip.retiming_keys[-1].timeline_frame = 61
    compat.set_left(strip, 21)
    # Two time stretchers differ too much in detail to be compared in such short windows.
    arrangement = mix_read.read(scene) if pitch else assert_same(scene, tmp_path)
    clip = arrangement.clips[0]
    assert (clip.speed, clip.keep_pitch) == (pytest.approx(1.5), pitch)
    assert clip.media_start == pytest.approx(0.6)


def test_several_strips_fades_and_a_crossfade(tmp_path: Path, files: dict[str, str]) -> None:
    scene = new_scene()
    strips = compat.strips_of(scene)
    first, second = strips.new_sound("a", files["stereo"], 1, 1), strips.new_sound("b", files["mono"], 2, 51)
    # Blender's volumes come 10 to 60 ms late, differently on 4.5 and 5.2: this fade is slow enough for 0.5 dB.
    _key(first, "volume", (30, 1.0), (76, 0.5))
    _key(second, "volume", (51, 0.5), (96, 1.0))
    assert_same(scene, tmp_path)


def test_what_cannot_be_carried_is_said(tmp_path: Path, files: dict[str, str]) -> None:
    scene = new_scene()
    strip = compat.strips_of(scene).new_sound("a", files["mono"], 1, 1)
    strip.driver_add("volume").driver.expression = "0.5"
    scene.collection.objects.link(bpy.data.objects.new("speaker", bpy.data.speakers.new("speaker")))
    found = " ".join(mix_read.read(scene).warnings)
    assert "“a” is moved by a driver" in found
    assert "Speaker objects" in found
    scene.use_audio = False
    assert "switched off" in mix_read.read(scene).warnings[0]
    assert not mix_read.read(scene).clips


def test_a_scene_without_sequencer_is_empty() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert mix_read.read(bpy.context.scene).clips == ()


def test_packed_sound_is_unpacked(tmp_path: Path, files: dict[str, str]) -> None:
    scene = new_scene()
    strip = compat.strips_of(scene).new_sound("a", files["mono"], 1, 1)
    strip.sound.pack()
    os.remove(files["mono"])
    assert Path(mix_read.read(scene).clips[0].path).stat().st_size > 100_000
