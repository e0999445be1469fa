"""Synthesised music: drums, bass, chords and tunes on random instruments, with the beats known exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter

from neuroedit_addon.worker.sound_features import RATE

from .voices import melody

Samples = NDArray[np.float32]
_TABLE = 2048
_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10), (0, 2, 4, 5, 7, 9, 10))
_TURNS = (
    (0, 4, 5, 3), (0, 5, 3, 4), (1, 4, 0, 0), (0, 3, 0, 4), (5, 3, 0, 4), (0, 6, 5, 4), (0, 0, 3, 4), (0, 2, 3, 3)
)  # fmt: skip
_DRUM_BARS = (
    ("x...x...x...x...", "....x.......x...", "x.x.x.x.x.x.x.x."),
    ("x.....x.x.......", "....x.......x...", "xxxxxxxxxxxxxxxx"),
    ("x..x..x...x..x..", "....x..x.x..x...", "x.x.x.x.x.x.x.x."),
    ("x.......x.......", "....x.......x...", "x...x...x...x..."),
    ("x...x...x...x...", "............x...", "..x...x...x...x."),
    ("x.........x.....", "........x.......", "x.xxx.xxx.xxx.xx"),
)


@dataclass(frozen=True)
class Piece:
    """A piece of music: samples (mono, 16 kHz), the seconds of its beats and of its bars' first beats."""

    samples: Samples
    beats: NDArray[np.float64]
    downbeats: NDArray[np.float64]


def compose(seconds: float, rng: np.random.Generator, steady: bool = False) -> Piece:
    """Compose and play something.

    Args:
        steady: always with something that marks the beat, to measure beat trackers with.
    """
    style = "band" if steady else str(rng.choice(("band", "band", "band", "solo", "keys", "pad", "drums")))
    tempo, meter = rng.uniform(62, 182), int(rng.choice((4, 4, 4, 3)))
    beat = 60.0 / tempo
    beats = np.arange(rng.uniform(0, beat) if rng.random() < 0.5 else 0.0, seconds, beat)
    out = np.zeros(int(seconds * RATE), np.float32)
    if style in ("band", "drums"):
        _add(out, _drums(len(out), beats, meter, beat, rng), 1.0)
    if style in ("band", "keys", "pad"):
        _harmony(out, beats, meter, beat, style, rng)
    if style == "solo" or (style == "band" and rng.random() < 0.4):
        _add(out, _solo(len(out), rng), rng.uniform(0.3, 1.0))
    if rng.random() < 0.3:
        out = np.tanh(out * rng.uniform(1, 4) / (np.abs(out).max() + 1e-6)).astype(np.float32)
    return Piece(out / (np.abs(out).max() + 1e-6), beats, beats[::meter])


def instrument(rng: np.random.Generator) -> Callable[[float, float], Samples]:
    """A random instrument: (hertz, seconds) -> a note. Two wave tables, bright and dull, and an envelope."""
    bright, dull = _table(rng, rng.uniform(0.3, 1.3)), _table(rng, rng.uniform(1.2, 2.5))
    attack, decay = float(rng.choice((0.003, 0.008, 0.03, 0.1))), rng.uniform(0.1, 2.5)
    hold, detune = rng.random() < 0.45, rng.uniform(0, 0.004)
    vibrato, drive = (rng.uniform(0, 0.008) if hold else 0.0), (rng.uniform(2, 8) if rng.random() < 0.15 else 0.0)

    def note(hertz: float, seconds: float) -> Samples:
        time = np.arange(int((seconds + 0.08) * RATE)) / RATE
        phase = hertz * (time + vibrato / 31.0 * np.sin(31.0 * time))
        fade = np.exp(-time / decay)
        sound = _read(bright, phase) * fade + _read(dull, phase) * (1 - fade if hold else fade)
        if detune > 0.001:
            sound = sound + _read(dull, phase * (1 + detune)) * fade
        envelope = np.minimum(time / attack, 1.0) * np.clip((seconds + 0.08 - time) / 0.08, 0, 1)
        sound = sound * envelope * (1.0 if hold else fade)
        return (np.tanh(sound * drive) if drive else sound).astype(np.float32)

    return note


