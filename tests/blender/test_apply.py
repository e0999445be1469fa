"""Promise: an edit list is carried out to the frame, on everything that is not locked, and can be taken back."""

from __future__ import annotations

from fractions import Fraction

import pytest

bpy = pytest.importorskip("bpy")

from media_files import Picture, film  # noqa: E402

from neuroedit_addon.blender import compat, record, tags  # noqa: E402
from neuroedit_addon.blender.apply import apply  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.dump import dump  # noqa: E402
from neuroedit_addon.blender.read import read, scene_rate, sources  # noqa: E402
from neuroedit_addon.errors import MediaError  # noqa: E402
from neuroedit_addon.findings import Audio, Media  # noqa: E402
from neuroedit_addon.planner.edit_list import EditList, Mute, Range, Split  # noqa: E402

SECONDS, FPS = 12, Fraction(25)


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Media:
    path = tmp_path_factory.mktemp("clips") / "a talk ñ 日本.mp4"
    film(path, SECONDS, Picture(size=(64, 64), fps=FPS))
    return Media(str(path), float(SECONDS), str(FPS), SECONDS * 25, 64, 64, False, Audio(48000, 2), "x")


@pytest.fixture
def scene(clip):
    scene = new_scene([clip])
    assemble(scene, [clip])
    yield scene
    bpy.data.scenes.remove(scene)


def edits(*ranges, mutes=(), splits=()) -> EditList:
    return EditList(FPS, tuple(Range(*r) for r in ranges), tuple(mutes), tuple(splits))


def timeline(scene, clip):
    return read(scene, {clip.path: clip})


def spans(scene, kind):
    """(left, right, frames of its content that lie before the left handle) of each strip of a kind."""
    return sorted(
        (compat.left(s), compat.right(s), round(float(compat.left(s) - compat.content(s)[0])))
        for s in compat.strips_of(scene)
        if s.type == kind
    )


CUTS = ((26, 51, "remove"), (101, 201, "remove"))
KEPT = [(1, 26, 0), (26, 76, 50), (76, 176, 200)]


def test_a_file_becomes_one_clip(scene, clip):
    clips = timeline(scene, clip).clips
    assert [(c.left, c.right, c.media_start, c.speed) for c in clips] == [(1, 301, 0, 1)]
    assert clips[0].picture
    assert clips[0].sound


def test_picture_and_sound_are_cut_at_the_same_frames(scene, clip):
    report = apply(scene, edits(*CUTS), timeline(scene, clip), "run")
    assert spans(scene, "MOVIE") == KEPT
    assert spans(scene, "SOUND") == KEPT
    assert (scene.frame_start, scene.frame_end) == (1, 175)
    assert (report.pieces, report.end) == (6, 175)


def test_pieces_are_marked_and_named(scene, clip):
    apply(scene, edits(*CUTS), timeline(scene, clip), "run")
    strips = list(compat.strips_of(scene))
    assert all(s[tags.RUN] == "run" and s.color_tag == tags.KEPT for s in strips)
    assert "a talk ñ 日本.mp4 · 002" in {s.name for s in strips}


def test_a_range_at_either_end_trims(scene, clip):
    apply(scene, edits((1, 11, "remove"), (291, 301, "remove")), timeline(scene, clip), "run")
    assert spans(scene, "MOVIE") == [(1, 281, 10)]


def test_splits_touch_nothing_else(scene, clip):
    apply(scene, edits(splits=[Split(101, 0, "d")]), timeline(scene, clip), "run")
    assert spans(scene, "MOVIE") == spans(scene, "SOUND") == [(1, 101, 0), (101, 301, 100)]
    assert [s[tags.DECISION] for s in compat.strips_of(scene) if compat.left(s) == 101] == ["d", "d"]


def test_mutes_silence_the_sound_only(scene, clip):
    apply(scene, edits(mutes=[Mute(51, 76, 0, "d")]), timeline(scene, clip), "run")
    assert [(compat.left(s), compat.right(s)) for s in compat.strips_of(scene) if s.mute] == [(51, 76)]
    assert spans(scene, "MOVIE") == [(1, 301, 0)]


def test_a_sped_up_range_keeps_picture_and_sound_together(scene, clip):
    apply(scene, edits((101, 201, "speed", 4.0)), timeline(scene, clip), "run")
    places = [(1, 101), (101, 126), (126, 226)]
    assert [s[:2] for s in spans(scene, "MOVIE")] == places
    assert [s[:2] for s in spans(scene, "SOUND")] == places


def test_markers_text_and_keys_follow(scene, clip):
    scene.timeline_markers.new("inside", frame=110)
    scene.timeline_markers.new("behind", frame=250)
    text = compat.new_effect(scene, "title", "TEXT", 5, 91, 221)
    text.blend_alpha = 0.0
    text.keyframe_insert("blend_alpha", frame=211)
    movie = next(s for s in compat.strips_of(scene) if s.type == "MOVIE")
    movie.blend_alpha = 0.5
    movie.keyframe_insert("blend_alpha", frame=230)
    apply(scene, edits((101, 201, "remove")), timeline(scene, clip), "run")
    assert {m.name: m.frame for m in scene.timeline_markers} == {"inside": 101, "behind": 150}
    title = compat.strips_of(scene)["title"]
    assert (compat.left(title), compat.right(title)) == (91, 121)
    keys = {curve.data_path: [k.co.x for k in curve.keyframe_points] for curve in compat.fcurves_of(scene)}
    assert keys[f'sequence_editor.strips_all["{title.name}"].blend_alpha'] == [111]
    assert [130] in keys.values()


