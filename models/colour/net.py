"""The colour network: learned histograms of colour, and where colours lie, to ten numbers and a doubt."""

from __future__ import annotations

import torch
from torch import nn

REACH = (1.2,) * 3 + (0.35,) * 3 + (0.8,) * 3 + (0.9,)
"""How far each number goes at most: log slope, offset, log power (red, green, blue each), log saturation."""


class ColourNet(nn.Module):
    """float (n, 3, 14, 24), display-coded 0..1 -> (n, 11): the ten numbers within `REACH`, and the logit that the
    picture needs a correction at all."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        w = width
        self.colours = nn.Sequential(nn.Conv2d(3, 48, 1), nn.ReLU(), nn.Conv2d(48, 64, 1), nn.ReLU())
        self.places = nn.Sequential(
            nn.Conv2d(3, w, 3, 2, 1), nn.ReLU(), nn.Conv2d(w, 2 * w, 3, 2, 1), nn.ReLU(),
            nn.Conv2d(2 * w, 3 * w, 3, 1, 1), nn.ReLU(),
        )  # fmt: skip
        self.judge = nn.Sequential(nn.Linear(2 * 64 + 2 * 3 * w, 160), nn.ReLU(), nn.Linear(160, 96), nn.ReLU(),
                                   nn.Linear(96, 11))  # fmt: skip
        nn.init.zeros_(self.judge[-1].weight)
        nn.init.zeros_(self.judge[-1].bias)
        self.register_buffer("reach", torch.tensor(REACH))

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """See the class."""
        x = frames * 4 - 2
        seen = [f for branch in (self.colours, self.places) for y in (branch(x),)
                for f in (y.mean((2, 3)), y.amax((2, 3)))]  # fmt: skip
        out = self.judge(torch.cat(seen, 1))
        return torch.cat([torch.tanh(out[:, :10]) * self.reach, out[:, 10:]], 1)


def corrected(frames: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
    """Blender's arithmetic (`worker/colour_twin.py`) on (n, 3, h, w), so that gradients go through it."""
    n = numbers[:, :, None, None]
    x = frames * n[:, 0:3].exp() + n[:, 3:6]
    x = x.clamp(1e-4, 1) ** n[:, 6:9].exp()
    high = x.amax(1, keepdim=True)
    least = (high - x.amin(1, keepdim=True)) / high
    factor = torch.minimum(n[:, 9:10].exp(), 1 / least.clamp(1e-3))
    return high - (high - x) * factor
