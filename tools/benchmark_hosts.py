"""The Blenders that are here, and one measurement inside one of them."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import _pins
import _pythons
from _install import clean_environ, make_ready

from neuroedit_addon.errors import EnvironmentProblem, NeuroEditError

PROGRAM = str(Path(__file__).resolve().parent / "benchmark_in_blender.py")


def hosts() -> Iterator[tuple[str, list[str]]]:
    """Name and command of every bpy wheel that an installed Python can run, and of the application.

    Raises:
        EnvironmentProblem: there is none.
    """
    none = True
    for version in reversed(_pins.bpy_versions()):
        base = _pythons.find((version,))
        if base:
            none = False
            yield f"bpy wheel, Python {version[0]}.{version[1]}", [str(make_ready(base, ("worker", "bpy"))), PROGRAM]
    command = shlex.split(os.environ.get("NEUROEDIT_BLENDER", "")) or [_pythons.find_blender() or ""]
    if command[0]:
        none = False
        yield "application", [*command, "-b", "--factory-startup", "--python", PROGRAM, "--"]
    if none:
        raise EnvironmentProblem("There is neither a Python with a bpy wheel nor a Blender here.")


def measure(name: str, command: list[str], task: dict[str, Any]) -> dict[str, Any]:
    """What benchmark_in_blender.py answers to `task` in one host.

    Raises:
        NeuroEditError: it failed; the last line it said is in the sentence.
    """
    done = subprocess.run([*command, json.dumps(task)], capture_output=True, text=True, env=clean_environ())
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            answer = json.loads(line)
            print(f"{name}: {answer}", file=sys.stderr, flush=True)
            return answer
    said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1]
    raise NeuroEditError(f"The measurement in the {name} failed: {said}")
