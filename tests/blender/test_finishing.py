"""Each step after the cut does what its settings say, can be taken back whole, and leaves what somebody touched."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("bpy")
pytest.importorskip("av")

import bpy

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
pytest.importorskip("sounds")

import sounds

from neuroedit_addon.blender import compat, mix_read
from neuroedit_addon.blender.dump import dump
from neuroedit_addon.blender.finishing.asking import Ask, answered
from neuroedit_addon.blender.finishing.finish import finish
from neuroedit_addon.blender.finishing.undoing import take_back
from neuroedit_addon.blender.finishing.wishes import Finished, Wishes
from neuroedit_addon.captions import Caption, Captions
from neuroedit_addon.findings import Audio, Findings, Loudness, Media, Span
from neuroedit_addon.planner.edit_list import Range
from neuroedit_addon.planner.time_map import TimeMap
from neuroedit_addon.settings import Settings
from neuroedit_addon.worker import cleanup, dub, mix
from neuroedit_addon.worker.voice import Spoken

LINES = Captions((Caption(1.0, 2.0, "one"), Caption(4.0, 5.0, "two")))
LIVE = {"mix": "keyframes", "music_fade_out": "0.2s"}
VERBS = {"dub": dub, "mix": mix, "clean": cleanup}


class Tone:
    """A voice that is a tone of half a second."""

    def say(self, text: str, voice: str = "", rate: float = 1.0) -> Spoken:
        return Spoken(sounds.tone(0.5, 2000, 0.2, 48_000).astype(np.float32), 48_000)


@pytest.fixture(autouse=True)
def _voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dub, "engine_of", lambda name: Tone())


@pytest.fixture
def film(tmp_path: Path) -> tuple[Any, dict[str, Findings]]:
    """Eight seconds in which somebody speaks in the first six, and its findings."""
    path = str(sounds.write(tmp_path / "talk.wav", np.tile(sounds.tone(8, 300, 0.1), (2, 1))))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.frame_start, scene.frame_end = 25, 1, 200
    with compat.editing(scene):
        compat.strips_of(scene).new_sound(name="talk", filepath=path, channel=1, frame_start=1)
    return scene, {path: _findings(path, ((0.0, 6.0),))}


def _findings(path: str, speech: tuple[tuple[float, float], ...] = ()) -> Findings:
    media, loudness = Media(path, 8.0, audio=Audio(48_000, 2)), Loudness(-20.0, 0.0, -17.0, 0.1, ())
    return Findings(media, speech=tuple(Span(a, b, 0.9) for a, b in speech), loudness=loudness)


def _wishes(folder: Path, *steps: str, **more: Any) -> Wishes:
    changed = {"steps": steps, **more.pop("settings", {})}
    return Wishes(Settings().changed(changed), folder, "run", **more)


def _do(scene: Any, wishes: Wishes, found: dict[str, Findings]) -> Finished:
    def ask(request: Ask) -> dict[str, Any]:
        return VERBS[request.verb].run(request.arguments, lambda message: None, lambda: False)

    return answered(finish(scene, wishes, found), ask)


def _strips(scene: Any, start: str) -> list[Any]:
    return sorted((s for s in compat.strips_of(scene) if s.name.startswith(start)), key=compat.left)


def _gain(scene: Any, name: str, second: float) -> float:
    """dB of a strip's volume at a second, as the mix hears it."""
    clip = next(c for c in mix_read.read(scene).clips if c.name == name)
    seconds, values = zip(*clip.gain, strict=True)
    return float(20 * np.log10(np.interp(second, seconds, values)))


def test_lines_begin_on_their_frame_and_the_voice_under_them_is_lowered(film: Any, tmp_path: Path) -> None:
    scene, found = film
    done = _do(scene, _wishes(tmp_path / "new", "dub", lines=LINES, captions=True), found)
    assert [compat.left(s) for s in compat.strips_of(scene) if s.type == "SOUND" and s.name != "talk"] == [26, 101]
    assert [(s.text, compat.left(s), compat.right(s)) for s in _strips(scene, "") if s.type == "TEXT"] == [
        ("one", 26, 51), ("two", 101, 126)
    ]  # fmt: skip
    assert _gain(scene, "talk", 1.3) == pytest.approx(-18, abs=0.1)
    assert _gain(scene, "talk", 0.5) == pytest.approx(0, abs=0.01)
    assert _gain(scene, "talk", 3.0) == pytest.approx(0, abs=0.01)
    assert [one.text for one in done.spoken] == ["one", "two"]


@pytest.mark.parametrize(("original", "gain"), [("remove", -90.0), ("keep", 0.0)])
def test_the_original_voice_may_go_or_stay(film: Any, tmp_path: Path, original: str, gain: float) -> None:
    scene, found = film
    _do(scene, _wishes(tmp_path / "new", "dub", lines=LINES, settings={"original": original}), found)
    assert _gain(scene, "talk", 1.3) == pytest.approx(gain, abs=0.1)


