"""Chooses how spans are read out of the network's answers, on the validation part only.

    python -m models.sound.tune FOOTAGE [run/best.safetensors]
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neuroedit_addon.worker.sound_net import RULES
from neuroedit_addon.worker.sound_windows import CLASSES, Network, Windows
from neuroedit_addon.worker.speech import Rule, SpanReader

from . import measure
from .measure import Case, Flags
from .sources import Samples

GRIDS = {
    "speech": {"on": (0.4, 0.45, 0.5, 0.55, 0.6), "drop": (0.1, 0.2), "smooth": (5, 9, 15), "shortest": (0.1, 0.2),
               "gap": (0.12, 0.2, 0.3)},
    "music": {"on": (0.4, 0.5, 0.6), "drop": (0.15, 0.25), "smooth": (51, 101), "shortest": (0.5, 1.0),
              "gap": (1.0, 2.0)},
    "noise": {"on": (0.3, 0.4, 0.5, 0.6), "drop": (0.1, 0.2), "smooth": (51, 101), "shortest": (0.3, 0.6),
              "gap": (0.6, 1.5)},
}  # fmt: skip


def probabilities(network: Network, samples: Samples) -> NDArray[np.float32]:
    """The network's answers for a whole recording, (frames, 4)."""
    windows = Windows(network)
    windows.add(samples)
    windows.finish()
    return windows.take()


def said(rule: Rule, answers: NDArray[np.float32]) -> Flags:
    """One class's answers (frames,) as flags, after the rule."""
    reader = SpanReader(rule)
    reader.add(answers)
    return measure.flags(reader.finish(), len(answers))


def choose(kind: str, cases: list[Case], answers: list[NDArray[np.float32]]) -> tuple[Rule, float]:
    """The best rule of the grid: F1, less a tenth of the share of speechless frames that are called speech."""
    truths = [getattr(case, kind) for case in cases]
    known = [i for i, truth in enumerate(truths) if truth is not None]
    tried = []
    for rule in rules(kind):
        flags = {i: said(rule, answers[i][:, CLASSES.index(kind)]) for i in known}
        silent = [flags[i] for i in known if not truths[i].any()]
        false = float(np.concatenate(silent).mean()) if silent else 0.0
        tried.append((measure.f1([(flags[i], truths[i]) for i in known]) - false / 10, rule))
    return max(tried, key=lambda pair: pair[0])[::-1]


def rules(kind: str) -> Iterable[Rule]:
    """Every rule of a class's grid."""
    grid = GRIDS[kind]
    for values in itertools.product(*grid.values()):
        given = dict(zip(grid, values, strict=True))
        drop = given.pop("drop")
        yield Rule(off=given["on"] - drop, **given)


def main(data: Path, weights: Path | None) -> None:
    """Print the best rules."""
    from .export import torch_network  # PyTorch only where a checkpoint is given

    if weights:
        network = torch_network(weights)
    else:
        from neuroedit_addon.worker.sound_net import shipped

        network = shipped(1)
    cases = list(measure.held_out(data, "validation"))
    answers = [probabilities(network, case.samples) for case in cases]
    for kind in RULES:
        rule, score = choose(kind, cases, answers)
        print(f"{kind}: {rule}  {score:.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
