"""Builds the extension: a zip that Blender installs from its preferences or by dropping it on a window.

    python3 tools/build.py                 writes dist/neuroedit-VERSION.zip
    python3 tools/build.py -o FOLDER

Blender itself validates and packs it: NEUROEDIT_BLENDER names its command, or `blender` is on the path.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path

import _environment
import _pythons


def main() -> int:
    """Exit code: 0 when the zip was written."""
    parser = argparse.ArgumentParser(description="Builds the extension for Blender.")
    parser.add_argument("-o", "--output", type=Path, default=_environment.ROOT / "dist", help="folder for the zip")
    folder = parser.parse_args().output.absolute()
    command = shlex.split(os.environ.get("NEUROEDIT_BLENDER", "")) or [_pythons.find_blender() or ""]
    if not command[0]:
        print("Building needs Blender 4.5 or newer: put it on the path or name its command in NEUROEDIT_BLENDER.",
              file=sys.stderr)  # fmt: skip
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    root = str(_environment.ROOT)
    for step in (["validate", root], ["build", "--source-dir", root, "--output-dir", str(folder)]):
        if subprocess.run([*command, "--command", "extension", *step]).returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
