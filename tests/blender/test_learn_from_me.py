"""Promise: a hand-made edit is learnt from, seen and forgotten in the sidebar; clicks in the review are heard."""

from __future__ import annotations

import pytest

bpy = pytest.importorskip("bpy")

from media_files import Picture, Sound, film  # noqa: E402

import neuroedit_addon  # noqa: E402
from neuroedit_addon import profiles  # noqa: E402
from neuroedit_addon.blender import compat, learning  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.headless import learning as headless  # noqa: E402
from neuroedit_addon.blender.window import knowledge, taught  # noqa: E402
from neuroedit_addon.blender.window import learning as panel  # noqa: E402
from neuroedit_addon.errors import MediaError, TimelineError  # noqa: E402
from neuroedit_addon.findings import Audio, Curve, Findings, Media, Span  # noqa: E402

SECONDS = 20
SPEECH = (Span(1.0, 4.0, 0.99), Span(7.0, 10.0, 0.99), Span(13.0, 18.0, 0.99))


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Media:
    path = tmp_path_factory.mktemp("clips") / "talk.mp4"
    film(path, SECONDS, Picture(size=(64, 64)), Sound())
    return Media(str(path), float(SECONDS), "25", SECONDS * 25, 64, 64, False, Audio(48000, 2), "x")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROEDIT_PROFILES", str(tmp_path / "profiles"))
    neuroedit_addon.register()
    yield tmp_path
    neuroedit_addon.unregister()


@pytest.fixture
def scene(clip):
    made = new_scene([clip])
    assemble(made, [clip])
    show(made)
    moves = Curve(0.5, tuple(0.2 if 6 <= second / 2 < 12 else 0.01 for second in range(2 * SECONDS)))
    knowledge.learn(clip.path, Findings(clip, speech=SPEECH, motion=moves))
    yield made
    show(next(other for other in bpy.data.scenes if other != made))
    bpy.data.scenes.remove(made)


def show(scene) -> None:
    bpy.context.window_manager.windows[0].scene = scene
    for workspace in bpy.data.workspaces:
        if hasattr(workspace, "sequencer_scene"):
            workspace.sequencer_scene = scene


def do(operator, **values) -> set[str]:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        return operator(**values)


def trim(scene, first: float, last: float) -> None:
    """Keep [first, last) seconds, by hand."""
    for strip in compat.strips_of(scene):
        compat.set_left(strip, scene.frame_start + round(first * 25))
        compat.set_right(strip, scene.frame_start + round(last * 25))


def test_learn_see_and_reset(scene):
    trim(scene, 6, 12)
    assert do(bpy.ops.neuroedit.learn) == {"FINISHED"}
    assert scene.neuroedit_profile == "mine"
    assert profiles.available() == ["mine"]
    lesson = profiles.load("mine").lessons[0]
    assert lesson.kept == pytest.approx(6.0, abs=0.6)
    assert lesson.dropped == pytest.approx(14.0, abs=0.6)
    assert any("1 edit" in sentence for sentence in panel._sentences(scene))
    do(bpy.ops.neuroedit.learn)
    assert len(profiles.load("mine").lessons) == 1
    assert do(bpy.ops.neuroedit.reset_profile) == {"FINISHED"}
    assert profiles.available() == []
    assert list(panel._sentences(scene)) == ["nothing learnt yet"]


def test_what_was_kept_is_worth_more_from_then_on(scene, clip):
    trim(scene, 6, 12)
    do(bpy.ops.neuroedit.learn)
    before = knowledge.of(clip.path)
    liked = taught.as_liked(scene, [before])[0]
    values = liked.importance.values
    assert sum(values[13:23]) / 10 > 1.3 * sum(values[:10]) / 10


def test_an_edit_of_its_own_teaches_nothing_until_it_is_judged(scene):
    scene.neuroedit.preset = "talking-head"
    assert do(bpy.ops.neuroedit.auto_edit) == {"FINISHED"}
    with pytest.raises(RuntimeError, match="own edit"):
        do(bpy.ops.neuroedit.learn)
    scene.neuroedit_profile = "judge"
    first = next(n for n, row in enumerate(scene.neuroedit.decisions) if row.kind == "remove")
    assert do(bpy.ops.neuroedit.decide, index=first) == {"FINISHED"}
    assert profiles.load("judge").lessons[0].judged == 1


def test_export_and_import(scene, home):
    trim(scene, 6, 12)
    scene.neuroedit_profile = "travel"
    do(bpy.ops.neuroedit.learn)
    file = home / "copy.json"
    assert do(bpy.ops.neuroedit.export_profile, filepath=str(file)) == {"FINISHED"}
    do(bpy.ops.neuroedit.reset_profile)
    assert do(bpy.ops.neuroedit.import_profile, filepath=str(file)) == {"FINISHED"}
    assert profiles.load("travel").lessons
    assert do(bpy.ops.neuroedit.use_habits) == {"FINISHED"}
    file.write_text("[]")
    with pytest.raises(RuntimeError, match="is not a neuroedit-profile file"):
        do(bpy.ops.neuroedit.import_profile, filepath=str(file))
    (profiles.folder() / f"travel{profiles.SUFFIX}").write_text("{")
    taught._known.clear()
    assert "is not JSON" in next(iter(panel._sentences(scene)))


def test_the_whole_footage_teaches_nothing(scene, clip):
    with pytest.raises(TimelineError, match="teaches nothing"):
        learning.lesson_of(scene, {clip.path: knowledge.of(clip.path)})


def test_media_that_is_gone_is_named(scene):
    for strip in compat.strips_of(scene):
        if strip.type == "MOVIE":
            strip.filepath = "/nowhere/gone.mp4"
    with pytest.raises(MediaError, match="gone.mp4"):
        learning.footage(scene)


@pytest.mark.parametrize(("words", "code", "said"), [
    ([], 2, "nothing to learn from"), (["--profile", "nobody", "--show"], 2, "no profile “nobody”"),
    (["talk.mp4"], 2, "is no .blend"), (["--profile", "../x", "--show"], 2, "cannot be the name"),
    (["--import", "missing.json"], 1, "does not exist"),
])  # fmt: skip
def test_words_that_make_no_sense_are_one_sentence(words, code, said, capsys):
    assert headless.main(words, lambda: ("", ())) == code
    assert said in capsys.readouterr().err
