"""What is heard when in the film: speech found in media files, carried over to where their pieces lie."""

from __future__ import annotations

from collections.abc import Mapping

from ..arrangement import Arrangement, SoundClip
from ..findings import Findings, Span

Spans = tuple[tuple[float, float], ...]

_MOSTLY = 0.3  # share of a clip that must be speech or music for it to be that


def speech(arrangement: Arrangement, findings: Mapping[str, Findings], least: float = 0.5) -> Spans:
    """Film seconds in which somebody speaks, sorted and joined.

    Spoken lines (clips of the stem "voice" whose file was not analysed) count as a whole.

    Args:
        findings: by path of the media file.
        least: confidence from which a span counts.
    """
    found: list[tuple[float, float]] = []
    for clip in arrangement.audible:
        if clip.path in findings:
            found += _in_film(clip, findings[clip.path].speech, least)
        elif clip.stem == "voice":
            found.append((max(clip.start, 0.0), clip.end))
    return joined(found)


def stems(arrangement: Arrangement, findings: Mapping[str, Findings]) -> dict[str, str]:
    """"voice", "music" or "effects" for each clip by name; clips that say so themselves keep theirs."""
    chosen = {}
    for clip in arrangement.audible:
        if clip.stem == "effects" and clip.path in findings:
            known = findings[clip.path]
            if _length(_in_film(clip, known.speech, 0.5)) > _MOSTLY * clip.duration:
                chosen[clip.name] = "voice"
            elif _length(_in_film(clip, known.music, 0.5)) > _MOSTLY * clip.duration:
                chosen[clip.name] = "music"
    return chosen


def joined(spans: list[tuple[float, float]] | Spans) -> Spans:
    """Sorted, overlapping ones made one."""
    result: list[tuple[float, float]] = []
    for first, last in sorted(spans):
        if result and first <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return tuple(result)


def _in_film(clip: SoundClip, spans: tuple[Span, ...], least: float) -> list[tuple[float, float]]:
    low, high = max(clip.start, 0.0), clip.end
    moved = []
    for span in spans:
        first = max(low, clip.start + (span.start - clip.media_start) / clip.speed)
        last = min(high, clip.start + (span.end - clip.media_start) / clip.speed)
        if span.confidence >= least and first < last:
            moved.append((first, last))
    return moved


def _length(spans: list[tuple[float, float]]) -> float:
    return sum(last - first for first, last in spans)
