"""Promise: a strip that is no media file is watched and heard like one, and nothing is left of how."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

bpy = pytest.importorskip("bpy")

from media_files import Picture, film, stills  # noqa: E402

from neuroedit_addon.blender import compat  # noqa: E402
from neuroedit_addon.blender.apply import apply  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.proxy_render import rendered  # noqa: E402
from neuroedit_addon.blender.read import read, sources  # noqa: E402
from neuroedit_addon.findings import Audio, Media  # noqa: E402
from neuroedit_addon.planner.edit_list import EditList, Range  # noqa: E402

FPS = Fraction(25)


@pytest.fixture
def scene(tmp_path):
    path = film(tmp_path / "talk.mp4", 2, Picture(size=(64, 36), fps=FPS))
    media = Media(str(path), 2.0, "25", 50, 64, 36, False, Audio(48000, 2))
    scene = new_scene([media])
    assemble(scene, [media])
    strips = compat.strips_of(scene)
    meta = strips.new_meta("inside", 4, 1)
    for strip in list(strips):
        if strip.name != "inside":
            strip.move_to_meta(meta)
    compat.set_right(meta, 51)
    yield scene
    bpy.data.scenes.remove(scene)


def test_a_meta_becomes_a_film_of_its_own_length_with_its_sound(scene):
    import av

    assert sources(scene) == ("strip:inside",)
    scenes = len(bpy.data.scenes)
    with rendered(scene, sources(scene), lambda progress: None, lambda: False) as films:
        path = Path(films["strip:inside"])
        with av.open(str(path)) as container:
            assert container.streams.audio
            assert sum(1 for _ in container.decode(video=0)) == 50
    assert not path.parent.exists()
    assert len(bpy.data.scenes) == scenes


def test_a_meta_is_cut_like_a_clip(scene):
    timeline = read(scene, {"strip:inside": Media("strip:inside", 2.0, "25", 50, 96, 54, False, Audio(48000, 2))})
    (clip,) = timeline.clips
    assert (clip.left, clip.right, clip.picture, clip.sound) == (1, 51, ("inside",), ("inside",))
    apply(scene, EditList(FPS, (Range(11, 31, "remove"),)), timeline, "run")
    assert sorted((compat.left(s), compat.right(s)) for s in compat.strips_of(scene)) == [(1, 11), (11, 31)]


def test_a_sequence_of_images_is_a_source(tmp_path):
    pattern = stills(tmp_path, 10)
    scene = bpy.data.scenes.new("stills")
    with compat.editing(scene):
        strip = compat.strips_of(scene).new_image("stills", pattern % 1, 1, 1)
        for number in range(2, 11):
            strip.elements.append(Path(pattern % number).name)
        compat.set_right(strip, 11)
    assert sources(scene) == ("strip:stills",)
    bpy.data.scenes.remove(scene)
