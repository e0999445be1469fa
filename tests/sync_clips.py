"""Makes clips on which sync can be read: each second a white flash and, at its middle, a click; and reads them back.

PyAV and numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

import av
import numpy as np
from media_files import Picture, Sound, film

RATES = tuple(
    Fraction(text) for text in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60")
)  # fmt: skip
SIZE = (64, 64)
_FLASH = 0.12  # seconds that a flash lasts at least
_CLICK = 0.03  # seconds


@dataclass(frozen=True)
class Beat:
    """One flash with its click: their middles in seconds of the file."""

    flash: float
    click: float

    @property
    def offset(self) -> float:
        """Seconds by which the sound comes late."""
        return self.click - self.flash


def flashes(fps: Fraction, seconds: float) -> list[tuple[float, float]]:
    """When flashes begin and end, in whole frames: each begins with the first frame at or after a full second."""
    length = ceil(_FLASH * fps)
    firsts = [ceil(second * fps) for second in range(ceil(seconds))]
    spans = [(float(first / fps), float((first + length) / fps)) for first in firsts]
    return [span for span in spans if span[1] <= seconds]


def sync_clip(path: Path, fps: Fraction, seconds: float, *, uneven: bool = False, codec: str = "aac") -> Path:
    """A clip of constant rate or, `uneven`, of pictures that last between half a frame and one and a half."""
    spans = flashes(fps, seconds)
    count = int(seconds * fps)
    stamps = None
    if uneven:
        sway = np.random.default_rng(3).uniform(-0.25, 0.25, count)
        stamps = [float((n + (sway[n] if n else 0)) / fps) for n in range(count)]
        spans = _on_stamps(spans, stamps)
    begins = np.array([begin for begin, _ in spans])
    ends = np.array([end for _, end in spans])

    def paint(number: int, second: float) -> np.ndarray:
        at = int(np.searchsorted(begins, second + 1e-4, side="right")) - 1
        lit = at >= 0 and second < ends[at] - 1e-4
        return np.full((SIZE[1], SIZE[0], 3), 235 if lit else 16, np.uint8)

    def sing(times: np.ndarray) -> np.ndarray:
        sound = np.zeros(len(times), np.float32)
        rate = 1 / (times[1] - times[0])
        for begin, end in spans:
            middle = (begin + end) / 2
            left, right = int((middle - _CLICK / 2) * rate), int((middle + _CLICK / 2) * rate) + 1
            near = times[left:right] - middle
            sound[left:right] = 0.8 * np.cos(np.pi * near / _CLICK) ** 2 * np.sin(2 * np.pi * 1500 * near)
        return sound

    picture = Picture(fps=fps, size=SIZE, stamps=stamps, paint=paint, options={"preset": "ultrafast", "bf": "0"})
    return film(path, seconds, picture, Sound(codec=codec, layout="mono", sing=sing), frames=count)


def beats(path: Path, fps: Fraction) -> list[Beat]:
    """Every whole flash of a film with the click that is nearest to it; `fps` is the film's."""
    times, light = _brightness(path)
    sound_times = np.array(_clicks(path))
    found = []
    lit = light > 110
    edges = np.flatnonzero(np.diff(np.concatenate([[0], lit.astype(np.int8), [0]])))
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        if first == 0 or after == len(lit):
            continue  # a flash that the film's end cuts has no known middle
        flash = (times[first] + times[after - 1] + float(1 / fps)) / 2
        if len(sound_times):
            found.append(Beat(flash, float(sound_times[np.argmin(np.abs(sound_times - flash))])))
    return found


def _on_stamps(spans: list[tuple[float, float]], stamps: list[float]) -> list[tuple[float, float]]:
    """The flashes as the uneven pictures show them."""
    moments = np.array(stamps)
    moved = []
    for begin, end in spans:
        first, after = np.searchsorted(moments, [begin, end])
        if after < len(moments):
            moved.append((float(moments[first]), float(moments[after])))
    return moved


def _brightness(path: Path) -> tuple[np.ndarray, np.ndarray]:
    times, light = [], []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            times.append(float(frame.pts * frame.time_base))
            light.append(float(frame.to_ndarray(format="gray").mean()))
    return np.array(times), np.array(light)


def _clicks(path: Path) -> list[float]:
    """The middles of all clicks: centres of gravity of their energy, in seconds of the film's clock."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
        pieces, start = [], None
        for frame in container.decode(audio=0):
            if start is None:
                start = float(frame.pts * frame.time_base)
            pieces += [out.to_ndarray()[0] for out in resampler.resample(frame)]
    energy = np.concatenate(pieces).astype(np.float64) ** 2
    smooth = np.convolve(energy, np.ones(480) / 480, mode="same")
    loud = smooth > 0.2 * smooth.max()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(np.int8), [0]])))
    middles = []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        weights = energy[first:after]
        middles.append((start or 0.0) + float((np.arange(first, after) * weights).sum() / weights.sum() / 48_000))
    return middles
