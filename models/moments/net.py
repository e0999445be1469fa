"""The network: twelve measures of each half second, a bidirectional LSTM over the whole film, one score each."""

from __future__ import annotations

import torch
from torch import nn

from neuroedit_addon.worker.moment_features import NAMES

_WIDTH, _HIDDEN = 32, 48


class MomentNet(nn.Module):
    """Features (batch, time, 12), as `moment_features.normalised` gives them, to logits (batch, time).

    About 33,000 weights: the vsLSTM of Zhang et al. 2016 ("Video summarization with long short-term memory") with a
    layer that mixes the measures before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Sequential(nn.Linear(len(NAMES), _WIDTH), nn.GELU(), nn.LayerNorm(_WIDTH))
        self.memory = nn.LSTM(_WIDTH, _HIDDEN, batch_first=True, bidirectional=True)
        self.score = nn.Sequential(nn.Linear(2 * _HIDDEN + _WIDTH, 32), nn.GELU(), nn.Linear(32, 1))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Logits."""
        mixed = self.mix(features)
        remembered, _ = self.memory(mixed)
        return self.score(torch.cat((remembered, mixed), -1)).squeeze(-1)
