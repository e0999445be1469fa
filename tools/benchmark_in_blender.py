"""One measurement inside Blender, for benchmark_hosts.py: takes a task as JSON, answers with a line of JSON.

    {"do": "apply", "film": F, "media": {…}, "cuts": 2000}             seconds to read and to apply
    {"do": "render", "film": F, "media": {…}, "keep": [[a, b], …], "out": O}     seconds to render
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from neuroedit_addon.blender import compat
from neuroedit_addon.blender.apply import apply
from neuroedit_addon.blender.assemble import assemble, new_scene
from neuroedit_addon.blender.read import read
from neuroedit_addon.blender.render import render
from neuroedit_addon.findings import Audio, Media
from neuroedit_addon.planner.edit_list import EditList, Range


def measure(task: dict[str, Any]) -> dict[str, Any]:
    """Do the task."""
    values = dict(task["media"])
    media = Media(**{**values, "audio": Audio(**values["audio"]) if values["audio"] else None})
    scene = new_scene([media])
    assemble(scene, [media])
    began = time.perf_counter()
    timeline = read(scene, {media.path: media})
    seen, worked = time.perf_counter(), time.process_time()
    first, after = timeline.span
    edits = EditList(timeline.fps, tuple(_ranges(task, first, after)))
    profile = cProfile.Profile()
    if task.get("profile"):
        profile.enable()
    report = apply(scene, edits, timeline, "benchmark")
    profile.disable()
    answer = {
        "blender": bpy.app.version_string, "pieces": report.pieces, "read": seen - began,
        "apply": time.perf_counter() - seen, "apply_cpu": time.process_time() - worked,
    }  # fmt: skip
    if task.get("profile"):
        answer["calls"] = _calls(profile)
    if task["do"] == "apply" and not task.get("profile"):
        answer["bare_cpu"] = _bare_splits(media, [span.left for span in edits.ranges])
    if task["do"] == "render":
        scene.frame_start, scene.frame_end = report.start, report.end - 1
        began = time.perf_counter()
        render(scene, Path(task["out"]))
        answer |= {"render": time.perf_counter() - began, "frames": report.end - report.start}
    return answer


def _calls(profile: cProfile.Profile) -> list[list[Any]]:
    """Function, calls and seconds of its own, the longest first."""
    rows = [[name, calls, own] for (_, _, name), (calls, _, own, _, _) in pstats.Stats(profile).stats.items()]
    return sorted(rows, key=lambda row: -row[2])[:6]


def _bare_splits(media: Media, frames: list[int]) -> float:
    """CPU seconds that Blender's own `split` takes for the same cuts, with nothing before or after."""
    scene = new_scene([media])
    assemble(scene, [media])
    began = time.process_time()
    with compat.editing(scene):
        for strip in list(compat.strips_of(scene)):
            for frame in frames:
                strip = compat.split(strip, frame) or strip
    return time.process_time() - began


def _ranges(task: dict[str, Any], first: int, after: int) -> list[Range]:
    """Evenly spaced cuts, each a third of its share of the film; or all that lies between the kept spans."""
    if task["do"] == "apply":
        share = (after - first) / task["cuts"]
        lefts = [first + round(share * (number + 0.5)) for number in range(task["cuts"])]
        return [Range(left, left + max(1, int(share / 3)), "remove", decisions=(f"d{left}",)) for left in lefts]
    edges = [first, *(first + frame for span in task["keep"] for frame in span), after]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [Range(left, right, "remove", decisions=(f"d{left}",)) for left, right in pairs if right > left]


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
