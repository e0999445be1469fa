"""Promise: a film and a project of one edit can be written at once, and neither knows of the other's passing files."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("bpy")

import bpy
from autoedit_runs import Runner, names
from media_files import Picture, Sound, film


def _tone(times: np.ndarray) -> np.ndarray:
    return 0.2 * np.sin(2 * np.pi * 300 * times)


@pytest.fixture
def autoedit(tmp_path_factory, capfd):
    return Runner(tmp_path_factory.mktemp("own"), capfd)


def test_a_film_and_its_project_at_once(tmp_path, autoedit):
    source = tmp_path / "talk 日本.mp4"
    film(source, 4.0, Picture(size=(96, 54)), Sound(sing=_tone))
    plan = {
        "format": "neuroedit-plan/1", "sources": [{"path": str(source), "fingerprint": "", "duration": 4.0}],
        "decisions": [
            {"id": "a", "kind": "keep", "source": 0, "start": 0.0, "end": 1.0},
            {"id": "b", "kind": "remove", "source": 0, "start": 1.0, "end": 2.0},
            {"id": "c", "kind": "keep", "source": 0, "start": 2.0, "end": 4.0},
        ],
    }  # fmt: skip
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    ran = autoedit(source, "--plan", tmp_path / "plan.json", "-o", out / "film.mp4", "-o", out / "edit.blend")
    assert ran.code == 0, ran.err
    assert names(out) == ["edit.blend", "film.mp4"]
    assert names(autoedit.temporary) == []
    bpy.ops.wm.open_mainfile(filepath=str(out / "edit.blend"))
    assert [sound.filepath for sound in bpy.data.sounds if str(autoedit.temporary) in sound.filepath] == []
    assert {bpy.path.basename(sound.filepath) for sound in bpy.data.sounds} == {source.name}
