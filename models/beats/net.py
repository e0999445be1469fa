"""The network: two convolutions that hear, nine dilated ones that count; for every 20 ms how likely a beat falls there.

A temporal convolutional network after Davies & Böck, "Temporal convolutional networks for musical audio beat tracking"
(2019), smaller, with the rise of every band as a second thing to look at.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from neuroedit_addon.worker.beat_windows import BANDS

_WIDE, _DEEP = 24, 9


class BeatNet(nn.Module):
    """Energies in, logits out.

    Input: float (batch, time, 32), 50 frames a second, as `beat_windows.normalise` makes them.
    Output: logits (batch, time, 2): a beat, a bar's first beat.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ear = nn.Sequential(
            nn.Conv2d(2, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d((1, 4)),
            nn.Conv2d(8, 12, 3, padding=1, bias=False), nn.BatchNorm2d(12), nn.ReLU(),
        )  # fmt: skip
        self.body = nn.Linear(12 * BANDS // 4, _WIDE)
        self.layers = nn.ModuleList(_Layer(2**depth) for depth in range(_DEEP))
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(_WIDE, 2)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """See the class."""
        rise = F.relu(frames - F.pad(frames, (0, 0, 1, 0), mode="replicate")[:, :-1])
        x = self.ear(torch.stack((frames, rise), 1)).permute(0, 2, 1, 3).flatten(2)
        x = F.elu(self.body(x)).transpose(1, 2)
        told = torch.zeros_like(x)
        for layer in self.layers:
            x, said = layer(x)
            told = told + said
        answers: torch.Tensor = self.head(self.drop(F.elu(told).transpose(1, 2)))
        return answers


class _Layer(nn.Module):
    """What is heard at five places `dilation` frames apart, added to what is known; and what it tells at once."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.look = nn.Conv1d(_WIDE, _WIDE, 5, padding=2 * dilation, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(_WIDE)
        self.mix = nn.Conv1d(_WIDE, _WIDE, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        said = self.mix(F.elu(self.norm(self.look(x))))
        return x + said, said