def _harmony(out: Samples, beats: NDArray[np.float64], meter: int, beat: float, style: str,
             rng: np.random.Generator) -> None:  # fmt: skip
    scale, turn, root = _SCALES[rng.integers(4)], _TURNS[rng.integers(len(_TURNS))], rng.uniform(110, 220)
    bass, keys, lead = instrument(rng), instrument(rng), instrument(rng)
    arpeggio, walking, leading = rng.random() < 0.5, rng.random() < 0.4, rng.random() < 0.6

    def pitch(degree: int) -> float:
        return float(root * 2 ** (degree // 7 + scale[degree % 7] / 12))

    step = int(rng.integers(0, 7))
    for i, start in enumerate(beats):
        chord = turn[(i // meter) % len(turn)]
        if style != "pad" and (walking or i % 2 == 0):
            _put(out, start, bass(pitch(chord + (2 * (i % meter) if walking else 0)) / 2, beat * 0.9), 0.5)
        if style == "pad" and i % meter == 0:
            for third in (0, 2, 4):
                _put(out, start, keys(pitch(chord + third), beat * meter), 0.3)
        elif arpeggio:
            for half, third in enumerate(rng.permutation((0, 2, 4, 7))[:2]):
                _put(out, start + half * beat / 2, keys(pitch(chord + int(third)), beat * 0.6), 0.35)
        elif style != "pad":
            for third in (0, 2, 4):
                _put(out, start, keys(pitch(chord + third), beat * 0.8), 0.22)
        if leading and rng.random() < 0.8:
            step = int(np.clip(step + rng.integers(-2, 3), 0, 12))
            late = float(rng.choice((0, 0, 0.5))) * beat
            _put(out, start + late, lead(2 * pitch(step), beat * rng.choice((0.5, 1))), 0.3)


def _drums(length: int, beats: NDArray[np.float64], meter: int, beat: float, rng: np.random.Generator) -> Samples:
    out = np.zeros(length, np.float32)
    bars, sounds = _DRUM_BARS[rng.integers(len(_DRUM_BARS))], drum_kit(rng)
    gains, swing = (1.0, rng.uniform(0.4, 0.9), rng.uniform(0.1, 0.5)), rng.uniform(0, 0.08) * (rng.random() < 0.3)
    for i, start in enumerate(beats):
        for quarter in range(4):
            slot = (i % meter) * 4 + quarter
            for bar, sound, gain in zip(bars, sounds, gains, strict=True):
                if bar[slot] == "x":
                    late = swing * beat * (quarter % 2)
                    _put(out, start + quarter * beat / 4 + late, sound, gain * rng.uniform(0.8, 1))
    return out


def drum_kit(rng: np.random.Generator) -> tuple[Samples, Samples, Samples]:
    """A random bass drum, snare drum and hi-hat, one stroke each."""
    return _kick(rng), _snare(rng), _hat(rng)


def _kick(rng: np.random.Generator) -> Samples:
    time = np.arange(int(0.3 * RATE)) / RATE
    high, low = rng.uniform(90, 250), rng.uniform(40, 65)
    return (np.sin(2 * np.pi * (low * time + (high - low) * 0.03 * (1 - np.exp(-time / 0.03))))
            * np.exp(-time / rng.uniform(0.05, 0.2))).astype(np.float32)  # fmt: skip


def _snare(rng: np.random.Generator) -> Samples:
    time = np.arange(int(0.25 * RATE)) / RATE
    body = np.sin(2 * np.pi * rng.uniform(150, 260) * time) * np.exp(-time / 0.05)
    rattle = rng.standard_normal(len(time)) * np.exp(-time / rng.uniform(0.03, 0.12))
    return (body * rng.uniform(0.2, 1) + rattle * 0.5).astype(np.float32)


def _hat(rng: np.random.Generator) -> Samples:
    time = np.arange(int(0.15 * RATE)) / RATE
    hiss = np.diff(rng.standard_normal(len(time) + 1)) * np.exp(-time / rng.uniform(0.01, 0.06))
    return hiss.astype(np.float32)


def _solo(length: int, rng: np.random.Generator) -> Samples:
    """One bowed or blown line with glides and vibrato: as near to a voice as instruments come."""
    fundamental = melody(length, rng) * float(rng.choice((0.5, 1, 2, 3)))
    table = _table(rng, rng.uniform(0.4, 1.8))
    breath = lfilter(*butter(2, (0.05, 0.6), "band"), rng.standard_normal(length)) * rng.uniform(0, 0.1)
    points = np.arange(0, length + 4000, 4000)
    swell = 0.6 + 0.4 * np.interp(np.arange(length), points, rng.random(len(points)))
    return ((_read(table, np.cumsum(fundamental) / RATE) + breath) * swell).astype(np.float32)


def _table(rng: np.random.Generator, roll: float) -> Samples:
    count = int(rng.integers(3, 24))
    order = np.arange(1, count + 1)
    strength = order ** -roll * rng.uniform(0.2, 1, count)
    if rng.random() < 0.3:
        strength[1::2] *= 0.1  # hollow, as clarinets are
    turns = np.outer(order, np.arange(_TABLE) / _TABLE) + rng.random((count, 1))
    wave = strength @ np.sin(2 * np.pi * turns)
    return (wave / np.abs(wave).max()).astype(np.float32)


def _read(table: Samples, phase: NDArray[np.float64]) -> Samples:
    return table[(phase * _TABLE).astype(np.int64) % _TABLE]


def _put(out: Samples, second: float, sound: Samples, gain: float) -> None:
    start = int(second * RATE)
    end = min(start + len(sound), len(out))
    if end > start >= 0:
        out[start:end] += gain * sound[: end - start]


def _add(out: Samples, sound: Samples, gain: float) -> None:
    out += gain * sound[: len(out)] / (np.abs(sound).max() + 1e-6)
