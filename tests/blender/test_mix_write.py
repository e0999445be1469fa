"""Dubs, music, captions and mixes become ordinary strips that a later run replaces and a click takes back."""

from __future__ import annotations

import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuroedit_addon.captions import Caption, Captions
from neuroedit_addon.dub_lines import DubTake
from neuroedit_addon.planner import dub
from neuroedit_addon.planner.duck import duck
from neuroedit_addon.planner.music_bed import lay
from neuroedit_addon.worker.mix import mixdown

bpy = pytest.importorskip("bpy")

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
sounds = pytest.importorskip("sounds")
compat = pytest.importorskip("neuroedit_addon.blender.compat")
curves = pytest.importorskip("neuroedit_addon.blender.curves")
mix_read = pytest.importorskip("neuroedit_addon.blender.mix_read")
write_captions = pytest.importorskip("neuroedit_addon.blender.write_captions")
write_dub = pytest.importorskip("neuroedit_addon.blender.write_dub")
write_mix = pytest.importorskip("neuroedit_addon.blender.write_mix")
write_music = pytest.importorskip("neuroedit_addon.blender.write_music")

RATES = [(24, 1.001), (24, 1), (25, 1), (30, 1.001), (30, 1), (50, 1), (60, 1.001), (60, 1)]


@pytest.fixture
def scene() -> Any:
    return _scene()


def _scene(fps: int = 25, base: float = 1.0, first: int = 1) -> Any:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = fps, base
    scene.frame_start, scene.frame_end = first, first + 10 * fps - 1
    compat.strips_of(scene)
    return scene


@pytest.fixture
def tone(tmp_path: Path) -> str:
    return str(sounds.write(tmp_path / "tone.wav", np.tile(sounds.tone(4), (2, 1))))


def _placed(tone: str, *captions: Caption, fps: Fraction = Fraction(25)) -> tuple[dub.Placed, ...]:
    lines = dub.plan(Captions(captions), fps)
    return dub.place(lines, [DubTake(line.key, tone, 1.0) for line in lines], fps)


@pytest.mark.parametrize(("fps", "base"), RATES)
def test_dub_strips_begin_on_their_frame_and_do_not_overlap(tone: str, fps: int, base: float) -> None:
    scene = _scene(fps, base, first=11)
    rate = Fraction(fps) / Fraction(base).limit_denominator(1001)
    captions = [Caption(0.31, 1.0, "one"), Caption(1.17, 2.0, "two"), Caption(4.0, 5.0, "three")]
    strips = write_dub.write(scene, _placed(tone, *captions, fps=rate), "run")
    for strip, caption in zip(strips, captions, strict=True):
        assert abs((compat.left(strip) - 11) / rate - caption.start) <= 1 / rate
    assert all(compat.right(a) <= compat.left(b) for a, b in zip(strips, strips[1:], strict=False))
    assert len({strip.channel for strip in strips}) == 1
    assert (strips[0].name, strips[0]["neuroedit_text"], strips[0]["neuroedit_voice"]) == ("one", "one", "en-us")
    heard = mix_read.read(scene)
    assert {clip.stem for clip in heard.clips} == {"voice"}


def test_a_second_run_replaces_only_what_changed_and_nobody_touched(scene: Any, tone: str) -> None:
    captions = [Caption(0, 1, "one"), Caption(2, 3, "two"), Caption(4, 5, "three")]
    first = write_dub.write(scene, _placed(tone, *captions), "run 1")
    first[1].volume = 0.3
    names = [strip.name for strip in first]
    captions[2] = Caption(4, 5, "drei")
    second = write_dub.write(scene, _placed(tone, *captions), "run 2")
    assert [strip.name for strip in second] == [*names[:2], "drei"]
    assert second[1].volume == pytest.approx(0.3)
    assert [strip["neuroedit_run"] for strip in second] == ["run 1", "run 1", "run 2"]
    assert len(compat.strips_of(scene)) == 3


def test_a_mix_silences_its_sources_and_is_taken_back(scene: Any, tone: str, tmp_path: Path) -> None:
    strips = compat.strips_of(scene)
    heard = strips.new_sound("heard", tone, 1, 1)
    muted = strips.new_sound("muted", tone, 2, 1)
    muted.mute = True
    meta = strips.new_meta("meta", 3, 1)
    inside = meta.strips.new_sound("inside", tone, 3, 1)
    inner = bpy.data.scenes.new("inner")
    compat.strips_of(inner).new_sound("b", tone, 1, 1)
    nested = strips.new_scene("scene", inner, 4, 1)
    nested.scene_input, nested.volume = "SEQUENCER", 0.7
    before = mix_read.read(scene)
    mixdown(before, tmp_path / "mix.wav")
    mix = write_mix.write(scene, tmp_path / "mix.wav", "run")
    assert (heard.mute, inside.mute, nested.mute, nested.volume, mix.mute) == (True, True, False, 0.0, False)
    assert compat.left(mix) == 1
    assert write_mix.is_heard(scene)
    again = [clip.name for clip in mix_read.read(scene).clips]
    assert again == [clip.name for clip in before.clips], "a mix is made of its sources"
    assert write_mix.use(scene, mix=False)
    assert (heard.mute, muted.mute, inside.mute, mix.mute) == (False, True, False, True)
    assert nested.volume == pytest.approx(0.7)
    assert mix_read.read(scene) == before
    assert write_mix.use(scene, mix=True)
    assert heard.mute
    assert write_mix.remove(scene)
    assert (heard.mute, muted.mute, inside.mute) == (False, True, False)
    assert not any(strip.name == "Mix" for strip in strips)
    assert not write_mix.use(scene, mix=True)


