"""The colour network: how colours are spread, how they go together and where they lie, to ten numbers and a doubt."""

from __future__ import annotations

import math

import torch
from torch import nn

from neuroedit_addon.worker.colour import SURE

REACH = (1.2,) * 3 + (0.35,) * 3 + (0.8,) * 3 + (0.9,)
"""How far each number goes at most: log slope, offset, log power (red, green, blue each), log saturation."""

_RANKS = 17


class ColourNet(nn.Module):
    """float (n, 3, 14, 24), display-coded 0..1 -> (n, 11): the ten numbers within `REACH`, and the logit that the
    picture needs a correction at all: above 0 it does, and `calibrate` says from where on surely."""

    reach: torch.Tensor
    doubt: torch.Tensor

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        w = width
        self.together = nn.Sequential(nn.Conv2d(7, 24, 1), nn.ReLU(), nn.Conv2d(24, 32, 1), nn.ReLU())
        self.places = nn.Sequential(
            nn.Conv2d(3, w, 3, 2, 1), nn.ReLU(), nn.Conv2d(w, 2 * w, 3, 2, 1), nn.ReLU(),
            nn.Conv2d(2 * w, 2 * w, 3, 1, 1), nn.ReLU(),
        )  # fmt: skip
        wide = 7 * _RANKS + 2 * 32 + 2 * 2 * w + 3 * 6
        self.judge = nn.Sequential(nn.Linear(wide, 224), nn.ReLU(), nn.Dropout(0.15), nn.Linear(224, 128), nn.ReLU(),
                                   nn.Linear(128, 11))  # fmt: skip
        nn.init.zeros_(self.judge[-1].weight)
        nn.init.zeros_(self.judge[-1].bias)
        self.register_buffer("reach", torch.tensor(REACH))
        self.register_buffer("doubt", torch.tensor([1.0, 0.0]))

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """See the class."""
        red, green, blue = frames[:, 0:1], frames[:, 1:2], frames[:, 2:3]
        luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        spread = frames.amax(1, keepdim=True) - frames.amin(1, keepdim=True)
        x = torch.cat([frames * 4 - 2, luma * 4 - 2, (red - green) * 4, (blue - green) * 4, spread * 4 - 1], 1)
        ranks = x.flatten(2).sort(2).values
        ranks = ranks[:, :, :: (ranks.shape[2] - 1) // (_RANKS - 1)][:, :, :_RANKS].flatten(1)
        together, places = self.together(x), self.places(x[:, :3])
        grid = nn.functional.avg_pool2d(x[:, :3], (7, 8))
        seen = [ranks, together.mean((2, 3)), together.amax((2, 3)), places.mean((2, 3)), places.amax((2, 3)),
                grid.flatten(1)]  # fmt: skip
        out = self.judge(torch.cat(seen, 1))
        sure = (out[:, 10:] - self.doubt[1]) * self.doubt[0]
        return torch.cat([torch.tanh(out[:, :10]) * self.reach, sure], 1)

    def calibrate(self, start: float, sure: float) -> None:
        """Stretch the logit so that `start` and `sure`, which validation found, become 0, from where a little is
        corrected, and the worker's `colour.SURE`, from where all is."""
        self.doubt.copy_(torch.tensor([math.log(SURE / (1 - SURE)) / (sure - start), start]))


def corrected(frames: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
    """Blender's arithmetic (`worker/colour_twin.py`) on (n, 3, h, w), so that gradients go through it."""
    n = numbers[:, :, None, None]
    x = frames * n[:, 0:3].exp() + n[:, 3:6]
    x = x.clamp(1e-4, 1) ** n[:, 6:9].exp()
    high = x.amax(1, keepdim=True)
    least = (high - x.amin(1, keepdim=True)) / high
    factor = torch.minimum(n[:, 9:10].exp(), 1 / least.clamp(1e-3))
    return high - (high - x) * factor
