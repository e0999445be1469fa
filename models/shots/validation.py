"""Judging weights on held-out material and choosing thresholds there (and nowhere else)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from neuroedit_addon.worker.shots_light import light_steps
from neuroedit_addon.worker.shots_read_out import Found, Thresholds, cut_candidates, read_out
from neuroedit_addon.worker.shots_windows import Network, halved, run

from .edit import Edit, Truth
from .evaluate import Counts, count, total
from .material import Film

_STEPS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_LOW = Thresholds(cut=0.1)
_GRADUAL_BETA = 0.7


def whole(film: Film) -> Edit:
    """A labelled film as an edit."""
    truth = tuple(Truth(kind if sure else "unsure", start, end) for kind, start, end, sure in film.transitions)
    return Edit(halved(np.asarray(film.small)), truth)


@dataclass(frozen=True)
class Seen:
    """What was seen in an edit: the network's probabilities (n, 10), and where only the light changed (n,)."""

    probabilities: np.ndarray
    light: np.ndarray

    def found(self, thresholds: Thresholds) -> list[Found]:
        """The transitions."""
        return read_out(self.probabilities, thresholds, light=self.light)


def see(network: Network, frames: np.ndarray) -> Seen:
    """Look at a whole film, uint8 (n, 27, 48, 3)."""
    probabilities = run(network, frames)
    return Seen(probabilities, light_steps(frames, cut_candidates(probabilities, _LOW)))


def judge(outputs: Sequence[Seen], edits: Sequence[Edit], thresholds: Thresholds) -> Counts:
    """Counts over edits."""
    return total(compare(seen.found(thresholds), edit) for seen, edit in zip(outputs, edits, strict=True))


def compare(found: Sequence[Found], edit: Edit) -> Counts:
    """Counts of one edit; a jump cut counts as a cut, and finding an unsure one is neither right nor wrong."""
    sure = [replace(t, kind="cut") if t.kind == "jump" else t for t in edit.truth if t.kind != "unsure"]
    return count(found, sure, [t for t in edit.truth if t.kind == "unsure"])


def tune(outputs: Sequence[Seen], edits: Sequence[Edit], start: Thresholds | None = None) -> Thresholds:
    """The thresholds with the best F1 over these edits, for gradual kinds the best F with beta 0.7: random edits hold
    far more gradual transitions than real films, so they make light of false alarms. In a tie the higher ones."""
    best = start or Thresholds()
    for name in ("cut", "dissolve", "fade", "wipe", "cut"):
        beta, high = (1.0 if name == "cut" else _GRADUAL_BETA), -1.0
        for value in _STEPS:
            trial = replace(best, **{name: value})
            score = judge(outputs, edits, trial).f(beta)
            if score >= high:
                best, high = trial, score
    return best
