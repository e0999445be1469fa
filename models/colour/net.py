"""The colour network: how colours are spread, how they go together and where they lie, to ten numbers and a doubt."""

from __future__ import annotations

import math

import torch
from torch import nn

from neuroedit_addon.worker.colour import SURE

REACH = (1.2,) * 3 + (0.35,) * 3 + (0.8,) * 3 + (0.9,)
"""How far each number goes at most: log slope, offset, log power (red, green, blue each), log saturation."""

_RANKS, _LOOKS = 17, 4


class ColourNet(nn.Module):
    """float (n, 3, 28, 48), display-coded 0..1 -> (n, 11): the ten numbers within `REACH`, and the logit that the
    picture needs a correction at all: above 0 it does, and `calibrate` says from where on surely.

    Three ways of looking: how each colour is spread (ranks), which colours go together (pixel by pixel, places
    forgotten), and what is to be seen where (a residual network with attention: where it is worth looking, after FC4,
    Hu et al. 2017). Their findings are judged together.
    """

    reach: torch.Tensor
    doubt: torch.Tensor

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        w, pairs = width, 64
        self.together = nn.Sequential(nn.Conv2d(7, 48, 1), nn.ReLU(), nn.Conv2d(48, pairs, 1), nn.ReLU())
        self.stem = nn.Sequential(
            nn.Conv2d(3, w, 3, 1, 1), nn.ReLU(), _Block(w, 2 * w), _Block(2 * w, 3 * w), _Block(3 * w, 4 * w)
        )  # fmt: skip
        self.attend = nn.Conv2d(4 * w, _LOOKS, 1)
        wide = 7 * _RANKS + 2 * pairs + 4 * w * (_LOOKS + 1) + 3 * 6
        self.judge = nn.Sequential(nn.Linear(wide, 256), nn.ReLU(), nn.Dropout(0.15), nn.Linear(256, 128), nn.ReLU(),
                                   nn.Linear(128, 11))  # fmt: skip
        nn.init.zeros_(self.judge[-1].weight)
        nn.init.zeros_(self.judge[-1].bias)
        self.register_buffer("reach", torch.tensor(REACH))
        self.register_buffer("doubt", torch.tensor([1.0, 0.0]))

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """See the class."""
        small = nn.functional.avg_pool2d(frames, 2)
        red, green, blue = small[:, 0:1], small[:, 1:2], small[:, 2:3]
        luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        spread = small.amax(1, keepdim=True) - small.amin(1, keepdim=True)
        x = torch.cat([small * 4 - 2, luma * 4 - 2, (red - green) * 4, (blue - green) * 4, spread * 4 - 1], 1)
        ranks = x.flatten(2).sort(2).values
        ranks = ranks[:, :, :: (ranks.shape[2] - 1) // (_RANKS - 1)][:, :, :_RANKS].flatten(1)
        together, places = self.together(x), self.stem(frames * 4 - 2)
        attention = self.attend(places).flatten(2).softmax(2)
        looked = torch.bmm(attention, places.flatten(2).transpose(1, 2)).flatten(1)
        grid = nn.functional.avg_pool2d(x[:, :3], (7, 8)).flatten(1)
        seen = [ranks, together.mean((2, 3)), together.amax((2, 3)), looked, places.amax((2, 3)), grid]
        out = self.judge(torch.cat(seen, 1))
        sure = (out[:, 10:] - self.doubt[1]) * self.doubt[0]
        return torch.cat([torch.tanh(out[:, :10]) * self.reach, sure], 1)

    def calibrate(self, start: float, sure: float) -> None:
        """Stretch the logit so that `start` and `sure`, which validation found, become 0, from where a little is
        corrected, and the worker's `colour.SURE`, from where all is."""
        self.doubt.copy_(torch.tensor([math.log(SURE / (1 - SURE)) / (sure - start), start]))


class _Block(nn.Module):
    """Two convolutions and a way round them; half as high and wide (He et al. 2016)."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, 2, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(after)
        self.second = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(after)
        self.round = nn.Conv2d(before, after, 1, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inner = nn.functional.relu(self.first_norm(self.first(x)))
        return nn.functional.relu(self.round(x) + self.second_norm(self.second(inner)))


def corrected(frames: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
    """Blender's arithmetic (`worker/colour_twin.py`) on (n, 3, h, w), so that gradients go through it."""
    n = numbers[:, :, None, None]
    x = frames * n[:, 0:3].exp() + n[:, 3:6]
    x = x.clamp(1e-4, 1) ** n[:, 6:9].exp()
    high = x.amax(1, keepdim=True)
    least = (high - x.amin(1, keepdim=True)) / high
    factor = torch.minimum(n[:, 9:10].exp(), 1 / least.clamp(1e-3))
    return high - (high - x) * factor
