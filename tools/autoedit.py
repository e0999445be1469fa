"""Turns raw footage into a finished, still fully editable edit.

    python3 tools/autoedit.py talk.mp4 -o talk-edited.mp4
    blender -b --python tools/autoedit.py -- talk.mp4 -o talk-edited.mp4
    blender -b project.blend --python tools/autoedit.py -- -o project-edited.blend
    python3 tools/autoedit.py --demo

Exit codes: 0 done, 1 failed, 2 usage, 130 cancelled.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

if os.path.dirname(os.path.abspath(__file__)) not in sys.path:  # Blender runs scripts without it
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import _environment  # tells an older Python to go

_environment.ensure("worker", "bpy")
signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # until the command line listens itself; nothing is made yet

from neuroedit_addon.blender.headless import command  # noqa: E402
from neuroedit_addon.blender.headless.telling import Teller  # noqa: E402
from neuroedit_addon.errors import EnvironmentProblem, NeuroEditError  # noqa: E402
from neuroedit_addon.messages import Progress  # noqa: E402

DEMO_FOLDER = Path("neuroedit-demo")


def words() -> list[str]:
    """The command line's words that are ours: Blender's own end with the first lone --."""
    if not _environment.inside_blender():
        return sys.argv[1:]
    return sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []


def worker_python() -> tuple[str, Sequence[str]]:
    """The worker's interpreter.

    Raises:
        EnvironmentProblem: there is none and none can be made.
    """
    try:
        return _environment.worker_python()
    except _environment.EnvironmentFailure as failure:
        raise EnvironmentProblem(str(failure)) from failure


def demo(given: list[str]) -> int:
    """Make the sample, edit it, and say how far the edit is from the truth."""
    import demo

    def compare(edits: Sequence[Any], out: IO[str]) -> None:
        print(demo.compare(sample.truth, edits[0].findings[0], edits[0].plan), file=out)

    teller, began = Teller("none" if {"-q", "--quiet"} & set(given) else "bar"), time.monotonic()

    def report(done: float, total: float, what: str) -> None:
        left = (time.monotonic() - began) * (total / done - 1) if done else None
        teller(Progress("making the demo film", done, total, left, what))

    try:
        sample = demo.make(DEMO_FOLDER, report)
        teller.clear()
    except NeuroEditError as problem:
        print(f"autoedit: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    outputs = [] if any(word in ("-o", "--output", "--dry-run") for word in given) else (
        ["-o", str(DEMO_FOLDER / "demo-edited.mp4"), "-o", str(DEMO_FOLDER / "demo-edited.blend")])  # fmt: skip
    return command.main([*given, *outputs, str(sample.film)], worker_python, compare)


if __name__ == "__main__":
    given = words()
    rest = given[: given.index("--")] if "--" in given else given
    if "--demo" in rest and not {"-h", "--help"} & set(rest):
        rest.remove("--demo")
        command.leave(demo(rest))
    command.leave(command.main(given, worker_python))
