"""Promise: beats are found where the music's pulse is, however the sound arrives."""

from __future__ import annotations

import numpy as np
import pytest

from neuroedit_addon.findings import Span
from neuroedit_addon.worker.beats import BeatTracker
from neuroedit_addon.worker.sound_features import RATE, LogMel, log_mel


def clicks(tempo, seconds, first=0.3):
    sound = 1e-3 * np.random.default_rng(1).standard_normal(int(seconds * RATE)).astype(np.float32)
    times = np.arange(first, seconds - 0.1, 60 / tempo)
    for time in times:
        at = int(time * RATE)
        burst = np.random.default_rng(2).standard_normal(800) * np.exp(-np.arange(800) / 150)
        sound[at : at + 800] += 0.5 * burst.astype(np.float32)
    return sound, times


def tracked(sound, music, block=None):
    tracker, stream = BeatTracker(), LogMel()
    if block is None:
        tracker.add(log_mel(sound))
    else:
        for start in range(0, len(sound), block):
            tracker.add(stream.push(sound[start : start + block]))
        tracker.add(stream.finish())
    return np.array(tracker.finish(music))


@pytest.mark.parametrize("tempo", [76, 90, 100, 110, 120, 128, 140])
def test_a_steady_pulse_is_found_within_a_frame_or_two(tempo):
    sound, times = clicks(tempo, 20)
    beats = tracked(sound, [Span(0, 20)])
    beats = beats[beats < times[-1] + 0.1]  # the next one is expected, though the sound ends before it
    # Bare clicks do not say which level is the beat: what lies between them must lie in their middle.
    level = np.sort(np.concatenate((times, times[:-1] + 30 / tempo)))
    assert np.abs(beats[:, None] - level[None]).min(axis=1).max() < 0.04
    assert len(beats) < 1.1 * len(times) or len(beats) > 1.8 * len(times)
    assert np.abs(times[:, None] - beats[None]).min(axis=1)[2:-2].max() < 0.04


def test_beats_stay_inside_the_music():
    sound, _ = clicks(120, 30)
    beats = tracked(sound, [Span(10, 20)])
    assert len(beats) in (19, 20, 21)
    assert beats.min() >= 10
    assert beats.max() <= 20


def test_a_changing_tempo_is_followed():
    slow, first = clicks(96, 20)
    fast, second = clicks(128, 20)
    times = np.concatenate((first, 20 + second))
    beats = tracked(np.concatenate((slow, fast)), [Span(0, 40)])
    assert np.mean(np.abs(times[:, None] - beats[None]).min(axis=1) < 0.07) > 0.9


def test_blocks_do_not_matter():
    sound, _ = clicks(105, 15)
    np.testing.assert_array_equal(tracked(sound, [Span(0, 15)], 777), tracked(sound, [Span(0, 15)]))


def test_no_music_no_beats():
    sound, _ = clicks(120, 10)
    assert len(tracked(sound, [])) == 0
    assert len(tracked(sound, [Span(0, 3)])) == 0
    assert len(tracked(np.zeros(10 * RATE, np.float32), [Span(0, 10)])) == 0
    assert BeatTracker().finish([Span(0, 10)]) == ()
