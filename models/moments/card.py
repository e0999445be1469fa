"""The card of the moments network: its figures beside what needs no network, and what they do not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.training import release
from neuroedit_addon.worker.moment_features import normalised

from .planted import Film
from .train import MomentTask
from .trivial import TRIVIAL, Scorer, compared


def measure(task: MomentTask, model: torch.nn.Module) -> list[dict[str, Any]]:
    """Mean average precision on test films over five draws of them, with the 95 % interval of the mean."""
    return compared({"moments": _network(model), **TRIVIAL}, task.test_films)


def _network(model: torch.nn.Module) -> Scorer:
    def score(film: Film, _: np.random.Generator) -> NDArray[Any]:
        with torch.no_grad():
            return model.eval()(torch.from_numpy(normalised(film.rows))[None])[0].numpy()

    return score


def write(path: Path, rows: Sequence[Mapping[str, Any]], run: Mapping[str, Any], parity: float) -> None:
    """Write the card."""
    release.write_card(path, "Moments: which half seconds are worth watching", {
        "What it does": "Twelve measures of each half second (`neuroedit_addon/worker/moment_features.py`), each "
        "against its own file, go through a bidirectional LSTM over the whole file; out comes one number each. "
        "Importance is half that number's probability and half its rank within the file.",
        "How it learnt": "From films made on the fly of the measures of real footage "
        "(`models/moments/planted.py`): planted moments move, sound and are new at once; decoys are stronger in one of "
        "these, spoilt ones are dark, blurred or shaken. Pairwise ranking loss. Trained by "
        f"`{run.get('command', 'tools/train.py moments')}` (commit {run.get('commit', '?')}, "
        f"seed {run.get('seed', '?')}, {run.get('steps', '?')} steps, {run.get('seconds', '?')} s). "
        "Files with a picture and files with sound "
        "(`models/footage/splits.json` says which): "
        + "; ".join(f"{part} {seen} and {heard}" for part, (seen, heard) in run.get("data", {}).items()) + ".",
        "Figures": "Average precision on 60 films of held-out footage, mean of five draws and its 95 % interval. "
        f"ONNX Runtime differs from PyTorch by {parity:.1g} at most.\n\n" + release.table(rows),
        "What this does not say": "The moments are planted, and in the measures, not in pixels: the figures say that "
        "the network finds what it was told to look for among decoys, not that people agree with it. No figure on "
        "TVSum or SumMe is claimed: their films and features are not at hand. It has no picture encoder: it cannot "
        "tell a face, a goal or a joke. One draw in five lacks its picture or its sound.",
    })  # fmt: skip
