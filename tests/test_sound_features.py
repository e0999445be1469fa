"""Promise: what the sound network sees depends on the sound alone, not on how it arrives, and nothing upsets it."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numpy")
from neuroedit_addon.worker.sound_features import BANDS, HOP, RATE, LogMel, level, log_mel, normalise


def sine(hertz: float, seconds: float, amplitude: float = 1.0) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


@pytest.mark.parametrize("sizes", [[1], [7, 400, 3], [160], [4_096], [16_000, 1, 31]])
def test_blocks_do_not_matter(sizes):
    sound = np.random.default_rng(1).standard_normal(RATE + 77).astype(np.float32) * 0.1
    stream, parts, at = LogMel(), [], 0
    for i in range(len(sound)):
        size = sizes[i % len(sizes)]
        parts.append(stream.push(sound[at : at + size]))
        at += size
        if at >= len(sound):
            break
    parts.append(stream.finish())
    got = np.concatenate(parts)
    assert got.shape == (101, BANDS)
    np.testing.assert_allclose(got, log_mel(sound), atol=1e-4)


def test_one_frame_for_every_ten_milliseconds_begun():
    for count in (0, 1, HOP - 1, HOP, HOP + 1, 401, 10 * HOP):
        assert len(log_mel(np.zeros(count, np.float32))) == -(-count // HOP)


def test_a_full_scale_sine_reads_near_zero_decibels_in_its_own_band():
    frames = log_mel(sine(1_000.0, 0.5))[5:-5]
    loudest = int(frames.mean(axis=0).argmax())
    # Band middles on the mel scale of O'Shaughnessy, worked out by hand: mel(50) = 77.8, mel(7800) = 2817.5,
    # 66 corners, so a band is 42.15 mel; mel(1000) = 1000.0 lies 21.9 bands up: band 21 counted from 0.
    assert loudest in (20, 21)
    assert abs(float(frames[:, loudest].mean())) < 4.0


def test_ten_times_softer_is_twenty_decibels_less():
    noise = np.random.default_rng(2).standard_normal(RATE).astype(np.float32) * 0.1
    np.testing.assert_allclose(log_mel(noise) - log_mel(noise * np.float32(0.1)), 20.0, atol=0.01)


def test_gain_does_not_reach_the_network():
    noise = np.random.default_rng(3).standard_normal(2 * RATE).astype(np.float32) * 0.1
    loud, soft = log_mel(noise), log_mel(noise * np.float32(0.01))
    np.testing.assert_allclose(normalise(loud, level(loud)), normalise(soft, level(soft)), atol=2e-3)


def test_a_constant_offset_is_not_heard():
    noise = np.random.default_rng(4).standard_normal(RATE).astype(np.float32) * 0.01
    # The first frame sees the offset begin.
    np.testing.assert_allclose(log_mel(noise + np.float32(0.5))[2:-2], log_mel(noise)[2:-2], atol=0.2)


def test_what_is_no_number_counts_as_silence():
    sound = sine(440, 0.3, 0.2)
    broken, silent = sound.copy(), sound.copy()
    broken[1000:1200], silent[1000:1200] = np.nan, 0.0
    broken[2000], silent[2000] = np.inf, 0.0
    np.testing.assert_array_equal(log_mel(broken), log_mel(silent))


def test_what_was_heard_before_keeps_a_pause_a_pause():
    quiet = log_mel(np.random.default_rng(5).standard_normal(RATE).astype(np.float32) * 1e-4)
    alone = normalise(quiet, level(quiet))
    after = normalise(quiet, level(quiet, before=-20.0))
    assert alone.max() > 1.0
    assert after.max() < -0.5
