"""Builds the extension: a zip for each platform, which Blender installs when it is dropped on its window.

    python3 tools/build.py                          dist/neuroedit-VERSION-PLATFORM.zip for Blender 4.5 and 5.2
    python3 tools/build.py --platform linux-x64 --python 3.14 -o FOLDER      for one platform and another Python

Each holds the worker's packages for its platform, so installing needs no network. Blender itself validates and packs:
NEUROEDIT_BLENDER names its command, or `blender` is on the path. The same files give the same zip, byte by byte.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import _environment
import _pins
import _pythons
import _wheels
from _install import EnvironmentFailure

LIMIT = 200 * 1024 * 1024  # of extensions.blender.org
_PARTS = ("__init__.py", "blender_manifest.toml", "LICENSE", "neuroedit_addon", "models")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


class BuildFailure(Exception):
    """No zip can be made; the text is one sentence for the user."""


def main() -> int:
    """Exit code: 0 when every zip was written."""
    parser = argparse.ArgumentParser(description="Builds the extension for Blender.")
    parser.add_argument("-o", "--output", type=Path, default=_environment.ROOT / "dist", help="folder for the zips")
    parser.add_argument("--platform", action="append", choices=[*_wheels.PLATFORMS], help="default: all")
    parser.add_argument(
        "--python", action="append", type=_version, metavar="3.N", help="default: those of Blender 4.5 and 5.2"
    )
    options = parser.parse_args()
    versions = tuple(options.python or sorted(_pins.bpy_versions()))
    try:
        for name in options.platform or _wheels.PLATFORMS:
            written = build(_wheels.PLATFORMS[name], versions, options.output.absolute())
            print(f"{written}  {written.stat().st_size / 2**20:.0f} MB")
    except (BuildFailure, _wheels.WheelFailure, EnvironmentFailure) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def build(platform: _wheels.Platform, versions: tuple[tuple[int, int], ...], folder: Path) -> Path:
    """The zip for one platform, whole or not at all.

    Raises:
        BuildFailure: no Blender, or it refuses what it was given, or the zip is too large.
        _wheels.WheelFailure: a wheel cannot be had.
    """
    blender = _blender()
    wheels = _wheels.fetch(platform, versions, _environment.ROOT / "build" / "wheels")
    folder.mkdir(parents=True, exist_ok=True)
    # Beside the result: Blender may see other temporary folders than we do.
    with tempfile.TemporaryDirectory(prefix=".neuroedit-build-", dir=folder) as temporary:
        source, made = Path(temporary) / "source", Path(temporary) / "made.zip"
        _stage(source, platform, wheels)
        for step in (["validate", str(source)], ["build", "--source-dir", str(source), "--output-filepath", str(made)]):
            said = subprocess.run([*blender, "--command", "extension", *step], capture_output=True, text=True)
            if said.returncode or step[0] == "build" and not made.is_file():
                raise BuildFailure(f"Blender refuses to {step[0]} the extension:\n{said.stdout}{said.stderr}")
        _settle(made)
        if made.stat().st_size > LIMIT:
            raise BuildFailure(f"The zip for {platform.name} has {made.stat().st_size / 2**20:.0f} MB, more than 200.")
        result = folder / f"neuroedit-{_version_of(source)}-{platform.name.replace('-', '_')}.zip"
        os.replace(made, result)
    return result


def _blender() -> list[str]:
    command = shlex.split(os.environ.get("NEUROEDIT_BLENDER", "")) or [_pythons.find_blender() or ""]
    if not command[0]:
        raise BuildFailure(
            "Building needs Blender 4.5 or newer: put it on the path or name its command in NEUROEDIT_BLENDER."
        )
    return command


def _stage(source: Path, platform: _wheels.Platform, wheels: list[Path]) -> None:
    """The extension's files as Blender's packager wants them, with the wheels and a manifest that names them."""
    source.mkdir()
    for part in _PARTS:
        origin = _environment.ROOT / part
        if origin.is_dir():
            shutil.copytree(origin, source / part, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy2(origin, source / part)
    (source / "wheels").mkdir()
    for wheel in wheels:
        os.symlink(wheel, source / "wheels" / wheel.name) if os.name != "nt" else shutil.copy2(wheel, source / "wheels")
    manifest = source / "blender_manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    names = "".join(f'  "./wheels/{wheel.name}",\n' for wheel in wheels)
    # Before the first table, where the manifest's own keys end.
    head, table, rest = text.partition("\n[")
    added = f'\nplatforms = ["{platform.name}"]\n\nwheels = [\n{names}]\n'
    manifest.write_text(head + added + table + rest, encoding="utf-8")


def _settle(made: Path) -> None:
    """Write a zip again with its files in order, one time for all, and no trace of who made it."""
    beside = made.with_suffix(".settled")
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(beside, "w") as new:
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith((".whl", "/")) else zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name), compresslevel=9)
    os.replace(beside, made)


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor)


def _version_of(source: Path) -> str:
    import tomllib

    return str(tomllib.loads((source / "blender_manifest.toml").read_text(encoding="utf-8"))["version"])


if __name__ == "__main__":
    sys.exit(main())
