"""The network: convolutions over log-mel energies, a recurrent net in both directions, four answers every 10 ms.

A CRNN as is usual in sound event detection (Cakir et al. 2017), with two turns of its own: it also sees every band
without its mean over the window, so a microphone's colour matters little; and it thinks at 50 frames a second but
answers at 100, two answers a thought.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from neuroedit_addon.worker.sound_features import BANDS

CLASSES = ("speech", "singing", "music", "noise")
_BODY, _MEMORY = 96, 80


class SoundNet(nn.Module):
    """Log-mel frames in, logits out.

    Input: float (batch, time, 64) as `sound_features.normalise` makes it; time is even, at least 2.
    Output: logits (batch, time, 4) for `CLASSES`; several may be true at once, and silence is none of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ear = nn.Sequential(
            _conv(2, 16, (1, 2)), _conv(16, 32, (2, 2)), _conv(32, 40, (1, 2)), _conv(40, 48, (1, 2))
        )  # fmt: skip
        self.body = nn.Linear(48 * BANDS // 16, _BODY)
        self.memory = nn.GRU(_BODY, _MEMORY, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(0.15)
        self.head = nn.Linear(_BODY + 2 * _MEMORY, 2 * len(CLASSES))

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """See the class."""
        batch, time = frames.shape[0], frames.shape[1]
        x = torch.stack((frames, frames - frames.mean(1, keepdim=True)), 1)
        x = self.ear(x).permute(0, 2, 1, 3).flatten(2)
        x = F.relu(self.body(x))
        remembered, _ = self.memory(x)
        answers = self.head(self.drop(torch.cat((x, remembered), 2)))
        return answers.reshape(batch, time, len(CLASSES))


def _conv(before: int, after: int, stride: tuple[int, int]) -> nn.Sequential:
    layers = (nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU())
    return nn.Sequential(*layers)
