"""tools/analyse.py: findings as files, one clear sentence for everything that cannot be done, nothing left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("av")

from media_files import empty, film, stills, text_named_mp4

from neuroedit_addon.findings import Findings

TOOL = Path(__file__).resolve().parents[1] / "tools" / "analyse.py"


def analyse(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(TOOL), *map(str, arguments)], cwd=cwd, capture_output=True, text=True,
                          encoding="utf-8", errors="replace", timeout=300)  # fmt: skip


@pytest.fixture
def options(tmp_path: Path) -> list[object]:
    return ["--cache-dir", tmp_path / "cache", "--progress", "none"]


def test_one_file(tmp_path: Path, options: list[object]) -> None:
    path = film(tmp_path / "日本 ñ.mp4", 1.0)
    done = analyse(path, "-o", tmp_path / "a.json", *options)
    assert done.returncode == 0, done.stderr
    assert "0:01 long" in done.stdout
    findings = Findings.from_json(json.loads((tmp_path / "a.json").read_text()))
    assert findings.media.path == str(path)
    assert findings.media.frames == 25


def test_several_files_into_a_folder(tmp_path: Path, options: list[object]) -> None:
    paths = [film(tmp_path / name, 0.4) for name in ("a.mp4", "b.mkv")]
    assert analyse(*paths, "-o", f"{tmp_path}/out/", *options).returncode == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a.json", "b.json"]


def test_lists_and_pictures_of_shots(tmp_path: Path, options: list[object]) -> None:
    path = film(tmp_path / "a.mp4", 1.0)
    done = analyse(path, "-o", tmp_path / "b.json", "--export", "csv", "edl", "otio", "--thumbnails",
                   tmp_path / "shots", *options)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in tmp_path.glob("b.*")) == ["b.csv", "b.edl", "b.json", "b.otio"]
    shots = json.loads((tmp_path / "b.json").read_text())["shots"]
    assert len(list((tmp_path / "shots").iterdir())) == len(shots)
    assert len((tmp_path / "b.csv").read_text().splitlines()) == len(shots) + 1


def test_stills(tmp_path: Path, options: list[object]) -> None:
    pattern = stills(tmp_path, 8)
    done = analyse(pattern, "--fps", "4", "-o", tmp_path / "a.json", *options)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "a.json").read_text())["media"]["duration"] == 2.0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no UTF-8")
def test_a_name_that_is_no_text(tmp_path: Path, options: list[object]) -> None:
    name = os.fsdecode(b"caf\xe9.mp4")
    film(tmp_path / "a.mp4", 0.4).rename(tmp_path / name)
    done = analyse(tmp_path / name, "-o", f"{tmp_path}/out/", *options)
    assert done.returncode == 0, done.stderr
    [written] = (tmp_path / "out").iterdir()
    assert json.loads(written.read_text())["media"]["path"] == str(tmp_path / name)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nowhere.mp4", "-o", "a.json"], 1, "nowhere.mp4 does not exist"),
        (["empty.mp4", "-o", "a.json"], 1, "empty.mp4 is empty"),
        (["text.mp4", "-o", "a.json"], 1, "text.mp4 is not a video or sound file"),
        (["good.mp4", "text.mp4", "-o", "out/"], 1, "text.mp4 is not a video or sound file"),
        (["good.mp4", "-o", "no/such/a.json"], 1, "does not exist"),
        (["good.mp4", "-o", "good.mp4"], 1, "is the input itself"),
        (["good.mp4", "empty.mp4", "-o", "a.json"], 2, "need a folder"),
        (["good.mp4", "good.mp4", "good.mkv", "-o", "out/"], 2, "would both be written"),
        (["good.mp4", "-o", "a.json", "--fps", "nine"], 2, "is not a frame rate"),
        (["good.mp4"], 2, "required"),
    ],
)
def test_what_cannot_be_done(arguments: list[str], code: int, sentence: str, tmp_path: Path,
                             options: list[object]) -> None:  # fmt: skip
    film(tmp_path / "good.mp4", 0.4)
    empty(tmp_path / "empty.mp4")
    text_named_mp4(tmp_path / "text.mp4")
    before = sorted(p.name for p in tmp_path.iterdir())
    done = analyse(*arguments, *options, cwd=tmp_path)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "cache") == before


def test_progress_for_programs_is_the_workers_own(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 1.0)
    done = analyse(path, "-o", tmp_path / "a.json", "--no-cache", "--progress", "json")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {line["message"] for line in lines} <= {"progress", "log"}
    assert lines[-1]["done"] == lines[-1]["total"]


def test_a_dash_and_quiet(tmp_path: Path, options: list[object]) -> None:
    film(tmp_path / "a.mp4", 0.4).rename(tmp_path / "-a.mp4")
    done = analyse("-q", "-o", "a.json", *options, "--", "-a.mp4", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
