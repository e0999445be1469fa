"""Synthesised music for learning the beat: random drum bars, sections, fills, swing, half time, drift and rubato."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.sound.music import Piece, Samples, drum_kit, instrument
from neuroedit_addon.worker.sound_features import RATE

_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10), (0, 2, 4, 7, 9, 12, 14))


def groove(seconds: float, rng: np.random.Generator) -> Piece:
    """Compose and play something with a beat, at 58 to 205 beats a minute."""
    tempo = float(np.exp(rng.uniform(np.log(58), np.log(205))))
    meter = int(rng.choice((4, 4, 4, 4, 4, 3, 3, 6, 5)))
    beats = _beats(seconds, tempo, rng)
    out = np.zeros(int(seconds * RATE), np.float32)
    layers = {"drums": rng.random() < 0.8, "bass": rng.random() < 0.7, "chords": rng.random() < 0.7,
              "lead": rng.random() < 0.5}  # fmt: skip
    if not any(layers.values()):
        layers["chords"] = True
    # Who plays in which eight or sixteen beats; somebody always does.
    section = meter * int(rng.choice((2, 4)))
    plays = rng.random((len(beats) // section + 1, 4)) < rng.choice((1.0, 0.75))
    band = _Band(rng, tempo, meter)
    for i, start in enumerate(beats[:-1]):
        beat = beats[i + 1] - start
        on = dict(zip(layers, plays[i // section], strict=True))
        on = {name: layers[name] and on[name] for name in layers}
        if not any(on.values()):
            on = layers
        fill = (i % section) >= section - 1
        band.play(out, i, float(start), float(beat), on, fill)
    if rng.random() < 0.3:
        out += rng.standard_normal(len(out)).astype(np.float32) * 10 ** rng.uniform(-4, -1.5) * np.abs(out).max()
    if rng.random() < 0.3:
        out = np.tanh(out * rng.uniform(1, 4) / (np.abs(out).max() + 1e-6)).astype(np.float32)
    beats = beats[:-1]
    return Piece(out / (np.abs(out).max() + 1e-6), beats, beats[::meter])


def _beats(seconds: float, tempo: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Steady, drifting, breathing, or with another tempo from somewhere on."""
    count = int((seconds + 8) * tempo / 60 * 1.4) + 4
    lengths = np.full(count, 60.0 / tempo)
    kind = rng.random()
    if kind < 0.3:
        lengths *= np.exp(np.cumsum(rng.normal(0, 0.004, count)))
    elif kind < 0.4:
        lengths *= 1 + rng.uniform(0.02, 0.1) * np.sin(np.arange(count) * rng.uniform(0.1, 0.5) + rng.uniform(0, 6))
    elif kind < 0.48:
        lengths[int(rng.integers(6, max(count // 2, 7))) :] *= np.exp(rng.uniform(-0.35, 0.35))
    times = rng.uniform(0, 60 / tempo) + np.concatenate(([0.0], np.cumsum(lengths[:-1])))
    if rng.random() < 0.3:
        times = times + rng.normal(0, 0.006, len(times))
    return np.maximum(times[times < seconds + 1], 0.0)


class _Band:
    """What everybody plays in a bar of this piece."""

    def __init__(self, rng: np.random.Generator, tempo: float, meter: int) -> None:
        self._rng, self._meter = rng, meter
        # Slow music is subdivided, fast music seldom is: that is how people know which of two tempi is meant.
        fine = rng.random() < np.interp(tempo, (70, 110, 150), (0.9, 0.5, 0.1))
        self._parts = int(rng.choice((3, 3, 4, 4, 4) if fine else (2, 2, 2, 3, 4)))
        self._swing = rng.uniform(0.05, 0.17) * (self._parts in (2, 4) and rng.random() < 0.3)
        self._kit, self._late = drum_kit(rng), rng.normal(0, 0.006, 3)
        self._gains = (1.0, rng.uniform(0.4, 1), rng.uniform(0.08, 0.5))
        half = tempo > 100 and rng.random() < 0.2
        self._bars = [self._bar(half) for _ in range(2)]
        self._bass, self._keys, self._lead = instrument(rng), instrument(rng), instrument(rng)
        self._scale, self._root = _SCALES[rng.integers(4)], rng.uniform(80, 220)
        self._turn = rng.integers(0, 7, 4)
        slots = meter * self._parts
        self._bass_at = rng.random(slots) < rng.uniform(0.05, 0.5)
        self._bass_at[:: self._parts * int(rng.choice((1, 1, 2)))] = True
        self._keys_at = rng.random(slots) < rng.uniform(0, 0.4)
        if rng.random() < 0.75:
            self._keys_at[:: self._parts * int(rng.choice((1, 1, 2, meter)))] = True
        self._lead_share, self._step = rng.uniform(0.2, 0.8), 7
        self._level = rng.uniform(0.25, 1, 3)

    def play(self, out: Samples, i: int, start: float, beat: float, on: dict[str, bool], fill: bool) -> None:
        rng, place = self._rng, i % self._meter
        chord = int(self._turn[(i // self._meter) % 4])
        for part in range(self._parts):
            slot = place * self._parts + part
            at = start + beat * (part / self._parts + self._swing * (part % 2))
            if on["drums"]:
                self._drum(out, at, slot, i, fill)
            if on["bass"] and self._bass_at[slot]:
                _put(out, at, self._bass(self._pitch(chord) / 2, beat * 0.7), 0.5 * self._level[0])
            if on["chords"] and self._keys_at[slot]:
                for third in (0, 2, 4):
                    _put(out, at, self._keys(self._pitch(chord + third), beat * 0.8), 0.25 * self._level[1])
            if on["lead"] and rng.random() < self._lead_share * (1.0 if part == 0 else 0.5):
                self._step = int(np.clip(self._step + rng.integers(-2, 3), 0, 13))
                note = self._lead(self._pitch(self._step) * 2, beat * rng.choice((0.3, 0.5, 1)))
                _put(out, at, note, 0.3 * self._level[2])

    def _drum(self, out: Samples, at: float, slot: int, i: int, fill: bool) -> None:
        rng = self._rng
        bar = self._bars[(i // self._meter) % 2 if rng.random() < 0.9 else 0]
        for voice in range(3):
            hit = bar[voice, slot] or (fill and voice == 1 and rng.random() < 0.4)
            if hit and rng.random() < 0.97:
                _put(out, at + self._late[voice] + rng.normal(0, 0.003), self._kit[voice],
                     self._gains[voice] * rng.uniform(0.7, 1))  # fmt: skip

    def _bar(self, half: bool) -> NDArray[np.bool_]:
        rng, parts, slots = self._rng, self._parts, self._meter * self._parts
        bar = np.zeros((3, slots), bool)
        kind = rng.random()
        if kind < 0.3:
            bar[0, ::parts] = True  # four on the floor
        else:
            bar[0] = rng.random(slots) < rng.uniform(0.05, 0.25)
            bar[0, 0] = True
        if half:
            bar[1, (self._meter // 2) * parts] = True
        else:
            bar[1, parts :: 2 * parts] = True
        if rng.random() < 0.25:
            bar[1] |= rng.random(slots) < 0.12
        every = int(rng.choice((1, 1, max(parts // 2, 1), parts)))
        bar[2, ::every] = True
        if rng.random() < 0.15:  # between the beats
            bar[2] = False
            bar[2, parts // 2 :: parts] = True
        bar[:, rng.random(slots) < 0.03] = False
        if rng.random() < 0.15:
            bar[int(rng.integers(3))] = False
        return bar

    def _pitch(self, degree: int) -> float:
        return float(self._root * 2 ** (degree // 7 + self._scale[degree % 7] / 12))


def _put(out: Samples, second: float, sound: Samples, gain: float) -> None:
    start = max(int(second * RATE), 0)
    end = min(start + len(sound), len(out))
    if end > start:
        out[start:end] += np.float32(gain) * sound[: end - start]
