"""Promise: sound made up to learn from says truly what is in it, and no voice or tune is in two parts."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")
pytest.importorskip("av")
from models.sound import channel, measure, mixtures, music, noises, peers, sources, voices
from models.sound.sources import Recording
from neuroedit_addon.findings import Span

RATE = 16_000


def rng(seed=1):
    return np.random.default_rng(seed)


def voice(seconds=6.0):
    """Something like speech: harmonic syllables with pauses between phrases."""
    time = np.arange(int(seconds * RATE)) / RATE
    sound = sum(np.sin(2 * np.pi * 130 * k * time) / k for k in range(1, 20)) * (np.sin(2 * np.pi * 4 * time) > -0.5)
    return (0.1 * sound * ((time % 2.0) < 1.4)).astype(np.float32)


@pytest.fixture(scope="module")
def mixer():
    pytest.importorskip("espeakng_loader")
    speech, hiss = voice(), rng().standard_normal(5 * RATE).astype(np.float32) * 0.1
    none = np.zeros(500, bool)
    return mixtures.Mixer([
        Recording("speech/a", "speech", speech, sources.speaking(speech)), Recording("noise/a", "noise", hiss, none),
        Recording("music/a", "music", music.compose(6, rng()).samples, none),
    ], rng(3))  # fmt: skip


def test_no_recording_is_in_two_parts():
    everything = [name for part in sources.PARTS for name, _ in sources.names(part)]
    assert len(everything) == len(set(everything)) > 250


def test_no_reader_is_in_two_parts():
    def readers(part):
        return {name.split("_")[1].split("-")[0] for name, _ in sources.names(part) if name.startswith("speech/libri_")}

    train, validation, test = (readers(part) for part in sources.PARTS)
    assert not train & validation
    assert not train & test
    assert not validation & test


def test_the_energy_rule_finds_phrases_to_the_frame_or_two():
    where = sources.speaking(voice())
    starts = np.flatnonzero(np.diff(where.astype(int), prepend=0) == 1)
    assert np.abs(starts[:, None] - np.array([0, 200, 400])[None]).min(axis=1).max() <= 15
    assert not where[160:180].any()
    assert where[220:330].mean() > 0.9


def test_digital_silence_speaks_nowhere():
    assert not sources.speaking(np.zeros(RATE, np.float32)).any()


def test_scenes_are_whole_and_their_truth_is_of_this_world(mixer):
    for _ in range(12):
        scene = mixer.scene()
        assert scene.samples.shape == (160_000,)
        assert np.isfinite(scene.samples).all()
        assert np.abs(scene.samples).max() <= 1.01
        assert scene.truth.shape == scene.weight.shape == (1000, 4)
        assert set(np.unique(scene.truth)) <= {0.0, 1.0}
        # Whoever sings makes music, and does not speak.
        assert (scene.truth[:, mixtures.MUSIC] >= scene.truth[:, mixtures.SINGING]).all()


def test_where_nothing_is_said_to_sound_it_is_quiet(mixer):
    checked = 0
    for _ in range(40):
        scene = mixer.scene()
        silent, sounding = ~scene.truth.any(axis=1), scene.truth.any(axis=1) & (scene.weight > 0.5).all(axis=1)
        if silent.mean() > 0.1 and sounding.mean() > 0.1 and (scene.weight > 0).all():
            energy = (scene.samples.reshape(1000, 160) ** 2).mean(axis=1)
            assert np.median(energy[silent]) < np.mean(energy[sounding])
            checked += 1
    assert checked > 3


@pytest.mark.parametrize("codec", list(channel.CODECS))
def test_codecs_do_not_shift_time(codec):
    sound = voice(3.0) + 0.01 * rng().standard_normal(3 * RATE).astype(np.float32)
    back = channel.coded(sound, codec, channel.CODECS[codec][1][-1])
    assert back.shape == sound.shape
    likeness = np.fft.irfft(np.fft.rfft(back, 1 << 17) * np.conj(np.fft.rfft(sound, 1 << 17)))
    assert int(likeness.argmax()) in (0, 1, 2, (1 << 17) - 1, (1 << 17) - 2)


def test_a_room_leaves_the_direct_sound_in_place():
    click = np.zeros(8_000, np.float32)
    click[1_000] = 1.0
    heard = channel.reverberate(click, channel.room(rng(), far=False))
    assert int(np.abs(heard).argmax()) == 1_000
    assert not np.abs(heard[:999]).max() > 1e-5


@pytest.mark.parametrize("kind", list(noises.KINDS))
def test_every_noise_has_its_length_and_makes_a_sound(kind):
    sound = noises.KINDS[kind](32_000, rng(4))
    assert sound.shape == (32_000,)
    assert np.isfinite(sound).all()
    assert sound.std() > 0


def test_beats_of_a_composition_are_where_it_hits():
    piece = music.compose(12, rng(8), steady=True)
    assert np.all(np.isin(piece.downbeats, piece.beats))
    assert len(np.unique(np.round(np.diff(piece.beats), 6))) == 1


def test_whisper_and_song_keep_the_syllables_in_place():
    speech = voice()
    loud = np.abs(speech).reshape(-1, 1600).mean(axis=1) > 0.02
    for changed in (voices.whisper(speech, rng()), voices.sing(speech, rng(), 1.0)):
        energy = np.abs(changed[: len(loud) * 1600]).reshape(-1, 1600).mean(axis=1)
        assert energy[loud].mean() > 3 * energy[~loud].mean()


def test_resize_changes_length_by_the_speed():
    assert len(voices.resize(voice(2.0), 1.25)) == 25_600


def test_measures_by_hand():
    true = np.array([0, 1, 1, 1, 0, 0], bool)
    said = np.array([0, 0, 1, 1, 1, 0], bool)
    assert measure.f1([(said, true)]) == pytest.approx(2 / 3)
    assert measure.f1([(np.zeros(3, bool), np.zeros(3, bool))]) == 1.0
    np.testing.assert_allclose(measure.boundary_errors(said, true), [0.01, 0.01])
    np.testing.assert_array_equal(measure.flags([Span(0.01, 0.03)], 5), [False, True, True, False, False])


def test_the_energy_gate_widens_by_its_margin():
    sound = np.zeros(3 * RATE, np.float32)
    sound[RATE : RATE + 1_600] = 0.5
    flags = peers.energy_gate(sound, 0.04, 0.2)
    found = np.flatnonzero(flags)
    assert 77 <= found[0] <= 84
    assert 126 <= found[-1] <= 134


def test_silencedetect_is_the_one_of_ffmpeg():
    sound = np.zeros(3 * RATE, np.float32)
    sound[RATE : 2 * RATE] = 0.5 * np.sin(np.arange(RATE) / 10)
    found = np.flatnonzero(peers.silencedetect(sound, "-30dB", 0.3))
    assert abs(found[0] - 100) <= 1
    assert abs(found[-1] - 200) <= 1
