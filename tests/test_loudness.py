"""Loudness against the cases of EBU Tech 3341 (v4) and Tech 3342 (v4) that can be made from sines."""

from __future__ import annotations

import numpy as np
import pytest

av = pytest.importorskip("av")

from neuroedit_addon.findings import Loudness  # noqa: E402
from neuroedit_addon.worker.loudness import HOP, LoudnessMeter  # noqa: E402


def sine(steps: list[tuple[float, float]], rate: int = 48_000, hertz: float = 1000.0, phase: float = 0.0) -> np.ndarray:
    """Steps of (dBFS, seconds), one after the other without a jump of phase."""
    level = np.concatenate([np.full(round(s * rate), 10 ** (db / 20)) for db, s in steps])
    return (level * np.sin(2 * np.pi * hertz * np.arange(len(level)) / rate + phase)).astype(np.float32)


def measure(samples: np.ndarray, rate: int = 48_000, layout: str = "stereo", start: float = 0.0) -> Loudness:
    meter = LoudnessMeter()
    channels = len(av.AudioLayout(layout).channels)
    planes = np.broadcast_to(samples, (channels, samples.shape[-1]))
    for first in range(0, planes.shape[1], 4096):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(planes[:, first : first + 4096]), "fltp", layout)
        frame.sample_rate = rate
        meter.hear(frame, start + first / rate)
    result = meter.finish()["loudness"]
    assert isinstance(result, Loudness)
    return result


# EBU Tech 3341, table 1: cases 1 to 5; the tolerance is 0.1 LU.
INTEGRATED = {
    "case 1": ([(-23, 20)], -23.0),
    "case 2": ([(-33, 20)], -33.0),
    "case 3": ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
    "case 4": ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
    "case 5": ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
}


@pytest.mark.parametrize("case", INTEGRATED)
def test_integrated(case: str) -> None:
    steps, expected = INTEGRATED[case]
    assert measure(sine(steps)).integrated_lufs == pytest.approx(expected, abs=0.1)


def test_integrated_of_surround() -> None:
    """Case 6: 5.0 with -28 dBFS in front, -24 in the centre, -30 behind, is -23 LUFS; the sub does not count."""
    tone = sine([(0, 20)])
    gains = 10 ** (np.array([-28, -28, -24, 0, -30, -30]) / 20)
    loudness = measure(gains[:, None].astype(np.float32) * tone, layout="5.1")
    assert loudness.integrated_lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("rate", [32_000, 44_100, 48_000, 96_000])
def test_the_rate_does_not_matter(rate: int) -> None:
    assert measure(sine([(-23, 10)], rate), rate).integrated_lufs == pytest.approx(-23, abs=0.1)


# EBU Tech 3342, table 1: cases 1 to 4; the tolerance is 1 LU.
RANGE = {
    "case 1": ([(-20, 20), (-30, 20)], 10),
    "case 2": ([(-20, 20), (-15, 20)], 5),
    "case 3": ([(-40, 20), (-20, 20)], 20),
    "case 4": ([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15),
}


@pytest.mark.parametrize("case", RANGE)
def test_range(case: str) -> None:
    steps, expected = RANGE[case]
    assert measure(sine(steps)).range_lu == pytest.approx(expected, abs=1)


# EBU Tech 3341, table 1: cases 15 to 18, -6 dBFS at a quarter, a quarter, a sixth, an eighth of the rate with phases
# that hide the peak between samples; the tolerance is +0.2, -0.4 dB.
@pytest.mark.parametrize(("divisor", "phase"), [(4, 0), (4, 45), (6, 60), (8, 67.5)])
def test_true_peak(divisor: int, phase: float) -> None:
    tone = sine([(-6.02, 1)], hertz=48_000 / divisor, phase=np.deg2rad(phase))
    edge = np.minimum(np.arange(len(tone)), np.arange(len(tone))[::-1]) / 4800  # the cases fade in and out
    peak = measure((tone * np.minimum(edge, 1)).astype(np.float32)).true_peak_dbtp
    assert -6.42 <= peak <= -5.82


def test_quiet_true_peaks_are_exact() -> None:
    assert measure(sine([(-62, 2)])).true_peak_dbtp == pytest.approx(-62, abs=0.1)


def test_momentary_follows_the_sound() -> None:
    curve = np.array(measure(sine([(-23, 3), (-43, 3)])).momentary_lufs)
    assert len(curve) == 60
    assert curve[4:30] == pytest.approx(-23, abs=0.1)
    assert curve[34:60] == pytest.approx(-43, abs=0.1)


def test_momentary_keeps_the_files_time_when_sound_starts_late() -> None:
    early, late = measure(sine([(-23, 2)])), measure(sine([(-23, 2)]), start=1.5)
    assert late.hop == HOP
    assert late.momentary_lufs[15:] == early.momentary_lufs
    assert set(late.momentary_lufs[:15]) == {-120.0}
    assert late.integrated_lufs == early.integrated_lufs


def test_silence_and_moments() -> None:
    quiet = measure(np.zeros(48_000, np.float32))
    assert quiet.integrated_lufs is None
    assert quiet.true_peak_dbtp is None
    assert measure(sine([(-23, 0.05)])).integrated_lufs is None
    assert LoudnessMeter().finish() == {}


def test_a_track_that_changes_its_shape_goes_on() -> None:
    meter = LoudnessMeter()
    for start, rate, layout in ((0.0, 48_000, "stereo"), (5.0, 44_100, "mono"), (10.0, 48_000, "5.1")):
        tone = sine([(-23, 5)], rate)
        channels = len(av.AudioLayout(layout).channels)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(np.broadcast_to(tone, (channels, len(tone)))), "fltp",
                                           layout)  # fmt: skip
        frame.sample_rate = rate
        meter.hear(frame, start)
    result = meter.finish()["loudness"]
    assert isinstance(result, Loudness)
    assert len(result.momentary_lufs) in (149, 150)
