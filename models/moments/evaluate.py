"""Measures of summaries as the literature has them: rank correlation with people, and F-score against their summaries.

TVSum (Song et al. 2015): scores every 15 frames against each of 20 people, as Otani et al. 2019 ("Rethinking the
evaluation of video summaries"). SumMe (Gygli et al. 2014): F-score against each person's summary, the highest counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

STRIDE = 15
"""Frames between two compared scores of TVSum."""
Floats = NDArray[np.float64]


def kendall(scores: NDArray[Any]) -> Floats:
    """Kendall's tau-b of each row (n, values) with each other: (n, n). A row of equal values gives 0."""
    count = scores.shape[1]
    first, second = np.triu_indices(count, 1)
    signs = np.sign(scores[:, first].astype(np.float32) - scores[:, second].astype(np.float32))
    return _cosines((signs @ signs.T).astype(np.float64))


def spearman(scores: NDArray[Any]) -> Floats:
    """Spearman's rho of each row (n, values) with each other: (n, n). A row of equal values gives 0."""
    ranks = np.stack([_ranks(row) for row in scores])
    ranks -= ranks.mean(1, keepdims=True)
    return _cosines(ranks @ ranks.T)


def agreement(people: NDArray[Any]) -> tuple[float, float]:
    """How far people (n, values) agree with one another: mean tau and mean rho over all pairs."""
    pairs = ~np.eye(len(people), dtype=bool)
    return float(kendall(people)[pairs].mean()), float(spearman(people)[pairs].mean())


def against(scores: NDArray[Any], people: NDArray[Any]) -> tuple[float, float]:
    """How far scores (values,) agree with people (n, values): mean tau and mean rho over all people."""
    rows = np.vstack([scores[None], people])
    return float(kendall(rows)[0, 1:].mean()), float(spearman(rows)[0, 1:].mean())


def f_score(summary: NDArray[Any], people: NDArray[Any], highest: bool) -> float:
    """F1 of a summary (frames,) of 0 and 1 against people's (n, frames): the highest (SumMe) or the mean (TVSum).

    A summary that is shorter or longer than theirs is filled with 0 or cut, as the published evaluators do.
    """
    frames = people.shape[1]
    own = np.zeros(frames)
    own[: min(frames, len(summary))] = summary[:frames] > 0
    theirs = people > 0
    both = (own * theirs).sum(1)
    precision = both / max(own.sum(), 1)
    recall = both / np.maximum(theirs.sum(1), 1)
    scores = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(scores.max() if highest else scores.mean())


def _cosines(products: Floats) -> Floats:
    lengths = np.sqrt(np.diag(products))
    return products / np.maximum(np.outer(lengths, lengths), 1e-12)


def _ranks(values: NDArray[Any]) -> Floats:
    """Ranks from 0; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return ((ends - counts + ends - 1) / 2)[place]
