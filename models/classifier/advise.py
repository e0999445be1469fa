"""Looks at the data and says which classifier to choose, and what would raise its accuracy; searches within a time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator

from .fit import Choice, fit, measured, probabilities
from .material import Examples
from .net import Classifier

_FEW, _MANY = 12, 60  # files of a class


def advice(data: Examples) -> list[str]:
    """Sentences, the most useful first."""
    names = data.classes
    files = Counter(file.split("/")[0] for file in data.files)
    pictures = Counter(names[number] for number in data.truth.tolist())
    said = [f"{name}: {files[name]} files, {pictures[name]} pictures, {pictures[name] / files[name]:.0f} a file, "
            f"motion {_motion(data, name):.3f}" for name in names]  # fmt: skip
    least, most = min(names, key=lambda n: files[n]), max(names, key=lambda n: files[n])
    if files[least] < _FEW:
        said.append(f"Put more files in {least}: {files[least]} are few, and a fifth of them each is kept for choosing "
                    "and for testing. Ten more would help more than any setting.")  # fmt: skip
    if pictures[most] > 3 * pictures[least] or files[most] > 3 * files[least]:
        said.append(f"{most} has far more than {least}: balance them, or {least} will be told too seldom.")
    if len(data.files) and min(files.values()) < _MANY:
        said.append("Choose --variant small with --augment: with so few films the 3.9 million weights of the mission's "
                    "network learn the films by heart.")  # fmt: skip
    else:
        said.append("There is enough for either variant; small is as good or better on films, and 48 times smaller.")
    if all(_motion(data, name) < 0.01 for name in names):
        said.append("Hardly anything moves: pictures of one film are nearly the same, so more films count, not longer.")
    if sum(pictures.values()) < 1500:
        said.append("Train 30 epochs instead of 10: there are few batches in an epoch.")
    return said


def choices(data: Examples) -> Iterator[Choice]:
    """What is worth trying, the likeliest first."""
    epochs = 30 if len(data.part("train")) < 1500 else 10
    yield Choice("small", epochs, True)
    yield Choice("mission")
    yield Choice("small", epochs)
    yield Choice("mission", epochs, True)
    yield Choice("small", 3 * epochs, True)


def search(
    data: Examples, seconds: float, seed: int, device: str, tell: Callable[[str], None]
) -> tuple[Choice, Classifier]:
    """The choice that tells the validation part best, of those that fit into the time; one is always tried."""
    began, best = time.monotonic(), None
    part = data.part("validation")
    for choice in choices(data):
        spent = time.monotonic() - began
        if best is not None and spent > seconds:
            tell(f"{choice}: no time left")
            break
        model = fit(data, choice, seed, device)
        score = measured(probabilities(model, data.pictures[part]), data.truth[part]).balanced
        tell(f"{choice}: balanced accuracy {score:.3f} on the validation part")
        if best is None or score > best[0]:
            best = (score, choice, model)
    assert best is not None
    return best[1], best[2]


def _motion(data: Examples, name: str) -> float:
    own = [moved for moved, file in zip(data.motion, data.files, strict=True) if file.startswith(f"{name}/")]
    return sum(own) / max(len(own), 1)
