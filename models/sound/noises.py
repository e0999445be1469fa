"""Synthesised sounds that are neither speech nor music: weather, machines, clicks, crowds, animals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt

from neuroedit_addon.worker.sound_features import RATE

Samples = NDArray[np.float32]
Rng = np.random.Generator


def make(length: int, rng: Rng) -> Samples:
    """One random kind of noise, `length` samples, peak 1; now and then two kinds at once."""
    kinds = list(KINDS)
    sound = KINDS[kinds[rng.integers(len(kinds))]](length, rng)
    if rng.random() < 0.25:
        other = KINDS[kinds[rng.integers(len(kinds))]](length, rng)
        sound = _level(sound) + rng.uniform(0.1, 1) * _level(other)
    return _level(sound)


def coloured(length: int, rng: Rng) -> Samples:
    """Steady noise, its spectrum falling by 0 to 12 dB an octave."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    hertz = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 20.0)
    return np.fft.irfft(spectrum * hertz ** -rng.uniform(-0.3, 1.2), length).astype(np.float32)


def band(length: int, rng: Rng) -> Samples:
    """Noise in one band, rising and falling: water, traffic, fans, tyres."""
    low = rng.uniform(50, 3000)
    sound = _band(rng.standard_normal(length), low, min(low * rng.uniform(1.5, 8), 7600))
    return sound * _slow(length, rng, rng.uniform(0.1, 3), rng.uniform(0, 1))


def wind(length: int, rng: Rng) -> Samples:
    """Gusts on a microphone: low noise, strongly modulated, sometimes with whistling."""
    gust = _slow(length, rng, rng.uniform(0.3, 2), 1.0) ** 2
    sound = _band(rng.standard_normal(length), 20, rng.uniform(80, 500)) * gust
    whistle = _band(rng.standard_normal(length), 400, 900) * gust * rng.uniform(0, 0.15)
    return sound + whistle


def hum(length: int, rng: Rng) -> Samples:
    """Mains hum or a transformer: harmonics of 50 or 60 Hz, or of a motor that drifts."""
    base = float(rng.choice((50, 60, 100, 120, rng.uniform(25, 200))))
    drift = 1 + rng.uniform(0, 0.05) * (_slow(length, rng, 0.5, 1.0) - 0.5)
    phase = 2 * np.pi * np.cumsum(base * drift) / RATE
    sound = np.zeros(length)
    for harmonic in range(1, int(rng.integers(3, 20))):
        sound += rng.uniform(0, 1) / harmonic ** rng.uniform(0.3, 1.2) * np.sin(harmonic * phase + rng.uniform(0, 6))
    return (sound + rng.uniform(0, 0.5) * rng.standard_normal(length)).astype(np.float32)


def clicks(length: int, rng: Rng) -> Samples:
    """Keyboards, clocks, steps, doors, taps, drops: short bursts, in rhythm or not."""
    burst, gaps = _burst(rng), rng.uniform(0.05, 1.2)
    regular = rng.random() < 0.4
    out, at = np.zeros(length, np.float32), rng.uniform(0, gaps)
    while at * RATE < length:
        _put(out, at, burst if rng.random() < 0.7 else _burst(rng), rng.uniform(0.3, 1))
        at += gaps if regular else rng.exponential(gaps) + 0.02
    return out + rng.uniform(0, 0.02) * coloured(length, rng)


def applause(length: int, rng: Rng) -> Samples:
    """Many hands: hundreds of short band-limited claps, swelling and fading."""
    rate = rng.uniform(20, 400)
    hits = (rng.random(length) < rate / RATE) * rng.uniform(0.3, 1, length)
    shape = rng.standard_normal(240) * np.exp(-np.arange(240) / rng.uniform(20, 80))
    return _band(fftconvolve(hits, shape)[:length], 500, 5000) * _slow(length, rng, 0.2, 0.8)


def rain(length: int, rng: Rng) -> Samples:
    """Drops on a roof, or a fire's crackling: sparse sharp impulses over hiss."""
    hits = (rng.random(length) < rng.uniform(5, 300) / RATE) * rng.exponential(1.0, length)
    return _band(hits, rng.uniform(200, 2000), 7000) * 4 + rng.uniform(0, 0.3) * _level(coloured(length, rng))


