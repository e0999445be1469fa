"""What else finds speech without a network: the rows our own is measured beside, in the same run."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from neuroedit_addon.errors import EnvironmentProblem
from neuroedit_addon.worker.sound_features import HOP, RATE

Samples = NDArray[np.float32]
Flags = NDArray[np.bool_]
Peer = Callable[[Samples], Flags]
"""Mono samples at 16 kHz -> speech or not for every 10 ms."""


def peers() -> dict[str, Peer]:
    """Rows by name.

    Raises:
        EnvironmentProblem: webrtcvad is not installed.
    """
    rows: dict[str, Peer] = {f"WebRTC VAD mode {mode}": _webrtc(mode) for mode in range(4)}
    rows["ffmpeg silencedetect -30 dB 0.3 s"] = lambda samples: silencedetect(samples, "-30dB", 0.3)
    rows["ffmpeg silencedetect (its defaults)"] = lambda samples: silencedetect(samples, "-60dB", 2.0)
    rows["energy gate 4 %, 0.2 s margins"] = lambda samples: energy_gate(samples, 0.04, 0.2)
    rows["all speech"] = lambda samples: np.ones(-(-len(samples) // HOP), bool)
    return rows


def energy_gate(samples: Samples, threshold: float, margin: float) -> Flags:
    """Loud where a thirtieth of a second's peak reaches `threshold` of full scale, widened by `margin` seconds."""
    step = RATE / 30
    bounds = np.append((np.arange(int(np.ceil(len(samples) / step))) * step).astype(int), len(samples))
    peaks = [np.abs(samples[a:b]).max(initial=0.0) for a, b in zip(bounds[:-1], bounds[1:], strict=True)]
    loud = np.array(peaks) >= threshold
    by = round(margin * 30)
    grown = np.convolve(loud, np.ones(2 * by + 1), "full")[by : by + len(loud)] > 0
    frames = -(-len(samples) // HOP)
    return grown[np.minimum((np.arange(frames) * HOP / step).astype(int), len(grown) - 1)]


def silencedetect(samples: Samples, noise: str, seconds: float) -> Flags:
    """What ffmpeg's filter does not call silence, read from the metadata it leaves on its frames."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="flt", sample_rate=RATE, layout="mono", time_base=Fraction(1, RATE))
    detect, sink = graph.add("silencedetect", f"noise={noise}:d={seconds}"), graph.add("abuffersink")
    source.link_to(detect)
    detect.link_to(sink)
    graph.configure()
    flags = np.ones(-(-len(samples) // HOP), bool)
    began: float | None = None
    for start in range(0, len(samples), RATE // 10):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + RATE // 10], format="flt", layout="mono")
        frame.sample_rate, frame.pts = RATE, start
        graph.push(frame)
        while True:
            try:
                out = graph.pull()
            except (av.BlockingIOError, av.EOFError):
                break
            if "lavfi.silence_start" in out.metadata:
                began = float(out.metadata["lavfi.silence_start"])
            if "lavfi.silence_end" in out.metadata and began is not None:
                flags[round(began * 100) : round(float(out.metadata["lavfi.silence_end"]) * 100)] = False
                began = None
    if began is not None:
        flags[round(began * 100) :] = False
    return flags


def _webrtc(mode: int) -> Peer:
    try:
        import webrtcvad
    except ImportError:
        raise EnvironmentProblem("webrtcvad is not installed.", "pip install webrtcvad-wheels") from None

    def run(samples: Samples) -> Flags:
        detector = webrtcvad.Vad(mode)
        frames = -(-len(samples) // HOP)
        padded = np.zeros(frames * HOP, np.int16)
        padded[: len(samples)] = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
        blocks = padded.reshape(frames, HOP)
        return np.array([detector.is_speech(block.tobytes(), RATE) for block in blocks])

    return run
