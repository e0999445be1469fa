"""Runs Auto Edit's command line inside this process, where bpy already is, and says what it said and left behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import _environment
import pytest

from neuroedit_addon.blender.headless import command


@dataclass(frozen=True)
class Ran:
    """Exit code, standard output, standard error."""

    code: int
    out: str
    err: str


class Runner:
    """Calls the command line with a cache and a folder for temporary files of its own."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.cache, self.temporary = folder / "cache", folder / "temporary"
        self.temporary.mkdir()
        self._capfd = capfd

    def __call__(self, *words: object) -> Ran:
        own = ["--cache-dir", str(self.cache), "--temp-dir", str(self.temporary), "--progress", "none"]
        self._capfd.readouterr()
        code = command.main([*own, *map(str, words)], _environment.worker_python)
        said = self._capfd.readouterr()
        return Ran(code, said.out, said.err)


def names(folder: Path) -> Sequence[str]:
    """All files in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())
