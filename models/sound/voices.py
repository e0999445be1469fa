"""Other ways to use a voice, made from a clean recording: whispering it, singing it, at another speed and size.

A voice is taken apart as in source-filter vocoders: the smooth spectral envelope (low quefrencies of the cepstrum) is
kept, the excitation is replaced by noise (whisper) or by a pulse train on a melody (song).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import istft, stft

from neuroedit_addon.worker.sound_features import RATE

Samples = NDArray[np.float32]
_FRAME, _STEP = 512, 128
_MODES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9))


def whisper(samples: Samples, rng: np.random.Generator) -> Samples:
    """The same words without vocal cords: noise through the envelope, tilted up as whispering is."""
    tilt = np.linspace(-rng.uniform(3, 12), rng.uniform(3, 9), _FRAME // 2 + 1)
    return _through(samples, rng.standard_normal(len(samples)).astype(np.float32), 10 ** (tilt / 20))


def sing(samples: Samples, rng: np.random.Generator, stretch: float) -> Samples:
    """The same syllables on a melody: `stretch` times as long, notes of a scale, vibrato, glides between notes."""
    length = int(len(samples) * stretch)
    return _through(samples, _pulses(melody(length, rng), rng), None, stretch)[:length]


def melody(length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """A sung or bowed fundamental frequency in hertz for each sample."""
    scale, base = _MODES[rng.integers(len(_MODES))], rng.uniform(90, 330)
    times, notes, at, degree = [0.0], [base], 0.0, int(rng.integers(0, 7))
    while at < length / RATE:
        at += float(rng.choice((0.2, 0.3, 0.45, 0.6, 0.9, 1.4))) * rng.uniform(0.85, 1.15)
        degree = int(np.clip(degree + rng.integers(-3, 4), -4, 12))
        pitch = base * 2 ** ((12 * (degree // len(scale)) + scale[degree % len(scale)]) / 12)
        times += [at - rng.uniform(0.03, 0.1), at]
        notes += [notes[-1], pitch]
    clock = np.arange(length) / RATE
    fundamental = np.interp(clock, times, notes)
    depth = rng.uniform(0.0, 0.03) * np.clip(np.sin(2 * np.pi * rng.uniform(0.1, 0.4) * clock) + 0.5, 0, 1)
    return fundamental * (1 + depth * np.sin(2 * np.pi * rng.uniform(4.5, 6.5) * clock))


def resize(samples: Samples, speed: float) -> Samples:
    """Play faster or slower: 1.3 makes a grown-up's voice a child's, 0.85 a giant's. Cubic, so treble stays."""
    count = int(len(samples) / speed)
    at = np.arange(count) * speed
    i = np.clip(at.astype(np.int64), 1, max(len(samples) - 3, 1))
    if len(samples) < 5:
        return samples
    x = (at - i).astype(np.float32)
    a, b, c, d = samples[i - 1], samples[i], samples[i + 1], samples[i + 2]
    return b + 0.5 * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)))


def _pulses(fundamental: NDArray[np.float64], rng: np.random.Generator) -> Samples:
    phase = np.cumsum(fundamental / RATE)
    pulses = np.diff(np.floor(phase), prepend=0.0) * np.sqrt(RATE / fundamental)
    return (pulses + rng.uniform(0.02, 0.15) * rng.standard_normal(len(pulses))).astype(np.float32)


def _through(
    samples: Samples, excitation: Samples, tilt: NDArray[np.float64] | None, stretch: float = 1.0
) -> Samples:
    _, _, voice = stft(samples, nperseg=_FRAME, noverlap=_FRAME - _STEP)
    _, _, source = stft(excitation, nperseg=_FRAME, noverlap=_FRAME - _STEP)
    cepstrum = np.fft.irfft(np.log(np.abs(voice) + 1e-6), axis=0)
    cepstrum[30:-29] = 0.0
    envelope = np.exp(np.fft.rfft(cepstrum, axis=0).real)
    at = np.minimum((np.arange(source.shape[1]) / stretch).astype(int), envelope.shape[1] - 1)
    shaped = source / (np.abs(source).mean(axis=0, keepdims=True) + 1e-6) if tilt is None else source
    _, out = istft(shaped * envelope[:, at] * (1.0 if tilt is None else tilt[:, None]), nperseg=_FRAME,
                   noverlap=_FRAME - _STEP)  # fmt: skip
    return np.pad(out, (0, max(0, len(excitation) - len(out))))[: len(excitation)].astype(np.float32)
