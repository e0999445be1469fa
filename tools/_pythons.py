"""Finds the Pythons and the Blender that are installed on this machine. Standard library only.

A candidate counts only after it was started: version managers leave commands on the path that do nothing but
complain, and some systems ship Python without the parts that make environments.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BLENDER_MIN = (4, 5)
_PROBE = """
import sys, json
try:
    import venv, ensurepip; whole = True
except ImportError:
    whole = False
print(json.dumps([sys.executable, sys.version_info[:2], whole]))
"""


@dataclass(frozen=True)
class Python:
    """One interpreter: its path, (major, minor), and whether it can make environments (has venv and ensurepip)."""

    path: str
    version: tuple[int, int]
    has_venv: bool

    @property
    def tag(self) -> str:
        """As wheels name it: cp311."""
        return f"cp{self.version[0]}{self.version[1]}"


def describe(command: list[str]) -> Python | None:
    """What `command` starts, or None when it does not start as a Python 3.11 or newer."""
    try:
        probe = subprocess.run([*command, "-I", "-c", _PROBE], capture_output=True, text=True, timeout=30, check=True)
        path, version, has_venv = json.loads(probe.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Python(path, (version[0], version[1]), has_venv) if tuple(version) >= (3, 11) else None


def this_python() -> Python:
    """The interpreter that runs this program (inside the Blender application, the one that came with it)."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return Python(sys.executable, sys.version_info[:2], False)
    return Python(sys.executable, sys.version_info[:2], True)


def find(versions: tuple[tuple[int, int], ...]) -> Python | None:
    """The first installed Python of these versions that can make environments, in the order given."""
    for version in versions:
        for command in _candidates(version):
            found = describe(command)
            if found and found.version == version and found.has_venv:
                return found
    return None


def _candidates(version: tuple[int, int]) -> list[list[str]]:
    name = f"{version[0]}.{version[1]}"
    commands = [[sys.executable]] if sys.version_info[:2] == version else []
    if os.name == "nt":
        launcher = shutil.which("py")
        return commands + ([[launcher, f"-{name}"]] if launcher else [])
    on_path = [Path(folder) / f"python{name}" for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv")) / "versions"
    uv = home / ".local" / "share" / "uv" / "python"
    usual = [
        *on_path,
        *sorted(pyenv.glob(f"{name}.*/bin/python{name}"), reverse=True),
        *sorted(uv.glob(f"cpython-{name}.*/bin/python{name}"), reverse=True),
        Path(f"/usr/local/bin/python{name}"),
        Path(f"/opt/homebrew/bin/python{name}"),
        Path(f"/Library/Frameworks/Python.framework/Versions/{name}/bin/python{name}"),
    ]
    return commands + [[str(path)] for path in dict.fromkeys(usual) if path.exists()]


@cache
def find_blender() -> str | None:
    """The path of an installed Blender of a version that NeuroEdit supports, or None."""
    places = [shutil.which("blender"), "/Applications/Blender.app/Contents/MacOS/Blender"]
    if os.name == "nt":
        programs = Path(os.environ.get("PROGRAMFILES", r"C:\Program Files")) / "Blender Foundation"
        places += [str(path) for path in sorted(programs.glob("Blender */blender.exe"), reverse=True)]
    return next((place for place in places if place and blender_version([place]) >= BLENDER_MIN), None)


def blender_version(command: list[str]) -> tuple[int, int]:
    """(major, minor) of what `blender --version` says, or (0, 0) when it does not start as Blender."""
    try:
        said = subprocess.run([*command, "--version"], capture_output=True, text=True, timeout=120).stdout
    except (OSError, subprocess.SubprocessError):
        return 0, 0
    words = next((line.split() for line in said.splitlines() if line.startswith("Blender ")), [])
    parts = words[1].split(".") if len(words) > 1 else []
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() else (0, 0)


def blender_command(program: list[str]) -> list[str]:
    """The command that runs a program of tools/ (its path, then its arguments) inside the installed Blender."""
    blender = find_blender()
    assert blender is not None
    return [blender, "-b", "--python-exit-code", "1", "--python", program[0], "--", *program[1:]]