def test_the_voice_over_is_as_loud_as_the_voices_in_the_footage(film: Any, tmp_path: Path) -> None:
    scene, found = film
    _do(scene, _wishes(tmp_path / "new", "dub", "mix", lines=LINES, settings={"lufs": -23}), found)
    bpy.data.scenes[0].sequence_editor.strips["Mix"].mute = True
    take = _strips(scene, "one")[0]
    sound = sounds.read(Path(bpy.path.abspath(take.sound.filepath)))
    quiet = sounds.write(tmp_path / "level.wav", np.tile(sound * take.volume, (1, 40)))
    assert sounds.meter(quiet)[0] == pytest.approx(-20, abs=1.0)


def test_music_is_ducked_and_all_is_mixed_to_its_loudness(film: Any, tmp_path: Path) -> None:
    scene, found = film
    music = str(sounds.write(tmp_path / "bed.wav", np.tile(sounds.tone(20, 500, 0.1), (2, 1))))
    wishes = _wishes(tmp_path / "new", "mix", music=_findings(music), stems=tmp_path / "new" / "film",
                     settings={"lufs": -23.0, "music_fade_out": "0.2s"})  # fmt: skip
    done = _do(scene, wishes, found)
    assert done.mix is not None
    assert done.mix.after.integrated_lufs == pytest.approx(-23, abs=0.3)
    assert sorted(path.name for path in done.files) == ["film_music.wav", "film_voice.wav"]
    bed = sounds.read(tmp_path / "new" / "film_music.wav")[0]
    level = [sounds.decibels(bed[round(second * 48_000) : round((second + 0.2) * 48_000)]) for second in (3.0, 6.9)]
    assert level[0] - level[1] == pytest.approx(-12, abs=0.5)
    assert [strip.name for strip in compat.strips_of(scene) if not strip.mute] == ["Mix"]


def test_keyframes_only_leaves_everything_live(film: Any, tmp_path: Path) -> None:
    scene, found = film
    music = str(sounds.write(tmp_path / "bed.wav", np.tile(sounds.tone(20, 500, 0.1), (2, 1))))
    done = _do(scene, _wishes(tmp_path / "new", "mix", music=_findings(music), settings=LIVE), found)
    assert done.mix is None
    assert not any(strip.mute for strip in compat.strips_of(scene))
    assert _gain(scene, "bed", 3.0) - _gain(scene, "bed", 6.9) == pytest.approx(-12, abs=0.5)


def test_all_of_it_can_be_taken_back(film: Any, tmp_path: Path) -> None:
    scene, found = film
    before = dump(scene)
    music = str(sounds.write(tmp_path / "bed.wav", np.tile(sounds.tone(20, 500, 0.1), (2, 1))))
    wishes = _wishes(tmp_path / "new", "dub", "mix", lines=LINES, captions=True, music=_findings(music),
                     settings={"clean": ("highpass",)})  # fmt: skip
    _do(scene, wishes, found)
    assert {s.sound.filepath for s in _strips(scene, "talk")} != set(found)
    folders = take_back(scene)
    assert folders == (str(tmp_path / "new" / "dub"),)
    after = dump(scene)
    assert after["strips"] == before["strips"]
    assert after["curves"] == before["curves"]


def test_what_somebody_touched_stays_once_and_follows_the_cuts(film: Any, tmp_path: Path) -> None:
    scene, found = film
    wishes = _wishes(tmp_path / "new", "dub", lines=LINES, captions=True)
    _do(scene, wishes, found)
    next(s for s in _strips(scene, "two") if s.type == "SOUND").volume = 0.3
    next(s for s in _strips(scene, "one") if s.type == "TEXT").text = "eins"
    take_back(scene)
    assert sorted(s.name for s in compat.strips_of(scene) if s.name != "talk")[0].startswith("one")
    cut = TimeMap((Range(51, 76, "remove"),))
    _do(scene, replace(wishes, run="again").after(cut, Fraction(25), 1), found)
    dubs = [s for s in compat.strips_of(scene) if s.type == "SOUND" and s.name != "talk"]
    assert sorted((compat.left(s), round(s.volume, 3) == 0.3) for s in dubs) == [(26, False), (76, True)]
    texts = sorted((compat.left(s), s.text) for s in compat.strips_of(scene) if s.type == "TEXT")
    assert texts == [(26, "eins"), (76, "two")]


def test_a_step_that_is_closed_has_changed_nothing_yet(film: Any, tmp_path: Path) -> None:
    scene, found = film
    before = dump(scene)
    work = finish(scene, _wishes(tmp_path / "new", "dub", "mix", lines=LINES), found)
    assert next(work).verb == "dub"
    work.close()
    assert dump(scene) == before


def test_text_strips_are_spoken(film: Any, tmp_path: Path) -> None:
    scene, found = film
    strip = compat.new_effect(scene, "title", "TEXT", 3, 51, 76)
    strip.text = "Hello"
    done = _do(scene, _wishes(tmp_path / "new", "dub", strips_speak=True), found)
    assert [(one.text, one.start) for one in done.spoken] == [("Hello", 2.0)]
