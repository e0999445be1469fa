"""The shots network's training task: random edits in, two binary losses a kind, held-out edits to judge by."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from models.footage.collect import collect
from models.footage.manifest import NAME
from models.training.task import Recipe
from neuroedit_addon.errors import MediaError
from neuroedit_addon.worker.shots_read_out import KINDS

from .edit import compose, excerpt, targets
from .material import Material
from .net import ShotNet
from .validation import judge, see, tune, whole

WINDOW, BATCH = 128, 8
_REAL = 0.2
_MIDDLE_WEIGHT, _INSIDE_WEIGHT = 6.0, 1.5


class ShotsTask:
    """See `models.training.task.Task`."""

    name = "shots"

    def __init__(self, dataset: Path, smoke: bool = False) -> None:
        self._dataset, self._smoke = dataset, smoke
        self._held_out: list[Any] = []
        self.data = {"dataset": dataset.name, "window": WINDOW, "batch": BATCH}

    def build(self) -> torch.nn.Module:
        """A fresh network."""
        return ShotNet().to(memory_format=torch.channels_last)

    def batches(self, seed: int, rank: int) -> Iterator[dict[str, np.ndarray]]:
        """Windows of random edits, every fifth or so an excerpt of a real, labelled film."""
        cv2.setNumThreads(1)
        rng = np.random.default_rng((seed, rank))
        material = Material(self._dataset, "train")
        films = [film for film in material.films if film.labelled]
        odds = np.array([len(film.small) ** 0.5 for film in films])
        while True:
            edits = []
            for _ in range(2 if self._smoke else BATCH):
                if films and rng.random() < _REAL:
                    film = films[int(rng.choice(len(odds), p=odds / odds.sum()))]
                    edits.append(excerpt(rng, film, WINDOW))
                else:
                    edits.append(compose(rng, material, WINDOW))
            aims = [targets(edit.truth, WINDOW) for edit in edits]
            yield {
                "frames": np.stack([edit.frames for edit in edits]),
                "wanted": np.stack([wanted for wanted, _ in aims]),
                "weight": np.stack([weight for _, weight in aims]),
            }

    def loss(self, model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict[str, float]]:
        """Weighted binary cross entropy of the middles and of the extents."""
        logits, wanted = model(batch["frames"]), batch["wanted"]
        kinds = len(KINDS)
        raise_rare = torch.ones(2 * kinds, device=logits.device)
        raise_rare[:kinds] = _MIDDLE_WEIGHT
        each = F.binary_cross_entropy_with_logits(logits, wanted, batch["weight"], pos_weight=raise_rare,
                                                  reduction="none")  # fmt: skip
        middle, inside = each[..., :kinds].sum(2).mean() * 4, each[..., kinds:].sum(2).mean() * _INSIDE_WEIGHT
        return middle + inside, {"middle": float(middle.detach()), "inside": float(inside.detach())}

    def validate(self, model: torch.nn.Module) -> dict[str, float]:
        """F1 at the best thresholds on long random edits and on the labelled films, both of the validation split."""
        made, real = self._material()
        device = next(model.parameters()).device

        def network(frames: np.ndarray) -> np.ndarray:
            return model(torch.from_numpy(frames).to(device)).sigmoid().cpu().numpy()

        figures = {}
        for name, edits in (("made", made), ("real", real)):
            outputs = [see(network, edit.frames) for edit in edits]
            counts = judge(outputs, edits, tune(outputs, edits))
            figures |= {name: counts.f1} | {f"{name} {kind}": counts.of(kind) for kind in KINDS[:4]}
        figures["score"] = 0.6 * figures["made"] + 0.4 * figures["real"]
        return figures

    def _material(self) -> Any:
        if not self._held_out:
            material = Material(self._dataset, "validation")
            rng = np.random.default_rng(20_240)
            count, length = (2, 200) if self._smoke else (16, 600)
            made = [compose(rng, material, length) for _ in range(count)]
            self._held_out = [made, [whole(film) for film in material.films[: 1 if self._smoke else None]]]
        return self._held_out


def task(data: Path, smoke: bool = False, seed: int = 1) -> ShotsTask:
    """What tools/train.py asks for; footage that is no data set yet is collected first, into dataset/ beside runs/.

    Raises:
        MediaError: no such folder, or several processes wait for a data set that is not made yet.
    """
    if not (data / NAME).exists():
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            raise MediaError(f"{data} is no data set.", "Make one with tools/collect.py first.")
        dataset = Path("dataset")
        print(f"{data} is footage: collecting it into {dataset}.", file=sys.stderr)
        collect([data], dataset, "unknown", max((os.cpu_count() or 2) - 1, 1))
        data = dataset
    return ShotsTask(data, smoke)


def recipe() -> Recipe:
    """A whole training from the beginning; card.md tells how the shipped weights came about."""
    return Recipe(steps=9000, learning_rate=1.5e-3, validate_every=500, patience=0, threads=1)
