"""Promise: in the sidebar lines are spoken again, the mix is made anew, heard or not, and written in stems."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

bpy = pytest.importorskip("bpy")
pytest.importorskip("av")

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
sounds = pytest.importorskip("sounds")

import neuroedit_addon  # noqa: E402
from neuroedit_addon.blender import compat, write_dub, write_mix  # noqa: E402
from neuroedit_addon.blender.dump import dump  # noqa: E402
from neuroedit_addon.blender.marks import TEXT, VOICE  # noqa: E402
from neuroedit_addon.blender.window import log, trial_voice  # noqa: E402
from neuroedit_addon.dub_lines import DubLine, DubTake  # noqa: E402
from neuroedit_addon.planner.dub import Placed  # noqa: E402
from neuroedit_addon.settings import LOUDNESS  # noqa: E402

LINE = DubLine("one", 25, 2.0, 3.0, "en-us", "en-us")


@pytest.fixture
def scene(tmp_path: Path) -> Any:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    neuroedit_addon.register()
    scene = bpy.context.scene
    scene.render.fps, scene.frame_start, scene.frame_end = 25, 1, 150
    path = sounds.write(tmp_path / "tone.wav", sounds.tone(6.0, 440, 0.1, 48_000), 48_000)
    compat.strips_of(scene).new_sound(name="tone", filepath=str(path), channel=1, frame_start=1)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "project.blend"))
    yield bpy.context.scene
    neuroedit_addon.unregister()


@pytest.fixture
def line(scene: Any, tmp_path: Path) -> Any:
    path = sounds.write(tmp_path / "one.wav", sounds.tone(1.0, 300, 0.2, 48_000), 48_000)
    take = DubTake(LINE.key, str(path), 1.0, 1.0, 1.0, 0.0, "", -20.0)
    return write_dub.write(scene, [Placed(LINE, take, 25, 50)], "run")[0]


def do(operator: Any, **arguments: Any) -> set[str]:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        return operator(**arguments)


def refused(operator: Any) -> bool:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        return not operator.poll()


def test_what_makes_no_sense_cannot_be_pressed(scene: Any) -> None:
    assert refused(bpy.ops.neuroedit.speak_again)
    assert refused(bpy.ops.neuroedit.hear_mix)
    assert not refused(bpy.ops.neuroedit.mix_again)
    compat.strips_of(scene).remove(compat.strips_of(scene)[0])
    assert refused(bpy.ops.neuroedit.mix_again)
    assert refused(bpy.ops.neuroedit.write_stems)


def test_a_mix_is_made_anew_heard_and_not_heard(scene: Any) -> None:
    before = dump(scene)
    assert do(bpy.ops.neuroedit.mix_again) == {"FINISHED"}
    mixes = [strip for strip in compat.strips_of(scene) if strip.name.startswith("Mix")]
    assert len(mixes) == 1
    assert write_mix.is_heard(scene)
    assert "mix after" in bpy.data.texts[log.NAME].as_string()
    assert do(bpy.ops.neuroedit.mix_again) == {"FINISHED"}
    assert sum(strip.name.startswith("Mix") for strip in compat.strips_of(scene)) == 1
    assert do(bpy.ops.neuroedit.hear_mix) == {"FINISHED"}
    tone = next(strip for strip in compat.strips_of(scene) if strip.name == "tone")
    assert not write_mix.is_heard(scene)
    assert not tone.mute
    assert do(bpy.ops.neuroedit.hear_mix) == {"FINISHED"}
    assert write_mix.is_heard(scene)
    assert tone.mute
    write_mix.remove(scene)
    assert dump(scene) == before


@pytest.mark.parametrize("name", sorted(LOUDNESS))
def test_a_standard_sets_the_loudness(scene: Any, name: str) -> None:
    assert do(bpy.ops.neuroedit.loudness, standard=name) == {"FINISHED"}
    assert scene.neuroedit.settings.lufs == LOUDNESS[name]
    asked = bpy.ops.neuroedit.loudness.get_rna_type().properties["standard"].enum_items[name].name
    assert asked.endswith(f"{LOUDNESS[name]:.0f} LUFS")


def test_stems_are_written_into_a_folder(scene: Any, tmp_path: Path) -> None:
    folder = tmp_path / "音轨"
    folder.mkdir()
    assert do(bpy.ops.neuroedit.write_stems, directory=str(folder), suffix=".flac") == {"FINISHED"}
    assert {path.suffix for path in folder.iterdir()} == {".flac"}
    assert len(list(folder.iterdir())) >= 1


def test_a_rewritten_line_is_spoken_again(scene: Any, line: Any) -> None:
    pytest.importorskip("espeakng_loader")
    assert refused(bpy.ops.neuroedit.speak_again)
    line[TEXT] = "Something else"
    scene.sequence_editor.active_strip = line
    assert do(bpy.ops.neuroedit.speak_again) == {"FINISHED"}
    (strip,) = [strip for strip in compat.strips_of(scene) if strip.name == "Something else"]
    assert scene.sequence_editor.active_strip == strip
    assert strip[TEXT] == "Something else"
    assert "one.wav" not in strip.sound.filepath
    assert refused(bpy.ops.neuroedit.speak_again)


def test_the_voice_that_is_chosen_speaks(scene: Any) -> None:
    pytest.importorskip("espeakng_loader")
    scene.neuroedit.settings.voice = "Anna=de"
    assert do(bpy.ops.neuroedit.hear_voice) == {"FINISHED"}


def test_voices_are_listed_and_chosen(scene: Any, line: Any) -> None:
    pytest.importorskip("espeakng_loader")
    assert do(bpy.ops.neuroedit.list_voices) == {"FINISHED"}
    assert {"cmn", "de", "en-gb"} <= {name for name, _, _ in trial_voice.offered()}
    assert do(bpy.ops.neuroedit.choose_voice, voice="de") == {"FINISHED"}
    assert scene.neuroedit.settings.voice == "de"
    scene.sequence_editor.active_strip = line
    assert do(bpy.ops.neuroedit.choose_voice, voice="cmn", line=True) == {"FINISHED"}
    assert (line[VOICE], scene.neuroedit.settings.voice) == ("cmn", "de")
    assert write_dub.changed(scene) == [line]


def test_a_voice_that_is_not_there_is_told_of(scene: Any) -> None:
    pytest.importorskip("espeakng_loader")
    scene.neuroedit.settings.voice = "/nowhere/voice.onnx"
    with pytest.raises(RuntimeError, match="voice.onnx"):
        do(bpy.ops.neuroedit.hear_voice)
