"""From probabilities every 10 ms to spans of speech, music and noise in seconds, in constant memory."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..findings import Span

HOP = 0.01
"""Seconds a probability stands for."""


@dataclass(frozen=True)
class Rule:
    """How spans are read out of probabilities.

    Attributes:
        on: a span begins where the smoothed probability reaches this…
        off: …and lasts until it falls below this.
        smooth: frames of the running median, odd; a wide one looks at eleven frames of these.
        shortest: seconds; shorter spans are dropped (after gaps are closed).
        gap: seconds; shorter gaps between two spans are closed.
        before, after: seconds a span is widened by at its start and end (may be negative).
    """

    on: float = 0.5
    off: float = 0.35
    smooth: int = 15
    shortest: float = 0.1
    gap: float = 0.2
    before: float = 0.0
    after: float = 0.0


class SpanReader:
    """Feed probabilities with `add`; `finish` gives all spans. Confidence is the span's mean probability."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        half = rule.smooth // 2
        self._tail: NDArray[np.float32] = np.empty(0, np.float32)
        self._half = half
        self._frame = 0  # frames decided
        self._open = False
        self._start = 0
        self._sum = 0.0
        self._runs: list[tuple[int, int, float]] = []
        self._spans: list[Span] = []

    def add(self, probabilities: NDArray[np.float32]) -> None:
        """The next frames' probabilities, float32 (n,)."""
        if not len(probabilities):
            return
        if not len(self._tail):
            # Before the first frame, the first one stands still.
            self._tail = np.repeat(probabilities[:1], self._half)
        self._tail = np.concatenate((self._tail, probabilities))
        self._decide()

    def finish(self) -> tuple[Span, ...]:
        """No more frames come."""
        if len(self._tail):
            self._tail = np.concatenate((self._tail, np.repeat(self._tail[-1:], self._half)))
            self._decide()
        if self._open:
            self._close(self._frame)
        while self._runs:
            self._emit()
        if self._spans:
            self._spans[-1] = replace(self._spans[-1], end=min(self._spans[-1].end, round(self._frame * HOP, 3)))
        return tuple(self._spans)

    def _decide(self) -> None:
        width = 2 * self._half + 1
        if len(self._tail) < width:
            return
        around = np.lib.stride_tricks.sliding_window_view(self._tail, width)[:, :: max((width - 1) // 10, 1)]
        smooth = np.partition(around, around.shape[1] // 2, axis=1)[:, around.shape[1] // 2]
        raw = self._tail[self._half : self._half + len(smooth)]
        self._tail = self._tail[len(smooth) :].copy()
        for start, end, inside in _runs(smooth, self._rule, self._open):
            if inside and not self._open:
                self._open, self._start, self._sum = True, self._frame + start, 0.0
            elif not inside and self._open:
                self._close(self._frame + start)
            if inside:
                self._sum += float(raw[start:end].sum())
        self._frame += len(smooth)

    def _close(self, end: int) -> None:
        self._open = False
        if self._runs and self._start - self._runs[-1][1] < self._rule.gap / HOP - 1e-9:
            start, _, total = self._runs.pop()
            self._runs.append((start, end, total + self._sum))
        else:
            self._runs.append((self._start, end, self._sum))
        while len(self._runs) > 1:
            self._emit()

    def _emit(self) -> None:
        start, end, total = self._runs.pop(0)
        if (end - start) * HOP < self._rule.shortest - 1e-9:
            return
        first = max(start * HOP - self._rule.before, self._spans[-1].end if self._spans else 0.0)
        last = end * HOP + self._rule.after
        if last > first:
            confidence = min(max(total / (end - start), 0.0), 1.0)
            self._spans.append(Span(round(first, 3), round(last, 3), round(confidence, 3)))


def _runs(smooth: NDArray[np.float32], rule: Rule, inside: bool) -> list[tuple[int, int, bool]]:
    """Hysteresis: (start, end, inside) covering all frames, given the state before them."""
    marks = np.where(smooth >= rule.on, 1, np.where(smooth < rule.off, 0, -1))
    known = np.maximum.accumulate(np.where(marks >= 0, np.arange(len(marks)), -1))
    state = np.where(known >= 0, marks[np.maximum(known, 0)], int(inside))
    edges = np.flatnonzero(np.diff(state)) + 1
    bounds = [0, *edges.tolist(), len(state)]
    return [(a, b, bool(state[a])) for a, b in zip(bounds[:-1], bounds[1:], strict=True)]
