"""From scores to confidences: how often was what scored so right, on validation films (Platt's scaling)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def platt(pairs: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and shift so that 1 / (1 + exp(-(slope logit(score) + shift))) is the share that was right.

    Logistic regression by Newton's method, with Platt's smoothed targets; rising always (slope at least 0.1).
    Without both right and wrong ones there is nothing to learn: (1, 0).
    """
    right = np.array([r for _, r in pairs], float)
    if len(right) < 10 or right.min() == right.max():
        return 1.0, 0.0
    score = np.clip([p for p, _ in pairs], 1e-4, 1 - 1e-4)
    x = np.stack((np.log(score / (1 - score)), np.ones(len(score))), 1)
    hits, misses = right.sum(), len(right) - right.sum()
    goal = np.where(right > 0, (hits + 1) / (hits + 2), 1 / (misses + 2))
    values = np.array((1.0, 0.0))
    for _ in range(200):
        p = 1 / (1 + np.exp(-np.clip(x @ values, -40, 40)))
        gradient = x.T @ (p - goal) + 0.1 * (values - (1.0, 0.0))  # nearly separable scores: stay finite
        curvature = (x * (p * (1 - p))[:, None]).T @ x + 0.1 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        step /= max(1.0, float(np.abs(step).max()))  # Newton's steps overshoot where scores are nearly separable
        values = values - step
        if np.abs(step).max() < 1e-8:
            break
    return float(max(values[0], 0.1)), float(values[1])
