"""Everything a training run needs to go on, in one safetensors file that is never half-written and never unpickled."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from neuroedit_addon.errors import ModelError, OutputError


def save(path: Path, tensors: dict[str, torch.Tensor], state: dict[str, Any]) -> None:
    """Write beside, then rename: whoever is killed meanwhile leaves the earlier checkpoint whole.

    Args:
        tensors: by name, any device.
        state: JSON values, kept in the file's own header.

    Raises:
        OutputError: the folder cannot be written or the disk is full.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    plain = {name: tensor.detach().to("cpu").contiguous().clone() for name, tensor in tensors.items()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(plain, beside, metadata={"state": json.dumps(state)})
        os.replace(beside, path)
    except (OSError, SafetensorError) as problem:
        raise OutputError(f"{path} cannot be written: {problem}.", "Free some space or choose another place.") from None
    finally:
        beside.unlink(missing_ok=True)


def load(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """The inverse of `save`.

    Raises:
        ModelError: missing, truncated, or no checkpoint of ours.
    """
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            state = json.loads((file.metadata() or {})["state"])
            return {name: file.get_tensor(name) for name in file.keys()}, state  # noqa: SIM118 (no mapping)
    except FileNotFoundError:
        raise ModelError(f"{path} does not exist.", "Train first, or give the folder of an earlier run.") from None
    except (SafetensorError, KeyError, ValueError, OSError) as problem:
        raise ModelError(f"{path} is no whole checkpoint: {problem}.", "Delete it and train again.") from None


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """AdamW's running means by name; steps count as tensors, so nothing needs pickling."""
    states = optimizer.state_dict()["state"]
    return {
        f"optimizer.{index}.{key}": value if isinstance(value, torch.Tensor) else torch.tensor(value)
        for index, values in states.items()
        for key, value in values.items()
    }


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, torch.Tensor]) -> None:
    """The inverse of `optimizer_tensors`, onto an optimizer of the same parameters."""
    states: dict[int, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimizer."):
            _, index, key = name.split(".", 2)
            states.setdefault(int(index), {})[key] = tensor
    whole = optimizer.state_dict()
    optimizer.load_state_dict({"state": states, "param_groups": whole["param_groups"]})


def part(tensors: dict[str, torch.Tensor], name: str) -> dict[str, torch.Tensor]:
    """The tensors below `name.`, without that prefix: a module's state."""
    return {key[len(name) + 1 :]: tensor for key, tensor in tensors.items() if key.startswith(name + ".")}