def calls(length: int, rng: Rng) -> Samples:
    """Animals: chirps, barks, bleats, clucks, crickets; harmonic calls with formants and no words."""
    low, harmonics = float(rng.choice((250, 500, 1200, 2500, 4000))) * rng.uniform(0.7, 1.3), int(rng.integers(1, 12))
    duration, gaps, tremble = rng.uniform(0.05, 0.9), rng.uniform(0.1, 1.5), rng.uniform(0, 30)
    formant, slope, rough = rng.uniform(500, 3000), rng.uniform(-0.7, 0.9), rng.uniform(0, 0.4)
    out, at = np.zeros(length, np.float32), rng.uniform(0, gaps)
    while at * RATE < length:
        seconds = duration * rng.uniform(0.6, 1.3)
        time = np.arange(int(seconds * RATE)) / RATE
        glide = low * rng.uniform(0.9, 1.1) * (1 + slope * np.sin(np.pi * time / seconds * rng.choice((0.5, 1))))
        phase = 2 * np.pi * np.cumsum(glide * (1 + 0.04 * np.sin(2 * np.pi * tremble * time))) / RATE
        sound = sum(np.exp(-(((k * low - formant) / 1500) ** 2)) * np.sin(k * phase) for k in range(1, harmonics + 1))
        sound = sound + rough * rng.standard_normal(len(time))
        _put(out, at, (sound * np.sin(np.pi * time / seconds) ** 0.5).astype(np.float32), rng.uniform(0.4, 1))
        at += seconds + (rng.exponential(gaps) if rng.random() < 0.5 else 0.05)
    return out + rng.uniform(0, 0.03) * coloured(length, rng)


def birdsong(length: int, rng: Rng) -> Samples:
    """Birds: phrases of fast whistled sweeps and trills, each bird with a few syllables of its own, near and far."""
    out = np.zeros(length, np.float32)
    for _ in range(int(rng.integers(1, 5))):
        syllables = [_chirp(rng) for _ in range(int(rng.integers(1, 6)))]
        gain, pause, at = 10 ** (-rng.uniform(0, 20) / 20), rng.uniform(0.3, 3.0), rng.uniform(0, 1.5)
        while at * RATE < length:
            for _ in range(int(rng.integers(1, 4))):  # a phrase
                syllable, gap = syllables[rng.integers(len(syllables))], rng.uniform(0.005, 0.12)
                for _ in range(int(rng.integers(1, 12)) if len(syllable) < 0.1 * RATE else int(rng.integers(1, 4))):
                    _put(out, at, syllable, gain * rng.uniform(0.6, 1))
                    at += len(syllable) / RATE + gap
            at += rng.exponential(pause) + 0.05
    return out + rng.uniform(0, 0.05) * coloured(length, rng)


def machine(length: int, rng: Rng) -> Samples:
    """Printers, pumps, saws, sewing machines: buzz and hiss that come and go as fast as syllables do."""
    pace = rng.uniform(1.5, 9) * (1 + rng.uniform(0, 0.5) * (_slow(length, rng, 2, 1.0) - 0.5))
    beat = np.clip(np.sin(2 * np.pi * np.cumsum(pace) / RATE) * rng.uniform(0.7, 4) + rng.uniform(-0.5, 1), 0, 1)
    base = rng.uniform(60, 350) * (1 + rng.uniform(0, 0.2) * beat)
    phase, formant = 2 * np.pi * np.cumsum(base) / RATE, rng.uniform(300, 3500)
    buzz = sum(np.exp(-(((k * base.mean() - formant) / rng.uniform(300, 2500)) ** 2)) * np.sin(k * phase + k * k)
               for k in range(1, 24))  # fmt: skip
    hiss = _band(rng.standard_normal(length), 300, rng.uniform(2000, 7600))
    work = _slow(length, rng, 0.4, 1.0) > rng.uniform(0, 0.6)
    return ((buzz * rng.uniform(0, 1) + hiss * rng.uniform(0.05, 0.6)) * beat * work).astype(np.float32)


