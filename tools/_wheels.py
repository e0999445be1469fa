"""Fetches the worker's wheels for every platform and Python of Blender, at the versions that pyproject.toml pins.

The versions are those with which both Pythons' wheels together stay below the extension site's limit: wheels of the
stable ABI (av, opencv) serve both.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import _pins
import _pythons
from _install import clean_environ, make_ready

# Only tools write other programs' cut lists, so the extension does without these.
_NOT_BUNDLED = ("opentimelineio", "otio-cmx3600-adapter")
_MARKER = re.compile(r"python_version\s*(<=|>=|==|!=|<|>)\s*'3\.(\d+)'")


@dataclass(frozen=True)
class Platform:
    """A platform as Blender names it, and the wheel tags that run on it, the most demanding first."""

    name: str
    tags: tuple[str, ...]


PLATFORMS = {
    p.name: p
    for p in (
        Platform("linux-x64", tuple(f"manylinux_2_{minor}_x86_64" for minor in range(28, 16, -1))
                 + ("manylinux2014_x86_64", "manylinux1_x86_64")),
        Platform("windows-x64", ("win_amd64",)),
        Platform("macos-arm64", tuple(f"macosx_{major}_0_{kind}" for major in (14, 13, 12, 11)
                                      for kind in ("arm64", "universal2"))),
    )
}  # fmt: skip


class WheelFailure(Exception):
    """A wheel cannot be had; the text is one sentence for the user."""


def fetch(platform: Platform, versions: tuple[tuple[int, int], ...], folder: Path) -> list[Path]:
    """The wheels for these Pythons on a platform, each once, by name; downloaded into `folder` when they are not there.

    Raises:
        WheelFailure: pip found none for one of the pins, or there is no network.
    """
    found: set[Path] = set()
    for version in versions:
        place = folder / f"{platform.name}-cp{version[0]}{version[1]}"
        pins = _requirements(version)
        done = place / "pins.txt"
        if not done.is_file() or done.read_text(encoding="utf-8") != "\n".join(pins):
            shutil.rmtree(place, ignore_errors=True)
            _download(platform, version, pins, place)
            done.write_text("\n".join(pins), encoding="utf-8")
        found.update(place.glob("*.whl"))
    return sorted({wheel.name: wheel for wheel in sorted(found)}.values(), key=lambda wheel: wheel.name)


def _requirements(version: tuple[int, int]) -> list[str]:
    """The worker's pins that hold for a Python."""
    kept = []
    for pin in _pins.pins("worker"):
        requirement, _, marker = pin.partition(";")
        name = requirement.strip().partition("==")[0].lower()
        if name not in _NOT_BUNDLED and _holds(marker, version):
            kept.append(requirement.strip())
    return kept


def _holds(marker: str, version: tuple[int, int]) -> bool:
    match = _MARKER.search(marker)
    if not match:
        return True
    mine, theirs = version[1], int(match[2])
    return {"<": mine < theirs, "<=": mine <= theirs, "==": mine == theirs, "!=": mine != theirs,
            ">": mine > theirs, ">=": mine >= theirs}[match[1]]  # fmt: skip


def _download(platform: Platform, version: tuple[int, int], pins: list[str], place: Path) -> None:
    tag = f"{version[0]}{version[1]}"
    print(f"Fetching wheels for {platform.name}, Python {version[0]}.{version[1]}", file=sys.stderr)
    options = ["--no-deps", "--only-binary=:all:", "--dest", str(place), "--python-version", tag,
               "--implementation", "cp", "--abi", f"cp{tag}", "--abi", "abi3", "--abi", "none"]  # fmt: skip
    for name in (*platform.tags, "any"):
        options += ["--platform", name]
    command = [*_pip(), "download", "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--quiet"]
    done = subprocess.run([*command, *options, *pins], capture_output=True, text=True, env=clean_environ())
    if done.returncode:
        words = [line for line in done.stderr.strip().splitlines() if line.startswith("ERROR")] or ["pip said no more."]
        which = f"{platform.name}, Python {version[0]}.{version[1]}"
        raise WheelFailure(f"The wheels for {which} cannot be had: {words[-1]}")


def _pip() -> list[str]:
    """A command that runs pip: this Python's own, or that of an environment made for it."""
    here = [sys.executable, "-I", "-m", "pip"]
    if subprocess.run([*here, "--version"], capture_output=True).returncode == 0:
        return here
    return [str(make_ready(_pythons.this_python(), ())), "-I", "-m", "pip"]
