"""Does parts of the finish anew on a timeline as it lies there: lines that were rewritten, and the mix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...dub_lines import DubTake
from .. import compat, write_dub
from .asking import Ask, Step
from .mixing import Found, track
from .wishes import Finished, Wishes


def speak_changed(scene: Any, folder: Path) -> Step[tuple[int, tuple[str, ...]]]:
    """Speak the lines anew on whose strips another text, voice or slot was written; all others stay as they are.

    Args:
        folder: for the new sounds.

    Returns:
        how many were spoken, and what is to be told of them.

    Raises:
        UsageError: not one of them could be spoken.
        EnvironmentProblem: there is no voice.
        OutputError: the folder cannot be written.
    """
    lines = write_dub.lines_again(scene)
    if not lines:
        return 0, ()
    result = yield Ask("dub", {
        "lines": [line.to_json() for line in lines.values()], "folder": str(folder / "dub"), "known": [],
    })  # fmt: skip
    takes = {take["key"]: DubTake(**take) for take in result["takes"]}
    done = 0
    for name, line in lines.items():
        # By its name: a reference may have died while the line was spoken.
        strip = next((strip for strip in compat.strips_of(scene) if strip.name == name), None)
        if strip is not None and line.key in takes:
            write_dub.replace_take(scene, strip, line, takes[line.key])
            done += 1
    return done, tuple(result["warnings"])


def mix_again(scene: Any, wishes: Wishes, found: Found) -> Step[Finished]:
    """Mix what can be heard now, as it lies there, in the place of an earlier mix.

    Raises:
        MediaError, OutputError: as the worker's verb "mix" does.
    """
    return (yield from track(scene, wishes, found, Finished()))
