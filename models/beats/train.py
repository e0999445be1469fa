"""Training of the beat network: what the shared loop asks of a task."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from models.sound.music import Piece, compose
from models.training.task import Recipe
from neuroedit_addon.worker.beat_path import track
from neuroedit_addon.worker.beat_windows import BANDS, FPS, halve, normalise
from neuroedit_addon.worker.sound_features import log_mel

from .grooves import groove
from .net import BeatNet

_BATCH, _MEMORY, _SECONDS, _LONGER = 8, 500, 20, 27
_FRAMES = _SECONDS * FPS
Array = NDArray[np.float32]
Heard = tuple[Array, NDArray[np.float64], NDArray[np.float64]]
"""Energies (time, 32), seconds of beats and of bars' first beats."""


class BeatTask:
    """Beats of music made on the fly; nothing recorded is needed."""

    name = "beats"

    def __init__(self, pieces: int = 48) -> None:
        self._pieces = pieces
        self.data = {"music": "composed on the fly: models/sound/music.py and models/beats/grooves.py"}

    def build(self) -> torch.nn.Module:
        """A fresh network."""
        return BeatNet()

    def batches(self, seed: int, rank: int) -> Iterator[dict[str, Array]]:
        """Endless batches of 8 pieces: features (8, 1000, 32), truth (8, 1000, 2).

        One piece of each batch is new; the others were heard before and come again at another tempo.
        """
        rng = np.random.default_rng((seed, rank, 50))
        known: list[Heard] = []
        while True:
            while len(known) < _BATCH:
                known.append(_heard(_made(rng)))
            fresh = _heard(_made(rng))
            chosen = [fresh, *(known[i] for i in rng.choice(len(known), _BATCH - 1, replace=False))]
            known = [*known, fresh][-_MEMORY:]
            pairs = [_changed(piece, rng) for piece in chosen]
            yield {"features": np.stack([p[0] for p in pairs]), "truth": np.stack([p[1] for p in pairs])}

    def loss(self, model: torch.nn.Module, batch: Any) -> tuple[torch.Tensor, dict[str, float]]:
        """Binary cross-entropy; a beat counts for as much as what surrounds it."""
        logits, truth = model(batch["features"]), batch["truth"]
        each = F.binary_cross_entropy_with_logits(logits, truth, reduction="none") * (1 + 4 * truth)
        beat, bar = each.mean((0, 1))
        return beat + 0.5 * bar, {"beat": float(beat.detach()), "bar": float(bar.detach())}

    def validate(self, model: torch.nn.Module) -> dict[str, float]:
        """F-measure of the beats that are read out, within 70 ms, on fixed pieces of both kinds."""
        scores: dict[str, list[float]] = {"loops": [], "grooves": []}
        for number, (energies, beats, _) in enumerate(self._validation):
            chance = model(torch.from_numpy(normalise(energies))[None])[0, :, 0].sigmoid().numpy()
            found = np.array(track(chance.astype(np.float64)))
            scores["grooves" if number % 2 else "loops"].append(f_measure(found, beats))
        figures = {name: float(np.mean(values)) for name, values in scores.items()}
        return {"score": float(np.mean(list(figures.values()))), **figures}

    @cached_property
    def _validation(self) -> list[Heard]:
        rng = np.random.default_rng(50_505)
        return [_heard(groove(24, rng) if i % 2 else compose(24, rng, steady=True)) for i in range(self._pieces)]


def task(data: Path, smoke: bool, seed: int) -> BeatTask:
    """The task as `tools/train.py beats` runs it; no footage is needed."""
    return BeatTask(pieces=4 if smoke else 48)


def recipe() -> Recipe:
    """Half an hour on one core."""
    return Recipe(steps=3_000, learning_rate=4e-3, warmup=100, ema=0.99, validate_every=250, patience=0, makers=1,
                  threads=1)  # fmt: skip


def f_measure(found: NDArray[np.float64], true: NDArray[np.float64], within: float = 0.07) -> float:
    """F of beats found, the first five seconds left out; every true beat is found once at most."""
    found, true = found[found >= 5.0], true[true >= 5.0]
    if not len(found) or not len(true):
        return float(len(found) == len(true))
    hits, at = 0, 0
    for beat in true:
        while at < len(found) and found[at] < beat - within:
            at += 1
        if at < len(found) and found[at] <= beat + within:
            hits, at = hits + 1, at + 1
    return 2 * hits / (len(found) + len(true))


def _made(rng: np.random.Generator) -> Piece:
    if rng.random() < 0.5:
        return compose(_LONGER, rng, steady=bool(rng.random() < 0.8))
    return groove(_LONGER, rng)


def _heard(piece: Piece) -> Heard:
    frames = log_mel(piece.samples)
    return halve(frames[: len(frames) // 2 * 2]), piece.beats, piece.downbeats


def _changed(piece: Heard, rng: np.random.Generator) -> tuple[Array, Array]:
    """Faster or slower, from elsewhere, through another microphone, with something else going on."""
    energies, beats, bars = piece
    pace = float(np.exp(rng.uniform(-0.22, 0.25)))
    pace = min(pace, (len(energies) - 1) / _FRAMES)
    first = rng.uniform(0, len(energies) - _FRAMES * pace)
    places = first + np.arange(_FRAMES) * pace
    left = np.clip(places.astype(int), 0, len(energies) - 2)
    share = (places - left)[:, None].astype(np.float32)
    out = energies[left] * (1 - share) + energies[left + 1] * share
    if rng.random() < 0.5:
        out = out + np.interp(np.arange(BANDS), np.linspace(0, BANDS - 1, 5), rng.normal(0, 4, 5)).astype(np.float32)
    if rng.random() < 0.3:  # a room's noise
        out = np.maximum(out, np.float32(out.max() - rng.uniform(15, 60)) + rng.normal(0, 2, out.shape))
    features = normalise(out.astype(np.float32))
    if rng.random() < 0.3:
        width = int(rng.integers(1, 8))
        start = int(rng.integers(0, BANDS - width))
        features[:, start : start + width] = features.min()
    truth = np.stack([_marked((times * FPS - first) / pace) for times in (beats, bars)], 1)
    return features, truth


def _marked(frames: NDArray[np.float64]) -> Array:
    """1 on a beat's frame, a half on its neighbours."""
    out = np.zeros(_FRAMES + 4, np.float32)
    at = np.floor(frames[(frames >= 0) & (frames < _FRAMES)]).astype(int) + 2
    out[at] = 1.0
    for side in (-1, 1):
        out[at + side] = np.maximum(out[at + side], 0.5)
    return out[2:-2]
