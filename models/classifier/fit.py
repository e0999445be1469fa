"""Trains a classifier as the mission has it (cross-entropy, Adam, batches of 32, 10 epochs) and measures it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .material import Examples
from .net import VARIANTS, Classifier

BATCH, EPOCHS, RATE = 32, 10, 1e-3


@dataclass(frozen=True)
class Choice:
    """What is tried: a variant of net.VARIANTS, epochs, and whether pictures are mirrored, lit and moved at random."""

    variant: str = "mission"
    epochs: int = EPOCHS
    augment: bool = False

    def __str__(self) -> str:
        return f"{self.variant}, {self.epochs} epochs{', augmented' if self.augment else ''}"


@dataclass(frozen=True)
class Measured:
    """On pictures of films that were not trained on.

    Attributes:
        balanced: mean share of each class that is told right; auc: of two classes, else None.
        calibration: expected calibration error, ten bins.
        confusion: counts, a row for each true class; bins: (confidence, share right, count).
    """

    balanced: float
    auc: float | None
    calibration: float
    confusion: tuple[tuple[int, ...], ...]
    bins: tuple[tuple[float, float, int], ...]


def fit(data: Examples, choice: Choice, seed: int = 1, device: str = "cpu",
        tell: Callable[[str], None] = lambda said: None) -> Classifier:  # fmt: skip
    """A classifier trained on the training part."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = Classifier(VARIANTS[choice.variant], len(data.classes)).to(device)
    adam = torch.optim.Adam(model.parameters(), RATE, eps=1e-7)
    part = data.part("train")
    for epoch in range(choice.epochs):
        model.train()
        total = 0.0
        order = rng.permutation(part)
        for first in range(0, len(order), BATCH):
            chosen = order[first : first + BATCH]
            pictures = data.pictures[chosen].astype(np.float32) / 255
            if choice.augment:
                pictures = _varied(pictures, rng)
            loss = model.loss(torch.from_numpy(pictures).to(device), torch.from_numpy(data.truth[chosen]).to(device))
            adam.zero_grad()
            loss.backward()
            adam.step()
            total += float(loss.detach()) * len(chosen)
        tell(f"epoch {epoch + 1}/{choice.epochs}: loss {total / len(part):.4f}")
    return model.eval().cpu()


def probabilities(model: Classifier, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(n, classes)."""
    found = []
    with torch.no_grad():
        for first in range(0, len(pictures), 256):
            found.append(model(torch.from_numpy(pictures[first : first + 256].astype(np.float32) / 255)).numpy())
    told = np.concatenate(found).astype(np.float64)
    return np.hstack([1 - told, told]) if told.shape[1] == 1 else told


def measured(told: NDArray[np.float64], truth: NDArray[np.int64]) -> Measured:
    """How good probabilities (n, classes) are."""
    classes, guessed = told.shape[1], told.argmax(1)
    confusion = np.zeros((classes, classes), int)
    np.add.at(confusion, (truth, guessed), 1)
    there = confusion.sum(1) > 0
    balanced = float((np.diag(confusion)[there] / confusion.sum(1)[there]).mean())
    sure, right = told.max(1), guessed == truth
    bins, error = [], 0.0
    for low in np.arange(0, 1, 0.1):
        inside = (sure > low) & (sure <= low + 0.1)
        if inside.any():
            bins.append((float(sure[inside].mean()), float(right[inside].mean()), int(inside.sum())))
            error += inside.mean() * abs(bins[-1][0] - bins[-1][1])
    return Measured(balanced, _auc(told[:, 1], truth) if classes == 2 else None, float(error),
                    tuple(tuple(int(v) for v in row) for row in confusion), tuple(bins))  # fmt: skip


def _auc(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float | None:
    """Mann and Whitney's: the chance that one of class 1 is told more than one of class 0; ties count half."""
    good, bad = scores[truth == 1], scores[truth == 0]
    if not len(good) or not len(bad):
        return None
    ordered = np.sort(bad)
    below, until = np.searchsorted(ordered, good, "left"), np.searchsorted(ordered, good, "right")
    return float((below + until).sum() / 2 / len(good) / len(bad))


def _varied(pictures: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    made: Any = pictures.copy()
    for picture in made:
        if rng.random() < 0.5:
            picture[:] = picture[:, ::-1]
        down, right = rng.integers(-6, 7, 2)
        picture[:] = np.roll(picture, (down, right), (0, 1))
    light = rng.uniform(0.8, 1.25, (len(made), 1, 1, 1)) * rng.uniform(0.95, 1.05, (len(made), 1, 1, 3))
    return np.clip(made * light + rng.uniform(-0.06, 0.06, (len(made), 1, 1, 1)), 0, 1).astype(np.float32)
