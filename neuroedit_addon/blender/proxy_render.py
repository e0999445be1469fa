"""Strips that are no media files, rendered by Blender into small films, so that they are analysed like any other.

Scene strips, metas and image sequences. Their name in a timeline is `strip:NAME`; what is rendered is the strip as it
lies on the sequencer, alone, with its own modifiers and sound.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy

from ..findings import Findings, Media
from ..messages import Progress
from . import compat
from .read import STRIP
from .render import render

_WIDTH = 96  # what the analysers look at


@contextmanager
def rendered(
    scene: Any, paths: Sequence[str], on_progress: Callable[[Progress], None], should_cancel: Callable[[], bool]
) -> Iterator[dict[str, str]]:
    """Small films of those of `paths` that stand for strips, by their name in the timeline; gone afterwards.

    Raises:
        OutputError: the folder for temporary files is full.
        Cancelled: `should_cancel` said so.
    """
    names = [path for path in paths if path.startswith(STRIP)]
    if not names:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="neuroedit-") as folder:
        films = {}
        for number, name in enumerate(names):
            strip = compat.strips_of(scene)[name.removeprefix(STRIP)]
            films[name] = str(_film(scene, strip, Path(folder) / f"{number}.mkv", on_progress, should_cancel))
        yield films


def _film(
    scene: Any, strip: Any, output: Path, on_progress: Callable[[Progress], None], should_cancel: Callable[[], bool]
) -> Path:
    name, span = strip.name, (compat.left(strip), compat.right(strip))
    copy = scene.copy()
    try:
        with compat.editing(copy):
            strips = compat.strips_of(copy)
            for other in [s.name for s in strips if s.name != name]:
                if other in strips:  # effects go with their inputs
                    strips.remove(strips[other])
            shown = copy.render
            shown.resolution_y = max(2, round(_WIDTH * shown.resolution_y / shown.resolution_x / 2) * 2)
            shown.resolution_x, shown.resolution_percentage = _WIDTH, 100
            render(copy, output, on_progress, should_cancel, span=span)
    finally:
        bpy.data.scenes.remove(copy)
    return output


def known_as(name: str, media: Media) -> Media:
    """What is known of a rendered strip, under its name in the timeline and without a fingerprint of its film."""
    return replace(media, path=name, fingerprint="")


def found_as(name: str, findings: Findings) -> Findings:
    """The findings of a rendered strip, under its name in the timeline."""
    return replace(findings, media=known_as(name, findings.media))