def signals(length: int, rng: Rng) -> Samples:
    """Beeps, sirens, alarms, ringing, a sine wave, sweeps."""
    time, pitch = np.arange(length) / RATE, rng.uniform(150, 3500)
    kind = int(rng.integers(4))
    if kind == 0:
        return np.sin(2 * np.pi * pitch * time).astype(np.float32)
    if kind == 1:
        gate = (time * rng.uniform(0.5, 6)) % 1 < rng.uniform(0.1, 0.7)
        return (np.sin(2 * np.pi * pitch * time) * gate).astype(np.float32)
    swing = np.sin(2 * np.pi * rng.uniform(0.1, 4) * time)
    swing = np.sign(swing) if kind == 2 else swing
    return np.sin(2 * np.pi * np.cumsum(pitch * (1 + rng.uniform(0.1, 0.4) * swing)) / RATE).astype(np.float32)


def engine(length: int, rng: Rng) -> Samples:
    """A motor: firing pulses whose rate wanders, through a resonant body."""
    rate = rng.uniform(12, 90) * (0.7 + 0.6 * _slow(length, rng, 0.3, 1.0))
    pulses = np.diff(np.floor(np.cumsum(rate / RATE)), prepend=0.0) * rng.uniform(0.7, 1.3, length)
    shape = rng.standard_normal(800) * np.exp(-np.arange(800) / rng.uniform(50, 250))
    return (fftconvolve(pulses, shape)[:length] + rng.uniform(0, 1) * coloured(length, rng)).astype(np.float32)


KINDS: dict[str, Callable[[int, Rng], Samples]] = {
    "coloured": coloured, "band": band, "wind": wind, "hum": hum, "clicks": clicks, "applause": applause,
    "rain": rain, "calls": calls, "calls again": calls, "signals": signals, "engine": engine,
    "birdsong": birdsong, "birdsong again": birdsong, "machine": machine,
}  # fmt: skip


def _chirp(rng: Rng) -> Samples:
    seconds = rng.choice((rng.uniform(0.015, 0.08), rng.uniform(0.08, 0.5)))
    time = np.arange(int(seconds * RATE)) / RATE
    share = time / seconds
    low, octaves = rng.uniform(900, 4500), rng.uniform(-1, 1)
    pitch = low * 2 ** (octaves * share + rng.uniform(0, 0.4) * np.sin(2 * np.pi * rng.uniform(0, 40) * time))
    phase = 2 * np.pi * np.cumsum(np.clip(pitch, 300, 7600)) / RATE
    overtones = (2 * pitch < 7600) * rng.uniform(0, 0.5) * np.sin(2 * phase)
    return ((np.sin(phase) + overtones) * np.sin(np.pi * share) ** rng.uniform(0.3, 2)).astype(np.float32)


def _burst(rng: Rng) -> Samples:
    time = np.arange(int(rng.uniform(0.01, 0.2) * RATE)) / RATE
    decay = rng.uniform(0.002, 0.05)
    ring = np.sin(2 * np.pi * rng.uniform(100, 5000) * time) * rng.uniform(0, 1)
    return ((rng.standard_normal(len(time)) * rng.uniform(0, 1) + ring) * np.exp(-time / decay)).astype(np.float32)


def _slow(length: int, rng: Rng, hertz: float, depth: float) -> NDArray[np.float64]:
    """A random control between 1 - depth and 1 that changes about `hertz` times a second."""
    points = rng.random(int(length / RATE * hertz) + 3)
    return 1 - depth * np.interp(np.linspace(0, len(points) - 1, length), np.arange(len(points)), points)


def _band(sound: NDArray[np.floating], low: float, high: float) -> Samples:
    return sosfilt(butter(2, (low, high), "band", fs=RATE, output="sos"), sound).astype(np.float32)


def _level(sound: Samples) -> Samples:
    return (sound / (np.abs(sound).max() + 1e-9)).astype(np.float32)


def _put(out: Samples, second: float, sound: Samples, gain: float) -> None:
    start = int(second * RATE)
    end = min(start + len(sound), len(out))
    if end > start:
        out[start:end] += gain * sound[: end - start]
