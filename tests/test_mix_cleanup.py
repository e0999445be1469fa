"""Clean-up lowers noise and hum, keeps the voice, its length and its time, and never touches the original."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sounds

from neuroedit_addon.errors import MediaError, OutputError, UsageError
from neuroedit_addon.worker.cleanup import Steps, clean, run

RATE = 48_000
SECONDS = 12


def _voice() -> np.ndarray:
    """Vowel-like tones with pauses; what it holds is known, so that what is left of it can be measured."""
    time = np.arange(SECONDS * RATE) / RATE
    pitch = 140 + 20 * np.sin(2 * np.pi * 0.7 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    vowel = sum(np.sin(n * phase) / n for n in range(1, 20))
    return 0.1 * vowel * (np.sin(2 * np.pi * 0.5 * time) > -0.3) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time))


def _noise(hum: float, hiss: float = 0.004) -> np.ndarray:
    time = np.arange(SECONDS * RATE) / RATE
    hiss_sound = np.random.default_rng(0).normal(0, hiss, len(time))
    return hiss_sound + (sum(0.02 / n * np.sin(2 * np.pi * hum * n * time) for n in range(1, 5)) if hum else 0)


def _left(sound: np.ndarray, wanted: np.ndarray) -> float:
    """Wanted sound over everything else, in dB, in 20 ms frames of the spectrum up to 8 kHz."""
    def spectrum(x: np.ndarray) -> np.ndarray:
        frames = x[: len(x) // 960 * 960].reshape(-1, 960) * np.hanning(960)
        return np.abs(np.fft.rfft(frames))[:, 2:160]

    ours, theirs = spectrum(sound), spectrum(wanted)
    return float(10 * np.log10((theirs**2).sum() / ((ours - theirs) ** 2).sum()))


@pytest.mark.parametrize("hum", [0, 50, 60])
def test_noise_goes_and_the_voice_stays(tmp_path: Path, hum: float) -> None:
    voice = _voice()
    path = sounds.write(tmp_path / "noisy.wav", voice + _noise(hum))
    report = clean(str(path), tmp_path / "clean.wav")
    cleaned = sounds.read(tmp_path / "clean.wav")[0]
    assert report.snr_after > report.snr_before + 5
    assert any("hum" in done for done in report.done) == bool(hum)
    assert not hum or f"{hum} Hz" in " ".join(report.done)
    # Where it hums, the notches take a little of every voice that glides through them.
    assert _left(cleaned, voice) > (12 if hum else _left(sounds.read(path)[0], voice) + 0.5)
    assert sounds.decibels(cleaned) == pytest.approx(sounds.decibels(voice), abs=1)
    pause = slice(round(1.45 * RATE), round(1.6 * RATE))
    assert sounds.decibels(cleaned[pause]) < sounds.decibels(sounds.read(path)[0][pause]) - 8


def test_the_cleaned_file_is_in_time_and_as_long(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, 5 * RATE) * (np.arange(5 * RATE) % RATE < RATE / 3)
    path = sounds.write(tmp_path / "n.wav", np.stack([noise, noise]))
    for steps in (Steps(noise=12, declick=True, deess=0.3), Steps(noise=0, highpass=70, hum=50)):
        clean(str(path), tmp_path / "c.wav", steps)
        cleaned = sounds.read(tmp_path / "c.wav")
        assert cleaned.shape == (2, 5 * RATE)
        likeness = np.fft.irfft(np.fft.rfft(cleaned[0], 2**19) * np.conj(np.fft.rfft(noise, 2**19)))
        assert min(abs(int(likeness.argmax())), 2**19 - int(likeness.argmax())) < 48, "a millisecond late"


def test_nothing_to_do_changes_nothing(tmp_path: Path) -> None:
    voice = _voice()
    path = sounds.write(tmp_path / "v.wav", voice)
    report = clean(str(path), tmp_path / "c.wav", Steps(0, 0, 0))
    assert report.done == ()
    assert np.abs(sounds.read(tmp_path / "c.wav")[0] - voice).max() < 1e-6


def test_levelling_brings_speakers_together(tmp_path: Path) -> None:
    voice = _voice() * np.where(np.arange(SECONDS * RATE) < SECONDS * RATE / 2, 1.0, 0.25)
    path = sounds.write(tmp_path / "v.wav", voice)
    clean(str(path), tmp_path / "c.wav", Steps(0, 0, 0, level=True))
    cleaned = sounds.read(tmp_path / "c.wav")[0]
    parts = [slice(2 * RATE, 5 * RATE), slice(8 * RATE, 11 * RATE)]
    before, after = ([sounds.decibels(sound[part]) for part in parts] for sound in (voice, cleaned))
    assert before[0] - before[1] > 11
    assert after[0] - after[1] < 7


def test_the_original_is_never_changed_and_wishes_are_checked(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "v.wav", _voice())
    with pytest.raises(OutputError, match="recording itself"):
        clean(str(path), path)
    with pytest.raises(UsageError):
        clean(str(path), tmp_path / "c.wav", Steps(noise=90))
    with pytest.raises(MediaError):
        clean(str(tmp_path / "none.wav"), tmp_path / "c.wav")
    wish = {"path": str(path), "out": str(tmp_path / "c.flac"), "steps": {"noise": 6}}
    result = run(wish, lambda message: None, lambda: False)
    assert result["path"].endswith("c.flac")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.flac", "v.wav"]
