"""Learns from finished edits what you keep and what you drop.

    python3 tools/learn.py holiday.blend wedding.blend            into the profile “mine”
    python3 tools/learn.py holiday.blend --profile travel
    python3 tools/learn.py --profile travel --show                what it knows, and from what
    python3 tools/learn.py --profile travel --export travel.json  --import, --reset, --list likewise
    python3 tools/autoedit.py clips/ --duration 60s --profile travel -o film.mp4

Exit codes: 0 done, 1 failed, 2 usage, 130 cancelled.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

if os.path.dirname(os.path.abspath(__file__)) not in sys.path:  # Blender runs scripts without it
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import _environment  # tells an older Python to go

_environment.ensure("worker", "bpy")

from neuroedit_addon.blender.headless import learning  # noqa: E402
from neuroedit_addon.blender.headless.command import leave  # noqa: E402
from neuroedit_addon.errors import EnvironmentProblem  # noqa: E402


def worker_python() -> tuple[str, Sequence[str]]:
    """The worker's interpreter.

    Raises:
        EnvironmentProblem: there is none and none can be made.
    """
    try:
        return _environment.worker_python()
    except _environment.EnvironmentFailure as failure:
        raise EnvironmentProblem(str(failure)) from failure


def words() -> list[str]:
    """The command line's words that are ours: Blender's own end with the first lone --."""
    if not _environment.inside_blender():
        return sys.argv[1:]
    return sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []


if __name__ == "__main__":
    leave(learning.main(words(), worker_python))
