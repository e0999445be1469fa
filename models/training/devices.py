"""Where training runs: CPU, one accelerator, or one of several processes that `torchrun` started."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.distributed as dist


@dataclass(frozen=True)
class Place:
    """One training process.

    Attributes:
        device: its torch device.
        rank: its number, 0 is the one that speaks, validates and saves.
        world: how many there are.
    """

    device: torch.device
    rank: int = 0
    world: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process validates, saves and speaks."""
        return self.rank == 0

    def wrap(self, model: torch.nn.Module) -> torch.nn.Module:
        """The model, averaging its gradients over all processes when there are several."""
        if self.world == 1:
            return model
        ids = [self.device.index] if self.device.type == "cuda" else None
        return torch.nn.parallel.DistributedDataParallel(model, device_ids=ids)

    def agree(self, word: int) -> int:
        """The highest of all processes' words; every process must ask at the same step."""
        if self.world == 1:
            return word
        tensor = torch.tensor(word, device=self.device)
        dist.all_reduce(tensor, op=dist.ReduceOp.MAX)
        return int(tensor)

    def leave(self) -> None:
        """Say goodbye to the other processes."""
        if self.world > 1 and dist.is_initialized():
            dist.destroy_process_group()


def take_place(wanted: str) -> Place:
    """This process's place, from `torchrun`'s environment variables and the wish for a device."""
    world, rank, local = (int(os.environ.get(key, fallback)) for key, fallback in
                          (("WORLD_SIZE", "1"), ("RANK", "0"), ("LOCAL_RANK", "0")))  # fmt: skip
    if wanted == "auto":
        wanted = f"cuda:{local}" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    device = torch.device(wanted)
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if world > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return Place(device, rank, world)


def to_device(batch: Any, device: torch.device) -> Any:
    """A nested batch of arrays and tensors, as tensors on the device."""
    if isinstance(batch, dict):
        return {key: to_device(value, device) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(value, device) for value in batch)
    if isinstance(batch, np.ndarray):
        batch = torch.from_numpy(batch)
    return batch.to(device, non_blocking=True) if isinstance(batch, torch.Tensor) else batch
