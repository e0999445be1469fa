"""The test signals of EBU Tech 3341 and 3342 that can be made from sines, and the meters that measure them."""

from __future__ import annotations

import math
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import benchmark_films
import numpy as np
from av import AudioFrame

from neuroedit_addon.findings import Loudness
from neuroedit_addon.worker.loudness import LoudnessMeter

RATE = 48_000
PHASES = 5  # meters, 20 ms apart: a maximum may fall between the tenths of a second at which one meter reads


@dataclass(frozen=True)
class Signal:
    """One signal: float32 (channels, n), what is measured of it ("I", "LRA", "TP", "M", "S"), and what is allowed."""

    name: str
    what: str
    samples: np.ndarray
    expected: float
    below: float = 0.1
    above: float = 0.1


def signals() -> Iterator[Signal]:
    """Those of Tech 3341 (cases 1 to 6, 9 to 19) and Tech 3342 (cases 1 to 4)."""
    integrated: list[tuple[Sequence[tuple[float, float]], float]] = [
        ([(-23, 20)], -23), ([(-33, 20)], -33), ([(-36, 10), (-23, 60), (-36, 10)], -23),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23), ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
    ]  # fmt: skip
    for number, (steps, expected) in enumerate(integrated, start=1):
        yield Signal(f"3341-{number}", "I", _stereo(sine(steps)), expected)
    gains = 10 ** (np.array([-28, -28, -24, -140, -30, -30]) / 20)
    yield Signal("3341-6 (5.1)", "I", (gains[:, None] * sine([(0, 20)])).astype(np.float32), -23)
    yield Signal("3341-9", "S", _stereo(sine([(-20, 1.34), (-30, 1.66)] * 5)), -23)
    for i in range(20):
        yield Signal(f"3341-10-{i + 1}", "S", _stereo(sine([(-200, i * 0.15), (-23, 3), (-200, 1)])), -23)
    for i in range(20):
        steps = [(-200, i * 0.15), (-38 + i, 3), (-200, 3 - i * 0.15)]
        yield Signal(f"3341-11-{i + 1}", "S", _stereo(sine(steps)), -38 + i)
    yield Signal("3341-12", "M", _stereo(sine([(-20, 0.18), (-30, 0.22)] * 25)), -23)
    for i in range(20):
        yield Signal(f"3341-13-{i + 1}", "M", _stereo(sine([(-200, i * 0.02), (-23, 0.4), (-200, 1)])), -23)
    for i in range(20):
        steps = [(-200, i * 0.02), (-38 + i, 0.4), (-200, 0.4 - i * 0.02)]
        yield Signal(f"3341-14-{i + 1}", "M", _stereo(sine(steps)), -38 + i)
    peaks = [(4, 0, -6.02), (4, 45, -6.02), (6, 60, -6.02), (8, 67.5, -6.02), (4, 45, 3.0)]
    for number, (divisor, degrees, level) in enumerate(peaks, start=15):
        tone = sine([(level, 1)], RATE / divisor, math.radians(degrees))
        edge = np.minimum(np.arange(len(tone)), np.arange(len(tone))[::-1]) / 4800
        yield Signal(f"3341-{number}", "TP", _stereo(tone * np.minimum(edge, 1)), round(level), 0.4, 0.2)
    ranges: list[tuple[Sequence[tuple[float, float]], float]] = [
        ([(-20, 20), (-30, 20)], 10), ([(-20, 20), (-15, 20)], 5), ([(-40, 20), (-20, 20)], 20),
        ([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15),
    ]  # fmt: skip
    for number, (steps, expected) in enumerate(ranges, start=1):
        yield Signal(f"3342-{number}", "LRA", _stereo(sine(steps)), expected, 1, 1)


def sine(steps: Sequence[tuple[float, float]], hertz: float = 1000.0, phase: float = 0.0) -> np.ndarray:
    """Steps of (dBFS, seconds) without a jump of phase."""
    level = np.concatenate([np.full(round(s * RATE), 10 ** (db / 20)) for db, s in steps])
    return level * np.sin(2 * np.pi * hertz * np.arange(len(level)) / RATE + phase)


def ours(samples: np.ndarray, what: str) -> float:
    """What the worker's meter says; maxima are those of PHASES meters that start 20 ms apart."""
    if what not in ("M", "S"):
        return _of(_meter(samples), what)
    silence = np.zeros((len(samples), RATE // 50), np.float32)
    late = [np.concatenate([*[silence] * number, samples], 1) for number in range(PHASES)]
    return max(_of(_meter(one), what) for one in late)


def ffmpegs(path: Path) -> dict[str, float]:
    """What the ffmpeg program's ebur128 says of a file: I, LRA, TP, and the highest M and S."""
    command = [benchmark_films.ffmpeg(), "-nostdin", "-hide_banner", "-i", str(path), "-vn", "-filter_complex",
               "ebur128=peak=true:framelog=info", "-f", "null", "-"]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, errors="replace").stderr
    log, _, summary = said.rpartition("Summary:")
    found = {"I": r"I:\s+(\S+) LUFS", "LRA": r"LRA:\s+(\S+) LU", "TP": r"Peak:\s+(\S+) dBFS"}
    result = {name: float(match[1]) if (match := re.search(p, summary)) else math.nan for name, p in found.items()}
    for name in ("M", "S"):
        values = [float(value) for value in re.findall(rf"\b{name}:\s*(-?[\d.]+)", log)]
        result[name] = max(values, default=math.nan)
    return result


def of_file(path: Path) -> float | None:
    """Integrated loudness of a sound file by the worker's meter (LUFS); None for silence."""
    meter, position = LoudnessMeter(true_peak=False), 0
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            meter.hear(frame, position / frame.sample_rate)
            position += frame.samples
    loudness = meter.finish().get("loudness")
    return loudness.integrated_lufs if isinstance(loudness, Loudness) else None


def table() -> list[dict[str, Any]]:
    """A row for each signal or group of signals: the worst of ours and of ffmpeg's."""
    groups: dict[str, list[tuple[Signal, float, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="neuroedit-signals-") as folder:
        for signal in signals():
            path = write(Path(folder) / "signal.wav", signal.samples)
            group = "-".join(signal.name.split("-")[:2])
            groups.setdefault(group, []).append((signal, ours(signal.samples, signal.what), ffmpegs(path)[signal.what]))
    return [_row(name, rows) for name, rows in groups.items()]


def write(path: Path, samples: np.ndarray) -> Path:
    """A WAV file of 32-bit floats."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(samples)]
    with av.open(str(path), "w") as file:
        stream: Any = file.add_stream("pcm_f32le", rate=RATE, layout=layout)
        packed = np.ascontiguousarray(samples.T.astype(np.float32).reshape(1, -1))
        frame = AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.rate = RATE
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def _row(name: str, rows: list[tuple[Signal, float, float]]) -> dict[str, Any]:
    first = rows[0][0]
    errors = [measured - signal.expected for signal, measured, _ in rows]
    theirs = [reference - signal.expected for signal, _, reference in rows]
    allowed = f"{-first.below:+g} … {first.above:+g}"
    return {
        "signals": f"{name} ({len(rows)})" if len(rows) > 1 else name, "of": first.what, "allowed error": allowed,
        "our worst error": max(errors, key=abs), "ffmpeg's worst error": max(theirs, key=abs),
        "within": all(-first.below - 1e-6 <= error <= first.above + 1e-6 for error in errors),
    }  # fmt: skip


def _meter(samples: np.ndarray) -> LoudnessMeter:
    meter = LoudnessMeter()
    layout = {2: "stereo", 6: "5.1"}[len(samples)]
    for first in range(0, samples.shape[1], 4096):
        block = np.ascontiguousarray(samples[:, first : first + 4096], np.float32)
        frame = AudioFrame.from_ndarray(block, format="fltp", layout=layout)
        frame.rate = RATE
        meter.hear(frame, first / RATE)
    return meter


def _of(meter: LoudnessMeter, what: str) -> float:
    loudness = meter.finish()["loudness"]
    assert isinstance(loudness, Loudness)
    values = {"I": loudness.integrated_lufs, "LRA": loudness.range_lu, "TP": loudness.true_peak_dbtp,
              "M": meter.highest_momentary, "S": meter.highest_short_term}  # fmt: skip
    value = values[what]
    return math.nan if value is None else float(value)


def _stereo(tone: np.ndarray) -> np.ndarray:
    return np.tile(tone.astype(np.float32), (2, 1))
