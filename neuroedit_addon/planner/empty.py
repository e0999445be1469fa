"""Where a picture shows nothing: in the middle of a fade, in shots that are black, white or of one colour."""

from __future__ import annotations

from ..findings import Curve, Findings, Span

_FLAT = 0.06  # between the 1st and the 99th percentile of luma: grain and blocks of a codec, no more


def empty(findings: Findings) -> tuple[Span, ...]:
    """Those spans, seconds, by start."""
    fades = [Span(t.start, t.end) for t in findings.transitions if t.kind == "fade" and t.end > t.start]
    flat = [Span(s.start, s.end) for s in findings.shots if s.look and s.look.luma[-1] - s.look.luma[0] < _FLAT]
    return tuple(sorted(fades + flat, key=lambda span: span.start))


def without_empty(findings: Findings, worth: Curve) -> Curve:
    """The same curve, nought wherever such a span reaches."""
    values = list(worth.values)
    for span in empty(findings):
        for number in range(max(0, int(span.start / worth.hop)), min(len(values), int(span.end / worth.hop) + 1)):
            values[number] = 0.0
    return Curve(worth.hop, tuple(values))
