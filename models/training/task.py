"""What a network brings to the shared loop, and the loop's own settings.

A minimal task:

    class Doubling:
        name = "doubling"
        data = {"numbers": "0..1, made on the fly"}

        def build(self):                        return torch.nn.Linear(1, 1)
        def batches(self, seed, rank):          # endless; plain dicts or tuples of NumPy arrays or tensors
            rng = np.random.default_rng((seed, rank))
            while True:
                x = rng.random((32, 1), np.float32)
                yield {"x": x, "y": 2 * x}
        def loss(self, model, batch):           # tensors, already on the model's device
            loss = (model(batch["x"]) - batch["y"]).square().mean()
            return loss, {"mse": float(loss.detach())}
        def validate(self, model):              # the averaged weights, in eval mode, without gradients
            return {"score": -abs(float(model.weight) - 2)}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import torch


class Task(Protocol):
    """One network's training, as the loop sees it.

    Attributes:
        name: the network's folder below models/.
        data: what it is trained on, plain values, for the run's record and the card.
    """

    name: str
    data: Mapping[str, Any]

    def build(self) -> torch.nn.Module:
        """The network with fresh weights; the loop has seeded torch before."""

    def batches(self, seed: int, rank: int) -> Iterator[Any]:
        """Endless training batches: (nested) dicts, tuples or lists of NumPy arrays or tensors.

        Runs in a background process. Two calls with the same seed and rank give the same batches; `rank` differs
        for every process that makes batches.
        """

    def loss(self, model: torch.nn.Module, batch: Any) -> tuple[torch.Tensor, dict[str, float]]:
        """The loss to minimise (a scalar) and its parts, for the log. Call the model through `model(...)`: under
        `torchrun` it is wrapped."""

    def validate(self, model: torch.nn.Module) -> dict[str, float]:
        """Measures on held-out material; "score" is the one that chooses the best weights (higher is better)."""


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to learn.

    Attributes:
        steps: batches in all, counted from the start of training (a resumed run goes on counting).
        learning_rate: AdamW's, at its highest; cosine down to `final_rate` of it, after `warmup` steps up.
        weight_decay: AdamW's, on weights of two and more dimensions only.
        ema: decay of the averaged weights, which are what is validated and shipped.
        clip: the gradient's norm is cut down to this.
        validate_every: steps between validations (and checkpoints).
        patience: validations without a better score before stopping early; 0 never stops early.
        seed: of weights and batches.
        makers: background processes that make batches, for each training process; 0 makes them in line.
        threads: torch's threads for the network; 0 leaves torch's choice.
        device: "auto" takes an accelerator where there is one, else "cpu", "cuda", "cuda:1", "mps".
    """

    steps: int = 12_000
    learning_rate: float = 1.5e-3
    final_rate: float = 0.02
    warmup: int = 200
    weight_decay: float = 0.01
    ema: float = 0.998
    clip: float = 2.0
    validate_every: int = 500
    patience: int = 12
    seed: int = 1
    makers: int = 1
    threads: int = 0
    device: str = "auto"

    def smoke(self) -> Recipe:
        """The same recipe, so short that it only shows that everything runs."""
        return replace(self, steps=min(self.steps, 12), validate_every=6, warmup=2, ema=0.5)


@dataclass(frozen=True)
class Outcome:
    """How a training run ended.

    Attributes:
        best: the file with the best averaged weights (`weights.load` reads it).
        figures: the validation's figures of those weights.
        step: the step they are from.
        steps: how far training went.
        why: "finished", "stopped early" or "interrupted".
        seconds: spent in training, resumed parts included.
    """

    best: Path
    figures: dict[str, float]
    step: int
    steps: int
    why: str
    seconds: float
