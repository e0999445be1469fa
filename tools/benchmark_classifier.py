"""The classifier of models/classifier beside the same network in Keras (PyTorch backend), on the same pictures.

    KERAS_BACKEND=torch python3 tools/benchmark_classifier.py FOLDER     with FOLDER/keep and FOLDER/drop
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _environment

_SEEDS = 5
_CLOTHES = "cloth"  # begins the names of pictures of clothes


def main(arguments: list[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    _environment.ensure("worker", "train", "keras")
    os.environ["KERAS_BACKEND"] = "torch"
    from models.classifier.material import examples
    from models.training.tables import table
    from neuroedit_addon.errors import NeuroEditError

    try:
        print(table(compared(examples(options.folder))))
    except NeuroEditError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    return 0


def on_footage(footage: Path) -> list[dict[str, Any]]:
    """`compared` on the photographs of a folder of footage: clothes against everything else.

    Raises:
        EnvironmentProblem: PyTorch or Keras is missing.
        MediaError: fewer than three photographs of a kind.
    """
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from models.classifier.material import examples

    with tempfile.TemporaryDirectory(prefix="neuroedit-classes-") as made:
        for name in ("drop", "keep"):
            (Path(made) / name).mkdir()
            for file in sorted((footage / "photos").glob("*.jpg")):
                if file.name.startswith(_CLOTHES) == (name == "drop"):
                    (Path(made) / name / file.name).symlink_to(file.resolve())
        return compared(examples(Path(made)))


def compared(data: Any) -> list[dict[str, Any]]:
    """Balanced accuracy and AUC on the test part, mean and range of five seeds; weights; seconds of training."""
    import numpy as np

    from models.classifier.fit import Choice, fit, measured, probabilities
    from models.classifier.net import VARIANTS, Classifier, weights

    test = data.part("test")

    def ours(choice: Choice) -> Callable[[int], Any]:
        return lambda seed: probabilities(fit(data, choice, seed), data.pictures[test])

    rivals: list[tuple[str, int, Callable[[int], Any]]] = [
        ("the same code in Keras 3", weights(Classifier(VARIANTS["mission"])), lambda seed: _keras(data, test, seed)),
        ("mission", weights(Classifier(VARIANTS["mission"])), ours(Choice("mission"))),
        ("small", weights(Classifier(VARIANTS["small"])), ours(Choice("small"))),
        ("small, augmented, 30 epochs", weights(Classifier(VARIANTS["small"])), ours(Choice("small", 30, True))),
    ]
    rows = []
    for name, size, told in rivals:
        began = time.process_time()
        found = [measured(told(seed), data.truth[test]) for seed in range(1, _SEEDS + 1)]
        scores = [one.balanced for one in found]
        rows.append({
            "classifier": name, "weights": size, "balanced accuracy": float(np.mean(scores)),
            "from .. to": f"{min(scores):.3f} .. {max(scores):.3f}", "AUC": float(np.mean([one.auc for one in found])),
            "s": round((time.process_time() - began) / _SEEDS),
        })  # fmt: skip
        print(rows[-1], flush=True, file=sys.stderr)
    return rows


def _keras(data: Any, test: Any, seed: int) -> Any:
    """The mission's network as Keras's own documentation writes it."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input((64, 64, 3)), keras.layers.Conv2D(32, (3, 3), activation="relu"), keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Flatten(), keras.layers.Dense(128, activation="relu"), keras.layers.Dense(1, activation="sigmoid"),
    ])  # fmt: skip
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    part = data.part("train")
    model.fit(data.pictures[part] / np.float32(255), data.truth[part], batch_size=32, epochs=10, verbose=0)
    told = model.predict(data.pictures[test] / np.float32(255), verbose=0).astype(np.float64)
    return np.hstack([1 - told, told])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
