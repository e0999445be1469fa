"""What needs no network to say which half seconds are moments, and how well any scorer finds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuroedit_addon.worker.moment_features import normalised

from .planted import Film

Scorer = Callable[[Film, np.random.Generator], NDArray[Any]]
_STUDENT = 2.776
"""Student's t for a 95 % interval of the mean of five, four degrees of freedom."""
SEEDS = 5


def average_precision(truth: NDArray[Any], scores: NDArray[Any]) -> float:
    """Area under the steps of precision over recall; ties count at their worst."""
    order = np.lexsort((truth, -scores))
    hits = np.cumsum(truth[order])
    precision = hits / np.arange(1, len(truth) + 1)
    return float((precision * truth[order]).sum() / max(truth.sum(), 1))


def compared(scorers: dict[str, Scorer], films: Callable[[int], Sequence[Film]]) -> list[dict[str, Any]]:
    """Mean average precision of each scorer over five draws of films, with the 95 % interval of the mean."""
    rows = []
    for name, score in scorers.items():
        means = [_mean(films(seed), score, seed) for seed in range(SEEDS)]
        rows.append({"scorer": name, **interval(means, "average precision")})
    return rows


def interval(means: Sequence[float], title: str) -> dict[str, float]:
    """The mean of five figures and its 95 % interval, as columns of a table."""
    return {title: float(np.mean(means)), "±": float(_STUDENT * np.std(means, ddof=1) / np.sqrt(len(means)))}


def _mean(films: Sequence[Film], score: Scorer, seed: int) -> float:
    rng = np.random.default_rng(seed)
    return float(np.mean([average_precision(film.truth, score(film, rng)) for film in films]))


def _centre(film: Film, _: np.random.Generator) -> NDArray[Any]:
    count = len(film.truth)
    return -np.abs(np.arange(count) - count / 2)


TRIVIAL: dict[str, Scorer] = {
    "motion alone": lambda film, _: film.rows[:, 0],
    "loudness alone": lambda film, _: film.rows[:, 8],
    "both, summed": lambda film, _: normalised(film.rows)[:, [0, 8]].sum(1),
    "centre": _centre,
    "uniform (all alike)": lambda film, _: np.zeros(len(film.truth)),
    "random": lambda film, rng: rng.random(len(film.truth)),
}
"""What needs no network."""
