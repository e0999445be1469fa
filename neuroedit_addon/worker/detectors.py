"""Which analysers listen to a file. The one place to change when a network takes a classical detector's place."""

from __future__ import annotations

from .analyser import Analyser
from .look import LookMeter
from .loudness import LoudnessMeter
from .shots_classical import ClassicalShots
from .speech_classical import ClassicalSpeech


def detectors() -> list[Analyser]:
    """Fresh detectors for one file, in the order in which they are asked; each fills its own fields of `Findings`."""
    return [ClassicalShots(), ClassicalSpeech()]


def versions() -> dict[str, str]:
    """Name and version of every analyser; findings of other versions are not used again."""
    meters = (LookMeter.version, LoudnessMeter.version)
    return dict(version.split("/", 1) for version in (*meters, *(d.version for d in detectors())))
