"""Takes back what an earlier run finished, so that its cuts can be taken back and all can be made anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from .. import compat, tags, write_mix
from ..marks import BED, CAPTION, DUB
from ..write_captions import untouched as caption_untouched
from ..write_music import untouched as bed_untouched
from .cleaning import restore


def take_back(scene: Any) -> tuple[str, ...]:
    """Remove mix, music, dubs and captions that nobody touched, and the volumes and sounds that were changed for them.

    Returns:
        the folders in which lines lie that were spoken: they need not be spoken again.
    """
    spoken = dict.fromkeys(str(Path(bpy.path.abspath(s.sound.filepath)).parent) for s in _generated(scene, DUB)
                           if s.type == "SOUND" and s.sound)  # fmt: skip
    write_mix.remove(scene)
    beds = _generated(scene, BED)
    stay = not all(bed_untouched(strip) for strip in beds)
    write_mix.unduck(scene)
    restore(scene)
    gone = [strip for strip in _generated(scene, DUB) if tags.untouched(strip)]
    gone += [strip for strip in _generated(scene, CAPTION) if caption_untouched(strip)]
    gone += [] if stay else beds
    with compat.editing(scene):
        for strip in gone:
            compat.strips_of(scene).remove(strip)
    return tuple(spoken)


def _generated(scene: Any, mark: str) -> list[Any]:
    return [strip for strip in compat.strips_of(scene) if mark in strip]
