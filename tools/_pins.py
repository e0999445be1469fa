"""Reads the pinned versions of pyproject.toml and tells whether an environment holds them. Standard library only."""

import importlib.metadata
import re
import sys
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_MARKER = re.compile(r"python_version\s*(<=|>=|==|!=|<|>)\s*'3\.(\d+)'")
_BPY = re.compile(r"^bpy==.*python_version\s*==\s*'3\.(\d+)'")


@cache
def pins(group: str) -> tuple[str, ...]:
    """The requirements of one of the dependency groups, as pip reads them."""
    return tuple(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"][group])


def bpy_versions() -> tuple[tuple[int, int], ...]:
    """The Python versions that the pinned bpy wheels are for, newest first."""
    found = (_BPY.match(pin) for pin in pins("bpy"))
    return tuple(sorted(((3, int(match[1])) for match in found if match), reverse=True))


def stamp(folder: Path, group: str) -> None:
    """Note in an environment that a group was wholly installed, with the pins it was installed from."""
    _stamp_file(folder, group).write_text(_text(group), encoding="utf-8")


def is_stamped(folder: Path, group: str) -> bool:
    """Whether an environment holds a group at its present pins."""
    return _read(_stamp_file(folder, group)) == _text(group)


def is_known(folder: Path, group: str) -> bool:
    """Whether an environment holds a group at some pins, perhaps older ones."""
    return bool(_read(_stamp_file(folder, group)))


def satisfied_here(groups: tuple[str, ...]) -> bool:
    """Whether the running environment, made by somebody else (a venv of the developer's), holds these groups."""
    if sys.prefix == sys.base_prefix:
        return False
    if "bpy" in groups and sys.version_info[:2] not in bpy_versions():
        return False
    return all(_is_installed(pin) for group in groups for pin in pins(group))


def _is_installed(pin: str) -> bool:
    requirement, _, marker = pin.partition(";")
    name, _, version = requirement.strip().partition("==")
    if not _applies(marker):
        return True
    try:
        return importlib.metadata.version(name).partition("+")[0] == version
    except importlib.metadata.PackageNotFoundError:
        return False


def _applies(marker: str) -> bool:
    match = _MARKER.search(marker)
    if not match:
        return True
    mine, theirs = sys.version_info[1], int(match[2])
    return {"<": mine < theirs, "<=": mine <= theirs, "==": mine == theirs, "!=": mine != theirs,
            ">": mine > theirs, ">=": mine >= theirs}[match[1]]  # fmt: skip


def _stamp_file(folder: Path, group: str) -> Path:
    return folder / "neuroedit" / f"{group}.txt"


def _text(group: str) -> str:
    return "\n".join(pins(group)) + "\n"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
