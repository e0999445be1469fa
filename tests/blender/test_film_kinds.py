"""Promise: a film has the size and codecs of what it is made for; the scene stays; length and loudness are told."""

from __future__ import annotations

from pathlib import Path

import pytest

bpy = pytest.importorskip("bpy")

import av  # noqa: E402
from media_files import Picture, Sound, film  # noqa: E402

import neuroedit_addon  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.film_kinds import KINDS, in_shape, other_shape, with_suffix  # noqa: E402
from neuroedit_addon.blender.render_format import film_size  # noqa: E402
from neuroedit_addon.blender.window import last, scenes, written  # noqa: E402
from neuroedit_addon.findings import Audio, Media  # noqa: E402


@pytest.fixture
def scene(tmp_path):
    neuroedit_addon.register()
    path = tmp_path / "talk.mp4"
    film(path, 1, Picture(size=(64, 36)), Sound())
    media = Media(str(path), 1.0, "25", 25, 64, 36, False, Audio(48000, 2), "x")
    made = new_scene([media])
    assemble(made, [media])
    scenes.show(made)
    yield made
    neuroedit_addon.unregister()


def shape(scene) -> tuple[int, int, int]:
    render = scene.render
    return render.resolution_x, render.resolution_y, render.resolution_percentage


def rendered(scene, kind: str, output: Path) -> written.Film:
    scene.neuroedit.film_kind = kind
    scene.neuroedit.film = str(output)
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        assert bpy.ops.neuroedit.render() == {"FINISHED"}, last.said()
    found = written.of(scenes.uid(scene))
    assert found is not None
    return found


SIZES = [(1920, 1080, 100), (1280, 720, 50), (854, 480, 100), (720, 1280, 100), (1440, 1080, 100)]


@pytest.mark.parametrize("own", SIZES)
@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.size])
def test_the_size_is_exactly_that_of_its_kind_and_the_scene_stays(scene, own, name):
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = own
    with in_shape(scene, KINDS[name]):
        assert film_size(render) == KINDS[name].size
    assert shape(scene) == own


def test_another_shape_is_noticed(scene):
    scene.render.resolution_x, scene.render.resolution_y = 854, 480
    assert not other_shape(scene.render, KINDS["WEB_1080"])
    assert other_shape(scene.render, KINDS["SQUARE"])


@pytest.mark.parametrize(("before", "kind", "after"), [
    ("//edited.mp4", "BROADCAST", "//edited.mov"), ("//edited.mov", "WEB_1080", "//edited.mov"),
    ("//a.b/edited", "SOUND", "//a.b/edited.wav"), ("//edited.flac", "SOUND", "//edited.flac"),
    ("//edited.wav", "OWN", "//edited.mp4"), ("//cut 1.2", "WEB_1080", "//cut 1.2.mp4"),
])  # fmt: skip
def test_the_ending_follows_the_kind(before, kind, after):
    assert with_suffix(before, KINDS[kind]) == after


def test_a_square_film_is_square_and_its_loudness_is_told(scene, tmp_path):
    before = shape(scene)
    found = rendered(scene, "SQUARE", tmp_path / "square.mp4")
    assert shape(scene) == before
    with av.open(str(tmp_path / "square.mp4")) as opened:
        assert (opened.streams.video[0].width, opened.streams.video[0].height) == (1080, 1080)
    assert found.seconds == pytest.approx(1.0, abs=0.1)
    assert found.lufs is not None
    assert -60 < found.lufs < 0
    assert [title for title, _ in found.facts()] == ["Duration", "Loudness", "True Peak", "File Size"]


def test_a_broadcast_film_is_prores_with_uncompressed_sound(scene, tmp_path):
    rendered(scene, "BROADCAST", tmp_path / "film.mov")
    with av.open(str(tmp_path / "film.mov")) as opened:
        picture, sound = opened.streams.video[0], opened.streams.audio[0]
        assert (picture.codec_context.name, picture.codec_context.pix_fmt) == ("prores", "yuv422p10le")
        assert sound.codec_context.name.startswith("pcm_s16")


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3"])
def test_sound_alone_is_as_long_as_the_timeline(scene, tmp_path, ending):
    found = rendered(scene, "SOUND", tmp_path / f"sound.{ending}")
    with av.open(str(tmp_path / f"sound.{ending}")) as opened:
        assert not opened.streams.video
        heard = sum(frame.samples / frame.sample_rate for frame in opened.decode(audio=0))
    assert heard == pytest.approx(1.0, abs=0.1)
    assert found.seconds == pytest.approx(1.0, abs=0.1)


def test_a_film_far_from_the_usual_loudness_is_told_how_to_get_there():
    made = written.Film("a.mp4", 1.0, 1.0, -30.0, -12.0, -14.0)
    assert "-14 LUFS" in made.remark()
    assert not written.Film("a.mp4", 1.0, 1.0, -14.6, -1.0, -14.0).remark()
