"""Tells talk with pauses from a film with a few words in it, whose music and action are no silence."""

from __future__ import annotations

from bisect import bisect_left
from statistics import median

from ..findings import Findings

_LITTLE = 0.2  # of the time: with more speech than this it is talk, whatever else is heard
_AS_LOUD = 10.0  # LU below speech: what is louder than that would be missed
_MOST = 0.5  # of the time without speech


def hardly_talk(findings: Findings) -> float | None:
    """The share of speech where it is small and most of the rest is about as loud; None for talk, and for silence.

    Such a file is a film, a game or a concert: cutting all that is not speech would leave a few words of it. On
    talks, lectures and vlogs a third of the time between words at most was as loud as that; on trailers,
    animation and battle scenes three quarters and more.
    """
    loudness, duration = findings.loudness, findings.media.duration
    if not loudness or not findings.speech or duration <= 0:
        return None
    share = sum(span.end - span.start for span in findings.speech) / duration
    if share >= _LITTLE:
        return None
    values, hop = loudness.momentary_lufs, loudness.hop
    spoken = bytearray(len(values))
    for span in findings.speech:
        first, after = (min(len(values), max(0, round(second / hop))) for second in (span.start, span.end))
        spoken[first:after] = b"\1" * (after - first)
    speech = [value for value, said in zip(values, spoken, strict=True) if said]
    rest = sorted(value for value, said in zip(values, spoken, strict=True) if not said)
    if not speech or not rest:
        return None
    quiet = bisect_left(rest, median(speech) - _AS_LOUD)
    return share if len(rest) - quiet > _MOST * len(rest) else None
