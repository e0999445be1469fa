"""Which correction a piece of a film gets: that of the shot it shows most of, if it is sure enough."""

from __future__ import annotations

from ..correction import Correction
from ..findings import Findings, Grade
from ..settings import Settings

_UNSEEN = 0.004  # of `Correction.amount`: nobody would see it


def grade_of(findings: Findings, start: float, end: float) -> Grade | None:
    """The grade of the shot that seconds [start, end) of a media file show most of."""

    def shown(grade: Grade) -> float:
        return min(grade.end, end) - max(grade.start, start)

    best = max(findings.grades, key=shown, default=None)
    return best if best is not None and shown(best) > 0 else None


def correction_for(grade: Grade | None, settings: Settings) -> Correction | None:
    """What to write for a shot: nothing where the network doubts, or where nobody would see it."""
    if grade is None or grade.confidence < settings.min_confidence:
        return None
    correction = grade.correction.scaled(settings.grade_strength)
    return correction if seen(correction) else None


def seen(correction: Correction) -> bool:
    """Whether anybody would see it."""
    return correction.amount > _UNSEEN


def shot_name(findings: Findings, start: float) -> str:
    """The name of what is decided for the shot that begins at `start`: the same in the next run."""
    return f"grade-{(findings.media.fingerprint or findings.media.path)[-8:]}-{start:.3f}"
