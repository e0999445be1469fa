"""Promise: the shipped network hears speech, music and noise, whatever is played to it, and however loud."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("onnxruntime")
from neuroedit_addon.errors import ModelError
from neuroedit_addon.worker import network
from neuroedit_addon.worker.analyser import SoundBlock
from neuroedit_addon.worker.sound_net import WEIGHTS, SoundNet, shipped

RATE = 16_000


def hear(sound, block=4_096):
    analyser = SoundNet()
    for start in range(0, len(sound), block):
        analyser.sound(SoundBlock(start, sound[start : start + block]))
    return analyser.finish()


def share(spans, seconds):
    return sum(span.end - span.start for span in spans) / seconds


def noise(seconds, gain=0.1):
    return (gain * np.random.default_rng(1).standard_normal(int(seconds * RATE))).astype(np.float32)


def sine(seconds, hertz=440.0, gain=0.5):
    return (gain * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


def clicks(seconds):
    sound = np.zeros(int(seconds * RATE), np.float32)
    sound[:: RATE // 3] = 1.0
    return sound


STRANGE = {
    "nothing at all": np.zeros(0, np.float32),
    "20 ms": noise(0.02),
    "one sample": np.ones(1, np.float32),
    "silence": np.zeros(12 * RATE, np.float32),
    "constant": np.full(12 * RATE, 0.7, np.float32),
    "a sine": sine(12),
    "white noise": noise(12),
    "very soft white noise": noise(12, 1e-5),
    "clipped noise": np.sign(noise(12)),
    "not a number": np.full(12 * RATE, np.nan, np.float32),
    "infinite": np.full(3 * RATE, np.inf, np.float32),
    "far too loud": noise(12, 1e6),
    "clicks": clicks(12),
}


@pytest.mark.parametrize("name", STRANGE)
def test_nobody_speaks_in(name):
    sound = STRANGE[name]
    seconds = max(len(sound) / RATE, 0.01)
    found = hear(sound)
    assert set(found) == {"speech", "perhaps", "breaths", "music", "noise", "beats", "takes"}
    assert share(found["speech"], seconds) <= 0.03
    for spans in (found["speech"], found["music"], found["noise"]):
        assert all(0 <= s.start < s.end <= seconds + 0.01 and 0 <= s.confidence <= 1 for s in spans)
        assert all(a.end <= b.start for a, b in zip(spans[:-1], spans[1:], strict=True))


def test_silence_is_nothing():
    found = hear(np.zeros(20 * RATE, np.float32))
    assert found == {"speech": (), "perhaps": (), "breaths": (), "music": (), "noise": (), "beats": (), "takes": ()}


def test_white_noise_is_noise():
    assert share(hear(noise(20))["noise"], 20) > 0.9


def test_blocks_do_not_matter():
    sound = np.concatenate((noise(7, 0.05), sine(6, 300), np.zeros(5 * RATE, np.float32), clicks(9)))
    whole = hear(sound, len(sound))
    for block in (333, 16_000):
        assert hear(sound, block) == whole


def test_it_finds_a_real_voice_and_its_pauses(footage):
    from models.sound import measure, sources

    voice = sources.read(footage / "audio" / "speech" / "libri_7367-86737-0000.opus")
    where = sources.speaking(voice)
    sound, true = [np.zeros(2 * RATE, np.float32)], [np.zeros(200, bool)]
    for start in range(0, len(where) - 200, 200):
        sound += [voice[start * 160 : (start + 200) * 160], np.zeros(RATE, np.float32)]
        true += [where[start : start + 200], np.zeros(100, bool)]
    sound, true = np.concatenate(sound), np.concatenate(true)
    said = {}
    for decibels in (0, -20, -40):
        spans = hear(sound * np.float32(10 ** (decibels / 20)))["speech"]
        said[decibels] = measure.f1([(measure.flags(spans, len(true)), true)])
    assert said[0] > 0.9
    assert abs(said[-20] - said[0]) < 0.01
    assert abs(said[-40] - said[0]) < 0.01


def test_damaged_weights_are_refused_with_a_cure(tmp_path, monkeypatch):
    (tmp_path / "sound").mkdir()
    data = (network.MODELS / WEIGHTS).read_bytes()
    (tmp_path / WEIGHTS).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    (tmp_path / "index.json").write_text((network.MODELS / "index.json").read_text())
    with pytest.raises(ModelError, match="checksum") as failure:
        network.open_network(WEIGHTS, models=tmp_path)
    assert failure.value.cure


def test_the_network_is_small_and_listed():
    index = json.loads((network.MODELS / "index.json").read_text())["files"]
    assert index[WEIGHTS]["bytes"] < 1_000_000
    assert index["sound/sound.safetensors"]["bytes"] < 1_000_000


@pytest.mark.train
def test_pytorch_and_onnx_give_the_same_numbers():
    import torch

    from models.sound.net import SoundNet as Torch
    from models.training import release

    model = Torch()
    release.load_weights(model, network.MODELS / "sound" / "sound.safetensors")
    run = shipped()
    for frames in (2, 100, 1_000):
        features = np.random.default_rng(frames).standard_normal((1, frames, 64)).astype(np.float32)
        with torch.no_grad():
            wanted = model(torch.from_numpy(features)).numpy()
        np.testing.assert_allclose(run(features), wanted, atol=1e-4)
