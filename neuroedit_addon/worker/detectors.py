"""Which analysers listen to a file: the networks, or what is left where a network cannot be opened."""

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
from .speech_classical import ClassicalSpeech

# What finds, what stands in for it (nothing does for shots), and what the user is told then.
_CHOICES: tuple[tuple[Callable[[], Analyser], Callable[[], Analyser] | None, str], ...] = (
    (ShotFinder, None, "shots are not looked for, so every film counts as one shot"),
    (SoundNet, ClassicalSpeech, "speech is found by a simpler method, which takes music for speech"),
    (FaceCounter, None, "faces are not looked for"),
    (MomentFinder, None, "moments are told by how much moves and sounds alone"),
)


def detectors() -> tuple[list[Analyser], list[str]]:
    """Fresh detectors for one file, each with its own fields of `Findings`, and warnings."""
    chosen: list[Analyser] = []
    warnings: list[str] = []
    for network, instead, consequence in _CHOICES:
        try:
            chosen.append(network())
            continue
        except ModelError as problem:
            warnings.append(f"{problem.sentence.rstrip('.')}: {consequence}. {problem.cure}".strip())
        except ImportError as problem:
            warnings.append(f"ONNX Runtime cannot be loaded ({problem}): {consequence}.")
        if instead:
            chosen.append(instead())
    return chosen, warnings


def versions() -> dict[str, str]:
    """Name and version of every analyser; findings of other versions are not used again."""
    judge = colour_judge()[0]
    colour = (judge.version,) if judge else ()
    marks = (LookMeter.version, LoudnessMeter.version, *(detector.version for detector in detectors()[0]), *colour)
    return {"media": media.VERSION, **dict(mark.split("/", 1) for mark in marks)}
