"""Timelines with sound inside one Blender, for benchmark_mix_hosts.py: Blender's own mixdown of each, and what we read.

    {"folder": F, "files": {"stereo": …, "mono": …, "take": …, "music": …}, "starts": [s, …],
     "speech": [[s, s], …]}  ->  {"blender": …, "cases": a JSON file}
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from neuroedit_addon.blender import compat, mix_read, write_dub, write_music
from neuroedit_addon.captions import Caption, Captions
from neuroedit_addon.dub_lines import DubTake
from neuroedit_addon.planner import dub
from neuroedit_addon.planner.music_bed import lay

RATES = ((24, 1.001), (24, 1), (25, 1), (30, 1.001), (30, 1), (50, 1), (60, 1.001), (60, 1))


def cases(files: dict[str, str], starts: list[float], speech: list[tuple[float, float]]) -> Iterator[tuple[str, Any]]:
    """Scenes by name, one after the other; each is gone when the next is asked for."""
    scene = _scene(25, 1.0, 10)
    _sound(scene, files["stereo"])
    yield "parity: stereo", scene
    scene = _scene(24, 1.001, 10)
    _sound(scene, files["mono"], 1, 13)
    yield "parity: one channel, 23.976 fps", scene
    scene = _scene(30, 1.0, 10)
    strip = _sound(scene, files["stereo"], 1, 1)
    compat.set_left(strip, 40)
    compat.set_right(strip, 200)
    strip.volume = 0.5
    yield "parity: trimmed, half volume", scene
    scene = _scene(25, 1.0, 10)
    strip = _sound(scene, files["mono"])
    strip.sound.use_mono, strip.pan = True, 0.7
    yield "parity: panned", scene
    scene = _scene(25, 1.0, 10)
    strip = _sound(scene, files["stereo"])
    for frame, volume in ((1, 1.0), (250, 0.4)):
        strip.volume = volume
        strip.keyframe_insert("volume", frame=frame)
    yield "parity: volume curve", scene
    scene = _scene(25, 1.0, 10)
    for channel, name in enumerate(("stereo", "mono", "take"), start=1):
        _sound(scene, files[name], channel, 1 + 20 * channel).volume = 0.4
    scene.audio_volume = 0.8
    yield "parity: three layers, scene volume", scene
    for fps, base in RATES:
        scene = _scene(fps, base, 12)
        rate = Fraction(fps) / Fraction(base).limit_denominator(1001)
        captions = Captions(tuple(Caption(start, start + 1.5, f"line {start}") for start in starts))
        lines = dub.plan(captions, rate)
        takes = [DubTake(line.key, files["take"], 1.0) for line in lines]
        write_dub.write(scene, dub.place(lines, takes, rate), "benchmark")
        yield f"onset: {float(rate):g} fps", scene
    scene = _scene(25, 1.0, 14)
    pieces = lay(14.0, 30.0, fade_in=0.0, fade_out=0.0)
    write_music.write(scene, Path(files["music"]), pieces, speech, "benchmark")
    yield "ducking", scene


def measure(task: dict[str, Any]) -> dict[str, Any]:
    """Do the task."""
    answer = []
    for number, (name, scene) in enumerate(cases(task["files"], task["starts"], task["speech"])):
        path = Path(task["folder"]) / f"{number}.wav"
        with compat.editing(scene):
            bpy.ops.sound.mixdown(filepath=str(path), container="WAV", codec="PCM", format="F32")
        _settle(path)
        answer.append({"name": name, "theirs": str(path), "arrangement": mix_read.read(scene).to_json(),
                       "fps": scene.render.fps / scene.render.fps_base})  # fmt: skip
    told = Path(task["folder"]) / "cases.json"
    told.write_text(json.dumps(answer), encoding="utf-8")
    return {"blender": bpy.app.version_string, "cases": str(told)}


def _scene(fps: int, base: float, seconds: int) -> Any:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = fps, base
    scene.frame_start, scene.frame_end = 1, seconds * fps
    scene.render.ffmpeg.audio_channels, scene.render.ffmpeg.audio_mixrate = "STEREO", 48_000
    compat.strips_of(scene)
    return scene


def _sound(scene: Any, path: str, channel: int = 1, frame: int = 1) -> Any:
    with compat.editing(scene):
        return compat.strips_of(scene).new_sound(name="sound", filepath=path, channel=channel, frame_start=frame)


def _settle(path: Path) -> None:
    """The application goes on writing after its operator has returned."""
    size, until = -1, time.monotonic() + 60
    while (not path.is_file() or path.stat().st_size != size) and time.monotonic() < until:
        size = path.stat().st_size if path.is_file() else -1
        time.sleep(0.3)


if __name__ == "__main__":
    code = 1
    try:
        print("\n" + json.dumps(measure(json.loads(sys.argv[-1]))), flush=True)
        code = 0
    except Exception:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # Blender's own way out may wait for ever for its render threads
