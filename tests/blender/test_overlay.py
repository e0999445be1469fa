"""Promise: what is drawn over the timeline lies exactly over what it is about, on the timeline as it is now."""

from __future__ import annotations

import pytest

bpy = pytest.importorskip("bpy")

import neuroedit_addon  # noqa: E402
from neuroedit_addon.blender import compat  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.window import knowledge, overlay, overlay_data, overlay_shapes, scenes  # noqa: E402
from neuroedit_addon.blender.window.overlay_shapes import Known, Piece  # noqa: E402
from neuroedit_addon.findings import Curve, Findings, Media, Span, Transition  # noqa: E402
from neuroedit_addon.plan import Decision, Plan, Source  # noqa: E402

MEDIA = Media("/film.mp4", 20.0, "25", 500, 64, 64)
FOUND = Findings(
    MEDIA, speech=(Span(1, 4), Span(6, 8)), beats=(1.0, 3.0, 5.0, 7.0), importance=Curve(0.5, tuple([0.5] * 40)),
    transitions=(Transition("cut", 2.0, 2.0, 50, 50, 0.9), Transition("cut", 5.0, 5.0, 125, 125, 0.4)),
)  # fmt: skip


def drawn(*pieces: Piece, gone=()) -> overlay_shapes.Shapes:
    made = list(overlay_shapes.shapes(pieces, {MEDIA.path: Known(FOUND, tuple(gone))}))
    return made[-1]


def test_everything_moves_with_its_strip_and_ends_where_it_ends():
    # Seconds 3 to 7 of the film, from frame 100 on.
    shapes = drawn(Piece(MEDIA.path, 100, 200, 3.0, 25.0, True), gone=[(4.0, 5.0), (6.0, 9.0)])
    assert shapes.speech == [(100, 125), (175, 200)]
    assert shapes.shots == [(150, 0.4)]
    assert shapes.beats == [100, 150]
    assert shapes.hatched == [(125, 150), (175, 200)]
    assert (shapes.importance[0][0][0], shapes.importance[0][-1][0]) == (100, 200)
    assert all(100 <= frame <= 200 for frame, _ in shapes.importance[0])


def test_a_faster_strip_shows_more_in_less():
    shapes = drawn(Piece(MEDIA.path, 0, 50, 0.0, 6.25, True))
    assert shapes.speech == [(6.25, 25), (37.5, 50)]


def test_a_cut_where_a_piece_begins_is_its_own():
    shapes = drawn(Piece(MEDIA.path, 10, 60, 0.0, 25.0, True), Piece(MEDIA.path, 60, 85, 2.0, 25.0, True))
    assert shapes.shots == [(60, 0.9)]


def test_picture_and_sound_of_one_file_tell_everything_once():
    both = drawn(Piece(MEDIA.path, 0, 500, 0.0, 25.0, True), Piece(MEDIA.path, 0, 500, 0.0, 25.0, False))
    one = drawn(Piece(MEDIA.path, 0, 500, 0.0, 25.0, True))
    assert both == one


def test_only_what_lies_there_is_hatched():
    plan = Plan((Source(MEDIA.path, "", 20.0),), (Decision("a", "remove", 0, 0.0, 2.0), Decision("b", "keep", 0, 2, 9)))
    facts = overlay_shapes.known([FOUND], plan)
    assert facts[MEDIA.path].gone == ((0.0, 2.0),)
    assert drawn(Piece(MEDIA.path, 0, 25, 2.0, 25.0, True), gone=facts[MEDIA.path].gone).hatched == []


def test_nothing_known_is_nothing_drawn():
    assert overlay.extent(drawn(Piece("/other.mp4", 0, 500, 0.0, 25.0, True))) is None


def test_an_hour_is_collected_in_slices(tmp_path):
    """Also that no strip is held on to: the scene may lose some in between."""
    neuroedit_addon.register()
    try:
        from media_files import Picture, Sound, film

        path = tmp_path / "talk.mp4"
        film(path, 4, Picture(size=(64, 64)), Sound())
        media = Media(str(path), 4.0, "25", 100, 64, 64)
        scene = new_scene([media])
        assemble(scene, [media])
        for number in range(1, 60):
            compat.strips_of(scene).new_movie("more", str(path), 2, number * 100 + 1)
        knowledge.learn(str(path), Findings(media, speech=(Span(1, 2),), importance=Curve(0.5, (0.5,) * 8)))
        work = overlay_data.collect(scenes.uid(scene))
        next(work)
        compat.strips_of(scene).remove(compat.strips_of(scene)[0])
        slices, made = drain(work)
        assert slices >= 2
        assert made.speech
        assert overlay.extent(made)[0] >= 1
        bpy.data.scenes.remove(scene)
    finally:
        neuroedit_addon.unregister()


def drain(work):
    slices = 0
    while True:
        try:
            next(work)
        except StopIteration as done:
            return slices, done.value
        slices += 1
