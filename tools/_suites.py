"""The three ways in which the tests are run, and what came of each. Standard library only."""

import os
import shlex
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from dataclasses import dataclass
from pathlib import Path

import _pins
import _pythons
from _install import EnvironmentFailure, clean_environ, make_ready

ROOT = _pins.ROOT
NAMES = ("main", "other", "application")
_BLENDER_TESTS = str(ROOT / "tests" / "blender")


@dataclass(frozen=True)
class Outcome:
    """One suite: what it ran on, its counts and seconds, or why it could not run.

    Attributes:
        code: exit code of pytest; 5 (nothing selected) is no failure.
        excuse: why it was skipped, or an empty string.
    """

    title: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    code: int = 0
    excuse: str = ""

    @property
    def ran(self) -> bool:
        """Whether it could run at all."""
        return not self.excuse

    @property
    def good(self) -> bool:
        """Whether it passed, or was skipped for a reason that is no fault."""
        return self.code in (0, 5) and not self.failed


def run(name: str, fast: bool, arguments: list[str], report: Path) -> Outcome:
    """Run one of NAMES; pytest's report is written to `report` (JUnit XML)."""
    try:
        title, command = {"main": _main, "other": _other, "application": _application}[name](fast)
    except LookupError as excuse:
        return Outcome(excuse.args[0], excuse=excuse.args[1])
    except EnvironmentFailure as failure:
        return Outcome(name, code=1, excuse=str(failure))
    chosen = [argument for argument in arguments if not argument.startswith("-") and Path(argument).exists()]
    fast_arguments = ["-m", "not slow and not train"] if fast else []
    options = ["--import-mode=importlib", "-rs", *fast_arguments, *arguments]
    print(f"\n{title}", file=sys.stderr, flush=True)
    parts = [_part(title, [*command, *goal, *options], report) for goal in ([[]] if chosen else _goals(name))]
    codes = [part.code for part in parts if not part.good]
    return Outcome(
        title, *(sum(getattr(part, key) for part in parts) for key in ("passed", "failed", "skipped", "seconds")),
        code=codes[0] if codes else 0,
    )  # fmt: skip


def _goals(name: str) -> list[list[str]]:
    """What each process tests. Every file of blender/ has Blender to itself: what one leaves in it crashed another."""
    files = [[str(file)] for file in sorted(Path(_BLENDER_TESTS).glob("test_*.py"))]
    return [[str(ROOT / "tests"), f"--ignore={_BLENDER_TESTS}"], *files] if name == "main" else files


def _part(title: str, command: list[str], report: Path) -> Outcome:
    report.unlink(missing_ok=True)
    began = time.monotonic()
    code = subprocess.run([*command, f"--junitxml={report}"], cwd=ROOT, env=clean_environ()).returncode
    return _outcome(title, code, time.monotonic() - began, report)


def table(outcomes: list[Outcome]) -> str:
    """What ran, for people to read."""
    width = max(len(outcome.title) for outcome in outcomes)
    lines = [f"{'':{width}}  passed  failed  skipped     time"]
    for outcome in outcomes:
        minutes, seconds = divmod(round(outcome.seconds), 60)
        counts = f"{outcome.passed:6}  {outcome.failed:6}  {outcome.skipped:7}  {minutes:4}:{seconds:02}"
        crashed = "  ended without a report" if outcome.ran and not outcome.good and not outcome.failed else ""
        lines.append(f"{outcome.title:{width}}  {counts + crashed if outcome.ran else 'not run: ' + outcome.excuse}")
    if not os.environ.get("NEUROEDIT_FOOTAGE"):
        lines.append("Tests on real footage were skipped: NEUROEDIT_FOOTAGE names no folder.")
    return "\n".join(lines)


def _main(fast: bool) -> tuple[str, list[str]]:
    """Everything, in the environment of the Python that the tests were started with."""
    groups: tuple[str, ...] = ("worker", "bpy", "test") if fast else ("worker", "bpy", "test", "train")
    base = _pythons.this_python()
    if base.version not in _pins.bpy_versions():
        base = _pythons.find(_pins.bpy_versions()) or base
    if base.version not in _pins.bpy_versions():
        groups = tuple(group for group in groups if group != "bpy")
        title = f"Everything but Blender's part, {_name(base, groups)}"
        return title, [str(make_ready(base, groups)), "-m", "pytest"]
    return f"Everything, {_name(base, groups)}", [str(make_ready(base, groups)), "-m", "pytest"]


def _other(fast: bool) -> tuple[str, list[str]]:
    """The tests of blender/ on the bpy wheel that the main suite does not use."""
    first = _pythons.this_python().version
    versions = _pins.bpy_versions()
    first = first if first in versions else next(iter(versions))
    others = tuple(version for version in versions if version != first)
    base = _pythons.find(others)
    if not base:
        names = " or ".join(f"{major}.{minor}" for major, minor in others)
        raise LookupError("Blender's part, the other bpy wheel", f"no Python {names} with venv was found")
    groups = ("worker", "bpy", "test")
    return f"Blender's part, {_name(base, groups)}", [str(make_ready(base, groups)), "-m", "pytest"]


def _application(fast: bool) -> tuple[str, list[str]]:
    """The tests of blender/ inside the Blender application."""
    command = shlex.split(os.environ.get("NEUROEDIT_BLENDER", "")) or [_pythons.find_blender() or ""]
    if not command[0]:
        raise LookupError("Blender's part, in the application", "no Blender on the path or in NEUROEDIT_BLENDER")
    version = _pythons.blender_version(command)
    if version < _pythons.BLENDER_MIN:
        raise EnvironmentFailure(f"{shlex.join(command)} does not start as a Blender 4.5 or newer.")
    script = str(ROOT / "tools" / "_suite_in_blender.py")
    title = f"Blender's part, in the application {version[0]}.{version[1]}"
    return title, [*command, "-b", "--factory-startup", "--python-exit-code", "1", "--python", script, "--"]


def _name(base: _pythons.Python, groups: tuple[str, ...]) -> str:
    marker = f"python_version == '{base.version[0]}.{base.version[1]}'"
    bpy = next((pin.partition(";")[0] for pin in _pins.pins("bpy") if marker in pin), "") if "bpy" in groups else ""
    return f"Python {base.version[0]}.{base.version[1]}, {bpy.replace('==', ' ') or 'without bpy'}"


def _outcome(title: str, code: int, seconds: float, report: Path) -> Outcome:
    try:
        suites = xml.parse(report).getroot().iter("testsuite")
        counts = [[int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")] for suite in suites]
    except (OSError, xml.ParseError):
        return Outcome(title, seconds=seconds, code=code or 1)
    tests, failures, errors, skipped = (sum(column) for column in zip(*counts, strict=True))
    return Outcome(title, tests - failures - errors - skipped, failures + errors, skipped, seconds, code)
