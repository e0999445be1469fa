"""From the network's probabilities to transitions with a kind, an extent and a confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KINDS = ("cut", "dissolve", "fade", "wipe", "jump")
GRADUAL = ("dissolve", "fade", "wipe")
_COUNT = len(KINDS)


@dataclass(frozen=True)
class Found:
    """One transition in frames: first not wholly old, first wholly new (equal for a cut); score 0..1, uncalibrated."""

    kind: str
    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Thresholds:
    """From which score on a transition is reported; chosen on validation films only.

    Attributes:
        cut: for hard cuts.
        dissolve, fade, wipe: for gradual transitions of that kind.
        jump: this share of a jump cut's probability counts as a cut's.
        extent: a frame lies inside a gradual transition from this probability on.
    """

    cut: float = 0.5
    dissolve: float = 0.5
    fade: float = 0.5
    wipe: float = 0.5
    jump: float = 1.0
    extent: float = 0.5


def read_out(
    probabilities: np.ndarray, thresholds: Thresholds, first: int = 0, light: np.ndarray | None = None
) -> list[Found]:
    """Transitions in order.

    Args:
        probabilities: float (n, 10), middles of `KINDS`, then extents.
        first: the number of the first of these frames.
        light: bool (n,), frames that differ from the one before by light alone: they begin no shot.
    """
    cuts = _cuts(probabilities, thresholds)
    cuts = [c for c in cuts if light is None or not light[c.start]]
    cuts = [c for c in cuts if c.start + first > 0]  # nothing is before the first frame
    spans = _spans(probabilities, thresholds)
    kept_spans = [s for s in spans if not any(_rival(c, s) and c.score >= s.score for c in cuts)]
    kept_cuts = [c for c in cuts if not any(_rival(c, s) for s in kept_spans)]
    found = sorted((*kept_cuts, *kept_spans), key=lambda f: (f.start, f.end))
    return [Found(f.kind, f.start + first, f.end + first, f.score) for f in found]


def resting(probabilities: np.ndarray, thresholds: Thresholds) -> np.ndarray:
    """Frames (n,) that are neither a cut nor inside anything: `read_out` may be called apart for what they separate."""
    strength, inside = _cut_strength(probabilities, thresholds), _gradual(probabilities[:, _COUNT:])
    return (strength < thresholds.cut) & (inside < thresholds.extent)


def cut_candidates(probabilities: np.ndarray, thresholds: Thresholds) -> np.ndarray:
    """Frames (n,) that are sure enough to be cuts."""
    return _cut_strength(probabilities, thresholds) >= thresholds.cut


def _cut_strength(p: np.ndarray, thresholds: Thresholds) -> np.ndarray:
    # Kinds exclude each other, so their probabilities add up to that of any of them.
    return np.minimum(p[:, 0] + thresholds.jump * p[:, KINDS.index("jump")], 1.0)


def _gradual(p: np.ndarray) -> np.ndarray:
    return np.minimum(p[:, 1:4].sum(1), 1.0)


def _cuts(p: np.ndarray, thresholds: Thresholds) -> list[Found]:
    strength = _cut_strength(p, thresholds)
    around = np.pad(strength, 2, constant_values=-1)
    highest = np.max([around[i : i + len(strength)] for i in range(5)], 0)
    peaks = np.flatnonzero((strength >= thresholds.cut) & (strength == highest))
    found: list[Found] = []
    for index in peaks.tolist():
        if not (found and index - found[-1].start <= 2):  # of two equal neighbours the first counts
            found.append(Found("cut", index, index, float(strength[index])))
    return found


def _spans(p: np.ndarray, thresholds: Thresholds) -> list[Found]:
    inside, middle = _gradual(p[:, _COUNT:]), _gradual(p)
    found = []
    for start, end in runs(inside >= thresholds.extent, gap=2):
        kind = GRADUAL[int(p[start:end, _COUNT + 1 : _COUNT + 4].sum(0).argmax())]
        high = np.sort(inside[start:end])[(end - start) // 2 :]
        score = 0.5 * (float(middle[start:end].max()) + float(high.mean()))
        if score >= getattr(thresholds, kind):
            found.append(Found(kind, start, end, score))
    return found


def runs(flags: np.ndarray, gap: int) -> list[tuple[int, int]]:
    """Half-open ranges of true flags; ranges at most `gap` apart are one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    ranges: list[tuple[int, int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if ranges and start - ranges[-1][1] <= gap:
            ranges[-1] = (ranges[-1][0], end)
        else:
            ranges.append((start, end))
    return ranges


def _rival(cut: Found, span: Found) -> bool:
    return span.start - 1 <= cut.start <= span.end + 1