@pytest.mark.parametrize("animated", [False, True])
def test_the_scenes_own_volume_does_not_count_twice(scene: Any, tone: str, tmp_path: Path, animated: bool) -> None:
    compat.strips_of(scene).new_sound("heard", tone, 1, 1)
    scene.audio_volume = 0.25
    if animated:
        scene.keyframe_insert("audio_volume", frame=1)
    mixdown(mix_read.read(scene), tmp_path / "mix.wav")
    mix = write_mix.write(scene, tmp_path / "mix.wav", "run")
    assert mix.volume * scene.audio_volume == pytest.approx(1.0)


def test_ducking_keyframes_multiply_and_are_taken_back(scene: Any, tone: str) -> None:
    strip = compat.strips_of(scene).new_sound("bed", tone, 1, 1)
    for frame, value in ((1, 1.0), (101, 0.5)):
        strip.volume = value
        strip.keyframe_insert("volume", frame=frame)
    points = duck([(1.5, 2.5)])
    write_mix.duck(scene, [strip], points)
    write_mix.duck(scene, [strip], points)
    curve = curves.curve_of(scene, strip, "volume")
    at_two = 0.75 * 10 ** (-12 / 20)
    assert curve.evaluate(51) == pytest.approx(at_two, abs=0.02)
    assert curve.evaluate(1) == pytest.approx(1.0)
    assert write_mix.unduck(scene) == 1
    curve = curves.curve_of(scene, strip, "volume")
    assert [tuple(key.co) for key in curve.keyframe_points] == [(1, 1), (101, 0.5)]
    assert write_mix.unduck(scene) == 0


def test_ducking_without_keyframes_before_leaves_none_behind(scene: Any, tone: str) -> None:
    strip = compat.strips_of(scene).new_sound("bed", tone, 1, 1)
    strip.volume = 0.8
    write_mix.duck(scene, [strip], duck([(1.5, 2.5)]))
    assert curves.curve_of(scene, strip, "volume") is not None
    write_mix.unduck(scene)
    assert curves.curve_of(scene, strip, "volume") is None
    assert strip.volume == pytest.approx(0.8)


def test_a_music_bed_covers_the_film_and_is_ducked(scene: Any, tone: str, tmp_path: Path) -> None:
    pieces = lay(10.0, 4.0)
    strips = write_music.write(scene, Path(tone), pieces, [(5.0, 6.0), (6.5, 7.0)], "run")
    assert (compat.left(strips[0]), compat.right(strips[-1])) == (1, 251)
    mixdown(mix_read.read(scene), tmp_path / "mix.wav", target=None)
    mixed = sounds.read(tmp_path / "mix.wav")[0]
    level = [sounds.decibels(mixed[n * 4800 : n * 4800 + 4800]) for n in range(100)]
    assert level[15] == pytest.approx(-23, abs=0.2)
    # As deep as it was asked for with the first word, and until the last: a pause of half a second is not filled.
    assert level[50:70] == pytest.approx([-35.0] * 20, abs=0.5)
    assert level[99] < -35
    write_music.write(scene, Path(tone), pieces, [], "run 2")
    assert len(compat.strips_of(scene)) == len(pieces)
    compat.set_right(compat.strips_of(scene)[0], 50)
    assert {s["neuroedit_run"] for s in write_music.write(scene, Path(tone), pieces, [], "run 3")} == {"run 2"}


def test_a_bed_whose_ducking_was_changed_by_hand_stays(scene: Any, tone: str) -> None:
    pieces = lay(10.0, 4.0)
    bed = write_music.write(scene, Path(tone), pieces, [(5.0, 6.0)], "run")
    assert all(map(write_music.untouched, bed))
    scene.frame_set(140)
    assert all(map(write_music.untouched, bed))
    curves.curve_of(scene, bed[1], "volume").keyframe_points[1].co.y *= 0.7
    again = write_music.write(scene, Path(tone), pieces, [(5.0, 6.0)], "run 2")
    assert {strip["neuroedit_run"] for strip in again} == {"run"}


def test_captions_are_text_strips_and_come_back(scene: Any) -> None:
    captions = [Caption(1.0, 2.0, "Hello\nthere"), Caption(3.0, 4.2, "你好 👋 שלום")]
    strips = write_captions.write(scene, captions, "run")
    assert [(c.start, c.end, c.text) for c in write_captions.read(scene)] == [
        (c.start, c.end, c.text) for c in captions
    ]
    strips[1].text = "by hand"
    write_captions.write(scene, [Caption(1.0, 2.0, "Changed"), captions[1]], "run 2")
    assert [c.text for c in write_captions.read(scene)] == ["Changed", "by hand"]
