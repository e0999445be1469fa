"""Promise: the film gets its shape on ordinary transforms, and taking it back leaves the strips as they were."""

from __future__ import annotations

import pytest

bpy = pytest.importorskip("bpy")

from media_files import Picture, Sound, film  # noqa: E402

from neuroedit_addon.blender import compat, write_crop  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene, show_pictures_only  # noqa: E402
from neuroedit_addon.blender.finishing.asking import answered  # noqa: E402
from neuroedit_addon.blender.finishing.reframing import reframe  # noqa: E402
from neuroedit_addon.blender.finishing.wishes import Finished, Wishes  # noqa: E402
from neuroedit_addon.findings import Audio, Findings, Media, Shot  # noqa: E402
from neuroedit_addon.settings import Settings  # noqa: E402

SECONDS = 8


@pytest.fixture
def clip(tmp_path) -> Media:
    path = tmp_path / "walk.mp4"
    film(path, SECONDS, Picture(size=(128, 72)), Sound())
    return Media(str(path), float(SECONDS), "25", SECONDS * 25, 128, 72, False, Audio(48000, 2), "x")


@pytest.fixture
def scene(clip):
    made = new_scene([clip])
    assemble(made, [clip])
    yield made
    bpy.data.scenes.remove(made)


def transforms(scene) -> list[tuple[float, ...]]:
    strips = [strip for strip in compat.strips_of(scene) if strip.type == "MOVIE"]
    names = ("scale_x", "scale_y", "offset_x", "offset_y")
    return [tuple(round(getattr(strip.transform, name), 4) for name in names) for strip in strips]


def curves(scene) -> list[str]:
    return [curve.data_path for curve in compat.fcurves_of(scene) if "transform" in curve.data_path]


def reframed(scene, clip, tmp_path, track, aspect="9:16", how="follow", shots=(), lines="own"):
    wishes = Wishes(Settings(aspect=aspect, reframe=how, resolution=lines), tmp_path, "run")
    found = {clip.path: Findings(clip, shots=shots)}
    asked = []

    def answer(ask):
        asked.append(ask.verb)
        return {"hop": 0.2, "tracks": {clip.path: track}}

    return answered(reframe(scene, wishes, found, Finished()), answer), asked


def test_a_still_subject_needs_no_keyframe(scene, clip, tmp_path):
    before = transforms(scene)
    done, asked = reframed(scene, clip, tmp_path, [[0.3, 0.5]] * 40)
    assert asked == ["subject"]
    assert (scene.render.resolution_x, scene.render.resolution_y) == (40, 72)
    assert "moves in 0 of 1" in done.notes[0]
    assert transforms(scene)[0][2] == pytest.approx((0.5 - 0.3) * 128, abs=0.5)
    assert curves(scene) == []
    assert write_crop.take_back(scene)
    assert transforms(scene) == before
    assert (scene.render.resolution_x, scene.render.resolution_y) == (128, 72)
    assert not write_crop.take_back(scene)


def test_its_shorter_side_can_be_asked_for(scene, clip, tmp_path):
    before = transforms(scene)
    done, _ = reframed(scene, clip, tmp_path, [[0.3, 0.5]] * 40, lines="720")
    assert (scene.render.resolution_x, scene.render.resolution_y) == (720, 1280)
    assert "720x1280" in done.notes[0]
    assert transforms(scene)[0][0] == pytest.approx(1280 / 72, rel=1e-3)
    reach = 1280 / 72 * 128
    assert transforms(scene)[0][2] == pytest.approx((0.5 - 0.3) * reach, abs=1)
    write_crop.take_back(scene)
    assert transforms(scene) == before


