"""Makes a spoken line fit its time: spoken faster, then stretched, then into the pause behind it.

Speech up to 1.25 times as fast still sounds natural, faster sounds rushed; short lines are never dragged out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av import AudioFrame, AudioResampler
from av.filter import Graph

from .voice import Spoken

RATE = 48_000
FASTEST = 1.25  # in all, spoken and stretched
SLACK = 0.02  # seconds that nobody hears
_QUIET = 10 ** (-45 / 20)  # of the peak: what is below at the ends is no speech
_ONSET = 0.005  # seconds kept before the first sound


@dataclass(frozen=True, eq=False)
class Fitted:
    """A line at 48 kHz, float32 (n,), with what was done; see DubTake."""

    samples: np.ndarray
    rate: float
    tempo: float
    reason: str

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / RATE


def fit(say: Callable[[float], Spoken], slot: float | None) -> Fitted:
    """Speak a line so that it fits, as far as that can be done without rushing it.

    Args:
        say: speaks it at a rate (1 is natural).
        slot: seconds that it should take; None for any.
    """
    natural = prepared(say(1.0))
    seconds = len(natural) / RATE
    if slot is None or seconds <= slot + SLACK:
        return Fitted(natural, 1.0, 1.0, "spoken at its natural speed")
    rate = min(seconds / max(slot, 0.05), FASTEST)
    faster = prepared(say(rate))
    if len(faster) >= len(natural):
        faster, rate = natural, 1.0  # a voice that knows only one speed
    tempo = 1.0
    reason = f"spoken {rate:.2f} times as fast" if rate > 1 else "spoken at its natural speed"
    now = len(faster) / RATE
    if now > slot + SLACK:
        tempo = max(1.0, min(now / max(slot, 0.05), FASTEST * now / seconds))
        if tempo > 1.005:
            faster = stretched(faster, tempo)
            reason += f", stretched {tempo:.2f} times faster"
    if len(faster) / RATE > slot + SLACK:
        reason += f", {len(faster) / RATE - slot:.2f} s into the pause behind it"
    return Fitted(faster, round(rate, 4), round(tempo, 4), reason)


def prepared(spoken: Spoken) -> np.ndarray:
    """The speech alone, float32 (n,) at 48 kHz: silence at both ends is taken off."""
    samples = resampled(np.nan_to_num(np.asarray(spoken.samples, np.float32)), spoken.rate)
    loud = np.nonzero(np.abs(samples) > _QUIET * np.abs(samples).max(initial=0.0))[0]
    if not len(loud):
        return samples[:0]
    return samples[max(0, loud[0] - round(_ONSET * RATE)) : loud[-1] + round(4 * _ONSET * RATE)]


def resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    """Mono sound at 48 kHz."""
    if rate == RATE or not len(samples):
        return samples
    resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
    pieces = [*resampler.resample(_frame(samples, rate)), *resampler.resample(None)]
    return np.concatenate([piece.to_ndarray().reshape(-1) for piece in pieces])


def stretched(samples: np.ndarray, tempo: float) -> np.ndarray:
    """Mono sound at 48 kHz played `tempo` times as fast at the same pitch, by libavfilter's atempo (WSOLA)."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono", time_base=Fraction(1, RATE))
    atempo, sink = graph.add("atempo", f"{tempo:.6f}"), graph.add("abuffersink")
    source.link_to(atempo)
    atempo.link_to(sink)
    graph.configure()
    graph.push(_frame(samples, RATE))
    graph.push(None)
    pieces = []
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            break
        assert isinstance(frame, AudioFrame)
        pieces.append(frame.to_ndarray().reshape(-1))
    return np.concatenate(pieces) if pieces else samples[:0]


def _frame(samples: np.ndarray, rate: int) -> AudioFrame:
    packed = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
    frame = AudioFrame.from_ndarray(packed, format="flt", layout="mono")
    frame.rate = rate
    return frame
