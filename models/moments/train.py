"""Training of the moments network: what the shared loop asks of a task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from models.training.task import Recipe
from neuroedit_addon.worker.moment_features import normalised

from .material import Piece, part_of, pieces
from .net import MomentNet
from .planted import Film, film
from .trivial import average_precision

_BATCH, _PAIRS = 16, 400
_CALIBRATION = 0.3
"""How much the loss that makes logits probabilities counts beside the one that ranks."""


class MomentTask:
    """Moments in films made on the fly of the measures of real footage.

    Args:
        data: a folder of footage.
        films: how many fixed films to validate on.
    """

    name = "moments"

    def __init__(self, data: Path, films: int = 80) -> None:
        self._films = films
        self._pictures, self._sounds = pieces(data)
        self.data = {part: [len(chosen) for chosen in self._part(part)] for part in ("train", "validation", "test")}

    def build(self) -> torch.nn.Module:
        """A fresh network."""
        return MomentNet()

    def batches(self, seed: int, rank: int) -> Iterator[dict[str, NDArray[np.float32]]]:
        """Endless batches of 16 films: features (16, 200, 12), truth (16, 200)."""
        rng = np.random.default_rng((seed, rank))
        pictures, sounds = self._part("train")
        while True:
            yield _batch([film(pictures, sounds, rng) for _ in range(_BATCH)], rng)

    def loss(self, model: torch.nn.Module, batch: Any) -> tuple[torch.Tensor, dict[str, float]]:
        """Pairwise logistic ranking (RankNet, Burges et al. 2005) within each film, and a little cross-entropy."""
        logits, truth = model(batch["features"]), batch["truth"]
        good, rest = (torch.multinomial(mask + 1e-6, _PAIRS, replacement=True) for mask in (truth, 1 - truth))
        ranking = F.softplus(logits.gather(1, rest) - logits.gather(1, good)).mean()
        entropy = F.binary_cross_entropy_with_logits(logits, truth)
        told = {"ranking": float(ranking.detach()), "entropy": float(entropy.detach())}
        return ranking + _CALIBRATION * entropy, told

    def validate(self, model: torch.nn.Module) -> dict[str, float]:
        """Mean average precision on fixed films of footage that training never sees."""
        features, truth = self._validation
        device = next(model.parameters()).device
        logits = model(torch.from_numpy(features).to(device)).cpu().numpy()
        score = float(np.mean([average_precision(t, s) for t, s in zip(truth, logits, strict=True)]))
        return {"score": score}

    def test_films(self, seed: int, count: int = 60) -> list[Film]:
        """Films of held-out footage, for the card."""
        rng = np.random.default_rng((90_000, seed))
        pictures, sounds = self._part("test")
        return [film(pictures, sounds, rng) for _ in range(count)]

    def _part(self, part: str) -> tuple[list[Piece], list[Piece]]:
        """Pieces of one part; all of a kind where footage is too little to have any."""
        pictures, sounds = ([p for p in kind if part_of(p.name) == part] for kind in (self._pictures, self._sounds))
        return pictures or self._pictures, sounds or self._sounds

    @cached_property
    def _validation(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        rng = np.random.default_rng(20_241)
        pictures, sounds = self._part("validation")
        batch = _batch([film(pictures, sounds, rng) for _ in range(self._films)], None)
        return batch["features"], batch["truth"]


def task(data: Path, smoke: bool, seed: int) -> MomentTask:
    """The task as `tools/train.py moments` runs it."""
    return MomentTask(data, films=8 if smoke else 80)


def recipe() -> Recipe:
    """A few minutes on one core."""
    return Recipe(steps=800, learning_rate=4e-3, warmup=40, ema=0.98, validate_every=100, patience=0, makers=0,
                  threads=1, device="cpu")  # fmt: skip


def _batch(films: Sequence[Film], rng: np.random.Generator | None) -> dict[str, NDArray[np.float32]]:
    features = np.stack([normalised(one.rows) for one in films])
    if rng is not None:
        features += rng.normal(0, 0.1, features.shape).astype(np.float32)
        dropped = rng.random((len(films), 1, features.shape[2])) < 0.05
        features = np.where(dropped, 0, features).astype(np.float32)
    return {"features": features, "truth": np.stack([one.truth for one in films])}