def test_a_moving_one_is_followed_and_a_cut_jumps(scene, clip, tmp_path):
    before = transforms(scene)
    track = [[0.2 + 0.6 * n / 19, 0.5] for n in range(20)] + [[0.25, 0.5]] * 20
    shots = (Shot(0.0, 4.0, 0, 100), Shot(4.0, 8.0, 100, 200))
    reframed(scene, clip, tmp_path, track, shots=shots)
    strip = next(strip for strip in compat.strips_of(scene) if strip.type == "MOVIE")
    assert len(curves(scene)) == 1
    seen = []
    for frame in (scene.frame_start, scene.frame_start + 98, scene.frame_start + 101, scene.frame_start + 180):
        scene.frame_set(frame)
        curve = next(c for c in compat.fcurves_of(scene) if "offset_x" in c.data_path)
        seen.append(0.5 - curve.evaluate(frame) / 128)
    assert seen[0] < 0.4
    assert seen[1] > 0.6
    assert seen[2] == pytest.approx(0.25, abs=0.02) == seen[3]
    assert strip.transform.scale_x == pytest.approx(before[0][0])
    write_crop.take_back(scene)
    assert curves(scene) == []
    assert transforms(scene) == before


def test_pad_shows_all_of_it_and_own_changes_nothing(scene, clip, tmp_path):
    before = transforms(scene)
    _, asked = reframed(scene, clip, tmp_path, [], aspect="own")
    assert asked == []
    assert transforms(scene) == before
    _, asked = reframed(scene, clip, tmp_path, [], aspect="1:1", how="pad")
    assert asked == []
    assert (scene.render.resolution_x, scene.render.resolution_y) == (72, 72)
    assert transforms(scene)[0][0] == pytest.approx(before[0][0] * 72 / 128, abs=1e-3)


def blurs(scene):
    return [strip for strip in compat.strips_of(scene) if strip.type == "GAUSSIAN_BLUR"]


def test_a_blurred_picture_fills_the_bars_and_goes_without_a_trace(scene, clip, tmp_path):
    before = [(strip.name, strip.channel) for strip in compat.strips_of(scene)], transforms(scene)
    done, asked = reframed(scene, clip, tmp_path, [], aspect="9:16", how="blur")
    assert asked == []
    (blur,), (movie,) = blurs(scene), [s for s in compat.strips_of(scene) if s.type == "MOVIE"]
    assert blur.channel < movie.channel
    assert (compat.left(blur), compat.right(blur)) == (compat.left(movie), compat.right(movie))
    wide, high = write_crop.shown(movie)
    assert (wide, high) == pytest.approx((40, 22.5), abs=0.1)
    assert wide * blur.transform.scale_x >= 40
    assert high * blur.transform.scale_y >= 72
    assert "blurred around it in 1" in done.notes[0]
    assert write_crop.take_back(scene)
    assert ([(strip.name, strip.channel) for strip in compat.strips_of(scene)], transforms(scene)) == before


def test_no_blur_is_laid_where_the_picture_fills_the_film(scene, clip, tmp_path):
    done, _ = reframed(scene, clip, tmp_path, [], aspect="16:9", how="blur")
    assert blurs(scene) == []
    assert "in 0" in done.notes[0]


def test_what_lies_above_rises_and_its_channel_keeps_name_and_lock(scene, clip, tmp_path):
    text = compat.new_effect(scene, "title", "TEXT", 3, 1, 50)
    channels = scene.sequence_editor.channels
    channels[3].name, channels[3].lock = "Titles", True
    reframed(scene, clip, tmp_path, [], aspect="9:16", how="blur")
    assert text.channel == 4
    assert (channels[4].name, channels[4].lock, channels[3].lock) == ("Titles", True, False)
    write_crop.take_back(scene)
    assert text.channel == 3
    assert (channels[3].name, channels[3].lock, channels[4].name) == ("Titles", True, "Channel 4")


def test_a_film_neither_begins_nor_ends_with_a_frame_of_sound_alone(scene):
    show_pictures_only(scene)
    assert scene.frame_start == 1
    for strip in compat.strips_of(scene):
        if strip.type == "MOVIE":
            compat.shift(strip, 2)
    scene.frame_end += 4
    show_pictures_only(scene)
    assert (scene.frame_start, scene.frame_end) == (3, SECONDS * 25 + 2)
