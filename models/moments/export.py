"""From a training run to the files that are shipped: weights, ONNX, checksums, card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from models.training import onnx_file, release
from neuroedit_addon.errors import MediaError
from neuroedit_addon.worker.moment_features import NAMES

from . import card
from .net import MomentNet
from .train import MomentTask

FOLDER = Path(__file__).resolve().parent
VERSION = "moments-1"


def export(run: Path, data: Path | None) -> None:
    """Ship a run's best weights, and measure them on the test films of `data` for the card.

    Raises:
        ModelError: the run has no whole checkpoint, or ONNX Runtime and PyTorch disagree.
        MediaError: no footage to measure on.
    """
    if data is None:
        raise MediaError("The card tells the figures of test films.", "Give the footage with --data.")
    model = MomentNet()
    state = release.load_weights(model, run / "best.safetensors")
    rows = card.measure(MomentTask(data), model)
    kept = {"name": "moments", "step": state.get("step"), "figures": state.get("figures")}
    worst = onnx_file.write(
        FOLDER / "moments.onnx", model, [torch.randn(1, 200, len(NAMES))], ["features"], ["logits"],
        {"features": {1: "time"}, "logits": {1: "time"}},
        trials=[[torch.randn(1, count, len(NAMES))] for count in (1, 2, 7200)], metadata={"version": VERSION},
    )  # fmt: skip
    release.save_weights(model, FOLDER / "moments.safetensors", kept)
    release.register([FOLDER / "moments.safetensors", FOLDER / "moments.onnx"], VERSION)
    card.write(FOLDER / "card.md", rows, _record(run), worst)
    print(f"moments.onnx differs from PyTorch by {worst:.1g} at most")


def _record(run: Path) -> dict[str, Any]:
    path = run / "run.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
