"""Promise: the zip is all that a user needs: built, installed and clicked in a Blender that knows nothing else."""

from __future__ import annotations

import importlib
import json
import os
import shlex
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import _pythons
import _wheels
import pytest
from media_files import Picture, Sound, film
from real_window import RealWindow, why_not

build = importlib.import_module("build")  # of tools/; a folder of that name may lie beside
pytestmark = pytest.mark.slow

# The plan for the film below: what its clicks and colours are to the detectors does not matter here, so Auto Edit is
# given findings; the worker that makes them is asked all the same, for what it runs on.
_HEADLESS = """
import bpy, json, sys
where, film = sys.argv[-2:]
strips = bpy.context.scene.sequence_editor_create().strips
strips.new_movie("film", film, 2, 1); strips.new_sound("sound", film, 1, 1)
said = [bpy.ops.neuroedit.check_environment()]
bpy.context.scene.neuroedit.settings.split_shots = True
said.append(bpy.ops.neuroedit.auto_edit())
open(where, "w").write(json.dumps([[list(s) for s in said], len(strips), sys.path,
    [row.kind for row in bpy.context.scene.neuroedit.decisions], bpy.data.texts["NeuroEdit Log"].as_string()]))
"""


@dataclass(frozen=True)
class Installed:
    """A Blender into which the zip was installed: its command, and the variables that lead it to that folder."""

    command: list[str]
    environ: dict[str, str]
    zip: Path


@pytest.fixture(scope="module")
def blender() -> list[str]:
    command = shlex.split(os.environ.get("NEUROEDIT_BLENDER", "")) or [_pythons.find_blender() or ""]
    if not command[0]:
        pytest.skip("no Blender application on the path or in NEUROEDIT_BLENDER")
    if sys.platform != "linux":
        pytest.skip("the zip for Linux is tested on Linux")
    return command


@pytest.fixture(scope="module")
def zipped(blender, tmp_path_factory) -> Path:
    asked = [*blender, "-b", "--factory-startup", "--python-expr", "import sys; print('PYTHON', *sys.version_info[:2])"]
    said = subprocess.run(asked, capture_output=True, text=True)
    words = next(line for line in said.stdout.splitlines() if line.startswith("PYTHON")).split()
    version = int(words[1]), int(words[2])
    try:
        return build.build(_wheels.PLATFORMS["linux-x64"], (version,), tmp_path_factory.mktemp("zip"))
    except _wheels.WheelFailure as failure:
        pytest.skip(str(failure))


@pytest.fixture(scope="module")
def installed(blender, zipped, tmp_path_factory) -> Installed:
    home = tmp_path_factory.mktemp("home")
    environ = {"BLENDER_USER_RESOURCES": str(home / "resources"), "XDG_CACHE_HOME": str(home / "cache"),
               "HOME": str(home), "PYTHONPATH": str(home / "nowhere")}  # fmt: skip
    command = [*blender, "-b", "--command", "extension", "install-file", "-r", "user_default", "-e", str(zipped)]
    done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True)
    assert 'Installed "neuroedit"' in done.stdout + done.stderr
    return Installed(blender, environ, zipped)


@pytest.fixture(scope="module")
def shots(tmp_path_factory) -> str:
    """A film whose colours change each second."""
    path = tmp_path_factory.mktemp("film") / "footage.mp4"
    film(path, 8, Picture(size=(128, 72)), Sound())
    return str(path)


def test_the_same_files_give_the_same_zip(zipped, tmp_path):
    platform = _wheels.PLATFORMS["linux-x64"]
    version = next(v for v in ((3, 11), (3, 13), (3, 14)) if f"cp{v[0]}{v[1]}-cp{v[0]}{v[1]}" in _names(zipped))
    again = build.build(platform, (version,), tmp_path)
    assert again.read_bytes() == zipped.read_bytes()


def test_it_holds_what_is_needed_and_nothing_else(zipped):
    names = _names(zipped)
    for name in ("blender_manifest.toml", "models/shots/shots.onnx", "models/index.json", "neuroedit_addon/job.py"):
        assert name in names
    for name in (".safetensors", "tests/", "tools/", "train.py", "__pycache__", "dataset"):
        assert name not in names
    assert zipped.stat().st_size < build.LIMIT


def _names(zipped: Path) -> str:
    with zipfile.ZipFile(zipped) as opened:
        return "\n".join(opened.namelist())


def test_it_works_without_any_other_python(installed, shots, tmp_path):
    script, told = tmp_path / "headless.py", tmp_path / "told.json"
    script.write_text(_HEADLESS)
    command = [*installed.command, "-b", "--python-exit-code", "3", "--python", str(script), "--", str(told), shots]
    done = subprocess.run(command, env={**os.environ, **installed.environ}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    said, strips, paths, kinds, log = json.loads(told.read_text())
    assert said == [["FINISHED"], ["FINISHED"]]
    assert any(path.startswith(installed.environ["BLENDER_USER_RESOURCES"]) for path in paths)
    assert "onnxruntime" in log
    assert strips >= 2
    assert set(kinds) <= {"remove", "split"}


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_person_clicks_auto_edit_rejects_undoes_and_redoes(installed, shots, tmp_path):
    with RealWindow(installed.command, tmp_path, installed.environ) as window:
        window.until("area() is not None")
        window.ask("bpy.ops.preferences.addon_enable(module='bl_ext.user_default.neuroedit') and 0")
        window.ask("unfold('NEUROEDIT_PT_review')")
        window.key("Escape")  # the splash screen
        window.ask(f"lay({shots!r})")
        window.until("open_sidebar()")
        # What the detectors make of a test picture is theirs to know; here everything they say is cut.
        window.ask(_learn(shots))
        before = window.ask(_DUMP)
        window.click("neuroedit.auto_edit(")
        window.until("said()")
        level, sentence = window.ask("said()")
        assert (level, sentence[:7]) == ("INFO", "2 cuts,"), sentence
        edited = window.ask(_DUMP)
        assert edited != before
        window.key("ctrl+z")
        window.until(_DUMP, lambda dump: dump == before)
        window.key("ctrl+shift+z")
        window.until(_DUMP, lambda dump: dump == edited)
        window.click("neuroedit.decide(index=0", (0.1, 0.12, 0.08))
        window.until("said() and said()[1].startswith('1 cut')")
        assert window.ask("[row.done for row in scene().neuroedit.decisions]") == [False, True, True]
        window.click("neuroedit.revert(", (0.85,))
        window.until(_DUMP, lambda dump: dump == before)


_DUMP = "__import__('json').dumps(addon('blender.dump').dump(scene()), default=str, sort_keys=True)"


def _learn(path: str) -> str:
    return (
        f"(lambda k, f: k.learn({path!r}, f.Findings(f.Media({path!r}, 8.0, '25', 200, 128, 72, False,"
        " f.Audio(48000, 2), 'x'), transitions=(f.Transition('cut', 4.0, 4.0, 100, 100, 0.9),),"
        " speech=(f.Span(2.0, 6.0, 0.99),))))(addon('blender.window.knowledge'), addon('findings'))"
    )
