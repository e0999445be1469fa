"""A film's sound with its cuts faded: Blender itself begins and ends strips between two samples, which clicks.

While a film is rendered, the worker's mix takes the place of its sources: the same sound at the same level, cut to the
sample, with neighbours crossing over in the fade that `apply` noted on their strips.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import MediaError
from . import compat, mix_read, tags, write_mix

Ask = Callable[..., dict[str, Any]]


@contextmanager
def faded(scene: Any, folder: Path, ask: Ask, warn: Callable[[str], None]) -> Iterator[None]:
    """Inside, the scene is heard with faded cuts; afterwards it is as it was.

    Nothing is done where no cut was made, where a mix is heard already (its cuts are faded), or where the timeline
    holds sound that only Blender can play; then that is said.

    Args:
        folder: where the passing file may lie.
        ask: the worker: a verb and its arguments give a result.
        warn: told what the user should know.

    Raises:
        OutputError: the folder cannot be written.
        Cancelled: the worker was told to stop.
    """
    path = None if write_mix.is_heard(scene) or not _cut(scene) else _mixed(scene, folder, ask, warn)
    if path is None:
        yield
        return
    names = [channel.name for channel in scene.sequence_editor.channels]
    write_mix.write(scene, path, "film")
    try:
        yield
    finally:
        write_mix.remove(scene)
        for channel, name in zip(scene.sequence_editor.channels, names, strict=False):
            if channel.name != name:
                channel.name = name
        path.unlink(missing_ok=True)


def _cut(scene: Any) -> bool:
    return any(tags.FADE_IN in strip or tags.FADE_OUT in strip for strip in compat.strips_of(scene))


def _mixed(scene: Any, folder: Path, ask: Ask, warn: Callable[[str], None]) -> Path | None:
    arrangement = mix_read.read(scene)
    if not arrangement.audible:
        return None
    if arrangement.warnings:
        warn(f"Cuts of the sound are not faded: {arrangement.warnings[0]}")
        return None
    path = folder / "film.wav"
    try:
        ask("mix", arrangement=arrangement.to_json(), out=str(path), target=None, true_peak=0.0, per_clip=False)
    except MediaError as problem:
        warn(f"Cuts of the sound are not faded: {problem.sentence}")
        return None
    return path
