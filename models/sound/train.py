"""Training of the sound network: what the shared loop asks of a task."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from models.training.task import Recipe
from neuroedit_addon.worker.sound_features import BANDS, level, log_mel, normalise

from . import sources
from .mixtures import CLASSES, MUSIC, NOISE, SPEECH, Mixer, Scene
from .net import SoundNet

_BATCH, _MEMORY = 6, 150
Heard = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
"""Log-mel frames (1000, 64), truth and weight (1000, 4)."""
_IMPORTANCE = (1.5, 0.4, 1.0, 1.0)
"""How much each class's errors count."""


class SoundTask:
    """Speech, singing, music and noise from mixtures made on the fly.

    Args:
        data: the footage folder, with audio/ below it as split.tsv names its files.
        scenes: how many fixed mixtures to validate on.
    """

    name = "sound"

    def __init__(self, data: Path, scenes: int = 150) -> None:
        self._folder, self._scenes = data, scenes
        self.data = {part: len(sources.names(part)) for part in sources.PARTS}

    def build(self) -> torch.nn.Module:
        """A fresh network."""
        return SoundNet()

    def batches(self, seed: int, rank: int) -> Iterator[dict[str, NDArray[np.float32]]]:
        """Endless batches of 6 scenes: features (6, 1000, 64), truth and weight (6, 1000, 4).

        Half of them were heard shortly before and come again in another colour: making scenes costs as much time as
        learning from them.
        """
        rng = np.random.default_rng((seed, rank))
        mixer = Mixer(sources.load(self._folder, "train"), rng)
        known: list[Heard] = []
        while True:
            fresh = [_heard(mixer.scene()) for _ in range(_BATCH // 2 if len(known) > _BATCH else _BATCH)]
            again = [known.pop(int(rng.integers(len(known)))) for _ in range(_BATCH - len(fresh))]
            known = [*known, *fresh][-_MEMORY:]
            yield _batch([*fresh, *again], rng)

    def loss(self, model: torch.nn.Module, batch: Any) -> tuple[torch.Tensor, dict[str, float]]:
        """Weighted binary cross-entropy, summed over the classes by importance."""
        logits = model(batch["features"])
        each = F.binary_cross_entropy_with_logits(logits, batch["truth"], reduction="none") * batch["weight"]
        means = each.mean((0, 1))
        parts = {name: float(value) for name, value in zip(CLASSES, means.detach(), strict=True)}
        return (means * means.new_tensor(_IMPORTANCE)).sum(), parts

    def validate(self, model: torch.nn.Module) -> dict[str, float]:
        """Frame F1 at one half on fixed scenes of voices and tunes that training never hears."""
        truth, weight = self._validation["truth"], self._validation["weight"]
        device = next(model.parameters()).device
        features = torch.from_numpy(self._validation["features"]).to(device)
        said = np.concatenate([(model(piece) > 0).cpu().numpy() for piece in features.split(10)])
        f1 = {CLASSES[c]: _f1(said[..., c], truth[..., c] > 0, weight[..., c] > 0.5) for c in (SPEECH, MUSIC, NOISE)}
        silent = ~(truth[..., SPEECH] > 0).any(1)
        false = float((said[silent][..., SPEECH]).mean()) if silent.any() else 0.0
        score = (2 * f1["speech"] + f1["music"] + f1["noise"]) / 4 - false / 2
        return {"score": score, **f1, "false speech": false}

    @cached_property
    def _validation(self) -> dict[str, NDArray[np.float32]]:
        rng = np.random.default_rng(20_240)
        mixer = Mixer(sources.load(self._folder, "validation"), rng)
        return _batch([_heard(mixer.scene()) for _ in range(self._scenes)], None)


def task(data: Path, smoke: bool, seed: int) -> SoundTask:
    """The task as `tools/train.py sound` runs it."""
    return SoundTask(data, scenes=10 if smoke else 150)


def recipe() -> Recipe:
    """About an hour on two cores."""
    return Recipe(steps=5_000, learning_rate=2e-3, warmup=150, ema=0.997, validate_every=250, patience=0, makers=1,
                  threads=1)  # fmt: skip


def _heard(scene: Scene) -> Heard:
    return log_mel(scene.samples), scene.truth, scene.weight


def _batch(scenes: list[Heard], rng: np.random.Generator | None) -> dict[str, NDArray[np.float32]]:
    features = np.stack([_features(frames, rng) for frames, _, _ in scenes])
    return {"features": features, "truth": np.stack([s[1] for s in scenes]), "weight": np.stack([s[2] for s in scenes])}


def _features(frames: NDArray[np.float32], rng: np.random.Generator | None) -> NDArray[np.float32]:
    if rng is None:
        return normalise(frames, level(frames))
    if rng.random() < 0.5:  # another microphone
        corners = rng.normal(0, 3, 5)
        frames = frames + np.interp(np.arange(BANDS), np.linspace(0, BANDS - 1, 5), corners).astype(np.float32)
    reference = level(frames)
    if rng.random() < 0.2:  # as after something louder, see sound_features.level
        reference += rng.uniform(0, 25)
    features = normalise(frames, reference)
    if rng.random() < 0.3:  # SpecAugment (Park et al. 2019), frequency only
        width = int(rng.integers(1, 9))
        start = int(rng.integers(0, BANDS - width))
        features[:, start : start + width] = features.min()
    return features


def _f1(said: NDArray[np.bool_], true: NDArray[np.bool_], counts: NDArray[np.bool_]) -> float:
    both = float((said & true & counts).sum())
    return 2 * both / max(float((said & counts).sum() + (true & counts).sum()), 1.0)
