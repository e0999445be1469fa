"""Turns measured tables into Markdown and keeps them in docs/benchmarks.md, one marked section a suite."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

Rows = Sequence[Mapping[str, Any]]
PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
_INTRODUCTION = """# Benchmarks

What was promised, measured. Every section is written by the command that it names; run it to measure your machine.
"""


def markdown(tables: Mapping[str, Rows]) -> str:
    """The tables, a heading each."""
    return "\n\n".join(f"### {title}\n\n{_table(rows)}" for title, rows in tables.items() if rows)


def write(name: str, about: str, command: str, tables: Mapping[str, Rows], page: Path = PAGE) -> None:
    """Put a suite's tables into its section of the page, which is made when it is not there."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    text = page.read_text(encoding="utf-8") if page.exists() else _INTRODUCTION
    section = "\n".join(
        [begin, f"## {about[0].upper()}{about[1:]}", "", f"`{command}` on {machine()}, {date.today():%B %Y}.", "",
         markdown(tables), "", end]
    )  # fmt: skip
    if begin in text and end in text:
        before, _, rest = text.partition(begin)
        text = before + section + rest.partition(end)[2]
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    page.write_text(text, encoding="utf-8")


def machine() -> str:
    """The machine in general words."""
    return f"{os.cpu_count()} cores ({platform.system()}, {platform.machine()}), Python {platform.python_version()}"


def _table(rows: Rows) -> str:
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_cell(row.get(name, "")) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"
    return str(value)
