"""Promise: whatever cannot be done is said in one clear sentence with exit code 1 or 2; nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import sys

import numpy as np
import pytest

pytest.importorskip("bpy")

from autoedit_runs import Runner, names
from media_files import Picture, Sound, empty, film, silence, text_named_mp4, truncated


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp("material")
    film(folder / "good.mp4", 1.0, Picture(size=(64, 36)))
    film(folder / "other.mp4", 2.0, Picture(size=(64, 36)))
    empty(folder / "empty.mp4")
    text_named_mp4(folder / "letter.mp4")
    truncated(folder / "cut off.mp4", folder / "good.mp4")
    (folder / "papers").mkdir()
    (folder / "papers" / "notes.txt").write_text("no footage")
    return folder


@pytest.fixture
def autoedit(tmp_path_factory, capfd):
    return Runner(tmp_path_factory.mktemp("own"), capfd)


def refused(ran, code, *words):
    """One sentence with these words, this exit code, nothing on standard output."""
    assert ran.code == code, ran
    assert ran.out == ""
    lines = ran.err.strip().splitlines()
    assert len(lines) == 1, ran.err
    assert lines[0].startswith("autoedit: ")
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err


def left(tmp_path, autoedit):
    assert names(tmp_path) == []
    assert names(autoedit.temporary) == []


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("missing.mp4", "does not exist"),
        ("papers", "no footage"),
        ("empty.mp4", "is empty"),
        ("letter.mp4", "not a video or sound file"),
        ("cut off.mp4", "cut off"),
    ],
)
def test_footage_that_cannot_be_used(name, word, material, tmp_path, autoedit):
    ran = autoedit(material / name, "-o", tmp_path / "film.mp4")
    refused(ran, 1, name, word)
    left(tmp_path, autoedit)


def test_a_broken_file_among_named_ones_is_told_before_anything_is_made(material, tmp_path, autoedit):
    ran = autoedit(material / "good.mp4", material / "letter.mp4", "-o", tmp_path / "film.mp4")
    refused(ran, 1, "letter.mp4")
    left(tmp_path, autoedit)


def test_an_output_that_is_the_input(material, autoedit):
    before = (material / "good.mp4").read_bytes()
    refused(autoedit(material / "good.mp4", "-o", material / "good.mp4"), 1, "is the input itself")
    link = material / "link.mp4"
    link.symlink_to(material / "good.mp4")
    refused(autoedit(material / "good.mp4", "-o", link), 1, "is the input itself")
    link.unlink()
    assert (material / "good.mp4").read_bytes() == before


def test_a_folder_for_one_film_each_that_holds_the_inputs(material, autoedit):
    before = names(material)
    refused(autoedit(material / "good.mp4", "-o", f"{material}/"), 1, "is the input itself")
    assert names(material) == before


def test_an_output_folder_that_is_missing(material, tmp_path, autoedit):
    refused(autoedit(material / "good.mp4", "-o", tmp_path / "none" / "film.mp4"), 1, "does not exist")
    refused(autoedit(material / "good.mp4", "-o", f"{tmp_path}/none/deeper/"), 1, "does not exist")
    left(tmp_path, autoedit)


def test_an_output_folder_that_is_read_only(material, tmp_path, autoedit, monkeypatch):
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o555)
    if os.access(folder, os.W_OK):  # root may write anywhere
        allowed = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: allowed(path, mode) and str(path) != str(folder))
    refused(autoedit(material / "good.mp4", "-o", folder / "film.mp4"), 1, "cannot be written")
    assert names(folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit to a file's size to stand in for a full disk")
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "blend"])
def test_a_disk_that_fills_up(suffix, material, tmp_path, autoedit):
    import resource

    noisy = film(tmp_path / "noisy.mp4", 3.0, Picture(size=(320, 180)))
    former, heard = resource.getrlimit(resource.RLIMIT_FSIZE), signal.getsignal(signal.SIGXFSZ)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, former[1]))
    try:
        ran = autoedit(noisy, "-o", tmp_path / f"film.{suffix}", "--no-cache")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
        signal.signal(signal.SIGXFSZ, heard)
    refused(ran, 1, f"film.{suffix}", "disk")
    assert names(tmp_path) == ["noisy.mp4"]


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (["--preset", "bombastic"], "bombastic"),
        (["--margins", "1s"], "--margins"),
        (["--margin", "much"], "much"),
        (["--threshold", "2"], "threshold"),
        (["--silence-action", "dance"], "dance"),
        (["-o", "film.avi"], ".avi"),
        (["-o", "film"], "suffix"),
        (["-o", "film.mp4", "-o", "film.mp4"], "twice"),
    ],
)
def test_words_that_make_no_sense(words, word, material, tmp_path, autoedit, monkeypatch):
    monkeypatch.chdir(tmp_path)
    output = [] if "-o" in words else ["-o", "film.mp4"]
    refused(autoedit(material / "good.mp4", *words, *output), 2, word)
    left(tmp_path, autoedit)


def test_nothing_to_do_and_nowhere_to_put_it(material, tmp_path, autoedit):
    refused(autoedit(material / "good.mp4"), 2, "nowhere")
    refused(autoedit(material / "good.mp4", tmp_path / "project.blend", "-o", tmp_path / "film.mp4"), 2, "project")


def test_a_plan_of_other_footage(material, tmp_path, autoedit):
    plan = tmp_path / "plan.json"
    assert autoedit(material / "good.mp4", "--dry-run", "--plan-out", plan).code == 0
    ran = autoedit(material / "other.mp4", "--plan", plan, "-o", tmp_path / "film.mp4")
    refused(ran, 1, "good.mp4", "belongs to")
    assert names(tmp_path) == ["plan.json"]


def test_a_plan_of_a_newer_format(material, tmp_path, autoedit):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"format": "neuroedit-plan/99"}))
    refused(autoedit(material / "good.mp4", "--plan", plan, "-o", tmp_path / "film.mp4"), 1, "newer format")
    plan.write_text("{")
    refused(autoedit(material / "good.mp4", "--plan", plan, "-o", tmp_path / "film.mp4"), 1, "not JSON")
    assert names(tmp_path) == ["plan.json"]


def test_findings_of_other_footage(material, tmp_path, autoedit):
    findings = {"format": "neuroedit-findings/1", "media": {"path": "/gone.mp4", "duration": 9.0, "fingerprint": "9-a"}}
    (tmp_path / "f.json").write_text(json.dumps(findings))
    ran = autoedit(material / "good.mp4", "--findings", tmp_path / "f.json", "-o", tmp_path / "film.mp4")
    refused(ran, 1, "/gone.mp4")
    assert names(tmp_path) == ["f.json"]


def test_a_project_that_is_none(tmp_path, autoedit):
    (tmp_path / "x.blend").write_text("no project")
    refused(autoedit(tmp_path / "x.blend", "-o", tmp_path / "film.mp4"), 1, "x.blend")
    assert names(tmp_path) == ["x.blend"]


def test_silence_throughout_that_is_to_be_cut_leaves_nothing_to_render(tmp_path, autoedit):
    quiet = film(tmp_path / "quiet.mp4", 1.0, Picture(size=(64, 36)), Sound(sing=silence))
    refused(autoedit(quiet, "--cut-all-silent", "-o", tmp_path / "film.mp4"), 1, "Nothing would be left")
    assert names(tmp_path) == ["quiet.mp4"]


@pytest.mark.parametrize("preset", ["short", "advertisement", "trailer"])
def test_two_frames_come_out_whole(preset, tmp_path, autoedit):
    two = film(tmp_path / "two.mp4", 0.08, Picture(size=(64, 36)), None)
    ran = autoedit(two, "--preset", preset, "--aspect", "own", "-o", tmp_path / "film.mp4")
    assert ran.code == 0, ran.err
    assert "so all of it is kept" in ran.out + ran.err
    assert "Traceback" not in ran.err


def test_nothing_but_black_to_choose_from_is_one_sentence(tmp_path, autoedit):
    def paint(number: int, second: float) -> np.ndarray:
        return np.zeros((36, 64, 3), np.uint8)

    black = film(tmp_path / "black.mp4", 4.0, Picture(size=(64, 36), paint=paint), Sound(sing=silence))
    ran = autoedit(black, "--duration", "2s", "-o", tmp_path / "film.mp4")
    refused(ran, 1, "black or of one colour")
    assert names(tmp_path) == ["black.mp4"]
