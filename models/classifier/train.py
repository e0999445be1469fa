"""`tools/train.py classifier`: from folders of clips to a classifier that the planner can use.

    python3 tools/train.py classifier --data clips/        clips/keep/…, clips/drop/…, or more classes
    … --variant small --augment --epochs 30
    … --advise                                             looks at the data, trains nothing
    … --search 300                                         tries what fits into 300 s
    … --from weights.keras                                 measures and converts instead of training
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from models.training import onnx_file, release
from neuroedit_addon.errors import EnvironmentProblem

from . import advise, card, keras_file
from .fit import Choice, fit, measured, probabilities
from .material import Examples, examples
from .net import SIDE, Classifier


def run(options: argparse.Namespace) -> int:
    """Train, measure and write; the exit code.

    Raises:
        MediaError: the data cannot be used.
        ModelError: the .keras file cannot be read.
    """
    torch.set_num_threads(options.threads or 1)
    data = examples(options.data)
    for note in data.notes:
        print(note)
    if options.advise:
        print("\n".join(advise.advice(data)))
        return 0
    seed, device = options.seed or 1, "cuda" if torch.cuda.is_available() and options.device != "cpu" else "cpu"
    if options.start:
        model, made = keras_file.read(options.start), f"weights of {options.start.name}"
    elif options.search:
        choice, model = advise.search(data, options.search, seed, device, print)
        made = str(choice)
    else:
        choice = Choice(options.variant, 1 if options.smoke else options.epochs, options.augment)
        model, made = fit(data, choice, seed, device, print), str(choice)
    folder = options.out or Path("runs") / "classifier"
    write(model, data, folder, made, seed)
    return 0


def write(model: Classifier, data: Examples, folder: Path, made: str, seed: int) -> None:
    """classifier.onnx, .safetensors, .keras, and a card with pictures, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    test = data.part("test")
    found = measured(probabilities(model, data.pictures[test]), data.truth[test])
    names = json.dumps(list(data.classes))
    worst = onnx_file.write(
        folder / "classifier.onnx", model, [torch.rand(2, SIDE, SIDE, 3)], ["pictures"], ["scores"],
        {"pictures": {0: "n"}, "scores": {0: "n"}}, [[torch.rand(5, SIDE, SIDE, 3)]], {"classes": names},
    )  # fmt: skip
    release.save_weights(model, folder / "classifier.safetensors", {"classes": list(data.classes)})
    try:
        keras_file.write(model, folder / "classifier.keras")
    except EnvironmentProblem as problem:
        print(f"No .keras file: {problem}")
    card.write(folder, found, data, made, seed, worst)
    auc = "" if found.auc is None else f", AUC {found.auc:.3f}"
    print(f"{made}: balanced accuracy {found.balanced:.3f}{auc} on {len(test)} pictures of films it has not seen")
    print(f"autoedit.py FILE --drop-like {folder / 'classifier.onnx'} uses it.")
