"""`tools/benchmark.py sound`: the sound network beside what needs no network, on recordings it has never heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def measure(footage: Path) -> dict[str, list[dict[str, Any]]]:
    """Tables by title, each a list of rows with the same keys; see `models.sound.tables.tables`.

    Raises:
        MediaError: a recording that models/sound/split.tsv names is missing below footage/audio.
        ModelError: the shipped weights are missing or damaged.
        EnvironmentProblem: webrtcvad is not installed.
    """
    from models.sound.tables import tables

    return tables(footage)


def markdown(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The tables as Markdown, a heading each."""
    return "\n\n".join(f"### {title}\n\n{_table(rows)}" for title, rows in tables.items() if rows)


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_cell(row.get(name, "")) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
