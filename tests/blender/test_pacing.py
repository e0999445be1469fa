"""Promise: cuts of the sound do not click in the film, and J and L cuts move the picture's cut alone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

bpy = pytest.importorskip("bpy")

from media_files import Picture, film  # noqa: E402

from neuroedit_addon.blender import compat, mix_read, record, tags  # noqa: E402
from neuroedit_addon.blender.apply import apply  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.faded_sound import faded  # noqa: E402
from neuroedit_addon.blender.read import read  # noqa: E402
from neuroedit_addon.findings import Audio, Media  # noqa: E402
from neuroedit_addon.planner.edit_list import EditList, Range  # noqa: E402

SECONDS, FPS = 12, Fraction(25)
FADE = 0.015


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Media:
    path = tmp_path_factory.mktemp("clips") / "talk.mp4"
    film(path, SECONDS, Picture(size=(64, 64), fps=FPS))
    return Media(str(path), float(SECONDS), str(FPS), SECONDS * 25, 64, 64, False, Audio(48000, 2), "x")


@pytest.fixture
def scene(clip):
    scene = new_scene([clip])
    assemble(scene, [clip])
    yield scene
    bpy.data.scenes.remove(scene)


def cut(scene, clip, *ranges: Range) -> None:
    timeline = read(scene, {clip.path: clip})
    apply(scene, EditList(FPS, ranges, fade=FADE), timeline, "run")


def strips(scene, kind):
    return sorted((s for s in compat.strips_of(scene) if s.type == kind), key=compat.left)


def spans(scene, kind):
    """(left, right, frame of the content at its left handle)."""
    return [(compat.left(s), compat.right(s), round(float(compat.left(s) - compat.content(s)[0])))
            for s in strips(scene, kind)]  # fmt: skip


def test_pieces_know_their_fades_and_cross_in_the_mix(scene, clip):
    cut(scene, clip, Range(26, 51, "remove"), Range(276, 301, "remove"))
    sounds = strips(scene, "SOUND")
    assert [(s.get(tags.FADE_IN, 0), s.get(tags.FADE_OUT, 0)) for s in sounds] == [(0, FADE), (FADE, FADE)]
    first, second = mix_read.read(scene).clips
    assert (first.fade_in, first.fade_out, second.fade_in, second.fade_out) == (0, FADE, FADE, FADE)
    assert first.end - second.start == pytest.approx(FADE)  # they cross, half a fade before and after the cut
    assert second.media_start == pytest.approx(2 - FADE / 2)
    assert second.end == pytest.approx(10)  # nothing to cross with at the end of the film


def test_nothing_fades_where_nothing_was_cut(scene, clip):
    timeline = read(scene, {clip.path: clip})
    apply(scene, EditList(FPS, fade=FADE), timeline, "run")
    assert not any(tags.FADE_IN in s or tags.FADE_OUT in s for s in compat.strips_of(scene))
    with faded(scene, Path("/nowhere"), lambda verb, **_: pytest.fail("nothing is to be mixed"), pytest.fail):
        pass


def test_a_j_cut_moves_the_pictures_cut_alone_and_can_be_taken_back(scene, clip):
    before = spans(scene, "MOVIE"), spans(scene, "SOUND")
    cut(scene, clip, Range(26, 51, "remove", picture=4), Range(101, 126, "remove", picture=-3))
    assert spans(scene, "SOUND") == [(1, 26, 0), (26, 76, 50), (76, 251, 125)]
    assert spans(scene, "MOVIE") == [(1, 30, 0), (30, 73, 54), (73, 251, 122)]
    assert scene.frame_end == 250
    assert record.revert(scene)
    assert (spans(scene, "MOVIE"), spans(scene, "SOUND")) == before


def test_inside_the_film_is_heard_faded_and_afterwards_all_is_as_before(scene, clip, tmp_path):
    worker = pytest.importorskip("neuroedit_addon.worker.mix")
    cut(scene, clip, Range(26, 51, "remove"))
    names = [c.name for c in scene.sequence_editor.channels]
    seals = [s[tags.MARK] for s in strips(scene, "SOUND")]

    def ask(verb, **arguments):
        assert verb == "mix"
        return worker.run(arguments, lambda message: None, lambda: False)

    with faded(scene, tmp_path, ask, pytest.fail):
        heard = [s for s in strips(scene, "SOUND") if not s.mute]
        assert [s.name for s in heard] == ["Mix"]
        assert (tmp_path / "film.wav").stat().st_size > 11 * 48_000 * 6  # eleven seconds, stereo, 24 bits
    assert not any(s.mute for s in strips(scene, "SOUND"))
    assert [c.name for c in scene.sequence_editor.channels] == names
    assert [tags.signature(s) for s in strips(scene, "SOUND")] == seals
    assert not list(tmp_path.iterdir())

