"""Promise: recordings of one event are put on one clock, whatever the rooms and noises, and drift is found."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")
sync = pytest.importorskip("neuroedit_addon.worker.sync")

RATE = sync.RATE


def event(seconds: float, seed: int = 0):
    """Something like talk: syllables of noise, float32 at 16 kHz."""
    rng = np.random.default_rng(seed)
    out = np.zeros(int(seconds * RATE), np.float32)
    at = 0.0
    while at < seconds - 0.5:
        length = int(rng.uniform(0.05, 0.25) * RATE)
        out[int(at * RATE) :][:length] += (rng.standard_normal(length) * np.hanning(length) * rng.uniform(0.05, 0.4))[
            : len(out) - int(at * RATE)
        ]
        at += rng.exponential(0.2) + 0.08
    return out


def heard(sound, seed: int, noise: float = 0.01):
    """The same as another microphone hears it: a room, its own noise."""
    rng = np.random.default_rng(seed)
    room = rng.standard_normal(3000) * np.exp(-np.arange(3000) / 600) * 0.3
    room[0] = 1.0
    size = 1 << (len(sound) + len(room)).bit_length()
    far = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(room, size))[: len(sound)]
    return (far + noise * rng.standard_normal(len(sound))).astype(np.float32)


def envelope(sound):
    meter = sync.EnvelopeMeter()
    for block in np.array_split(sound, 11):
        meter.add(block)
    return meter.finish()


def slower(sound, drift: float):
    """Recorded by a clock that is slow by `drift`, so that it holds fewer samples of the same event."""
    count = int(len(sound) / (1 + drift))
    return np.interp(np.arange(count) * (1 + drift), np.arange(len(sound)), sound).astype(np.float32)


@pytest.mark.parametrize("late", [0.0, 1.2345, -7.7, 42.0])
def test_the_offset_is_found_to_a_few_milliseconds(late):
    sound = event(100)
    first, other = heard(sound[: 80 * RATE], 1), heard(sound, 2, 0.03)
    if late >= 0:
        other = other[int(late * RATE) :]
    else:
        first, late = first[int(-late * RATE) :], late
    angle = sync.sync(["a", "b"], [envelope(first), envelope(other)])[1]
    assert angle.offset == pytest.approx(late, abs=0.006)
    assert abs(angle.drift) < 5e-5
    assert angle.confidence > 0.6
    assert angle.own(angle.common(12.0)) == pytest.approx(12.0)


def test_drift_is_found():
    sound, drift = event(240), 2e-4
    angle = sync.sync(["a", "b"], [envelope(heard(sound, 1)), envelope(heard(slower(sound, drift), 2))])[1]
    assert angle.drift == pytest.approx(drift, abs=2e-5)
    for second in (0.0, 100.0, 230.0):  # half a frame at 50 pictures a second, anywhere
        assert angle.common(second) == pytest.approx(second * (1 + drift), abs=0.01)


def test_other_events_and_silence_are_not_trusted():
    angle = sync.sync(["a", "b"], [envelope(event(60, 1)), envelope(event(60, 9))])[1]
    assert angle.confidence < 0.3
    silent = sync.sync(["a", "b"], [envelope(event(10)), envelope(np.zeros(160_000, np.float32))])[1]
    assert silent.confidence == 0
    assert sync.sync(["a", "b"], [envelope(np.zeros(10, np.float32)), envelope(event(3))])[1].confidence == 0
