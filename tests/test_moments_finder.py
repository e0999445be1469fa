"""Measures of half seconds, and the importance that the shipped network makes of them."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("cv2")

from neuroedit_addon.worker.analyser import LookFrame, SoundBlock  # noqa: E402
from neuroedit_addon.worker.moment_features import (  # noqa: E402
    HOP,
    NAMES,
    PictureMeter,
    SoundMeter,
    normalised,
    together,
)

FPS = 10
RNG = np.random.default_rng(1)
SCENE = RNG.integers(40, 200, (54, 96, 3)).astype(np.uint8)


def measures(pictures):
    meter = PictureMeter()
    for index, rgb in enumerate(pictures):
        meter.add(LookFrame(index, index / FPS, rgb))
    return {name: column for name, column in zip(NAMES, meter.finish().T, strict=False)}


def test_a_row_for_each_half_second_and_nothing_for_nothing():
    assert PictureMeter().finish().shape == (0, 8)
    assert SoundMeter().finish().shape == (0, 4)
    assert len(measures([SCENE] * 21)["motion"]) == 5
    assert len(measures([SCENE] * 2)["motion"]) == 1


def test_motion_shake_sharpness_and_light_are_told_apart():
    still = [SCENE] * 30
    shaken = [np.roll(SCENE, 6 * (index % 2), axis=1) for index in range(30)]
    flat = [np.full((54, 96, 3), 120, np.uint8)] * 30
    dark = [np.zeros((54, 96, 3), np.uint8)] * 30
    seen = measures([*still, *shaken, *flat, *dark])
    quiet, moved, blurred, black = slice(0, 6), slice(6, 12), slice(13, 18), slice(19, 24)
    assert seen["motion"][quiet].max() == 0
    assert seen["motion"][moved].min() > 0.05
    assert seen["shake"][quiet].max() < 0.2
    assert seen["shake"][moved].min() > 1
    assert seen["sharpness"][blurred].max() < seen["sharpness"][quiet].min()
    assert seen["clipped"][black].min() == 1
    assert seen["exposure"][black].min() == pytest.approx(0.45)


def test_a_new_place_is_new_and_an_old_one_is_known():
    other = np.full((54, 96, 3), (200, 30, 30), np.uint8)
    seen = measures([SCENE] * 100 + [other] * 100 + [SCENE] * 20)
    assert seen["novelty"][20] > 0.5 > seen["novelty"][19]
    assert seen["likeness"][40] > 0.9
    assert seen["likeness"][20] < 0.5


def test_sound_that_rises_is_told_in_blocks_of_any_size():
    tone = np.sin(np.arange(16_000 * 8) / 5).astype(np.float32)
    tone[: 16_000 * 6] *= 0.01
    rows = []
    for size in (700, 16_000):
        meter = SoundMeter()
        for start in range(0, len(tone), size):
            meter.add(SoundBlock(start, tone[start : start + size]))
        rows.append(meter.finish())
    assert np.allclose(rows[0], rows[1])
    assert len(rows[0]) == 16
    assert rows[0][12, 1] > 30 > rows[0][5, 1] + 25


def test_what_is_missing_is_zero_and_what_is_shorter_goes_on():
    rows = together(np.ones((3, 8), np.float32), np.empty((0, 4), np.float32))
    assert rows.shape == (3, 12)
    assert not rows[:, 8:].any()
    assert together(np.ones((3, 8), np.float32), np.ones((5, 4), np.float32))[4].all()
    assert not normalised(np.full((9, 12), 3.0, np.float32)).any()


def finder():
    pytest.importorskip("onnxruntime")
    from neuroedit_addon.worker.moments import NETWORK, MomentFinder
    from neuroedit_addon.worker.network import MODELS

    if not (MODELS / NETWORK).exists():
        pytest.skip("the moments network is not trained yet")
    return MomentFinder()


def test_a_loud_new_moment_with_motion_stands_out():
    found, rng = finder(), np.random.default_rng(2)
    other = rng.integers(0, 255, (54, 96, 3)).astype(np.uint8) // 2 + np.array([120, 0, 0], np.uint8)
    for index in range(600):
        moment = 300 <= index < 340
        rgb = np.roll(other, 5 * index, axis=1) if moment else np.roll(SCENE, index // 20, axis=1)
        found.picture(LookFrame(index, index / FPS, rgb))
    sound = (rng.normal(0, 0.01, 16_000 * 60)).astype(np.float32)
    sound[16_000 * 30 : 16_000 * 34] *= 20
    found.sound(SoundBlock(0, sound))
    curve = found.finish()["importance"]
    assert (curve.hop, len(curve.values)) == (HOP, 120)
    assert np.mean(curve.values[60:68]) > 0.8 > 0.6 > np.mean(curve.values[:55])
    assert all(0 <= value <= 1 for value in curve.values)


def test_black_silence_two_frames_and_nothing_at_all():
    assert finder().finish() == {}
    two = finder()
    for index in range(2):
        two.picture(LookFrame(index, index / 25, np.zeros((54, 96, 3), np.uint8)))
    assert len(two.finish()["importance"].values) == 1
    silent = finder()
    silent.sound(SoundBlock(0, np.zeros(16_000 * 4, np.float32)))
    assert len(silent.finish()["importance"].values) == 8
