"""Promise: children are heard as speakers, song and laughter are no speech, what is broken in a track stays local."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("onnxruntime")
from test_sound_files import PHRASE, RATE, SECONDS, VOICES, finds_the_phrase, heard, talk

from neuroedit_addon.worker.analyser import SoundBlock
from neuroedit_addon.worker.sound_net import SoundNet
from neuroedit_addon.worker.voice import espeak


def found(sound: np.ndarray) -> dict[str, list[tuple[float, float]]]:
    """Spans by kind."""
    net = SoundNet()
    net.sound(SoundBlock(0, sound.astype(np.float32)))
    said = net.finish()
    return {kind: [(s.start, s.end) for s in said[kind]] for kind in ("speech", "music", "noise", "perhaps")}


def seconds(spans) -> float:
    return sum(end - start for start, end in spans)


def laugh(length: float) -> np.ndarray:
    """Ha ha ha: voiced bursts, five a second, each softer and lower than the one before, and a breath between fits."""
    times = np.arange(round(length * RATE)) / RATE
    fit = times % 2.0
    pitch = 320.0 - 60.0 * fit
    phase = np.cumsum(pitch) / RATE
    buzz = sum(np.sin(2 * np.pi * n * phase) / n for n in range(1, 20))
    bursts = np.maximum(np.sin(2 * np.pi * 5 * fit), 0.0) ** 0.7 * np.exp(-1.2 * fit) * (fit < 1.5)
    breath = np.random.default_rng(4).standard_normal(len(times))
    return (0.1 * bursts * (buzz + 0.5 * breath)).astype(np.float32)


def sung(length: float) -> np.ndarray:
    """A tune on vowels: notes of two thirds of a second, vibrato, glides, three formants moving from vowel to vowel."""
    times = np.arange(round(length * RATE)) / RATE
    note = (times / 0.66).astype(int)
    steps = np.array([0, 4, 7, 5, 9, 7, 4, 2])[note % 8]
    glide = np.convolve(np.pad(steps, 400, mode="edge"), np.full(801, 1 / 801), "valid")
    pitch = 220 * 2 ** ((glide + 0.4 * np.sin(2 * np.pi * 5.5 * times)) / 12)
    vowels = np.array([(730, 1090, 2440), (400, 2000, 2550), (570, 840, 2410), (300, 870, 2240)])[note % 4]
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    out = np.zeros(len(times))
    for number in range(1, 18):
        shape = sum(1 / (1 + ((number * pitch - vowels[:, f]) / 120) ** 2) / (f + 1) for f in range(3))
        out += shape * np.sin(number * phase)
    held = np.minimum(1, 12 * np.minimum(times % 0.66, 0.66 - times % 0.66))
    return (0.1 * held * out).astype(np.float32)


@pytest.mark.parametrize("smaller", [1.25, 1.4])
def test_children_are_heard(smaller):
    """A voice of a smaller head: pitch and formants up together, words no faster."""
    spoken = espeak().say(VOICES["en-us"], "en-us", rate=1 / smaller)
    places = np.arange(0, len(spoken.samples), smaller * spoken.rate / RATE)
    said = np.interp(places, np.arange(len(spoken.samples)), spoken.samples)
    sound = 3e-4 * np.random.default_rng(2).standard_normal(round(SECONDS * RATE))
    count = min(len(said), round((PHRASE[1] - PHRASE[0]) * RATE))
    sound[round(PHRASE[0] * RATE) :][:count] += 0.4 * said[:count] / np.abs(said).max()
    finds_the_phrase(heard(sound.astype(np.float32)[None]))


def test_singing_is_music():
    spans = found(sung(12.0))
    assert seconds(spans["music"]) > 8.0
    assert seconds(spans["speech"]) < 2.0


def test_laughter_beside_speech_leaves_the_speech_whole():
    sound = np.concatenate((talk(), laugh(8.0)))
    spans = found(sound)["speech"]
    inside = sum(max(0.0, min(end, PHRASE[1]) - max(start, PHRASE[0])) for start, end in spans)
    assert inside > 0.7 * (PHRASE[1] - PHRASE[0])
    assert all(0.0 <= start < end <= SECONDS + 8.0 for start, end in spans)


@pytest.mark.parametrize("broken", ["NaN", "infinite", "constant", "hum"])
def test_what_is_broken_stays_where_it_is(broken):
    """A second of nonsense after the phrase, or a fault under all of it, takes no word away."""
    sound = talk()
    if broken in ("NaN", "infinite"):
        sound[6 * RATE : 7 * RATE] = np.nan if broken == "NaN" else np.inf
    else:
        times = np.arange(len(sound)) / RATE
        sound = sound + np.float32(0.3 if broken == "constant" else 0.0)
        sound += (0.02 * np.sin(2 * np.pi * 50 * times) * (broken == "hum")).astype(np.float32)
    finds_the_phrase(heard(sound[None]))
