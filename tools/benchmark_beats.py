"""`tools/benchmark.py beats`: beats beside librosa's, on music with exact beats and recordings of known tempo."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def measure(footage: Path) -> dict[str, list[dict[str, Any]]]:
    """Tables by title; see `models.beats.measure.tables`.

    Raises:
        EnvironmentProblem: mir_eval or librosa is not installed.
        MediaError: a recording is missing below footage/audio.
    """
    from models.beats.measure import tables

    return tables(footage)
