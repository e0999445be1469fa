"""Promise: what the sidebar does, its operators do from scripts; whatever goes wrong, the timeline stays as it was."""

from __future__ import annotations

import os
from dataclasses import fields
from fractions import Fraction

import pytest

bpy = pytest.importorskip("bpy")

from media_files import Picture, Sound, film  # noqa: E402

import neuroedit_addon  # noqa: E402
from neuroedit_addon import presets  # noqa: E402
from neuroedit_addon.blender import compat  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.dump import dump  # noqa: E402
from neuroedit_addon.blender.window import (  # noqa: E402
    choices,
    editing,
    guard,
    knowledge,
    live,
    preferences,
    python,
    review,
    review_panel,
    scenes,
    task,
)
from neuroedit_addon.errors import NeuroEditError, TimelineError  # noqa: E402
from neuroedit_addon.findings import Audio, Findings, Media, Span, Transition  # noqa: E402
from neuroedit_addon.settings import Settings, Time  # noqa: E402
from neuroedit_addon.worker.cache import default_folder  # noqa: E402

SECONDS = 20
# Somebody speaks here; the gaps are silence, and the second one is doubtful.
SPEECH = (Span(1.0, 4.0, 0.99), Span(7.0, 10.0, 0.99), Span(13.0, 18.0, 0.99))


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Media:
    path = tmp_path_factory.mktemp("clips") / "a talk ñ 日本.mp4"
    film(path, SECONDS, Picture(size=(64, 64)), Sound())
    return Media(str(path), float(SECONDS), "25", SECONDS * 25, 64, 64, False, Audio(48000, 2), "x")


@pytest.fixture(autouse=True)
def _registered():
    neuroedit_addon.register()
    yield
    neuroedit_addon.unregister()


@pytest.fixture
def scene(clip):
    made = new_scene([clip])
    assemble(made, [clip])
    show(made)
    made.neuroedit.preset = "talking-head"
    cut = Transition("cut", 15.0, 15.0, 375, 375, 0.97)
    knowledge.learn(clip.path, Findings(clip, transitions=(cut,), speech=SPEECH))
    yield made
    show(next(other for other in bpy.data.scenes if other != made))
    bpy.data.scenes.remove(made)


def show(scene) -> None:
    """Make it the scene that operators work on."""
    bpy.context.window_manager.windows[0].scene = scene
    for workspace in bpy.data.workspaces:
        if hasattr(workspace, "sequencer_scene"):
            workspace.sequencer_scene = scene


def auto_edit() -> set[str]:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        return bpy.ops.neuroedit.auto_edit()


def do(operator, **values) -> set[str]:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        return operator(**values)


def lengths(scene, kind: str = "MOVIE") -> list[int]:
    found = sorted((compat.left(s), compat.right(s)) for s in compat.strips_of(scene) if s.type == kind)
    return [right - left for left, right in found]


def test_registering_again_and_taking_away_leaves_no_trace():
    neuroedit_addon.unregister()
    before = set(dir(bpy.types)), [len(getattr(bpy.app.handlers, name)) for name in ("undo_post", "load_pre")]
    for _ in range(2):
        neuroedit_addon.register()
        assert hasattr(bpy.types.Scene, "neuroedit")
        neuroedit_addon.unregister()
    assert not hasattr(bpy.types.Scene, "neuroedit")
    assert before == (set(dir(bpy.types)), [len(getattr(bpy.app.handlers, n)) for n in ("undo_post", "load_pre")])
    neuroedit_addon.register()


def test_names_follow_the_conventions():
    for name in dir(bpy.types):
        if name.startswith("NEUROEDIT_OT_"):
            cls = getattr(bpy.types, name)
            assert cls.bl_idname.replace(".", "_OT_").upper() == name.upper()
            assert cls.__doc__ or hasattr(cls, "description")
            assert not (cls.__doc__ or "").endswith("."), name  # Blender adds it


