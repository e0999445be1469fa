"""Promises of tools/collect.py --from-blend: what a finished edit kept of its sources, how graded and how loud."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")
av = pytest.importorskip("av")

from models.footage import blends, manifest  # noqa: E402
from neuroedit_addon.errors import MediaError  # noqa: E402


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    """A .blend at 25 fps: seconds 1 to 3 of a movie, graded, and its sound's seconds 0 to 2 at half volume."""
    movie, sound = tmp_path / "film.mp4", tmp_path / "voice.wav"
    with av.open(str(movie), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for index in range(100):
            picture = np.full((36, 64, 3), index, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(np.zeros(16000 * 4, np.int16).tobytes())
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = 25, 1.0
    if hasattr(bpy.context.workspace, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = scene
    editor = scene.sequence_editor_create()
    strip = editor.strips.new_movie("film", str(movie), 2, 1)
    strip.frame_offset_start, strip.frame_offset_end = 25, 25
    strip.modifiers.new("grade", "BRIGHT_CONTRAST").bright = 0.25
    voice = editor.strips.new_sound("voice", str(sound), 1, 26)
    voice.frame_offset_end = voice.frame_final_duration - 50
    voice.volume = 0.5
    path = tmp_path / "edit.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def test_kept_spans_grades_and_levels_are_read(edit: Path, tmp_path: Path) -> None:
    told = blends.collect(edit, tmp_path / "set")
    assert told.kept == 2
    assert [p.name for p in told.sources] == ["film.mp4", "voice.wav"]
    (record,) = manifest.read(tmp_path / "set").values()
    movie, sound = sorted(record["spans"], key=lambda span: span["kind"])
    assert (movie["start"], movie["end"], movie["at"], movie["until"]) == (1.0, 3.0, 1.04, 3.04)
    assert movie["modifiers"][0]["type"] == "BRIGHT_CONTRAST"
    assert movie["modifiers"][0]["bright"] == 0.25
    assert (sound["start"], sound["end"], sound["volume"]) == (0.0, 2.0, 0.5)


def test_a_file_that_is_no_edit_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="does not exist"):
        blends.collect(tmp_path / "none.blend", tmp_path / "set")
    (tmp_path / "junk.blend").write_bytes(b"junk")
    with pytest.raises(MediaError, match="cannot be opened"):
        blends.collect(tmp_path / "junk.blend", tmp_path / "set")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "bare.blend"))
    with pytest.raises(MediaError, match="keeps no footage"):
        blends.collect(tmp_path / "bare.blend", tmp_path / "set")
