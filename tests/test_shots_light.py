"""Promises of telling a change of light from a change of shot."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from neuroedit_addon.worker.shots_light import light_alone, light_steps


def picture(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    small = rng.integers(40, 200, (6, 10, 3), np.uint8)
    return cv2.resize(small, (48, 27), interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize("gain", [0.4, 0.7, 1.25])
def test_more_or_less_light_is_light_alone(gain: float) -> None:
    assert light_alone(picture(1), np.clip(picture(1) * gain, 0, 255).astype(np.uint8))


def test_coloured_light_is_light_alone() -> None:
    assert light_alone(picture(2), (picture(2) * np.array((1.0, 0.6, 0.5))).astype(np.uint8))


@pytest.mark.parametrize("seed", range(3, 13))
def test_another_picture_is_not(seed: int) -> None:
    assert not light_alone(picture(seed), picture(seed + 20))
    assert not light_alone(picture(seed), (picture(seed + 20) * 0.5).astype(np.uint8))


def test_bars_that_stay_do_not_make_pictures_alike() -> None:
    one, other = picture(1), picture(2) // 2
    for frame in (one, other):
        frame[:5] = frame[-5:] = 0
    assert not light_alone(one, other)


def test_black_and_plain_frames_have_no_edges_to_tell_by() -> None:
    black = np.zeros((27, 48, 3), np.uint8)
    assert not light_alone(picture(1), black)
    assert not light_alone(black, picture(1))
    assert not light_alone(black, black + 200)


def test_the_same_light_is_no_change_of_light() -> None:
    jumped = picture(1)
    jumped[10:14, 20:24] = 90
    assert not light_alone(picture(1), jumped)


def test_only_wanted_frames_are_looked_at() -> None:
    frames = np.stack([picture(1), picture(1) // 2, picture(1)])
    assert light_steps(frames).tolist() == [False, True, True]
    assert light_steps(frames, np.array([True, False, True])).tolist() == [False, False, True]


def test_a_dimmed_rest_of_the_old_shot_is_no_step_of_light() -> None:
    """A cut to black in frames that smear: the first dark one still shows the old edges."""
    black = np.zeros((27, 48, 3), np.uint8)
    frames = np.stack([picture(1), picture(1) // 3, black, black])
    assert light_steps(frames).tolist() == [False] * 4
    lasting = np.stack([picture(1), picture(1) // 3, picture(1) // 3, picture(1) // 3])
    assert light_steps(lasting).tolist() == [False, True, False, False]
