"""Promise: the zip is all that a user needs: built, installed and clicked in a Blender that knows nothing else."""

from __future__ import annotations

import importlib
import itertools
import json
import os
import shlex
import subprocess
import sys
import wave
import zipfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import _pythons
import _wheels
import av
import numpy as np
import pytest
from media_files import Picture, Sound, film
from real_window import RealWindow, why_not

build = importlib.import_module("build")  # of tools/; a folder of that name may lie beside
pytestmark = pytest.mark.slow
TOOLS = Path(__file__).parents[1] / "tools"

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


@pytest.fixture(scope="module")
def talk(tmp_path_factory) -> tuple[str, list[tuple[float, float]]]:
    """A film of somebody who talks with pauses, whose brightness tells the second; and where the voice is heard."""
    pytest.importorskip("espeakng_loader")
    folder = tmp_path_factory.mktemp("talk")
    # A process of its own: espeak-ng cannot be started twice in one.
    command = [sys.executable, "-I", str(TOOLS / "demo_speech.py"), str(folder / "voice.wav"), "60"]
    spans = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    with wave.open(str(folder / "voice.wav")) as file:
        rate = file.getframerate()
        voice = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    times = np.arange(len(voice)) / rate

    def paint(number: int, second: float) -> np.ndarray:
        return np.full((72, 128, 3), round(_DARKEST + _BRIGHTER * second), np.uint8)

    picture = Picture(fps=Fraction(_FPS), paint=paint)
    sound = Sound(sing=lambda asked: np.interp(asked, times, voice).astype(np.float32))
    path = film(folder / "谈话.mp4", _LONG, picture, sound)
    return str(path), [(start, end) for start, end in spans if end < _LONG]


_FPS, _LONG, _DARKEST, _BRIGHTER = 24, 21.5, 30, 9


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_person_clicks_auto_edit_rejects_undoes_redoes_and_renders(installed, talk, tmp_path):
    path, voice = talk
    with RealWindow(installed.command, tmp_path, installed.environ) as window:
        window.until("area() is not None")
        window.ask("bpy.ops.preferences.addon_enable(module='bl_ext.user_default.neuroedit') and 0")
        window.ask("unfold('NEUROEDIT_PT_review', 'NEUROEDIT_PT_output')")
        window.key("Escape")  # the splash screen
        window.ask(f"lay({path!r})")
        window.ask("[setattr(scene().render, *size) for size in (('resolution_x', 128), ('resolution_y', 72))] and 0")
        window.ask(f"setattr(scene().neuroedit, 'film', {str(tmp_path / 'film.mp4')!r})")
        window.until("open_sidebar()")
        before = window.ask(_DUMP)
        window.click("neuroedit.auto_edit(")
        window.until("said()")
        level, sentence = window.ask("said()")
        assert level == "INFO", sentence
        edited = window.ask(_DUMP)
        decisions = _decisions(window)
        cuts = sum(decision.done for decision in decisions)
        assert sentence.startswith(f"{cuts} cuts")
        _require_as_planned(window, decisions)
        _require_whole_voice(decisions, voice)
        _require_own_python(window, installed)

        window.key("ctrl+z")
        window.until(_DUMP, lambda dump: dump == before)
        window.key("ctrl+shift+z")
        window.until(_DUMP, lambda dump: dump == edited)
        window.click("neuroedit.decide(index=0", (0.1, 0.12, 0.08))
        window.until(f"said() and said()[1].startswith('{cuts - 1} cut')")
        left = _decisions(window)
        assert [decision.done for decision in left] == [False, *(decision.done for decision in decisions[1:])]
        _require_as_planned(window, left)

        window.click("neuroedit.render(")
        window.until("said() and said()[1].startswith('Wrote')")
        _require_shown(window, tmp_path / "film.mp4")
        window.click("neuroedit.revert(", (0.85,))
        window.until(_DUMP, lambda dump: dump == before)


