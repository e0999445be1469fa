"""Promise: the step “grade” writes one correction a shot on all its pieces, keeps hands, locks and own modifiers, and
comes off again; the sidebar corrects, matches, compares and takes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

bpy = pytest.importorskip("bpy")
cv2 = pytest.importorskip("cv2")

from media_files import Picture, film  # noqa: E402

import neuroedit_addon  # noqa: E402
from neuroedit_addon.blender import compat, write_grade  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.finishing.asking import Ask, answered  # noqa: E402
from neuroedit_addon.blender.finishing.finish import finish  # noqa: E402
from neuroedit_addon.blender.finishing.undoing import take_back  # noqa: E402
from neuroedit_addon.blender.finishing.wishes import Wishes  # noqa: E402
from neuroedit_addon.blender.window import knowledge, last  # noqa: E402
from neuroedit_addon.correction import Correction  # noqa: E402
from neuroedit_addon.errors import MediaError  # noqa: E402
from neuroedit_addon.findings import Findings, Grade, Media  # noqa: E402
from neuroedit_addon.settings import Settings  # noqa: E402

FIRST = Correction((1.2, 1.0, 0.8), (0.02, 0.0, -0.03), (0.9, 1.0, 1.1), 1.2)
SECOND = Correction((0.8, 0.9, 1.1))
SECONDS = 6


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Media:
    path = tmp_path_factory.mktemp("clips") / "two shots.mp4"
    film(path, SECONDS, Picture(size=(64, 64)), None)
    return Media(str(path), float(SECONDS), "25", SECONDS * 25, 64, 64, False, None, "fingerprint")


@pytest.fixture
def scene(clip):
    made = new_scene([clip])
    assemble(made, [clip])
    show(made)
    yield made
    show(next(other for other in bpy.data.scenes if other != made))
    bpy.data.scenes.remove(made)


def show(scene) -> None:
    bpy.context.window_manager.windows[0].scene = scene
    for workspace in bpy.data.workspaces:
        if hasattr(workspace, "sequencer_scene"):
            workspace.sequencer_scene = scene


def cut(scene, *frames) -> list:
    """The strips after cuts at these frames, in order."""
    for frame in frames:
        strip = next(s for s in compat.strips_of(scene) if compat.left(s) < frame < compat.right(s))
        compat.split(strip, frame)
    return sorted(compat.strips_of(scene), key=compat.left)


def known(clip, doubt=0.2) -> Findings:
    grades = (Grade(0.0, 3.0, FIRST, 0.95), Grade(3.0, 4.0, SECOND, doubt), Grade(4.0, 6.0, SECOND, 0.9))
    return Findings(clip, grades=grades)


def grade(scene, clip, tmp_path, asked=lambda ask: {}, **choices):
    settings = Settings(steps=("grade",), **choices)
    return answered(finish(scene, Wishes(settings, tmp_path, "run"), {clip.path: known(clip)}), asked)


def slopes(strip) -> list[float]:
    return [round(v, 3) for v in strip.modifiers[0].color_balance.slope]


def test_pieces_of_a_shot_are_alike_and_doubtful_shots_stay(scene, clip, tmp_path):
    strips = cut(scene, 30, 76, 101)
    done = grade(scene, clip, tmp_path)
    assert [len(s.modifiers) for s in strips] == [2, 2, 0, 1]
    assert slopes(strips[0]) == slopes(strips[1]) == [1.2, 1.0, 0.8]
    assert done.notes == ("colours corrected on 3 strips",)
    assert [(g.strips, g.confidence) for g in done.grades][0] == ((strips[0].name, strips[1].name), 0.95)


def test_strength_and_look_are_heard(scene, clip, tmp_path):
    strips = cut(scene, 76, 101)
    grade(scene, clip, tmp_path, grade_strength=0.5, look="film")
    assert slopes(strips[0]) == pytest.approx([1.2**0.5, 1.0, 0.8**0.5], abs=2e-3)
    assert [m.name for m in strips[1].modifiers][-1] == write_grade.LOOK_SATURATION
    assert len(strips[0].modifiers) == 4


def test_hands_locks_and_own_modifiers_are_kept_over_runs(scene, clip, tmp_path):
    strips = cut(scene, 30, 76, 101)
    strips[1].lock = True
    strips[0].modifiers.new("Mine", "BRIGHT_CONTRAST")
    grade(scene, clip, tmp_path)
    assert [m.name for m in strips[0].modifiers][-1] == "Mine"
    assert not strips[1].modifiers
    strips[3].modifiers[0].color_balance.slope[0] = 1.7
    take_back(scene)
    assert [[m.name for m in s.modifiers] for s in strips] == [["Mine"], [], [], [write_grade.BALANCE]]
    grade(scene, clip, tmp_path)
    assert slopes(strips[3])[0] == 1.7
    assert len(strips[0].modifiers) == 3


def test_matching_asks_the_worker_and_tells_when_the_reference_is_gone(scene, clip, tmp_path):
    strips = cut(scene, 76, 101)
    asked: list[Ask] = []

    def answer(ask: Ask):
        asked.append(ask)
        return {"corrections": [None, FIRST.to_json(), None], "groups": [[0, 1]]}

    grade(scene, clip, tmp_path, answer, match="shots")
    assert [p["start"] for p in asked[0].arguments["pieces"]] == [0.0, 3.0, 4.0]
    assert asked[0].arguments["reference"] is None
    assert slopes(strips[1]) == slopes(strips[0])
    with pytest.raises(MediaError, match="does not exist"):
        grade(scene, clip, tmp_path, answer, match=str(tmp_path / "gone.png"))


def test_what_a_strip_carries_is_read_back(scene, clip):
    strip = cut(scene)[0]
    assert write_grade.correction_on(strip) is None
    write_grade.write(scene, strip, FIRST, "run", "grade-1")
    read = write_grade.correction_on(strip)
    assert read.slope == pytest.approx(FIRST.slope)
    assert read.offset == pytest.approx(FIRST.offset, abs=1e-6)
    assert read.power == pytest.approx(FIRST.power)
    assert read.saturation == pytest.approx(1.2)


def test_the_sidebar_corrects_compares_and_takes_off(scene, clip):
    neuroedit_addon.register()
    try:
        knowledge.learn(clip.path, known(clip))
        strips = cut(scene, 76, 101)
        for strip in strips:
            strip.select = False
        assert press("correct_colour") == {"FINISHED"}
        assert [len(s.modifiers) for s in strips] == [2, 0, 1]
        press("show_colour")
        assert all(m.mute for s in strips for m in s.modifiers)
        assert not any(getattr(m, "show_preview", False) for s in strips for m in s.modifiers)
        press("show_colour")
        assert not any(m.mute for s in strips for m in s.modifiers)
        assert all(getattr(m, "show_preview", True) for s in strips for m in s.modifiers)
        strips[0].select = True
        press("remove_colour")
        assert [len(s.modifiers) for s in strips] == [0, 0, 1]
        press("correct_colour")
        assert press("correct_colour") == {"FINISHED"}  # again: in place of what was there
        assert [len(s.modifiers) for s in strips] == [2, 0, 1]
    finally:
        neuroedit_addon.unregister()


def test_the_sidebar_says_when_the_colour_network_is_missing(scene, clip):
    neuroedit_addon.register()
    try:
        why = "The network colour is missing: colours are not judged. Install the add-on again."
        knowledge.learn(clip.path, replace(known(clip), grades=(), warnings=(why,)))
        assert press("correct_colour") == {"CANCELLED"}
        assert last.said() == last.Said("WARNING", why)
    finally:
        neuroedit_addon.unregister()


def press(name: str) -> set[str]:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        return getattr(bpy.ops.neuroedit, name)()
