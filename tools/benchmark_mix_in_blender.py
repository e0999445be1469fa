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
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import benchmark_mix_cases as timelines

from neuroedit_addon.blender import compat, mix_read


def measure(task: dict[str, Any]) -> dict[str, Any]:
    """Do the task."""
    answer = []
    for number, (name, scene) in enumerate(timelines.cases(task["files"], task["starts"], task["speech"])):
        path = Path(task["folder"]) / f"{number}.wav"
        with compat.editing(scene):
            bpy.ops.sound.mixdown(filepath=str(path), container="WAV", codec="PCM", format="F32")
        _settle(path)
        answer.append({"name": name, "theirs": str(path), "arrangement": mix_read.read(scene).to_json(),
                       "fps": scene.render.fps / scene.render.fps_base})  # fmt: skip
    told = Path(task["folder"]) / "cases.json"
    told.write_text(json.dumps(answer), encoding="utf-8")
    return {"blender": bpy.app.version_string, "cases": str(told)}


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
