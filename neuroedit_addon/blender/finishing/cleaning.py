"""Cleans the voices of the footage into new files, which the strips then play; the originals stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy

from ...findings import Findings
from ...settings import Settings
from .. import compat, mix_read
from ..marks import UNCLEANED
from ..read import media_path
from .asking import Ask, Step
from .wishes import Finished, Wishes

Found = Mapping[str, Findings]


def clean(scene: Any, wishes: Wishes, found: Found, done: Finished) -> Step[tuple[dict[str, Findings], Finished]]:
    """Clean every file in which somebody speaks; the findings by path of the new files, which fit them as well.

    Raises:
        MediaError: a file's sound cannot be read.
        OutputError: the folder cannot be written.
    """
    paths = dict.fromkeys(clip.path for clip in mix_read.read(scene).audible)
    talking = [path for path in paths if path in found and found[path].speech]
    cleaned: dict[str, Findings] = {}
    for number, path in enumerate(talking, start=1):
        out = wishes.folder / "clean" / f"{number:02}_{Path(path).stem}.wav"
        result = yield Ask("clean", {"path": path, "out": str(out), "steps": steps(wishes.settings)})
        _play(scene, path, out)
        known = found[path]
        cleaned[str(out)] = replace(known, media=replace(known.media, path=str(out)))
        done = done.with_notes(
            [f"cleaned {Path(path).name}: {', '.join(result['done'])}; speech over noise {result['snr_before']:.1f} -> "
             f"{result['snr_after']:.1f} dB"], result["warnings"],
        )  # fmt: skip
    return cleaned, done


def steps(settings: Settings) -> dict[str, Any]:
    """The worker's `cleanup.Steps` for these settings."""
    chosen = settings.clean
    return {
        "highpass": 70.0 if "highpass" in chosen else 0.0, "hum": -1.0 if "hum" in chosen else 0.0,
        "noise": settings.noise_reduction if "noise" in chosen else 0.0, "deess": 0.4 if "deess" in chosen else 0.0,
        "declick": "declick" in chosen, "level": "level" in chosen,
    }  # fmt: skip


def restore(scene: Any) -> int:
    """Let strips play their originals again; how many did not."""
    count = 0
    for strip in _sounds(compat.strips_of(scene)):
        if (original := strip.get(UNCLEANED)) is not None:
            strip.sound = original
            del strip[UNCLEANED]
            count += 1
    return count


def _play(scene: Any, path: str, out: Path) -> None:
    for strip in _sounds(compat.strips_of(scene)):
        if media_path(strip) == path:
            strip[UNCLEANED] = strip.sound
            strip.sound = _sound(str(out), strip.sound)


def _sound(path: str, like: Any) -> Any:
    sound = bpy.data.sounds.load(path, check_existing=True)
    sound.use_mono = like.use_mono
    return sound


def _sounds(strips: Any) -> list[Any]:
    found = []
    for strip in strips:
        if strip.type == "META":
            found += _sounds(strip.strips)
        elif strip.type == "SOUND" and strip.sound is not None:
            found.append(strip)
    return found
