"""Putting a network's files in their place: checksums in models/index.json, and the card people read."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from neuroedit_addon.errors import ModelError

from . import checkpoint
from .tables import table as table

MODELS = Path(__file__).resolve().parents[1]
INDEX = MODELS / "index.json"
FORMAT = "neuroedit-models/1"


def load_weights(model: torch.nn.Module, path: Path) -> dict[str, Any]:
    """Fill a network with the weights of a checkpoint or a shipped .safetensors file; gives that file's state.

    Raises:
        ModelError: missing, damaged, or of another network.
    """
    tensors, state = checkpoint.load(path)
    try:
        model.load_state_dict(checkpoint.part(tensors, "model"))
    except RuntimeError as problem:
        raise ModelError(f"{path} is of another network: {str(problem).splitlines()[0]}",
                         "Give the file that was trained for this one.") from None  # fmt: skip
    model.eval()
    return state


def save_weights(model: torch.nn.Module, path: Path, state: Mapping[str, Any]) -> None:
    """Write a network's weights as they are shipped."""
    checkpoint.save(path, {f"model.{name}": value for name, value in model.state_dict().items()}, dict(state))
    path.chmod(0o644)


def register(files: Sequence[Path], version: str, index: Path = INDEX) -> None:
    """Write size and SHA-256 of shipped files (below the index's folder) into the index; others stay as they are."""
    known = json.loads(index.read_text(encoding="utf-8")) if index.exists() else {"format": FORMAT, "files": {}}
    for file in files:
        data = file.read_bytes()
        name = file.resolve().relative_to(index.resolve().parent).as_posix()
        known["files"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "version": version}
    known["files"] = dict(sorted(known["files"].items()))
    beside = index.with_name(f".{index.name}.{os.getpid()}.part")
    beside.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    beside.replace(index)


def record(seed: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """How a run was made: command, commit, seed, data, torch's version, and the day."""
    git = subprocess.run(["git", "-C", str(MODELS), "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                         check=False)  # fmt: skip
    command = shlex.join(["python", *(Path(a).name if a == sys.argv[0] else a for a in sys.argv)])
    return {
        "command": command, "commit": git.stdout.strip() or "unknown", "seed": seed, "data": dict(data),
        "torch": torch.__version__, "date": datetime.now(UTC).date().isoformat(),
    }  # fmt: skip


def write_card(path: Path, title: str, sections: Mapping[str, str]) -> None:
    """A network's card.md: a title and sections of Markdown, in order."""
    body = "\n\n".join(f"## {name}\n\n{text.strip()}" for name, text in sections.items())
    path.write_text(f"# {title}\n\n{body}\n", encoding="utf-8")
