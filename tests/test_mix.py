"""A mixdown places, adds and levels: on target within 0.3 LU, true peak at most -1 dBTP, as ffmpeg's meter hears it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from neuroedit_addon import job
from neuroedit_addon.arrangement import Arrangement, SoundClip, thinned
from neuroedit_addon.dub_lines import DubLine
from neuroedit_addon.errors import Cancelled, MediaError, OutputError, TimelineError, UsageError
from neuroedit_addon.messages import Request
from neuroedit_addon.mix_report import MixReport
from neuroedit_addon.worker.limiter import HOP, decibels, per_sample, reduction
from neuroedit_addon.worker.mix import mixdown, run

sys.path.insert(0, os.path.dirname(__file__))
import sounds

RATE = 48_000


def _mixed(folder: Path, *clips: SoundClip, duration: float = 2.0) -> np.ndarray:
    mixdown(Arrangement(duration, clips), folder / "mix.wav", target=None)
    return sounds.read(folder / "mix.wav")


def _sources() -> dict[str, np.ndarray]:
    talk = sounds.talk(14)
    surround = np.stack([sounds.talk(14, seed) for seed in range(6)])
    return {
        "quiet": np.stack([talk, talk]) * 0.003, "loud": np.stack([talk, -talk]) * 3,
        "clipped": np.clip(np.stack([talk, talk]) * 40, -1, 1), "mono": talk, "surround": surround,
        "clicks": np.where(np.arange(14 * RATE) % 40_000 == 0, 1.0, 0.02 * talk),
        "square": np.sign(sounds.tone(14, 11_999)), "offset": talk * 0.1 + 0.3,
    }  # fmt: skip


@pytest.mark.parametrize("target", [-14.0, -16.0, -23.0, -24.0])
@pytest.mark.parametrize("name", list(_sources()))
def test_the_mix_is_on_target_and_under_its_ceiling(tmp_path: Path, name: str, target: float) -> None:
    path = sounds.write(tmp_path / "a.wav", _sources()[name])
    report = mixdown(Arrangement(14.0, (SoundClip(str(path), 0, 14.0),)), tmp_path / "mix.wav", target)
    integrated, peak = sounds.meter(tmp_path / "mix.wav")
    assert integrated == pytest.approx(target, abs=0.3)
    assert peak <= -1.0
    assert report.after.integrated_lufs == pytest.approx(integrated, abs=0.05)
    assert report.after.true_peak_dbtp == pytest.approx(peak, abs=0.1)
    assert all("constant offset" in warning for warning in report.warnings) == (name == "offset") or not report.warnings


def test_the_limiter_stays_below_what_every_hop_needs() -> None:
    random = np.random.default_rng(3)
    peaks = decibels(random.gamma(0.3, 0.6, 5000))
    lowered = reduction(peaks, -1.0)
    samples = 20 * np.log10(per_sample(lowered, 0, len(peaks) * HOP)).reshape(-1, HOP)
    assert np.all(samples.max(1) <= np.minimum(0, -1 - peaks) + 1e-4)
    assert np.diff(lowered).max() * 1000 <= 600.5, "comes back faster than its release"
    passage = reduction(np.where(np.arange(3000) % 20 < 3, 5.0, -30.0) * (np.arange(3000) < 1000) - 10 *
                        (np.arange(3000) >= 1000), -1.0)  # fmt: skip
    assert np.diff(passage).max() * 1000 <= 60.5, "pumps between the peaks of a low note"
    assert np.all(reduction(np.full(50, -30.0), -1.0) == 0)


def test_limiting_section_by_section_is_limiting_at_once(tmp_path: Path) -> None:
    from neuroedit_addon.worker import mix_level

    peaks = np.random.default_rng(5).gamma(0.3, 0.6, 3 * mix_level._SECTION).astype(np.float32)
    control = mix_level.Control(peaks, peaks, np.zeros(0, np.float32))
    pieces = np.concatenate([piece for _, piece in control.reduction(6.0, -1.0)])
    assert np.allclose(pieces, reduction(decibels(peaks) + 6.0, -1.0), atol=1e-3)


def test_a_clip_is_placed_to_the_sample(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, (2, RATE))
    path = sounds.write(tmp_path / "n.wav", noise)
    mixed = _mixed(tmp_path, SoundClip(str(path), 0.51234, 0.4, media_start=0.25))
    first = round(0.51234 * RATE)
    assert np.abs(mixed[:, first : first + 19_200] - noise[:, 12_000 : 12_000 + 19_200]).max() < 1e-5
    assert not mixed[:, :first].any()
    assert not mixed[:, first + 19_200 :].any()


def test_a_clip_that_began_before_the_film_starts_inside_its_file(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, (2, 3 * RATE))
    path = sounds.write(tmp_path / "n.wav", noise)
    mixed = _mixed(tmp_path, SoundClip(str(path), -1.5, 3.0), duration=1.0)
    assert np.abs(mixed - noise[:, 72_000:120_000]).max() < 1e-5


@pytest.mark.parametrize(("codec", "suffix", "most"), [("flac", "flac", 1e-4), ("aac", "m4a", 0.02),
                                                       ("libopus", "ogg", 0.03)])  # fmt: skip
def test_cuts_inside_compressed_files_are_in_place(tmp_path: Path, codec: str, suffix: str, most: float) -> None:
    chirp = 0.3 * np.sin(2 * np.pi * np.cumsum(200 + 300 * np.sin(np.arange(6 * RATE) / RATE * 2)) / RATE)
    path = sounds.write(tmp_path / f"c.{suffix}", np.stack([chirp, chirp]), codec=codec)
    mixed = _mixed(tmp_path, SoundClip(str(path), 0.0, 2.0, media_start=3.0))
    assert np.abs(mixed[0, 2000:90_000] - chirp[146_000:234_000]).max() < most


def test_gain_curves_fades_and_mutes(tmp_path: Path) -> None:
    path = str(sounds.write(tmp_path / "k.wav", np.full((2, 2 * RATE), 0.5)))
    mixed = _mixed(
        tmp_path,
        SoundClip(path, 0, 2, gain=((0.5, 1.0), (1.5, 0.0)), fade_in=0.25),
        SoundClip(path, 0, 2, muted=True),
    )
    at = lambda second: mixed[0, round(second * RATE)]  # noqa: E731
    assert [at(0), at(0.125), at(0.3), at(1.0), at(1.75)] == pytest.approx([0, 0.125**0.5, 0.5, 0.25, 0], abs=1e-3)


def test_a_cut_with_fades_that_cross_does_not_click(tmp_path: Path) -> None:
    path = str(sounds.write(tmp_path / "s.wav", np.stack([sounds.tone(4, 220.3)] * 2)))
    plain = SoundClip(path, 0, 1), SoundClip(path, 1, 1, media_start=2.501)
    faded = (SoundClip(path, 0, 1.0075, fade_out=0.015),
             SoundClip(path, 0.9925, 1.0075, media_start=2.4935, fade_in=0.015))  # fmt: skip
    jumps = [np.abs(np.diff(_mixed(tmp_path, *clips)[0], 2))[45_000:51_000].max() for clips in (plain, faded)]
    smooth = np.abs(np.diff(sounds.tone(4, 220.3), 2))[4_000:90_000].max()
    assert jumps[0] > 50 * smooth
    assert jumps[1] < 8 * smooth


@pytest.mark.parametrize("pan", [-1.0, -0.5, 0.0, 0.5, 1.0])
def test_one_channel_is_placed_with_constant_power(tmp_path: Path, pan: float) -> None:
    path = str(sounds.write(tmp_path / "m.wav", sounds.tone()))
    mixed = _mixed(tmp_path, SoundClip(path, 0, 2, pan=((0.0, pan),)))
    power = np.square(mixed).mean(1) / np.square(sounds.tone()).mean()
    assert power.sum() == pytest.approx(1, abs=0.01)
    assert power[1] == pytest.approx(np.cos(np.radians(45 - 45 * pan)) ** 2, abs=0.01)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000])
@pytest.mark.parametrize("speed", [0.4, 0.8, 1.001, 2.5])
@pytest.mark.parametrize("keep_pitch", [False, True])
def test_rate_and_speed(tmp_path: Path, rate: int, speed: float, keep_pitch: bool) -> None:
    path = str(sounds.write(tmp_path / "t.wav", sounds.tone(4, 500, rate=rate), rate))
    mixed = _mixed(tmp_path, SoundClip(path, 0, 1.5, speed=speed, keep_pitch=keep_pitch), duration=1.5)
    spectrum = np.abs(np.fft.rfft(mixed[0, 12_000:60_000] * np.hanning(48_000)))
    # A bin is 1 Hz, and a stretcher may waver by a few.
    assert spectrum.argmax() == pytest.approx(500 if keep_pitch else 500 * speed, abs=4 if keep_pitch else 1)
    assert sounds.decibels(mixed[0, 12_000:60_000]) == pytest.approx(-26.0, abs=0.6)


def test_loud_sums_do_not_clip_before_they_are_limited(tmp_path: Path) -> None:
    path = str(sounds.write(tmp_path / "t.wav", np.tile(sounds.tone(6, level=0.9), (2, 1))))
    mixdown(Arrangement(6.0, tuple(SoundClip(path, 0, 6.0) for _ in range(8))), tmp_path / "mix.wav", -14.0)
    mixed = sounds.read(tmp_path / "mix.wav")[0, 9600:96_000]
    spectrum = np.abs(np.fft.rfft(mixed * np.hanning(len(mixed))))
    peak = spectrum.argmax()
    spectrum[peak - 90 : peak + 91] = 0
    assert spectrum.max() < 1e-4 * np.abs(np.fft.rfft(mixed * np.hanning(len(mixed)))).max(), "harmonics: it clipped"


def test_stems_add_up_to_the_mix(tmp_path: Path) -> None:
    one = str(sounds.write(tmp_path / "a.wav", sounds.talk(8)))
    two = str(sounds.write(tmp_path / "b.wav", np.tile(sounds.tone(8), (2, 1))))
    clips = (SoundClip(one, 0, 8, stem="voice", name="talk"), SoundClip(two, 1, 7, stem="music", name="bed"))
    report = mixdown(Arrangement(8, clips), tmp_path / "mix.flac", -14.0, stems=True)
    assert [name for name, _ in report.stems] == ["voice", "music"]
    total = sum(sounds.read(Path(path)) for _, path in report.stems)
    assert np.abs(total - sounds.read(tmp_path / "mix.flac")).max() < 1e-5
    assert [name for name, _ in report.clips] == ["talk", "bed"]
    assert MixReport.from_json(report.to_json()) == report


def test_sound_that_is_no_number_is_silent_and_told(tmp_path: Path) -> None:
    broken = np.tile(sounds.tone(4), (2, 1))
    broken[:, 1000:2000] = np.nan
    broken[0, 5000] = np.inf
    path = sounds.write(tmp_path / "n.wav", broken)
    report = mixdown(Arrangement(4, (SoundClip(str(path), 0, 4),)), tmp_path / "mix.wav")
    assert "no numbers" in report.warnings[0]
    assert np.isfinite(sounds.read(tmp_path / "mix.wav")).all()
    assert report.after.integrated_lufs == pytest.approx(-14, abs=0.3)


def test_a_missing_file_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    good = SoundClip(str(sounds.write(tmp_path / "t.wav", sounds.tone(4))), 0, 4)
    gone = SoundClip(str(tmp_path / "gone.wav"), 0, 4, name="Gone")
    report = mixdown(Arrangement(4, (good, gone)), tmp_path / "mix.wav")
    assert "gone.wav does not exist" in report.warnings[0]
    assert "“Gone” is silent" in report.warnings[0]
    with pytest.raises(MediaError, match="does not exist"):
        mixdown(Arrangement(4, (gone,)), tmp_path / "none.wav")
    assert not (tmp_path / "none.wav").exists()


def test_a_file_that_ends_or_vanishes_on_the_way_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    good = SoundClip(str(sounds.write(tmp_path / "good.wav", sounds.talk(9))), 0, 9, name="good")
    path = sounds.write(tmp_path / "short.wav", sounds.talk(9))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    report = mixdown(Arrangement(9, (good, SoundClip(str(path), 0, 9))), tmp_path / "mix.wav")
    assert "short.wav breaks off: the last 6.0 s" in report.warnings[0]
    early, late = (SoundClip(str(path), at, 2.5, name=name) for at, name in ((0, "early"), (6, "late")))

    def vanish(phase: str, share: float) -> None:
        if share > 0.3 and path.exists():
            path.unlink()

    report = mixdown(Arrangement(9, (good, early, late)), tmp_path / "mix.wav", step=vanish)
    assert len(report.warnings) == 1
    assert "short.wav does not exist. “late” is silent" in report.warnings[0]
    assert [name for name, _ in report.clips] == ["good", "early"]
    assert report.after.integrated_lufs == pytest.approx(-14, abs=0.3)


def test_strips_without_length_do_no_harm(tmp_path: Path) -> None:
    path = str(sounds.write(tmp_path / "t.wav", sounds.tone(4)))
    clips = SoundClip(path, 0, 4, name="whole"), SoundClip(path, 2, 0, name="none")
    report = mixdown(Arrangement(4, clips), tmp_path / "mix.wav")
    assert report.warnings == ()
    assert [name for name, _ in report.clips] == ["whole"]


def test_silence_is_left_alone(tmp_path: Path) -> None:
    path = str(sounds.write(tmp_path / "s.wav", np.zeros((2, 4 * RATE))))
    report = mixdown(Arrangement(4, (SoundClip(path, 0, 4),)), tmp_path / "mix.wav")
    assert report.after.integrated_lufs is None
    assert "silent" in report.warnings[0]
    assert not sounds.read(tmp_path / "mix.wav").any()


def test_nothing_to_hear_and_bad_wishes_are_errors(tmp_path: Path) -> None:
    path = str(sounds.write(tmp_path / "t.wav", sounds.tone()))
    clip = SoundClip(path, 0, 2)
    with pytest.raises(TimelineError, match="can be heard"):
        mixdown(Arrangement(2, (SoundClip(path, 0, 0), SoundClip(path, 5, 1), SoundClip(path, -3, 2))),
                tmp_path / "m.wav")  # fmt: skip
    with pytest.raises(UsageError):
        mixdown(Arrangement(2, (clip,)), tmp_path / "m.wav", target=3.0)
    with pytest.raises(OutputError, match="one of the sounds"):
        mixdown(Arrangement(2, (clip,)), Path(path))
    with pytest.raises(OutputError, match="neither"):
        mixdown(Arrangement(2, (clip,)), tmp_path / "m.mp3")


def test_cancelling_leaves_nothing_behind(tmp_path: Path) -> None:
    path = str(sounds.write(tmp_path / "t.wav", np.tile(sounds.talk(10), (2, 1))))
    arrangement = Arrangement(10, (SoundClip(path, 0, 10),))
    for allowed in (1, 7):
        steps = iter([False] * allowed + [True] * 100)
        with pytest.raises(Cancelled):
            run({"arrangement": arrangement.to_json(), "out": str(tmp_path / "m.wav")}, lambda message: None,
                lambda steps=steps: next(steps))  # fmt: skip
    assert [p.name for p in tmp_path.iterdir()] == ["t.wav"]


def test_an_arrangement_round_trips_and_its_curves_thin_out() -> None:
    curve = thinned([(n / 25, min(1.0, n / 100)) for n in range(300)])
    assert curve == ((0.0, 0.0), (4.0, 1.0), (299 / 25, 1.0))
    arrangement = Arrangement(3.0, (SoundClip("/a.wav", 0, 3, gain=curve),), warnings=("one",))
    assert Arrangement.from_json(arrangement.to_json()) == arrangement


def test_the_worker_mixes_and_speaks(tmp_path: Path) -> None:
    """The verbs that Blender's side asks for, in a real worker process."""
    path = str(sounds.write(tmp_path / "t.wav", sounds.talk(5)))
    arrangement = Arrangement(5, (SoundClip(path, 0, 5),))
    places = [folder for folder in sys.path if folder.endswith("-packages")]
    wish = {"arrangement": arrangement.to_json(), "out": str(tmp_path / "mix.wav"), "target": -16.0}
    done = job.run(Request("mix", wish), sys.executable, places, lambda message: None)
    assert MixReport.from_json(done.result).after.integrated_lufs == pytest.approx(-16, abs=0.3)
    line = DubLine("Hello.", 0, 2.0, None, "en-us", "en-us")
    wish = {"lines": [line.to_json()], "folder": str(tmp_path / "takes")}
    done = job.run(Request("dub", wish), sys.executable, places, lambda message: None)
    assert done.result["takes"][0]["key"] == line.key