def test_an_effect_on_two_clips_survives_a_cut(scene, clip):
    strips = compat.strips_of(scene)
    first = next(s for s in strips if s.type == "MOVIE")
    other = strips.new_movie(name="over", filepath=clip.path, channel=3, frame_start=251)
    inputs = {"input1": first, "input2": other}
    compat.new_effect(scene, "cross", "CROSS", 4, 251, 301, **inputs)
    apply(scene, edits((101, 201, "remove")), timeline(scene, clip), "run")
    cross = next(s for s in compat.strips_of(scene) if s.type == "CROSS")
    assert (compat.left(cross), compat.right(cross)) == (151, 201)


def test_locked_strips_and_channels_stay(scene, clip):
    logo = compat.new_effect(scene, "logo", "COLOR", 6, 150, 260)
    logo.lock = True
    title = compat.new_effect(scene, "title", "TEXT", 7, 150, 260)
    scene.sequence_editor.channels[7].lock = True
    apply(scene, edits((101, 201, "remove")), timeline(scene, clip), "run")
    strips = compat.strips_of(scene)
    assert [(compat.left(strips[n]), compat.right(strips[n])) for n in ("logo", "title")] == [(150, 260)] * 2
    assert title.name == "title"


def test_metas_are_cut_with_the_rest(scene, clip):
    strips, lying = compat.strips_of(scene), timeline(scene, clip)
    meta = strips.new_meta("meta", 8, 51)
    length = {"length": 200} if compat.NEW_TIMES else {"frame_end": 251}
    meta.strips.new_effect(name="inner", type="COLOR", channel=1, frame_start=51, **length)
    compat.set_right(meta, 251)
    apply(scene, edits((101, 201, "remove")), lying, "run")
    metas = sorted((compat.left(s), compat.right(s)) for s in compat.strips_of(scene) if s.type == "META")
    assert metas == [(51, 101), (101, 151)]


def test_a_run_is_taken_back_exactly(scene, clip):
    scene.timeline_markers.new("behind", frame=250)
    text = compat.new_effect(scene, "title", "TEXT", 5, 91, 221)
    movie = next(s for s in compat.strips_of(scene) if s.type == "MOVIE")
    for strip, frame in ((text, 211), (movie, 230)):
        strip.keyframe_insert("blend_alpha", frame=frame)
    before = dump(scene)
    apply(scene, edits(*CUTS, splits=[Split(60, 0, "d")]), timeline(scene, clip), "run")
    assert dump(scene) != before
    assert record.revert(scene)
    assert dump(scene) == before
    assert not record.revert(scene)


def test_what_a_person_touched_is_not_taken_back(scene, clip):
    apply(scene, edits(*CUTS), timeline(scene, clip), "run")
    piece = next(s for s in compat.strips_of(scene) if s.type == "SOUND")
    piece.volume = 0.25
    after = dump(scene)
    assert not record.revert(scene)
    assert dump(scene) == after


def test_a_second_run_gives_what_a_first_would(scene, clip):
    apply(scene, edits(*CUTS), timeline(scene, clip), "one")
    record.revert(scene)
    apply(scene, edits((51, 76, "remove")), timeline(scene, clip), "two")
    assert spans(scene, "MOVIE") == [(1, 51, 0), (51, 276, 75)]
    assert {s[tags.RUN] for s in compat.strips_of(scene)} == {"two"}


RATES = [Fraction(24000, 1001), Fraction(24), Fraction(30), Fraction(50), Fraction(60000, 1001)]


@pytest.mark.parametrize("fps", RATES, ids=lambda fps: f"{float(fps):.3f}")
def test_a_movie_of_another_rate_plays_at_its_own_speed(clip, fps):
    other = Media(clip.path, 2.0, str(fps), 0, 64, 64)
    scene = new_scene([other])
    assert scene_rate(scene) == fps
    assemble(scene, [clip])
    lengths = [compat.right(s) - compat.left(s) for s in compat.strips_of(scene)]
    assert all(abs(length - SECONDS * fps) <= 1 for length in lengths)
    (only,) = timeline(scene, clip).clips
    assert abs(only.speed - 1) < Fraction(1, 1000)
    apply(scene, EditList(fps, (Range(11, 21, "remove"),)), timeline(scene, clip), "run")
    pictures, sounds = ([s for s in compat.strips_of(scene) if s.type == kind] for kind in ("MOVIE", "SOUND"))
    assert sorted(map(compat.left, pictures)) == sorted(map(compat.left, sounds)) == [1, 11]
    bpy.data.scenes.remove(scene)


def test_a_strip_whose_file_is_gone_is_named(scene, clip, tmp_path):
    movie = next(s for s in compat.strips_of(scene) if s.type == "MOVIE")
    movie.filepath = str(tmp_path / "gone.mp4")
    with pytest.raises(MediaError, match="gone.mp4"):
        sources(scene)


def test_muted_and_locked_strips_are_no_sources(scene):
    for strip in compat.strips_of(scene):
        strip.mute = strip.type == "MOVIE"
        strip.lock = strip.type == "SOUND"
    assert sources(scene) == ()
