"""What the bootstrap says when something on the machine is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import _bpy_libraries
import _environment
import _install
import _pins
import _pythons
import pytest


def test_bpy_wheels_follow_the_python() -> None:
    assert _pins.bpy_versions() == ((3, 13), (3, 11))


def test_every_group_has_its_size() -> None:
    import tomllib

    groups = tomllib.loads((_pins.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert set(_install.SIZES) == set(groups)


def test_every_pin_is_exact() -> None:
    for group in _install.SIZES:
        assert all("==" in pin.partition(";")[0] for pin in _pins.pins(group)), group


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("Collecting x\nERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
         "Could not install packages due to an OSError: [Errno 28] No space left on device"),
        ("WARNING: Retrying after connection broken by 'NewConnectionError(...)'\n"
         "ERROR: No matching distribution found for av==18.1.0\n",
         "the package index could not be reached: No matching distribution found for av==18.1.0"),
        ("", "no reason was given"),
    ],
)  # fmt: skip
def test_pips_reason_is_its_last_error(tmp_path: Path, log: str, reason: str) -> None:
    (tmp_path / "log").write_text(log, encoding="utf-8")
    assert _install._reason(tmp_path / "log") == f"pip could not install what NeuroEdit needs: {reason}"


def test_a_python_without_venv_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROEDIT_ENV", str(tmp_path))
    with pytest.raises(_install.EnvironmentFailure, match="comes without venv.*apt install python3.11-venv"):
        _install.make_ready(_pythons.Python("/usr/bin/python3.11", (3, 11), False), ("worker",))


def fake_python(folder: Path, words: str, code: int) -> Path:
    """An interpreter that says `words` to whatever it is asked."""
    program = folder / "python"
    program.write_text(f"#!/bin/sh\necho \"{words}\" >&2\nexit {code}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.mark.skipif(sys.platform == "win32", reason="the missing libraries are those of X11")
def test_missing_system_libraries_come_with_the_command_that_installs_them(tmp_path: Path) -> None:
    words = "ImportError: libxkbcommon.so.0: cannot open shared object file: No such file or directory"
    told = _bpy_libraries.problem(fake_python(tmp_path, words, 1), {})
    assert "libxkbcommon.so.0" in told
    assert "sudo apt install libxkbcommon0" in told
    assert "sudo dnf install libxkbcommon" in told


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for Python")
def test_other_troubles_with_bpy_are_said_as_they_are(tmp_path: Path) -> None:
    assert "wrong glibc" in _bpy_libraries.problem(fake_python(tmp_path, "ImportError: wrong glibc", 1), {})
    assert _bpy_libraries.problem(fake_python(tmp_path, "", 0), {}) == ""


def without_bpy_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pythons, "this_python", lambda: _pythons.Python("/py", (3, 12), True))
    monkeypatch.setattr(_pythons, "find", lambda versions: None)


def test_a_python_without_bpy_wheel_falls_back_to_an_installed_blender(monkeypatch: pytest.MonkeyPatch) -> None:
    without_bpy_here(monkeypatch)
    monkeypatch.setattr(_pythons, "find_blender", lambda: "/apps/blender")
    assert _environment.environment_for(("worker", "bpy")) is None
    command = _pythons.blender_command(["/x/autoedit.py", "-o", "a b.mp4"])
    assert command[0] == "/apps/blender"
    assert command[-5:] == ["--python", "/x/autoedit.py", "--", "-o", "a b.mp4"]


def test_without_blender_one_sentence_says_what_to_get(monkeypatch: pytest.MonkeyPatch) -> None:
    without_bpy_here(monkeypatch)
    monkeypatch.setattr(_pythons, "find_blender", lambda: None)
    said = r"Python 3\.11 and 3\.13, this is 3\.12.*install Python 3\.13"
    with pytest.raises(_install.EnvironmentFailure, match=said):
        _environment.environment_for(("worker", "bpy"))


def test_commands_that_only_complain_are_no_pythons() -> None:
    assert _pythons.describe(["false"]) is None
    assert _pythons.describe(["/nowhere/python3.13"]) is None
    here = _pythons.describe([sys.executable])
    assert here is not None
    assert here.version == sys.version_info[:2]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for Blender")
def test_blenders_version_is_read(tmp_path: Path) -> None:
    blender = tmp_path / "blender"
    blender.write_text("#!/bin/sh\necho 'some warning'\necho 'Blender 5.2.2 LTS'\necho 'build date: x'\n")
    blender.chmod(0o755)
    assert _pythons.blender_version([str(blender)]) == (5, 2)
    assert _pythons.blender_version(["false"]) == (0, 0)
