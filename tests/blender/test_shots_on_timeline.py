"""Promise: shots can be marked instead of split, the marks go with the edit and with its revert, one strip a shot."""

from __future__ import annotations

from fractions import Fraction

import pytest

bpy = pytest.importorskip("bpy")

from media_files import Picture, film  # noqa: E402

from neuroedit_addon.blender import compat, record  # noqa: E402
from neuroedit_addon.blender.apply import apply  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.read import read  # noqa: E402
from neuroedit_addon.blender.shots_on_timeline import select_one_a_shot  # noqa: E402
from neuroedit_addon.findings import Audio, Findings, Media, Shot  # noqa: E402
from neuroedit_addon.planner.edit_list import EditList, Range, Split  # noqa: E402

FPS = Fraction(25)


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Media:
    path = tmp_path_factory.mktemp("clips") / "film.mp4"
    film(path, 8, Picture(size=(64, 64), fps=FPS))
    return Media(str(path), 8.0, "25", 200, 64, 64, False, Audio(48000, 2), "x")


@pytest.fixture
def scene(clip):
    scene = new_scene([clip])
    assemble(scene, [clip])
    yield scene
    bpy.data.scenes.remove(scene)


def markers(scene) -> list[tuple[str, int]]:
    return sorted((m.name, m.frame) for m in scene.timeline_markers)


def test_marks_move_with_the_edit_and_split_nothing(scene, clip):
    scene.timeline_markers.new("mine", frame=120)
    edits = EditList(FPS, (Range(26, 51, "remove"),), marks=(Split(76, 0), Split(151, 0)))
    apply(scene, edits, read(scene, {clip.path: clip}), "run")
    assert markers(scene) == [("Shot 002", 51), ("Shot 003", 126), ("mine", 95)]
    assert sum(s.type == "MOVIE" for s in compat.strips_of(scene)) == 2
    assert record.revert(scene)
    assert markers(scene) == [("mine", 120)]


def test_marks_without_a_cut_can_be_taken_back(scene, clip):
    apply(scene, EditList(FPS, marks=(Split(76, 0), Split(76, 0))), read(scene, {clip.path: clip}), "run")
    assert markers(scene) == [("Shot 002", 76)]
    assert record.revert(scene)
    assert markers(scene) == []


def test_one_strip_of_each_shot_is_selected(scene, clip):
    edits = EditList(FPS, (Range(31, 41, "remove"),), splits=(Split(101, 0), Split(161, 0)))
    apply(scene, edits, read(scene, {clip.path: clip}), "run")
    shots = tuple(Shot(a / 25, b / 25, a, b) for a, b in ((0, 100), (100, 160), (160, 200)))
    found = Findings(media=clip, shots=shots)
    for strip in compat.strips_of(scene):
        strip.select = True
    assert select_one_a_shot(scene, read(scene, {clip.path: clip}), [found]) == 3
    chosen = sorted((compat.left(s), compat.right(s)) for s in compat.strips_of(scene) if s.select)
    assert chosen == [(31, 91), (91, 151), (151, 191)]
    assert {s.type for s in compat.strips_of(scene) if s.select} == {"MOVIE"}
