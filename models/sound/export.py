"""From a training run to the files that are shipped: weights, ONNX, checksums, card."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from models.training import onnx_file, release
from neuroedit_addon.worker.sound_features import BANDS
from neuroedit_addon.worker.sound_windows import WINDOW, Network

from .card import write
from .net import CLASSES, SoundNet

FOLDER = Path(__file__).resolve().parent
VERSION = "sound-1"


def export(run: Path, data: Path | None) -> None:
    """Ship a run's best weights; with `data`, also measure them and write the card.

    Raises:
        ModelError: the run has no whole checkpoint, or ONNX Runtime and PyTorch disagree.
    """
    model = SoundNet()
    state = release.load_weights(model, run / "best.safetensors")
    kept = {"name": "sound", "step": state.get("step"), "figures": state.get("figures")}
    release.save_weights(model, FOLDER / "sound.safetensors", kept)
    axes = {0: "batch", 1: "time"}
    example = torch.randn(1, WINDOW, BANDS)
    worst = onnx_file.write(
        FOLDER / "sound.onnx", model, [example], ["frames"], ["logits"], {"frames": axes, "logits": axes},
        trials=[[torch.randn(1, count, BANDS)] for count in (2, 346)],
        metadata={"classes": ",".join(CLASSES), "version": VERSION},
    )  # fmt: skip
    release.register([FOLDER / "sound.safetensors", FOLDER / "sound.onnx"], VERSION)
    print(f"sound.onnx differs from PyTorch by {worst:.1g} at most")
    if data is not None:
        write(FOLDER / "card.md", data, kept)


def torch_network(weights: Path) -> Network:
    """A checkpoint's network as the analyser calls it."""
    model = SoundNet()
    release.load_weights(model, weights)

    def run(features: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return model(torch.from_numpy(features)).numpy()

    return run
