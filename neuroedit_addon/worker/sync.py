"""Puts recordings of one event on one clock by what they hear: offset and drift, from their envelopes.

Envelopes at 200 values a second are correlated by FFT over their whole length, which finds the offset; then minute by
minute around it, and a line through those places is the drift (Theil 1950 and Sen 1968: the median of all slopes, so a
few minutes in which the devices heard different things do no harm).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from ..angles import Angle
from ..errors import Cancelled, MediaError
from ..messages import Message, Progress
from .mono import Mono
from .source import open_media

RATE = 16_000
HOP = RATE // 200
_WINDOW, _STEP = 60 * 200, 20 * 200  # values of an envelope
_REACH = 2 * 200
_MOST_DRIFT = 5e-4
_WEAK = 0.12  # correlation of a minute below which it says nothing
_SMOOTH = 3  # neighbouring values of an envelope that are alike
_ABOVE_CHANCE = 1.5

Envelope = NDArray[np.float32]


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """The worker's verb “sync”.

    Args:
        arguments: "paths", at least two; the first one's clock is the common one.

    Returns:
        "angles": `Angle.to_json` of each, in their order.
    """
    paths = list(arguments["paths"])
    envelopes = []
    for number, path in enumerate(paths):
        say(Progress("listening", number, len(paths), item=path))
        envelopes.append(envelope(path, cancelled))
    return {"angles": [angle.to_json() for angle in sync(paths, envelopes)]}


def sync(paths: Sequence[str], envelopes: Sequence[Envelope]) -> list[Angle]:
    """Each file on the clock of the first, given their envelopes."""
    first = envelopes[0]
    return [Angle(paths[0])] + [
        Angle(path, *compare(first, own)) for path, own in zip(paths[1:], envelopes[1:], strict=True)
    ]


def envelope(path: str, cancelled: Callable[[], bool] = lambda: False) -> Envelope:
    """How much the sound of a file swells, 200 times a second.

    Raises:
        MediaError: it cannot be read or has no sound.
        Cancelled: as asked.
    """
    meter = EnvelopeMeter()
    try:
        return _heard(path, meter, cancelled)
    except av.FFmpegError as problem:
        raise MediaError(f"{path} cannot be read: {problem.strerror}.", "Open it in a player.") from problem


def _heard(path: str, meter: EnvelopeMeter, cancelled: Callable[[], bool]) -> Envelope:
    with open_media(path) as container:
        if not container.streams.audio:
            raise MediaError(f"{path} has no sound to be synchronised by.", "Leave it out.")
        mono, zero = Mono(), (container.start_time or 0) / 1_000_000
        for frame in container.decode(container.streams.audio[0]):
            if cancelled():
                raise Cancelled()
            for block in mono.feed(frame, None if frame.time is None else frame.time - zero):
                meter.add(block.samples)
        for block in mono.finish():
            meter.add(block.samples)
    return meter.finish()


class EnvelopeMeter:
    """Takes samples at 16 kHz; how they are cut into blocks changes nothing."""

    def __init__(self) -> None:
        self._held = np.zeros(1, np.float32)
        self._levels: list[Envelope] = []

    def add(self, samples: NDArray[np.float32]) -> None:
        """The next samples, float32 (n,)."""
        clean = np.nan_to_num(np.asarray(samples, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
        self._held = np.concatenate((self._held, clean))
        count = (len(self._held) - 1) // HOP
        if count:
            # What is high in pitch tells best when: differences lift it, and rooms blur it least.
            steep = np.diff(self._held[: count * HOP + 1])
            self._levels.append(np.sqrt(np.square(steep).reshape(count, HOP).mean(axis=1)))
            self._held = self._held[count * HOP :].copy()

    def finish(self) -> Envelope:
        """float32 (n,): the rise of the fourth root of energy, about 0 in the mean."""
        levels = np.concatenate(self._levels) if self._levels else np.zeros(0, np.float32)
        if len(levels) < 3:
            return np.zeros(len(levels), np.float32)
        loud = np.sqrt(levels)
        rise = np.maximum(np.diff(np.convolve(loud, np.ones(3) / 3, "same"), prepend=loud[:1]), 0.0)
        return (rise - rise.mean()).astype(np.float32)


def compare(first: Envelope, other: Envelope) -> tuple[float, float, float]:
    """Offset in seconds, drift, and confidence of `other` on the clock of `first`; zeros where nothing is heard."""
    if not (first.any() and other.any()):
        return 0.0, 0.0, 0.0
    lag, height = _best(first, other)
    places, lags, weights = _minutes(first, other, lag)
    if not places:
        return lag * HOP / RATE, 0.0, round(min(height, 0.3), 3)
    drift = _slope(np.array(places), np.array(lags)) if len(places) > 1 else 0.0
    drift = drift if abs(drift) <= _MOST_DRIFT else 0.0
    offset = float(np.median(np.array(lags) - drift * np.array(places)))
    height = float(np.median(weights))
    # The highest of so many correlations of noise with noise: a few seconds always fit somewhere.
    chance = np.sqrt(2 * np.log(len(first) + len(other)) * _SMOOTH / min(_WINDOW, len(other)))
    confidence = min(1.0, height / 0.4) if height >= _ABOVE_CHANCE * chance else 0.0
    return offset * HOP / RATE, drift, round(confidence, 3)


def _best(first: Envelope, other: Envelope) -> tuple[float, float]:
    """The lag of `other` behind the start of `first`, in values, and the normalised height of its peak."""
    size = 1 << (len(first) + len(other)).bit_length()
    both = np.fft.irfft(np.fft.rfft(first, size) * np.conj(np.fft.rfft(other, size)), size)
    place = int(both.argmax())
    height = float(both[place] / (np.linalg.norm(first) * np.linalg.norm(other) + 1e-12))
    peak = _between(both[(place - 1) % size], both[place], both[(place + 1) % size])
    lag = place + peak
    return lag - size if lag > size / 2 else lag, height


def _minutes(first: Envelope, other: Envelope, lag: float) -> tuple[list[float], list[float], list[float]]:
    """Middles of minutes of `other`, the lag of each, and how well it fits; the lag is followed as it drifts."""
    found: tuple[list[float], list[float], list[float]] = ([], [], [])
    whole = min(_WINDOW, len(other))
    for start in range(0, max(len(other) - whole, 0) + 1, _STEP):
        piece = other[start : start + whole]
        begin = round(start + lag) - _REACH
        low, high = max(begin, 0), min(begin + whole + 2 * _REACH, len(first))
        if high - low < whole // 2:
            continue
        field = np.zeros(whole + 2 * _REACH, np.float32)
        field[low - begin : high - begin] = first[low:high]
        size = 1 << (len(field) + whole).bit_length()
        both = np.fft.irfft(np.fft.rfft(field, size) * np.conj(np.fft.rfft(piece, size)), size)[: 2 * _REACH + 1]
        place = int(both.argmax())
        near = field[place : place + whole]
        height = float(both[place] / (np.linalg.norm(near) * np.linalg.norm(piece) + 1e-12))
        if height >= _WEAK and 0 < place < 2 * _REACH:
            exact = place + _between(both[place - 1], both[place], both[place + 1]) + begin - start
            for values, value in zip(found, (start + whole / 2, exact, height), strict=True):
                values.append(value)
    return found


def _between(before: float, here: float, after: float) -> float:
    """Where between three values their parabola peaks, from -0.5 to 0.5."""
    bend = before - 2 * here + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0


def _slope(places: NDArray[np.float64], lags: NDArray[np.float64]) -> float:
    first, second = np.triu_indices(len(places), 1)
    return float(np.median((lags[second] - lags[first]) / (places[second] - places[first])))
