"""What happens to sound on its way into a file: rooms, microphones, telephones, overload, codecs."""

from __future__ import annotations

import io

import av
import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt

from neuroedit_addon.worker.sound_features import RATE

Samples = NDArray[np.float32]
Rng = np.random.Generator
CODECS = {
    "libopus": ("ogg", (8, 12, 16, 24)), "libmp3lame": ("mp3", (16, 24, 32, 48)), "aac": ("adts", (16, 24, 32, 48))
}  # fmt: skip
"""Encoder: container, kilobits a second."""


def room(rng: Rng, far: bool) -> Samples:
    """A room's response: the direct sound at sample 0, early reflections, a tail decaying by 60 dB in T60 seconds.

    Args:
        far: the talker sits across the table, so the tail carries as much as the direct sound or more.
    """
    t60 = rng.uniform(0.1, 1.0) if far else rng.uniform(0.05, 0.5)
    length = int(min(t60, 0.8) * RATE)
    tail = rng.standard_normal(length) * 10 ** (-3 * np.arange(length) / RATE / t60)
    tail[: int(rng.uniform(0.002, 0.02) * RATE)] = 0.0
    tail = sosfilt(butter(1, rng.uniform(2000, 7000), fs=RATE, output="sos"), tail)
    early = rng.integers(20, 1200, 8)
    tail[early[early < length]] += rng.uniform(-1, 1, int((early < length).sum())) * 2.0
    ratio = rng.uniform(-6, 6) if far else rng.uniform(3, 25)
    tail *= 10 ** (-ratio / 20) / (np.sqrt((tail**2).sum()) + 1e-9)
    tail[0] = 1.0
    return tail.astype(np.float32)


def reverberate(samples: Samples, response: Samples) -> Samples:
    """As heard in that room; the length stays."""
    return fftconvolve(samples, response)[: len(samples)].astype(np.float32)


def degrade(samples: Samples, rng: Rng) -> Samples:
    """A random chain of tilt, band limit, overload and codec; often nothing at all. Time stays aligned."""
    out = samples
    if rng.random() < 0.5:
        out = tilt(out, rng)
    if rng.random() < 0.15:
        low, high = rng.uniform(20, 350), rng.uniform(3000, 7500)
        out = sosfilt(butter(3, (low, high), "band", fs=RATE, output="sos"), out).astype(np.float32)
    peak = float(np.abs(out).max()) + 1e-9
    if rng.random() < 0.07:
        limit = peak * rng.uniform(0.1, 0.6)
        out = np.clip(out, -limit, limit) if rng.random() < 0.5 else (limit * np.tanh(out / limit)).astype(np.float32)
    if rng.random() < 0.09:
        codec = str(rng.choice(list(CODECS)))
        out = coded(out / peak * 0.7, codec, int(rng.choice(CODECS[codec][1]))) * peak
    return out


def tilt(samples: Samples, rng: Rng) -> Samples:
    """A microphone's colour: a smooth random frequency response, some decibels up and down."""
    spectrum = np.fft.rfft(samples)
    octaves = np.log2(np.maximum(np.linspace(0, RATE / 2, len(spectrum)), 50.0) / 50.0)
    corners = np.linspace(0, octaves[-1], 6)
    gains = rng.normal(0, 3.5, 6) + rng.uniform(-3, 3) * (corners - corners.mean())
    return np.fft.irfft(spectrum * 10 ** (np.interp(octaves, corners, gains) / 20), len(samples)).astype(np.float32)


def coded(samples: Samples, codec: str, kilobits: int) -> Samples:
    """Through a lossy codec and back, the codec's delay taken out."""
    file = io.BytesIO()
    with av.open(file, "w", format=CODECS[codec][0]) as container:
        stream = container.add_stream(codec, rate=RATE, layout="mono")
        stream.bit_rate = kilobits * 1000
        frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="flt", layout="mono")
        frame.sample_rate = RATE
        size = stream.frame_size or 1024
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=RATE, frame_size=size)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    file.seek(0)
    back = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(file) as container:
        blocks = [p.to_ndarray().reshape(-1) for f in container.decode(audio=0) for p in back.resample(f)]
    out = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    delay = _delay(samples, out)
    out = out[delay:] if delay >= 0 else np.pad(out, (-delay, 0))
    return np.pad(out, (0, max(0, len(samples) - len(out))))[: len(samples)].astype(np.float32)


def _delay(before: Samples, after: Samples) -> int:
    size = 1 << 16
    middle = max(0, len(before) // 2 - size // 2)
    a, b = before[middle : middle + size], after[middle : middle + size]
    likeness = np.fft.irfft(np.fft.rfft(b, 2 * size) * np.conj(np.fft.rfft(a, 2 * size)))
    lag = int(np.argmax(np.concatenate((likeness[-4000:], likeness[:4000])))) - 4000
    return lag
