"""Imports only point down: every file of the product is held to its room (docs/architecture.md) by what it imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT

ADDON = ROOT / "neuroedit_addon"
FILES = sorted(file for file in ADDON.rglob("*.py"))
ROOMS = ("worker", "planner", "blender")
# The worker starts here, as a program: it has no package around it until it has found its own root.
ENTRY = ADDON / "worker" / "entry.py"
BLENDER_OWN = {"bpy", "bl_ext", "bl_operators", "bl_ui", "gpu", "blf", "mathutils", "aud", "imbuf", "addon_utils"}
TORCH = {"torch", "torchvision", "torchaudio"}
# Rules know no files, no clock, no chance, no other process.
NOT_FOR_RULES = {
    "time", "datetime", "os", "io", "pathlib", "shutil", "tempfile", "glob", "random", "secrets", "uuid", "subprocess",
    "socket", "threading", "multiprocessing", "asyncio", "logging", "sys",
}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One imported module: absolute name, or (inside the product) its path from neuroedit_addon."""

    name: str
    inside: bool
    relative: bool
    line: int
    in_function: bool
    checked: bool  # by a surrounding `try`, or for type checkers only

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]


def imports(file: Path) -> list[Import]:
    return list(_walk(ast.parse(file.read_text(encoding="utf-8")), file, False, False))


def _walk(node: ast.AST, file: Path, in_function: bool, checked: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield _absolute(alias.name, child.lineno, in_function, checked)
        elif isinstance(child, ast.ImportFrom):
            yield from _from(child, file, in_function, checked)
        else:
            function = in_function or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
            typing = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            yield from _walk(child, file, function, checked or typing or isinstance(child, ast.Try))


def _absolute(name: str, line: int, in_function: bool, checked: bool) -> Import:
    inside = name == ADDON.name or name.startswith(ADDON.name + ".")
    return Import(name.removeprefix(ADDON.name).lstrip("."), True, False, line, in_function, checked) if inside else (
        Import(name, False, False, line, in_function, checked))  # fmt: skip


def _from(node: ast.ImportFrom, file: Path, in_function: bool, checked: bool) -> Iterator[Import]:
    if not node.level:
        yield _absolute(node.module or "", node.lineno, in_function, checked)
        return
    package = file.parent.relative_to(ROOT).parts
    base = package[: len(package) - node.level + 1]
    assert base[:1] == (ADDON.name,), f"{file}:{node.lineno} reaches above {ADDON.name}"
    for alias in node.names:
        parts = [*base[1:], *(node.module or "").split("."), *([] if node.module else [alias.name])]
        yield Import(".".join(p for p in parts if p), True, True, node.lineno, in_function, checked)


def room_of(file: Path) -> str:
    """The room that a file is in; an empty string for nouns and the bridge."""
    first = file.relative_to(ADDON).parts[0]
    return first if first in ROOMS else ""


def shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def where(file: Path, found: Import) -> str:
    return f"{shown(file)}:{found.line} imports {found.name}"


every_file = pytest.mark.parametrize("file", FILES, ids=shown)


@every_file
def test_inside_the_product_imports_are_relative(file):
    for found in imports(file):
        assert found.relative or not found.inside or file == ENTRY, where(file, found)


@every_file
def test_only_the_blender_room_knows_blender(file):
    if room_of(file) != "blender":
        for found in imports(file):
            assert found.inside or found.top not in BLENDER_OWN, where(file, found)


@every_file
def test_pytorch_is_never_needed(file):
    for found in imports(file):
        if not found.inside and found.top in TORCH:
            assert room_of(file) == "worker", where(file, found)
            assert found.checked, f"{where(file, found)} without a way on where it is missing"


@every_file
def test_imports_point_down(file):
    room = room_of(file)
    allowed = {"": set(), "worker": {"worker"}, "planner": {"planner"}, "blender": {"blender", "planner"}}[room]
    for found in imports(file):
        if found.inside and found.top in ROOMS:
            assert found.top in allowed, where(file, found)


@every_file
def test_nouns_and_the_bridge_and_the_rules_use_the_standard_library_only(file):
    if room_of(file) in ("", "planner"):
        for found in imports(file):
            assert found.inside or found.top in sys.stdlib_module_names, where(file, found)


@every_file
def test_rules_know_no_files_no_clock_and_no_chance(file):
    if room_of(file) != "planner":
        return
    for found in imports(file):
        assert found.inside or found.top not in NOT_FOR_RULES, where(file, found)
        assert found.top not in ("job", "presets"), where(file, found)
    calls = [n for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    named = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    assert not named & {"open", "print", "input", "exec", "eval", "__import__"}


@every_file
def test_a_file_is_a_page(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 350


def test_nouns_do_not_know_the_bridge():
    for name in ("timeline", "findings", "plan", "settings", "errors", "cut_list"):
        for found in imports(ADDON / f"{name}.py"):
            assert not (found.inside and found.top in ("messages", "job")), where(ADDON / f"{name}.py", found)


def test_the_root_imports_nothing_before_it_is_asked_to():
    root = ROOT / "__init__.py"
    if not root.exists():
        pytest.skip("the extension's __init__.py is not here")
    found = list(_walk(ast.parse(root.read_text(encoding="utf-8")), ADDON / "__init__.py", False, False))
    assert [f"{f.line}: {f.name}" for f in found if not f.in_function and f.name != "__future__"] == []


@pytest.mark.parametrize("file", sorted((ROOT / "models").rglob("*.py")), ids=shown)
def test_networks_and_their_training_do_without_blender(file):
    if file.name in ("net.py", "train.py") or file.parent.name == "training":
        names = {f.top for f in _walk(ast.parse(file.read_text(encoding="utf-8")), ADDON / "x.py", False, False)}
        assert not names & BLENDER_OWN


@pytest.mark.parametrize(("room", "code", "broken"), [
    ("planner", "import bpy", test_only_the_blender_room_knows_blender),
    ("planner", "from ..worker.media import probe", test_imports_point_down),
    ("worker", "from ..planner import resolve", test_imports_point_down),
    ("worker", "def f():\n    import torch", test_pytorch_is_never_needed),
    ("blender", "import torch", test_pytorch_is_never_needed),
    ("worker", "from neuroedit_addon.plan import Plan", test_inside_the_product_imports_are_relative),
    ("planner", "import numpy", test_nouns_and_the_bridge_and_the_rules_use_the_standard_library_only),
    ("planner", "from time import monotonic", test_rules_know_no_files_no_clock_and_no_chance),
    ("planner", "def f():\n    return open('a')", test_rules_know_no_files_no_clock_and_no_chance),
    (".", "from .planner.resolve import resolve", test_imports_point_down),
    (".", "from . import blender", test_imports_point_down),
])  # fmt: skip
def test_these_tests_see_what_they_forbid(tmp_path, monkeypatch, room, code, broken):
    folder = (tmp_path / "neuroedit_addon" / room).resolve()
    folder.mkdir(parents=True)
    (folder / "bad.py").write_text(code, encoding="utf-8")
    monkeypatch.setitem(globals(), "ROOT", tmp_path.resolve())
    monkeypatch.setitem(globals(), "ADDON", tmp_path.resolve() / "neuroedit_addon")
    with pytest.raises(AssertionError):
        broken(folder / "bad.py")
