"""From a training run to the files that are shipped: ONNX, weights, checksums, card."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from models.training import onnx_file, release
from neuroedit_addon.worker.colour import CAREFUL, HEIGHT, WIDTH

from .net import ColourNet

FOLDER = Path(__file__).resolve().parent
VERSION = "colour-2"


def export(run_folder: Path, data: Path | None) -> None:
    """Ship a run's best weights: models/colour/colour.onnx, colour.safetensors, card.md, and models/index.json.

    Raises:
        ModelError: the run has no whole checkpoint, or ONNX Runtime and PyTorch disagree.
    """
    model = ColourNet()
    state = release.load_weights(model, run_folder / "best.safetensors")
    figures = state.get("figures") or {}
    model.calibrate(float(figures.get("from", 0.0)), float(figures.get("sure", 2.0)))
    torch.manual_seed(3)
    one, many = (torch.rand(n, 3, HEIGHT, WIDTH) for n in (1, 7))
    free = {"frames": {0: "batch"}, "numbers": {0: "batch"}}
    worst = onnx_file.write(FOLDER / "colour.onnx", model, [one], ["frames"], ["numbers"], free, trials=[[many]],
                            metadata={"version": VERSION})  # fmt: skip
    told = {"name": "colour", "step": state.get("step"), "figures": state.get("figures"), "parity": worst}
    release.save_weights(model, FOLDER / "colour.safetensors", told)
    release.register([FOLDER / "colour.onnx", FOLDER / "colour.safetensors"], VERSION)
    record = run_folder / "run.json"
    made = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    _card(told, made, sum(p.numel() for p in model.parameters()))


def _card(told: dict, made: dict, size: int) -> None:
    figures = "\n".join(f"- {name}: {value:.3f}" for name, value in (told["figures"] or {}).items())
    release.write_card(FOLDER / "card.md", "The colour network", {
        "What it does": "Looks at a few tiny pictures (24 x 14) of a shot and predicts one correction in Blender's own "
                        "terms (slope, offset, power, saturation) and how sure it is that one is needed.",
        "Trained on": "1,087 photographs and frames of the train split (films and photographs with clear licences) "
                      "and 375 views of the eight panoramas that Blender brings along as studio lights (Greg Zaal, "
                      "Poly Haven, CC0), spoilt in known ways (`faults.py`): cast, tint, exposure, contrast, gamma, "
                      "saturation, log curves, noise, JPEG, two fifths of them mildly; two fifths of all stay good, "
                      "and most of those get a look that somebody may have wanted.",
        "Measured": f"On films that training left out: the section on colour in docs/benchmarks.md, beside "
                    f"gray-world, shades-of-gray, white-patch and ffmpeg's normalize and greyedge. On the validation "
                    f"split (186 pictures, 2,400 crops of them spoilt as in training), CIEDE2000 medians, step "
                    f"{told['step']}; “from” and “sure” are the logits from which a little and the whole correction is "
                    f"made, “whole” is what it would be if it always were, “untouched” the share of good pictures that "
                    f"change by less than 0.3:\n\n{figures}\n\n"
                    f"ONNX differs from PyTorch by at most {told['parity']:.1g}.",
        "Limits": "Few pictures taught it. Deliberate looks, night and sunset are protected by its doubt alone: a film "
                  "that is orange from end to end may be taken for a wrong white balance. Where it half doubts, the "
                  f"worker changes a picture by at most {CAREFUL:g} CIEDE2000 on average.",
        "Size": f"{size} weights.",
        "Run": "\n".join(f"- {k}: {v}" for k, v in made.items()) or "Not recorded.",
    })  # fmt: skip
