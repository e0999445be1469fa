"""What of a media file is worth keeping, as the user asks: speech, music, pictures that move."""

from __future__ import annotations

from collections.abc import Sequence

from ..findings import Curve, Findings, Span
from ..settings import Settings
from .stretch import Stretch

_GAP, _SHORTEST = 1.0, 0.5  # seconds: rests in a movement, and movements, shorter than this are none


def sounding(stretch: Stretch, findings: Findings, settings: Settings) -> bool:
    """Whether the sound of a stretch has a say."""
    return stretch.audible and findings.media.audio is not None and bool({"speech", "music"} & set(settings.keep))


def moving(stretch: Stretch, findings: Findings, settings: Settings) -> bool:
    """Whether the picture of a stretch has a say."""
    return stretch.pictured and findings.motion is not None and "motion" in settings.keep


def worth_keeping(stretch: Stretch, findings: Findings, settings: Settings) -> dict[str, Sequence[Span]]:
    """Spans of media seconds for each kind of `settings.keep` that can be known of the stretch."""
    found: dict[str, Sequence[Span]] = {}
    if sounding(stretch, findings, settings):
        speech = (*findings.speech, *findings.perhaps)
        if settings.breaths == "keep":
            speech = (*speech, *_with_words(findings))
        spans = {"speech": speech, "music": findings.music}
        found.update({kind: spans[kind] for kind in spans if kind in settings.keep})
    if moving(stretch, findings, settings) and findings.motion is not None:
        found["motion"] = movements(findings.motion, settings.motion_level)
    return found


def _with_words(findings: Findings) -> list[Span]:
    """Each breath, out to the words it belongs to."""
    found = []
    for breath in findings.breaths:
        words = min(findings.speech, key=lambda s: max(s.start - breath.end, breath.start - s.end), default=None)
        if words:
            start, end = min(breath.start, words.end), max(breath.end, words.start)
            found.append(Span(start, end, words.confidence))
    return found


def movements(motion: Curve, level: float) -> list[Span]:
    """Where a curve reaches `level`, rests under a second included, what is shorter than half a second left out."""
    spans: list[Span] = []
    for number, value in enumerate(motion.values):
        if value < level:
            continue
        start, end = number * motion.hop, (number + 1) * motion.hop
        if spans and start - spans[-1].end < _GAP:
            start = spans.pop().start
        spans.append(Span(start, end))
    return [span for span in spans if span.end - span.start >= _SHORTEST]


def reason_of(worth: dict[str, Sequence[Span]], start: float, end: float) -> str:
    """Why a part is kept: the kinds of which a span lies in it."""
    kinds = [kind for kind, spans in worth.items() if any(s.end > start and s.start < end for s in spans)]
    return ", ".join(kinds) or "speech"