@pytest.mark.parametrize("name", presets.available())
def test_settings_go_through_blenders_properties_and_back(scene, name):
    settings = presets.load(name).settings
    scene.neuroedit.preset = name
    assert choices.chosen(scene.neuroedit.settings) == Settings().changed(
        {
            f.name: v.at(Fraction(25)) if isinstance(v := getattr(settings, f.name), Time) else v
            for f in fields(Settings)
        }
    )
    assert scene.neuroedit.preset == name


def test_a_choice_of_ones_own_is_no_preset_any_more(scene):
    scene.neuroedit.settings.margin_end = 1.25
    assert scene.neuroedit.preset == "CUSTOM"
    assert choices.chosen(scene.neuroedit.settings).margin_end == Time(seconds=1.25)


def test_every_setting_says_what_it_is_and_keeps_its_range():
    for item in fields(Settings):
        shown = bpy.types.Scene.bl_rna.properties["neuroedit"].fixed_type.properties["settings"].fixed_type
        prop = shown.properties[item.name]
        assert prop.description == item.metadata["help"].rstrip(".")
        if prop.type == "FLOAT":
            assert (prop.hard_min, prop.hard_max) == pytest.approx((item.metadata["low"], item.metadata["high"]))


def test_auto_edit_cuts_what_the_plan_says(scene):
    assert auto_edit() == {"FINISHED"}
    # 0.2 s before and 0.3 s after speech at 25 frames a second; the last word is split by a shot.
    assert lengths(scene) == [3 * 25 + 13, 3 * 25 + 13, 55, 83]
    assert lengths(scene, "SOUND") == lengths(scene)
    facts = review.summary(scene)
    assert (facts["cuts"], facts["splits"]) == (4, 1)
    rows = scene.neuroedit.decisions
    assert [(row.kind, row.frame) for row in rows] == [
        ("remove", 1), ("remove", 89), ("remove", 177), ("split", 232), ("remove", 315),
    ]  # fmt: skip
    assert all(row.done and not row.decided for row in rows)


def test_a_rejected_decision_comes_back_and_is_remembered(scene):
    auto_edit()
    whole = dump(scene)
    assert do(bpy.ops.neuroedit.decide, index=1) == {"FINISHED"}
    assert review.summary(scene)["cuts"] == 3
    assert [row.done for row in scene.neuroedit.decisions] == [True, False, True, True, True]
    scene.neuroedit.settings.margin_start = 0.4  # its start moves, and its id with it
    do(bpy.ops.neuroedit.update_edit)
    assert review.summary(scene)["cuts"] == 3
    scene.neuroedit.settings.margin_start = 0.2
    do(bpy.ops.neuroedit.decide_all, verdict="FORGET")
    assert without_runs(dump(scene)) == without_runs(whole)


def without_runs(dumped):
    for strip in dumped["strips"].values():
        strip["own"].pop("neuroedit_run", None)
    return dumped


def test_doubtful_decisions_are_accepted_together(scene):
    scene.neuroedit.settings.min_confidence = 1.0
    auto_edit()
    before = sum(row.done for row in scene.neuroedit.decisions)
    scene.neuroedit.below = 1.0
    do(bpy.ops.neuroedit.decide_all, verdict="ACCEPT")
    rows = scene.neuroedit.decisions
    assert before < sum(row.done for row in rows) == len(rows)
    assert review.summary(scene)["cuts"] == 4


def test_what_the_sliders_promise_is_what_update_makes(scene):
    auto_edit()
    scene.neuroedit.settings.margin_end = 0.1
    promised = live.plan(scene).summary
    do(bpy.ops.neuroedit.update_edit)
    made = review.summary(scene)
    assert {key: made[key] for key in promised} == promised


def test_revert_leaves_the_timeline_as_it_was(scene):
    before = dump(scene)
    auto_edit()
    assert do(bpy.ops.neuroedit.revert) == {"FINISHED"}
    assert dump(scene) == before
    assert not len(scene.neuroedit.decisions)


