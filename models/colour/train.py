"""The colour network's training task: good pictures, spoilt in known ways, to be brought back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from models.training.task import Recipe
from neuroedit_addon.worker.colour import HEIGHT, WIDTH

from .difference import ciede2000, lab
from .faults import spoil
from .material import pictures
from .net import ColourNet, corrected

BATCH = 64
_DOUBT = 1.0
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
            seen, spoilt = spoil(rng, clean)
            yield {"seen": _planes(seen), "clean": _planes(clean), "spoilt": spoilt.astype(np.float32)}

    def loss(self, model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict[str, float]]:
        """Mean distance in OKLab after the doubted correction, in hundredths, and cross entropy of the doubt."""
        out = model(batch["seen"])
        sure = out[:, 10:].sigmoid()
        made = corrected(batch["seen"], out[:, :10] * sure)
        far = (_oklab(made) - _oklab(batch["clean"])).square().sum(1).add(1e-6).sqrt().mean() * 100
        doubt = F.binary_cross_entropy_with_logits(out[:, 10], batch["spoilt"])
        return far + _DOUBT * doubt, {"far": float(far.detach()), "doubt": float(doubt.detach())}

    def validate(self, model: torch.nn.Module) -> dict[str, float]:
        """Median CIEDE2000 of held-out spoilt pictures after and before, and of good ones after."""
        seen, clean, spoilt = self._validation()
        device = next(model.parameters()).device
        x = torch.from_numpy(seen).to(device)
        out = model(x)
        made = corrected(x, out[:, :10] * out[:, 10:].sigmoid()).cpu().numpy()
        truth = lab(np.moveaxis(clean, 1, -1))
        after, before = (ciede2000(lab(np.moveaxis(p, 1, -1)), truth).mean((1, 2)) for p in (made, seen))
        changed = ciede2000(lab(np.moveaxis(made, 1, -1)), lab(np.moveaxis(seen, 1, -1))).mean((1, 2))[~spoilt]
        right = float(((out[:, 10] > 0).cpu().numpy() == spoilt).mean())
        figures = {"after": np.median(after[spoilt]), "before": np.median(before[spoilt]),
                   "good": np.median(changed), "good 95": np.percentile(changed, 95), "right": right}  # fmt: skip
        return figures | {"score": -(figures["after"] + figures["good"] / 2 + figures["good 95"] / 8)}

    def _validation(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if self._held_out is None:
            frames, share = pictures(self._footage, "validation", 40 if self._smoke else 100_000)
            rng = np.random.default_rng(20_240)
            chosen = rng.choice(len(frames), 16 if self._smoke else 300, p=share)
            clean = np.stack([cv2.resize(f, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) for f in frames[chosen]])
            clean = clean.astype(np.float32) / 255
            seen, spoilt = spoil(rng, clean)
            self._held_out = _planes(seen), _planes(clean), spoilt
        return self._held_out


def task(data: Path, smoke: bool = False, seed: int = 1) -> ColourTask:
    """What tools/train.py asks for."""
    return ColourTask(data, smoke)


def recipe() -> Recipe:
    """A whole training; half an hour on one quiet core."""
    return Recipe(steps=8000, learning_rate=2e-3, validate_every=200, patience=0, makers=1, threads=1)


def _crop(rng: np.random.Generator, frame: np.ndarray) -> np.ndarray:
    high, wide = frame.shape[:2]
    share = rng.uniform(0.55, 1)
    h, w = round(high * share), round(wide * share)
    top, left = rng.integers(0, high - h + 1), rng.integers(0, wide - w + 1)
    part = cv2.resize(frame[top : top + h, left : left + w], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return part[:, ::-1] if rng.random() < 0.5 else part


def _planes(pictures: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(pictures, -1, 1), np.float32)


def _oklab(x: torch.Tensor) -> torch.Tensor:
    """OKLab (Ottosson 2020) of display-coded sRGB (n, 3, h, w)."""
    x = x.clamp(1e-4, 1)
    light = torch.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    lms = torch.einsum("ij,njhw->nihw", torch.tensor(_TO_LMS, device=x.device), light)
    return torch.einsum("ij,njhw->nihw", torch.tensor(_TO_OKLAB, device=x.device), lms.clamp(1e-6) ** (1 / 3))