_MIX_ALONE = """
import json, re, sys
from pathlib import Path
from neuroedit_addon.arrangement import Arrangement
from neuroedit_addon.worker.mix import mixdown
report = mixdown(Arrangement.from_json(json.load(sys.stdin)), Path(sys.argv[1]), -16.0)
# Not getrusage: its peak counts what the process was before it became this program, a copy of the tests.
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1)
print(report.after.integrated_lufs, int(peak) / 1024)
"""


@pytest.mark.slow
def test_a_long_mix_fits_in_memory(tmp_path: Path) -> None:
    """Under 700 MB: ten minutes would be 230 MB a channel as floats if a mix were ever held as a whole."""
    if not Path("/proc/self/status").exists():
        pytest.skip("Only Linux tells a process's peak memory since it began.")
    one = str(sounds.write(tmp_path / "a.wav", np.tile(sounds.talk(300), (2, 1)), codec="pcm_s16le"))
    two = str(sounds.write(tmp_path / "b.flac", np.tile(sounds.talk(120, 7), (2, 1)), codec="flac"))
    clips = [SoundClip(one, t, 300.0) for t in range(0, 600, 300)]
    clips += [SoundClip(two, t, 120.0, gain=((t, 0.5), (t + 60, 0.1), (t + 120, 0.5))) for t in range(0, 600, 120)]
    alone = subprocess.run(
        [sys.executable, "-c", _MIX_ALONE, str(tmp_path / "mix.wav")], cwd=Path(__file__).parents[1], check=True,
        input=json.dumps(Arrangement(600.0, tuple(clips)).to_json()), capture_output=True, text=True,
    )  # fmt: skip
    loudness, peak = map(float, alone.stdout.split()[-2:])
    assert loudness == pytest.approx(-16, abs=0.3)
    assert peak < 700
