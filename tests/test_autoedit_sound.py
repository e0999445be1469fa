"""Promise: one command gives a film with voice-over, music and captions at its loudness, and leaves nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bpy")

import bpy
import sounds
from autoedit_runs import Runner, names
from media_files import Picture, Sound, film

LINES = "1\n00:00:00,400 --> 00:00:01,600\nHello there.\n\n2\n00:00:02,000 --> 00:00:03,600\nIt costs $20.\n"


def _talk(times: np.ndarray) -> np.ndarray:
    return 0.2 * np.sin(2 * np.pi * 300 * times) * (np.sin(2 * np.pi * 2.5 * times) > 0)


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp("material")
    film(folder / "talk.mp4", 4.0, Picture(size=(96, 54)), Sound(sing=_talk))
    film(folder / "picture.mp4", 1.0, Picture(size=(96, 54)), None)
    sounds.write(folder / "bed.wav", np.tile(sounds.tone(6, 440, 0.3), (2, 1)))
    (folder / "lines.srt").write_text(LINES)
    (folder / "empty.srt").write_text("")
    (folder / "no times.srt").write_text("Hello.\n\nHow are you?\n")

    (folder / "broken.onnx").write_bytes(b"no network")
    (folder / "broken.onnx.json").write_text('{"audio": {"sample_rate": 16000}, "phoneme_id_map": {"a": [1]}}')
    return folder


@pytest.fixture
def autoedit(tmp_path_factory, capfd):
    return Runner(tmp_path_factory.mktemp("own"), capfd)


def test_the_film_meets_its_numbers_and_nothing_else_is_left(material, tmp_path, autoedit):
    ran = autoedit(material / "talk.mp4", "--dub", material / "lines.srt", "--music", material / "bed.wav",
                   "--lufs", "-16", "--captions", tmp_path / "film.srt", "--stems", tmp_path / "stems",
                   "--stem-format", "flac", "-o", tmp_path / "film.mp4")  # fmt: skip
    assert ran.code == 0, ran.err
    loudness, peak = sounds.meter(tmp_path / "film.mp4")
    assert abs(loudness + 16) <= 0.3
    assert peak <= -1.0
    assert names(tmp_path) == ["film.mp4", "film.srt", "stems"]
    assert set(names(tmp_path / "stems")) >= {"film_music.flac", "film_voice.flac"}
    assert "It costs $20." in (tmp_path / "film.srt").read_text()
    assert names(autoedit.temporary) == []
    assert "2 lines spoken" in ran.out
    assert "LUFS" in ran.out


def test_a_project_has_its_sounds_beside_it_and_may_move_with_them(material, tmp_path, autoedit):
    first = tmp_path / "first"
    first.mkdir()
    command = ["--dub", material / "lines.srt", "--music", material / "bed.wav", "--captions", "burn",
               "--clean", "highpass,noise"]  # fmt: skip
    assert autoedit(material / "talk.mp4", *command, "-o", first / "project.blend").code == 0
    assert names(first) == ["project.blend", "project_sound"]
    assert names(autoedit.temporary) == []
    shutil.move(first, tmp_path / "moved")
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "moved" / "project.blend"))
    scene = next(scene for scene in bpy.data.scenes if scene.sequence_editor)
    strips = list(scene.sequence_editor.strips)
    own = [s for s in strips if s.type == "SOUND" and "_sound/" in s.sound.filepath]
    assert {s.sound.filepath.split("/")[-2] for s in own} >= {"dub", "project_sound"}
    for strip in own:
        assert strip.sound.filepath.startswith("//")
        assert Path(bpy.path.abspath(strip.sound.filepath)).is_file()
    assert [s.text for s in strips if s.type == "TEXT"] == ["Hello there.", "It costs $20."]
    mix = next(s for s in strips if s.name == "Mix")
    assert not mix.mute
    assert all(s.mute for s in strips if s.type == "SOUND" and s != mix)

    before = sorted((s.type, s.channel, s.mute) for s in strips)

    # The same again on that project: nothing is doubled, and spoken lines are taken over.
    again = autoedit(tmp_path / "moved" / "project.blend", *command, "-o", tmp_path / "again.blend")
    assert again.code == 0, again.err
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "again.blend"))
    scene = next(scene for scene in bpy.data.scenes if scene.sequence_editor)
    assert sorted((s.type, s.channel, s.mute) for s in scene.sequence_editor.strips) == before
    spoken = [sorted((folder / "dub").glob("*.wav")) for folder in
              (tmp_path / "moved" / "project_sound", tmp_path / "again_sound")]  # fmt: skip
    assert [path.read_bytes() for path in spoken[0]] == [path.read_bytes() for path in spoken[1]]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--dub", "missing.srt"], 1, "does not exist"),
        (["--dub", "empty.srt"], 1, "is empty"),
        (["--dub", "no times.srt"], 1, "no line with a time"),
        (["--dub", "lines.srt", "--voice", "nobody"], 2, "no voice “nobody”"),
        (["--dub", "lines.srt", "--voice", "missing.onnx"], 2, "does not exist"),
        (["--dub", "lines.srt", "--voice", "broken.onnx"], 2, "cannot be opened as a voice"),
        (["--dub", "lines.srt", "--voice", "de,fr"], 2, "several voices"),
        (["--music", "missing.ogg"], 1, "does not exist"),
        (["--music", "picture.mp4"], 1, "has no sound"),
        (["--music", "lines.srt"], 1, "lines.srt"),
        (["--lufs", "-90"], 2, "not between"),
        (["--lufs", "loud"], 2, "not a number"),
        (["--clean", "everything"], 2, "unknown"),
        (["--captions", "film.ass"], 2, ".srt"),
        (["--steps", "cut", "--dub", "lines.srt"], 2, "step dub"),
        (["--steps", "dub"], 2, "nothing to speak"),
        (["--on-beats"], 2, "no beats"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_leaves_nothing(words, code, said, material, tmp_path, autoedit,
                                                               monkeypatch):  # fmt: skip
    monkeypatch.chdir(material)
    before = names(material)
    ran = autoedit("talk.mp4", *words, "-o", tmp_path / "film.mp4")
    assert ran.code == code, ran
    last = ran.err.strip().splitlines()[-1]
    assert last.startswith("autoedit: ")
    assert said in last
    assert "Traceback" not in ran.err
    assert names(tmp_path) == []
    assert names(autoedit.temporary) == []
    assert names(material) == before


def test_voices_are_listed(autoedit):
    ran = autoedit("--list-voices")
    assert ran.code == 0, ran.err
    assert "en-gb              English (Great Britain)" in ran.out.splitlines()
    assert len(ran.out.splitlines()) > 100


def test_lines_that_cannot_be_spoken_do_not_stop_the_others(material, tmp_path, autoedit):
    lines = tmp_path / "lines.vtt"
    lines.write_text("WEBVTT\n\n00:00.200 --> 00:01.500\n<v Ann>Hello.\n\n00:02.000 --> 00:03.000\n<v Bob>Bye 🎉.\n")
    ran = autoedit(material / "talk.mp4", "--dub", lines, "--voice", "Ann=nobody,Bob=en-gb", "-o", tmp_path / "a.blend")
    assert ran.code == 0, ran.err
    assert "“Hello.” cannot be spoken" in ran.err
    assert "1 line spoken" in ran.out


def test_a_timeline_without_sound_is_told_and_still_made(material, tmp_path, autoedit):
    ran = autoedit(material / "picture.mp4", "--lufs", "-14", "-o", tmp_path / "film.blend")
    assert ran.code == 0, ran.err
    assert "no mix" in ran.err
    assert names(tmp_path) == ["film.blend"]
