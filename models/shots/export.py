"""From a training run to the files that are shipped: thresholds, calibration, ONNX, weights, checksums, card."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.training import onnx_file, release
from neuroedit_addon.errors import MediaError
from neuroedit_addon.worker.shots_windows import HEIGHT, WIDTH, WINDOW

from . import card
from .calibrate import platt
from .edit import Edit
from .material import Material
from .measure import open_test, scored
from .net import ShotNet
from .validation import Seen, see, tune, whole

FOLDER = Path(__file__).resolve().parent
VERSION = "shots-1"
VALIDATION_EDITS = 120
"""Scripted edits that thresholds are chosen on: on forty, chance moved each of them by a tenth."""


def export(run_folder: Path, data: Path | None) -> None:
    """Ship a run's best weights: models/shots/shots.onnx, shots.safetensors, card.md, and models/index.json.

    Raises:
        ModelError: the run has no whole checkpoint, or ONNX Runtime and PyTorch disagree.
        MediaError: no data set to choose thresholds on.
    """
    if data is None:
        raise MediaError("Thresholds are chosen on validation films.", "Give the data set with --data.")
    model = ShotNet()
    state = release.load_weights(model, run_folder / "best.safetensors")
    outputs, edits = _validation(model, data)
    thresholds = tune(outputs, edits)
    low = replace(thresholds, cut=0.1, dissolve=0.1, fade=0.1, wipe=0.1)
    calibration = {kind: platt(pairs) for kind, pairs in scored(outputs, edits, low).items()}
    kept = {"thresholds": json.dumps(asdict(thresholds)), "calibration": json.dumps(calibration), "version": VERSION}
    worst = _write_onnx(model, kept)
    told = {"name": "shots", "step": state.get("step"), "figures": state.get("figures"), "parity": worst}
    release.save_weights(model, FOLDER / "shots.safetensors", told | kept)
    release.register([FOLDER / "shots.safetensors", FOLDER / "shots.onnx"], VERSION)
    print(f"shots.onnx differs from PyTorch by {worst:.1g} at most; thresholds {asdict(thresholds)}", file=sys.stderr)
    card.write(FOLDER / "card.md", data, _run_record(run_folder), told)


def _validation(model: torch.nn.Module, data: Path) -> tuple[list[Seen], list[Edit]]:
    def network(frames: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return model(torch.from_numpy(frames)).sigmoid().numpy()

    films = [whole(film) for film in Material(data, "validation").films if film.labelled]
    edits = open_test(data, "validation", count=VALIDATION_EDITS) + films
    return [see(network, edit.frames) for edit in edits], edits


def _write_onnx(model: torch.nn.Module, kept: dict[str, str]) -> float:
    rng = np.random.default_rng(3)

    def frames(batch: int, time: int) -> torch.Tensor:
        return torch.from_numpy(rng.integers(0, 256, (batch, time, HEIGHT, WIDTH, 3), np.uint8))

    axes = {0: "batch", 1: "time"}
    return onnx_file.write(
        FOLDER / "shots.onnx", model, [frames(1, WINDOW)], ["frames"], ["logits"], {"frames": axes, "logits": axes},
        trials=[[frames(2, 64)], [frames(1, 400)]], metadata=kept,
    )  # fmt: skip


def _run_record(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

