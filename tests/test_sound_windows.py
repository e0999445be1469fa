"""Promise: every 10 ms is answered once, in order, and the same however the sound is cut into blocks."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from neuroedit_addon.worker import sound_features
from neuroedit_addon.worker.sound_windows import MARGIN, STRIDE, WINDOW, Windows


class Echo:
    """Stands in for the network: answers with what it sees, and remembers the windows' lengths."""

    def __init__(self):
        self.lengths = []

    def __call__(self, features):
        self.lengths.append(features.shape[1])
        assert features.shape[1] % 2 == 0
        return features[:, :, [5, 20, 40, 60]]


def noise(seconds, seed=1):
    return np.random.default_rng(seed).standard_normal(int(seconds * 16_000)).astype(np.float32) * 0.1


def heard(sound, size, network=None):
    windows = Windows(network or Echo())
    parts = []
    for start in range(0, len(sound), size):
        windows.add(sound[start : start + size])
        parts.append(windows.take())
    windows.finish()
    return np.concatenate((*parts, windows.take()))


@pytest.mark.parametrize("frames", [1, 2, 3, 99, WINDOW - 1, WINDOW, WINDOW + 1, STRIDE + WINDOW - MARGIN, 2_007])
def test_every_frame_is_answered_once(frames):
    assert heard(noise(frames / 100), 4_000).shape == (frames, 4)


def test_blocks_do_not_matter():
    sound = noise(31.377)
    whole = heard(sound, len(sound))
    for size in (480, 1_601, 16_000, 123_457):
        np.testing.assert_allclose(heard(sound, size), whole, atol=1e-5)


def test_answers_stand_where_their_sound_is():
    sound = np.zeros(25 * 16_000, np.float32)
    for second in (0.5, 9.2, 9.9, 17.05, 24.4):
        at = int(second * 16_000)
        sound[at : at + 1600] = noise(0.1)
    answers = heard(sound, 8_000)[:, 2]
    loud = np.flatnonzero(answers > 0.7) / 100
    for second in (0.5, 9.2, 9.9, 17.05, 24.4):
        assert np.abs(loud - (second + 0.05)).min() < 0.06
    near = np.array([np.abs(np.array((0.55, 9.25, 9.95, 17.1, 24.45)) - t).min() for t in loud])
    assert near.max() < 0.08


def test_the_last_window_is_whole():
    echo = Echo()
    heard(noise(22.3), 16_000, echo)
    assert echo.lengths == [WINDOW] * len(echo.lengths)


def test_nothing_gives_nothing():
    windows = Windows(Echo())
    windows.finish()
    assert windows.take().shape == (0, 4)


def test_memory_does_not_grow_with_length():
    def peak(minutes):
        windows = Windows(Echo())
        block = noise(10)
        tracemalloc.start()
        for _ in range(minutes * 6):
            windows.add(block)
            windows.take()
        windows.finish()
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(1)
    assert peak(10) < 1.2 * peak(2)


def test_training_and_desk_agree_on_windows():
    assert sound_features.FPS * 10 == WINDOW
