"""Where one scene gives way to the next: between shots over which nothing that looks alike reaches.

Shots that look alike and lie near each other are linked; a scene is what links hold together (overlapping links,
Hanjalic, Lagendijk and Biemond 1999, "Automated high-level movie segmentation").
"""

from __future__ import annotations

from collections.abc import Sequence

from ..findings import Findings, Look

_REACH = 3  # shots that a link spans at most
_ALIKE = 0.06  # mean difference of two looks, 0..1, up to which they are linked


def scene_starts(findings: Findings) -> tuple[float, ...]:
    """Seconds at which a scene other than the first begins, ascending; none where shots' looks are not known."""
    looks = [shot.look for shot in findings.shots]
    starts = []
    for number in range(1, len(looks)):
        before, behind = range(max(0, number - _REACH), number), range(number, min(len(looks), number + _REACH))
        if not any(_alike(looks[i], looks[j]) for i in before for j in behind if j - i <= _REACH):
            starts.append(findings.shots[number].start)
    return tuple(starts)


def _alike(one: Look | None, other: Look | None) -> bool:
    if one is None or other is None:
        return True
    pairs = list(zip(_numbers(one), _numbers(other), strict=True))
    return sum(abs(a - b) for a, b in pairs) / len(pairs) <= _ALIKE


def _numbers(look: Look) -> Sequence[float]:
    return (*look.mean, look.saturation, *look.luma[1:6:2])
