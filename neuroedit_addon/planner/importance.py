"""How much each half second of a file is worth: as its analyser found, or by what moves and sounds where none did."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from ..findings import Curve, Findings

HOP = 0.5
_SILENT = -70.0


def importance(findings: Findings) -> Curve:
    """0 to 1 for each half second.

    Without a finding of it: half the rank of the motion, half that of the loudness, and a little for speech.
    """
    if findings.importance is not None and findings.importance.values:
        return findings.importance
    count = max(1, round(findings.media.duration / HOP))
    motion, loud = _ranks(motion_of(findings, count)), _ranks(loudness_of(findings, count))
    spoken = spoken_of(findings, count)
    mixed = zip(motion, loud, spoken, strict=True)
    return Curve(HOP, tuple(round(0.45 * moves + 0.45 * sounds + 0.1 * says, 4) for moves, sounds, says in mixed))


def motion_of(findings: Findings, count: int) -> list[float]:
    """Motion in each half second, 0 where it is not known."""
    values = findings.motion.values if findings.motion else ()
    hop = findings.motion.hop if findings.motion else HOP
    return [_at(values, (number + 0.5) * HOP / hop) for number in range(count)]


def loudness_of(findings: Findings, count: int) -> list[float]:
    """The highest momentary loudness in each half second, LUFS, from -70."""
    loudness = findings.loudness
    if loudness is None:
        return [_SILENT] * count
    each = HOP / loudness.hop
    found = []
    for number in range(count):
        values = loudness.momentary_lufs[int(number * each) : max(int(number * each) + 1, int((number + 1) * each))]
        found.append(max(max(values, default=_SILENT), _SILENT))
    return found


def spoken_of(findings: Findings, count: int) -> list[float]:
    """The share of each half second in which somebody speaks."""
    found = [0.0] * count
    for span in findings.speech:
        for number in range(max(0, int(span.start / HOP)), min(count, int(span.end / HOP) + 1)):
            inside = min(span.end, (number + 1) * HOP) - max(span.start, number * HOP)
            found[number] = min(1.0, found[number] + max(0.0, inside) / HOP)
    return found


def _at(values: Sequence[float], place: float) -> float:
    return values[min(int(place), len(values) - 1)] if values else 0.0


def _ranks(values: Sequence[float]) -> list[float]:
    """Each value's place among all, 0 to 1; equal values share one, and where all are equal it is 0."""
    ordered = sorted(values)
    if not ordered or ordered[0] == ordered[-1]:
        return [0.0] * len(values)
    return [bisect_left(ordered, value) / (len(ordered) - 1) for value in values]
