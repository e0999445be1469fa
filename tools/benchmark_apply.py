"""`tools/benchmark.py apply`: how long it takes to carry out many cuts on picture and sound, in each Blender."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import benchmark_films
import benchmark_hosts

from neuroedit_addon.findings import Media
from neuroedit_addon.worker.source import source_of

CUTS = (2000, 10000)


def measure(file: Path | None, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Seconds for each number of cuts, a row for each Blender; and in which calls they pass."""
    film = file or _two_hours(folder)
    media = media_of(film)
    rows, profiles = [], {}
    for name, command in benchmark_hosts.hosts():
        task = {"do": "apply", "film": str(film), "media": media}
        answers = [benchmark_hosts.measure(name, command, {**task, "cuts": cuts}) for cuts in CUTS]
        times: dict[str, Any] = {}
        for cuts, answer in zip(CUTS, answers, strict=True):
            times |= {
                f"{cuts:,} cuts, s": answer["apply"], f"{cuts:,} cuts, CPU s": answer["apply_cpu"],
                f"{cuts:,} bare splits, CPU s": answer["bare_cpu"],
            }  # fmt: skip
        host = f"{answers[0]['blender']}, {name}"
        rows.append({"Blender": host, **times})
        profiled = benchmark_hosts.measure(name, command, {**task, "cuts": CUTS[0], "profile": True})
        profiles[f"Where {CUTS[0]:,} cuts pass their time in {host}"] = [
            {"function": call, "calls": count, "own seconds": own} for call, count, own in profiled["calls"]
        ]
    return {"Applying cuts to a film of two hours, picture and sound": rows, **profiles}


def media_of(film: Path) -> dict[str, Any]:
    """What the worker knows of a film without decoding it, as plain values."""
    from neuroedit_addon.worker.probe import probe

    media: Media = probe(source_of(str(film)))
    return {**asdict(media)}


def _two_hours(folder: Path) -> Path:
    minute = benchmark_films.make(folder / "minute.mp4", (64, 64), 60, "50k")
    return benchmark_films.lengthened(minute, 60, 120, folder / "two hours.mp4")
