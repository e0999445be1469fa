"""Makes and reads sound files for tests, with PyAV alone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.filter import Graph

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def write(path: Path, sound: np.ndarray, rate: int = 48_000, codec: str = "pcm_f32le") -> Path:
    """Write float (channels, n) or (n,); the codec's own sample format is converted to."""
    channels = np.atleast_2d(np.asarray(sound, np.float32))
    layout = LAYOUTS[len(channels)]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channels), format="fltp", layout=layout)
        frame.rate = rate
        converter = av.AudioResampler(format=stream.format, layout=layout, rate=rate)
        position = 0
        for piece in [*converter.resample(frame), *converter.resample(None), None]:
            if piece is not None:
                piece.pts = position
                position += piece.samples
            container.mux(stream.encode(piece))
    return path


def read(path: Path) -> np.ndarray:
    """Float32 (channels, n)."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp")
        frames = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray() for frame in frames], 1)


def meter(path: Path) -> tuple[float, float]:
    """Integrated loudness (LUFS) and true peak (dBTP) as ffmpeg's own ebur128 reports them."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        graph = Graph()
        source = graph.add_abuffer(sample_rate=stream.rate, format=stream.format, layout=stream.layout,
                                   time_base=Fraction(1, stream.rate))  # fmt: skip
        ebur128, sink = graph.add("ebur128", "metadata=1:peak=true:framelog=quiet"), graph.add("abuffersink")
        source.link_to(ebur128)
        ebur128.link_to(sink)
        graph.configure()
        integrated, peak = -70.0, 0.0
        for frame in [*container.decode(stream), None]:
            if frame is not None:
                frame.pts = None
            graph.push(frame)
            while True:
                try:
                    metadata = graph.pull().metadata
                except (av.error.BlockingIOError, av.error.EOFError):
                    break
                integrated = float(metadata.get("lavfi.r128.I", integrated))
                peak = max(peak, float(metadata.get("lavfi.r128.true_peak", 0)))
    return integrated, 20 * np.log10(max(peak, 1e-10))


def tone(seconds: float = 2.0, hertz: float = 997.0, level: float = 0.1, rate: int = 48_000) -> np.ndarray:
    """A sine."""
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def talk(seconds: float, seed: int = 0, rate: int = 48_000) -> np.ndarray:
    """Something with the dynamics of speech: syllables of coloured noise with pauses between them."""
    random = np.random.default_rng(seed)
    noise = np.convolve(random.normal(0, 0.3, round(seconds * rate)), np.hanning(24) / 12, "same")
    syllables = np.repeat(random.choice([0.02, 0.1, 0.4, 1.0], round(seconds * 5) + 1), rate // 5)[: len(noise)]
    return noise * np.convolve(syllables, np.hanning(960) / 480, "same")


def decibels(sound: np.ndarray) -> float:
    """RMS level in dBFS."""
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))
