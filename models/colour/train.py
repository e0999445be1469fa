"""The colour network's training task: good pictures, spoilt in known ways, to be brought back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from models.training.task import Recipe
from neuroedit_addon.worker.colour import CAREFUL, HEIGHT, WIDTH
from neuroedit_addon.worker.colour_difference import ciede2000, lab

from .faults import spoil, stylised
from .material import pictures
from .net import ColourNet, corrected

BATCH = 64
_DOUBT = 2.0
_GOOD = 1.0
_MOST, _MOST_95 = 1.0, 3.6  # CIEDE2000 by which good pictures may change on validation: less than is promised
_TO_LMS = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
           [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
_TO_OKLAB = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
             [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip


class ColourTask:
    """See `models.training.task.Task`."""

    name = "colour"

    def __init__(self, footage: Path, smoke: bool = False) -> None:
        self._footage, self._smoke = footage, smoke
        self._held_out: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
        self.data = {"footage": footage.name, "batch": BATCH}

    def build(self) -> torch.nn.Module:
        """A fresh network."""
        return ColourNet()

    def batches(self, seed: int, rank: int) -> Iterator[dict[str, np.ndarray]]:
        """Random crops of good pictures, most of them spoilt."""
        cv2.setNumThreads(1)
        rng = np.random.default_rng((seed, rank))
        frames, share = pictures(self._footage, "train", 40 if self._smoke else 100_000)
        while True:
            chosen = rng.choice(len(frames), 8 if self._smoke else BATCH, p=share)
            clean = np.stack([_crop(rng, frames[i]) for i in chosen]).astype(np.float32) / 255
            clean = stylised(rng, _halves(rng, clean))
            seen, spoilt = spoil(rng, clean, good=0.4)
            yield {"seen": _planes(seen), "clean": _planes(clean), "spoilt": spoilt.astype(np.float32)}

    def loss(self, model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict[str, float]]:
        """Mean distance in OKLab, in hundredths, of the spoilt when wholly corrected and of all when corrected as far
        as the doubt lets it, the good counting more; and cross entropy of the doubt."""
        out = model(batch["seen"])
        spoilt = batch["spoilt"]
        clean = _oklab(batch["clean"])

        def far(numbers: torch.Tensor) -> torch.Tensor:
            apart = _oklab(corrected(batch["seen"], numbers)) - clean
            return apart.square().sum(1).add(1e-6).sqrt().mean((1, 2)) * 100

        whole = (far(out[:, :10]) * spoilt).sum() / spoilt.sum().clamp(1)
        gated = (far(out[:, :10] * out[:, 10:].sigmoid()) * (1 + _GOOD * (1 - spoilt))).mean()
        doubt = F.binary_cross_entropy_with_logits(out[:, 10], spoilt)
        told = {"whole": float(whole.detach()), "gated": float(gated.detach()), "doubt": float(doubt.detach())}
        return whole + gated + _DOUBT * doubt, told

    def validate(self, model: torch.nn.Module) -> dict[str, float]:
        """Median CIEDE2000 of held-out spoilt pictures after and before, and of good ones after, with the calibration
        that leaves good pictures alone and helps the others most."""
        seen, clean, spoilt = self._validation()
        device = next(model.parameters()).device
        out = model(torch.from_numpy(seen).to(device)).cpu()
        truth, was = (lab(np.moveaxis(p, 1, -1)) for p in (clean, seen))
        before = ciede2000(was, truth).mean((1, 2))
        whole = lab(np.moveaxis(corrected(torch.from_numpy(seen), out[:, :10]).numpy(), 1, -1))
        share = (CAREFUL / ciede2000(whole, was).mean((1, 2)).clip(CAREFUL)).astype(np.float32)
        best: dict[str, float] = {}
        for sure in np.arange(0.25, 4.01, 0.25):
            strength = np.where(out[:, 10] > sure, 1, np.where(out[:, 10] > 0, share, 0)).astype(np.float32)
            numbers = out[:, :10] * torch.from_numpy(strength)[:, None]
            made = lab(np.moveaxis(corrected(torch.from_numpy(seen), numbers).numpy(), 1, -1))
            after = ciede2000(made, truth).mean((1, 2))
            changed = ciede2000(made, was).mean((1, 2))[~spoilt]
            figures = {"after": np.median(after[spoilt]), "before": np.median(before[spoilt]),
                       "good": np.median(changed), "good 95": np.percentile(changed, 95), "sure": sure}  # fmt: skip
            too_much = max(figures["good 95"] - _MOST_95, 0) + max(figures["good"] - _MOST, 0)
            figures["score"] = -(figures["after"] + too_much)
            if not best or figures["score"] > best["score"]:
                best = figures
        right = float(((out[:, 10] > 0).numpy() == spoilt).mean())
        return best | {"right": right}

    def _validation(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if self._held_out is None:
            frames, share = pictures(self._footage, "validation", 40 if self._smoke else 100_000)
            rng = np.random.default_rng(20_240)
            chosen = rng.choice(len(frames), 16 if self._smoke else 600, p=share)
            clean = np.stack([cv2.resize(f, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) for f in frames[chosen]])
            clean = clean.astype(np.float32) / 255
            seen, spoilt = spoil(rng, clean, good=0.4)
            self._held_out = _planes(seen), _planes(clean), spoilt
        return self._held_out


def task(data: Path, smoke: bool = False, seed: int = 1) -> ColourTask:
    """What tools/train.py asks for."""
    return ColourTask(data, smoke)


def recipe() -> Recipe:
    """A whole training; less than half an hour on one quiet core."""
    return Recipe(steps=16_000, learning_rate=2e-3, validate_every=500, patience=0, makers=0, threads=1)


def _crop(rng: np.random.Generator, frame: np.ndarray) -> np.ndarray:
    high, wide = frame.shape[:2]
    share = rng.uniform(0.55, 1)
    h, w = round(high * share), round(wide * share)
    top, left = rng.integers(0, high - h + 1), rng.integers(0, wide - w + 1)
    part = cv2.resize(frame[top : top + h, left : left + w], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return part[:, ::-1] if rng.random() < 0.5 else part


def _halves(rng: np.random.Generator, clean: np.ndarray, share: float = 0.25) -> np.ndarray:
    """A share of the pictures with their right part, or their lower, from another: palettes nobody photographed."""
    made = clean.copy()
    for number in np.flatnonzero(rng.random(len(clean)) < share):
        other = clean[rng.integers(len(clean))]
        if rng.random() < 0.5:
            column = rng.integers(6, WIDTH - 6)
            made[number, :, column:] = other[:, column:]
        else:
            row = rng.integers(4, HEIGHT - 4)
            made[number, row:] = other[row:]
    return made


def _planes(pictures: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(pictures, -1, 1), np.float32)


def _oklab(x: torch.Tensor) -> torch.Tensor:
    """OKLab (Ottosson 2020) of display-coded sRGB (n, 3, h, w)."""
    x = x.clamp(1e-4, 1)
    light = torch.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    lms = torch.einsum("ij,njhw->nihw", torch.tensor(_TO_LMS, device=x.device), light)
    return torch.einsum("ij,njhw->nihw", torch.tensor(_TO_OKLAB, device=x.device), lms.clamp(1e-6) ** (1 / 3))