_DUMP = "__import__('json').dumps(addon('blender.dump').dump(scene()), default=str, sort_keys=True)"
_STRIPS = (
    "(lambda c: sorted([c.left(s), c.right(s), float(c.content(s)[0])] for s in c.strips_of(scene()) if s.type == %r))"
    "(addon('blender.compat'))"
)


@dataclass(frozen=True)
class _Decision:
    """A row of the list: what is removed, in seconds of the footage, and whether that is carried out."""

    kind: str
    start: float
    length: float
    done: bool


def _decisions(window: RealWindow) -> list[_Decision]:
    rows = window.ask("[[d.kind, d.start, d.length, d.done] for d in scene().neuroedit.decisions]")
    return [_Decision(*row) for row in rows]


def _pieces(window: RealWindow, kind: str) -> list[tuple[int, int, int, int]]:
    """Strips in order: frames [left, right) of the timeline, and of the footage."""
    found = window.ask(_STRIPS % kind)
    return [(left, right, round(left - content), round(right - content)) for left, right, content in found]


def _require_as_planned(window: RealWindow, decisions: list[_Decision]) -> None:
    """The strips are what the rows leave of the footage, one behind the other, picture and sound alike."""
    gone = [(d.start, d.start + d.length) for d in decisions if d.done]
    kept = np.ones(round(_LONG * _FPS), bool)
    for start, end in gone:
        kept[round(start * _FPS) : round(end * _FPS)] = False
    for kind in ("MOVIE", "SOUND"):
        pieces = _pieces(window, kind)
        shown = np.zeros(len(kept), bool)
        for (_, right, _, _), (left, _, _, _) in itertools.pairwise(pieces):
            assert left == right
        for _, _, first, after in pieces:
            assert not shown[first:after].any()
            shown[first:after] = True
        # A frame at each edge: a cut lies between frames, and the sound may end a frame before the picture.
        assert np.count_nonzero(shown != kept) <= 2 * len(gone) + 2
    assert window.ask("scene().frame_end") == _pieces(window, "MOVIE")[-1][1] - 1


def _require_whole_voice(decisions: list[_Decision], voice: list[tuple[float, float]]) -> None:
    """Nothing that is said is cut, and of every long pause something is."""
    gone = [(d.start, d.start + d.length) for d in decisions if d.done]
    lost = sum(max(0.0, min(end, b) - max(start, a)) for start, end in gone for a, b in voice)
    assert lost < 0.03
    for (_, quiet), (again, _) in itertools.pairwise(voice):
        if again - quiet > 1.2:
            assert any(quiet <= start and end <= again for start, end in gone), (quiet, again)


def _require_own_python(window: RealWindow, installed: Installed) -> None:
    """The worker ran under Blender's own Python, with nothing but what the zip brought."""
    python, folders = window.ask("addon('blender.window.preferences').desk().python()")
    assert Path(python).resolve() == Path(window.ask("__import__('sys').executable")).resolve()
    home = installed.environ["HOME"]
    assert all(folder.startswith(home) or str(Path(python).parents[1]) in folder for folder in folders), folders


def _require_shown(window: RealWindow, path: Path) -> None:
    """The film shows, frame by frame, what the strips say, and is heard."""
    wanted = np.concatenate([np.arange(first, after) for _, _, first, after in _pieces(window, "MOVIE")])
    with av.open(str(path)) as container:
        shown = [frame.to_ndarray(format="rgb24").mean() for frame in container.decode(video=0)]
    with av.open(str(path)) as container:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
        rate = container.streams.audio[0].rate
    assert len(shown) == len(wanted)
    asked = _DARKEST + _BRIGHTER * wanted / _FPS
    assert np.abs(np.array(shown) - asked).max() < _BRIGHTER / 2  # within half a second, codecs and all
    assert len(sound) / rate == pytest.approx(len(wanted) / _FPS, abs=0.1)
    assert np.abs(sound).max() > 0.1