def test_a_piece_that_was_moved_by_hand_is_not_taken_back(scene):
    auto_edit()
    compat.shift(max(compat.strips_of(scene), key=compat.left), 40)
    before = dump(scene)
    with pytest.raises(RuntimeError, match="by hand"):
        do(bpy.ops.neuroedit.update_edit)
    assert dump(scene) == before


def test_only_what_is_selected_is_edited_and_stays_so(scene, clip):
    assemble_behind = compat.right(max(compat.strips_of(scene), key=compat.right))
    other = compat.strips_of(scene).new_movie("other", clip.path, 4, assemble_behind)
    for strip in compat.strips_of(scene):
        strip.select = strip != other
    auto_edit()
    do(bpy.ops.neuroedit.decide, index=0)
    kept = compat.strips_of(scene)["other"]
    assert compat.right(kept) - compat.left(kept) == SECONDS * 25


@pytest.mark.parametrize("state", ["locked", "muted"])
def test_nothing_to_edit_is_said(scene, state):
    for strip in compat.strips_of(scene):
        strip.lock, strip.mute = state == "locked", state == "muted"
    before = dump(scene)
    with pytest.raises(RuntimeError, match="locked or muted"):
        auto_edit()
    assert dump(scene) == before


def test_an_empty_sequencer_disables_the_button(scene):
    for strip in list(compat.strips_of(scene)):
        compat.strips_of(scene).remove(strip)
    with pytest.raises(RuntimeError, match="poll"):
        auto_edit()


def test_a_missing_file_is_named(scene, clip, tmp_path):
    gone = tmp_path / "gone.mp4"
    gone.write_bytes(b"x")
    compat.strips_of(scene).new_sound("gone", str(gone), 5, 1)
    gone.unlink()
    before = dump(scene)
    with pytest.raises(RuntimeError, match="gone.mp4, which does not exist"):
        auto_edit()
    assert dump(scene) == before
    assert task.current() is None


def test_an_edit_that_leaves_nothing_is_refused(scene, clip):
    knowledge.learn(clip.path, Findings(clip))
    scene.neuroedit.settings.cut_all_silent = True
    with pytest.raises(RuntimeError, match="Nothing would be left"):
        auto_edit()


def test_a_file_that_changed_is_looked_at_again(clip):
    knowledge.learn(clip.path, Findings(clip))
    assert knowledge.of(clip.path)
    os.utime(clip.path)
    assert knowledge.of(clip.path) is None


def test_a_task_that_is_writing_ends_when_something_is_undone(scene):
    work = editing.edit(order(scene), lambda: False)
    assert any(tick.writing for tick in work)
    knowledge_of_undo = iter(editing.edit(order(scene), lambda: False))
    while not next(knowledge_of_undo).writing:
        pass
    guard._undone()
    with pytest.raises(TimelineError, match="undone"):
        list(knowledge_of_undo)


def order(scene, **values) -> editing.Order:
    settings = choices.chosen(scene.neuroedit.settings)
    return editing.Order(scenes.uid(scene), settings, {}, False, preferences.desk(), **values)


def test_another_file_ends_the_task(scene):
    begun = task.Task("x", lambda stop: editing.edit(order(scene), stop))
    task.begin(begun)
    begun.step(0)
    guard._other_file()
    assert task.current() is None


def test_every_icon_is_one_of_blenders():
    known = bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items
    assert set(review_panel.ICONS.values()) <= set(known.keys())


def test_the_cache_is_where_the_worker_keeps_it():
    assert preferences.usual_cache() == default_folder()


def test_a_python_that_is_not_there_is_said():
    with pytest.raises(NeuroEditError, match=r"/no/such/python"):
        python.worker_python("/no/such/python")


def test_every_setting_has_a_place_in_the_sidebar():
    drawn = {"job", "cut", "moments", "dub", "grade", "mix", "music"}  # groups that window/panels.py draws
    elsewhere = {"multicam"}  # films that lie on no timeline yet: the command line's
    assert {item.metadata["group"] for item in fields(Settings)} <= drawn | elsewhere
