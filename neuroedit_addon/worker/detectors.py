"""Which analysers watch and listen to a file: the networks, less those that cannot be opened."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ModelError
from . import media
from .analyser import Analyser
from .colour_wanted import colour_judge
from .faces import FaceCounter
from .look import LookMeter
from .loudness import LoudnessMeter
from .moments import MomentFinder
from .shots import ShotFinder
from .sound_net import SoundNet

# What finds, and what the user is told where it cannot: nothing less good takes its place in silence.
_CHOICES: tuple[tuple[Callable[[], Analyser], str], ...] = (
    (ShotFinder, "shots are not looked for, so every film counts as one shot"),
    (SoundNet, "speech and music are not listened for, so no silence is cut"),
    (FaceCounter, "faces are not looked for"),
    (MomentFinder, "moments are told by how much moves and sounds alone"),
)


def detectors() -> tuple[list[Analyser], list[str]]:
    """Fresh detectors for one file, each with its own fields of `Findings`, and warnings."""
    chosen: list[Analyser] = []
    warnings: list[str] = []
    for network, consequence in _CHOICES:
        try:
            chosen.append(network())
        except ModelError as problem:
            warnings.append(f"{problem.sentence.rstrip('.')}: {consequence}. {problem.cure}".strip())
        except ImportError as problem:
            warnings.append(f"ONNX Runtime cannot be loaded ({problem}): {consequence}.")
    return chosen, warnings


def versions() -> dict[str, str]:
    """Name and version of every analyser; findings of other versions are not used again."""
    judge = colour_judge()[0]
    colour = (judge.version,) if judge else ()
    marks = (LookMeter.version, LoudnessMeter.version, *(detector.version for detector in detectors()[0]), *colour)
    return {"media": media.VERSION, **dict(mark.split("/", 1) for mark in marks)}
