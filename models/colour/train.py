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
_GOOD, _CAST, _ALL = 0.4, 0.12, 0.5  # shares: good; of the spoilt, white balance alone, everything at once
_MILD, _LOOKS = 0.4, 0.45  # shares: of the spoilt, mildly; of the good, with a look
_SEVERE = 8.0  # CIE94
_DOUBT = 2.0
_MOST, _MOST_95 = 1.5, 3.6  # CIEDE2000 by which good pictures may change on validation: no more than is promised
_TO_XYZ = [[0.43395, 0.37622, 0.18983], [0.21267, 0.71515, 0.07218], [0.01776, 0.10947, 0.87277]]  # white is 1, 1, 1


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
        size = 8 if self._smoke else BATCH
        while True:
            clean = np.stack([_crop(rng, frames[i]) for i in rng.choice(len(frames), size, p=share)])
            clean = _halves(rng, clean.astype(np.float32) / 255)
            good = round(_GOOD * size)
            # Looks belong to the good; what is spoilt was mostly made without one, and has to come back to that.
            clean[:good] = stylised(rng, clean[:good], _LOOKS)
            clean[good:] = stylised(rng, clean[good:], 0.2)
            spared, _ = spoil(rng, clean[:good], 1)
            spoilt, _ = spoil(rng, clean[good:], 0, _CAST, _ALL, _MILD)
            truth = np.repeat(np.float32([0, 1]), [good, size - good])
            yield {"seen": _planes(np.concatenate([spared, spoilt])), "clean": _planes(clean), "spoilt": truth}

    def loss(self, model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict[str, float]]:
        """Mean CIE94 of the spoilt when wholly corrected and of all when corrected as far as the doubt lets it, the
        good counting twice; and cross entropy of the doubt, severe faults counting most."""
        out = model(batch["seen"])
        spoilt = batch["spoilt"]
        seen, clean = batch["seen"], _lab(batch["clean"])

        def far(numbers: torch.Tensor) -> torch.Tensor:
            return _cie94(_lab(corrected(seen, numbers)), clean)

        whole = (far(out[:, :10]) * spoilt).sum() / spoilt.sum().clamp(1)
        gated = (far(out[:, :10] * out[:, 10:].sigmoid()) * (2 - spoilt)).mean()
        with torch.no_grad():  # nobody sees a slight fault, and a severe one must not be missed
            matters = torch.where(spoilt > 0, (_cie94(_lab(seen), clean) / _SEVERE).clamp(0.15, 1.5), 1)
        doubt = F.binary_cross_entropy_with_logits(out[:, 10], spoilt, matters)
        told = {"whole": float(whole.detach()), "gated": float(gated.detach()), "doubt": float(doubt.detach())}
        return whole + gated + _DOUBT * doubt, told

    def validate(self, model: torch.nn.Module) -> dict[str, float]:
        """Median CIEDE2000 of held-out spoilt pictures after and before, and of good ones after, with the calibration
        that leaves good pictures alone and helps the others most."""
        seen, clean, spoilt = self._validation()
        device = next(model.parameters()).device
        out = torch.cat([model(part.to(device)).cpu() for part in torch.from_numpy(seen).split(100)])
        few = torch.from_numpy(seen)
        truth, was = (lab(np.moveaxis(p, 1, -1)) for p in (clean, seen))

        def made(strength: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
            share = torch.as_tensor(strength, dtype=torch.float32).reshape(-1, 1)
            now = lab(np.moveaxis(corrected(few, out[:, :10] * share).numpy(), 1, -1))
            return ciede2000(now, truth).mean((1, 2)), ciede2000(now, was).mean((1, 2))

        nothing, whole = made(0.0), made(1.0)
        careful = made(CAREFUL / whole[1].clip(CAREFUL))
        logit = out[:, 10].numpy()
        best: dict[str, float] = {}
        for start, sure in ((a, b) for a in np.arange(-1, 0.51, 0.25) for b in np.arange(0.25, 4.01, 0.25) if b > a):
            after, changed = (np.where(logit > sure, w, np.where(logit > start, c, n))
                              for w, c, n in zip(whole, careful, nothing, strict=True))  # fmt: skip
            figures = {"after": np.median(after[spoilt]), "before": np.median(nothing[0][spoilt]),
                       "good": np.median(changed[~spoilt]), "good 95": np.percentile(changed[~spoilt], 95),
                       "from": start, "sure": sure}  # fmt: skip
            too_much = max(figures["good 95"] - _MOST_95, 0) + max(figures["good"] - _MOST, 0)
            figures["score"] = -(figures["after"] + too_much)
            if not best or figures["score"] > best["score"]:
                best = figures
        return best | {"right": float(((logit > 0) == spoilt).mean()), "whole": np.median(whole[0][spoilt])}

    def _validation(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if self._held_out is None:
            frames, share = pictures(self._footage, "validation", 40 if self._smoke else 100_000)
            rng = np.random.default_rng(20_240)
            chosen = rng.choice(len(frames), 16 if self._smoke else 600, p=share)
            clean = np.stack([cv2.resize(f, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) for f in frames[chosen]])
            clean = clean.astype(np.float32) / 255
            seen, spoilt = spoil(rng, clean, _GOOD, _CAST, _ALL, _MILD)
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
            column = rng.integers(WIDTH // 4, WIDTH - WIDTH // 4)
            made[number, :, column:] = other[:, column:]
        else:
            row = rng.integers(HEIGHT // 4, HEIGHT - HEIGHT // 4)
            made[number, row:] = other[row:]
    return made


def _planes(pictures: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(pictures, -1, 1), np.float32)


def _lab(x: torch.Tensor) -> torch.Tensor:
    """CIE L*a*b* (n, 3, h, w) of display-coded sRGB, with gradients."""
    x = x.clamp(1e-4, 1)
    light = torch.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    t = torch.einsum("ij,njhw->nihw", torch.tensor(_TO_XYZ, device=x.device), light)
    f = torch.where(t > 216 / 24389, t.clamp(1e-5) ** (1 / 3), (24389 / 27 * t + 16) / 116)
    return torch.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], 1)


def _cie94(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The mean difference (n,) of two L*a*b* pictures: CIE94, with CIEDE2000's weight of lightness."""
    apart = (one - other).square()
    first, second = ((p[:, 1:].square().sum(1) + 1e-6).sqrt() for p in (one, other))
    chroma, mean = (first - second).square(), (first + second) / 2
    hue = (apart[:, 1] + apart[:, 2] - chroma).clamp(0)
    middle = ((one[:, 0] + other[:, 0]) / 2 - 50).square()
    light = 1 + 0.015 * middle / (20 + middle).sqrt()
    squares = apart[:, 0] / light**2 + chroma / (1 + 0.045 * mean) ** 2 + hue / (1 + 0.015 * mean) ** 2
    return (squares + 1e-4).sqrt().mean((1, 2))
