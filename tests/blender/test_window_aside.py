"""Promise: an edit into a new scene leaves the first one untouched; one strip a shot can be selected."""

from __future__ import annotations

import pytest

bpy = pytest.importorskip("bpy")

from media_files import Picture, Sound, film  # noqa: E402

import neuroedit_addon  # noqa: E402
from neuroedit_addon.blender import compat  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.dump import dump  # noqa: E402
from neuroedit_addon.blender.window import editing, knowledge, preferences, scenes  # noqa: E402
from neuroedit_addon.blender.window.choices import chosen  # noqa: E402
from neuroedit_addon.findings import Audio, Findings, Media, Shot, Span, Transition  # noqa: E402


@pytest.fixture
def scene(tmp_path):
    neuroedit_addon.register()
    path = tmp_path / "talk.mp4"
    film(path, 12, Picture(size=(64, 64)), Sound())
    media = Media(str(path), 12.0, "25", 300, 64, 64, False, Audio(48000, 2), "x")
    cut = Transition("cut", 5.0, 5.0, 125, 125, 0.97)
    shots = (Shot(0.0, 5.0, 0, 125), Shot(5.0, 12.0, 125, 300))
    found = Findings(media, transitions=(cut,), shots=shots, speech=(Span(3.0, 8.0, 0.99),))
    knowledge.learn(str(path), found)
    made = new_scene([media])
    assemble(made, [media])
    strip = next(s for s in compat.strips_of(made) if s.type == "MOVIE")
    strip.blend_alpha = 0.25
    strip.keyframe_insert("blend_alpha", frame=100)
    strip.blend_alpha = 1.0
    strip.keyframe_insert("blend_alpha", frame=200)
    scenes.show(made)
    made.neuroedit.preset = "talking-head"
    yield made
    neuroedit_addon.unregister()


def do(operator) -> set[str]:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        return operator()


def keys(scene) -> list[float]:
    return [point.co.x for curve in compat.fcurves_of(scene) for point in curve.keyframe_points]


def test_a_copy_is_edited_and_the_scene_stays(scene):
    before, keyed, known = dump(scene), keys(scene), set(bpy.data.scenes)
    scene.neuroedit.where = "ASIDE"
    assert do(bpy.ops.neuroedit.auto_edit) == {"FINISHED"}
    assert (dump(scene), keys(scene)) == (before, keyed)
    (made,) = set(bpy.data.scenes) - known
    assert bpy.context.window_manager.windows[0].scene == made
    assert len(compat.strips_of(made)) > len(compat.strips_of(scene))
    assert keys(made) != keyed
    assert len(made.neuroedit.decisions) == 3
    assert made.users == scene.users == 1  # Blender saves no scene without
    assert not len(scene.neuroedit.decisions)


def test_an_edit_that_is_broken_off_leaves_no_copy(scene):
    before, known = dump(scene), set(bpy.data.scenes)
    order = editing.Order(
        scenes.uid(scene), chosen(scene.neuroedit.settings), {}, False, preferences.desk(), aside=True
    )
    work = editing.edit(order, lambda: False)
    while set(bpy.data.scenes) == known:
        next(work)
    next(work)
    work.close()
    assert set(bpy.data.scenes) == known
    assert dump(scene) == before
    assert bpy.context.window_manager.windows[0].scene == scene


def test_one_strip_of_each_shot_is_selected(scene):
    do(bpy.ops.neuroedit.auto_edit)
    assert do(bpy.ops.neuroedit.select_shots) == {"FINISHED"}
    assert [s.type for s in compat.strips_of(scene) if s.select] == ["MOVIE", "MOVIE"]
