"""The classifiers: pictures of 64 x 64 in, the probability of each class out; the layers are those of Keras."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional as F

SIDE = 64
Layers = tuple[tuple[str, int], ...]
MISSION: Layers = (("conv", 32), ("pool", 2), ("flatten", 0), ("dense", 128))
"""Conv2D 32 3x3 relu -> MaxPool 2x2 -> Flatten -> Dense 128 relu -> Dense 1 sigmoid: 3.9 million weights, nearly all of
them after Flatten, where a picture moved by a few pixels is another one."""
SMALL: Layers = (("conv", 32), ("pool", 2), ("conv", 64), ("pool", 2), ("conv", 96), ("mean", 0), ("dense", 64))
"""Convolutions, the mean over the picture, and so no weight that knows a place: 48 times smaller."""
VARIANTS = {"mission": MISSION, "small": SMALL}


class Classifier(nn.Module):
    """Pictures float32 (n, 64, 64, 3), 0..1, to probabilities: (n, 1) of the second of two classes, else (n, classes).

    Args:
        layers: as `MISSION`; the last Dense, of the classes, is added.
        classes: two or more.
    """

    def __init__(self, layers: Layers, classes: int = 2) -> None:
        super().__init__()
        self.layers, self.classes = layers, classes
        self.outputs = 1 if classes == 2 else classes
        self.weighted = nn.ModuleList()
        channels, side = 3, SIDE
        for kind, size in (*layers, ("dense", self.outputs)):
            if kind == "conv":
                self.weighted.append(nn.Conv2d(channels, size, 3))
                channels, side = size, side - 2
            elif kind == "pool":
                side //= size
            elif kind == "flatten":
                channels *= side * side
            elif kind == "dense":
                self.weighted.append(nn.Linear(channels, size))
                channels = size
        for layer in self.weighted:  # as Keras begins
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def logits(self, pictures: torch.Tensor) -> torch.Tensor:
        """Before the last sigmoid or softmax."""
        values, at = pictures.permute(0, 3, 1, 2), 0
        for kind, size in self.layers:
            if kind == "pool":
                values = F.max_pool2d(values, size)
            elif kind == "flatten":
                values = values.permute(0, 2, 3, 1).flatten(1)  # in Keras's order, so that weights can be exchanged
            elif kind == "mean":
                values = values.mean((2, 3))
            else:
                values = F.relu(self.weighted[at](values))
                at += 1
        return self.weighted[at](values)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Probabilities."""
        values = self.logits(pictures)
        return torch.sigmoid(values) if self.outputs == 1 else torch.softmax(values, 1)

    def loss(self, pictures: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        """Cross-entropy with classes (n,) as whole numbers."""
        values = self.logits(pictures)
        if self.outputs == 1:
            return F.binary_cross_entropy_with_logits(values[:, 0], truth.float())
        return F.cross_entropy(values, truth)


def weights(model: nn.Module) -> int:
    """How many numbers were learnt."""
    return sum(value.numel() for value in model.parameters())


def names(layers: Layers) -> Sequence[str]:
    """Keras's own names of the layers, the last Dense included: conv2d, max_pooling2d, dense, dense_1, …"""
    kinds = {"conv": "conv2d", "pool": "max_pooling2d", "flatten": "flatten", "mean": "global_average_pooling2d",
             "dense": "dense"}  # fmt: skip
    seen: dict[str, int] = {}
    found = []
    for kind, _ in (*layers, ("dense", 0)):
        count = seen.get(kind, 0)
        seen[kind] = count + 1
        found.append(f"{kinds[kind]}_{count}" if count else kinds[kind])
    return found
