"""Batches made in background processes while the network learns."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from .task import Task


class _Stream(IterableDataset):
    """A task's endless batches; every background process draws with a rank of its own."""

    def __init__(self, task: Task, seed: int, rank: int) -> None:
        self._task, self._seed, self._rank = task, seed, rank

    def __iter__(self) -> Iterator[Any]:
        info = get_worker_info()
        makers, index = (info.num_workers, info.id) if info else (1, 0)
        return iter(self._task.batches(self._seed, self._rank * makers + index))


def _quiet(_index: int) -> None:
    # Ctrl-C belongs to the training process, which still wants to save a checkpoint.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)


def stream(task: Task, seed: int, rank: int, makers: int) -> Iterator[Any]:
    """Endless batches of a task, four ahead for each of `makers` background processes (0: made in line)."""
    ahead: dict[str, Any] = {"prefetch_factor": 4, "worker_init_fn": _quiet} if makers else {}
    return iter(DataLoader(_Stream(task, seed, rank), batch_size=None, num_workers=makers, **ahead))
