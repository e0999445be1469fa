"""The command line of learning: finished .blend files in, a profile out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from ... import profiles
from ...errors import Cancelled, NeuroEditError, UsageError
from ...planner.personal import described, source_words
from ...profile import Profile, checked_name
from .knowing import Knower, WorkerPython
from .telling import HOW, Teller

USUAL = "mine"


def parser() -> argparse.ArgumentParser:
    """The words of tools/learn.py."""
    made = argparse.ArgumentParser(
        prog="learn", allow_abbrev=False,
        description="Learns from finished edits what you keep and what you drop; autoedit.py --profile NAME uses it.",
    )  # fmt: skip
    made.add_argument("edits", nargs="*", type=Path, metavar="FILE.blend", help="edits that you made or mended")
    made.add_argument("--profile", default=USUAL, metavar="NAME", help=f"which profile learns ({USUAL})")
    made.add_argument("--show", action="store_true", help="say what the profile knows, and from what")
    made.add_argument("--list", action="store_true", help="name all profiles")
    made.add_argument("--reset", action="store_true", help="forget everything first")
    made.add_argument("--export", type=Path, metavar="FILE.json", help="write a copy of the profile")
    made.add_argument("--import", dest="bring", type=Path, metavar="FILE.json", help="begin with a copy")
    made.add_argument("--cache-dir", type=Path, metavar="FOLDER", help="where findings are remembered")
    made.add_argument("--progress", choices=HOW, default="bar", help="how progress is shown, on standard error")
    made.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    return made


def main(words: Sequence[str], python: WorkerPython, out: IO[str] = sys.stdout) -> int:
    """Do what the words say: the exit code."""
    try:
        options = parser().parse_args(list(words))
    except SystemExit as ended:
        return int(ended.code or 0)
    teller = Teller(options.progress, options.quiet, False, sys.stderr)
    try:
        if options.list:
            print("\n".join(profiles.available()) or "There are no profiles.", file=out)
            return 0
        profile = _learn(options, Knower(python, teller, True, options.cache_dir))
        teller.clear()
        if not options.quiet or options.show:
            _tell(profile, out)
        return 0
    except (NeuroEditError, KeyboardInterrupt) as problem:
        teller.clear()
        failure = problem if isinstance(problem, NeuroEditError) else Cancelled("Cancelled; nothing was learnt.")
        print(f"learn: {failure}", file=sys.stderr)
        return failure.exit_code


def _learn(options: argparse.Namespace, knower: Knower) -> Profile:
    name = checked_name(options.profile)
    if not (options.edits or options.show or options.reset or options.export or options.bring):
        raise UsageError("There is nothing to learn from.", "Name finished .blend files, or say --show.")
    forgotten = options.reset and profiles.reset(name)
    profile = profiles.load(name, empty=bool(options.edits or options.reset or options.bring or forgotten))
    if options.bring:
        profile = Profile(name, profiles.read(options.bring).lessons)
    for blend in options.edits:
        profile = profile.learnt(_lesson(blend, knower))
    if options.edits or options.bring:
        profiles.save(profile)
    if options.export:
        profiles.write(profile, options.export)
    return profile


def _lesson(blend: Path, knower: Knower) -> Any:
    if blend.suffix.lower() != ".blend":
        raise UsageError(f"{blend} is no .blend.", "Name projects that were edited in Blender.")
    from .. import learning
    from ..window import project as kept
    from . import project

    if not hasattr(project.bpy.types.Scene, "neuroedit"):
        kept.register()  # verdicts lie in properties that only this makes readable
    project.open_project(blend)
    scene = project.edited_scene()
    paths = learning.footage(scene)
    return learning.lesson_of(scene, {found.media.path: found for found in knower.findings(paths)})


def _tell(profile: Profile, out: IO[str]) -> None:
    print(f"Profile “{profile.name}”", file=out)
    for line in described(profile):
        print(f"  {line}", file=out)
    for lesson in profile.lessons[-10:]:
        print(f"    from {source_words(lesson)}", file=out)
