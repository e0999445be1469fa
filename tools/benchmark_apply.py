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
    """One table: seconds for each number of cuts, a row for each Blender."""
    film = file or _two_hours(folder)
    media = media_of(film)
    rows = []
    for name, command in benchmark_hosts.hosts():
        task = {"do": "apply", "film": str(film), "media": media}
        answers = [benchmark_hosts.measure(name, command, {**task, "cuts": cuts}) for cuts in CUTS]
        times: dict[str, Any] = {}
        for cuts, answer in zip(CUTS, answers, strict=True):
            times |= {f"{cuts:,} cuts, s": answer["apply"], f"{cuts:,} cuts, CPU s": answer["apply_cpu"]}
        rows.append({"Blender": f"{answers[0]['blender']}, {name}", **times})
    return {"Applying cuts to a film of two hours, picture and sound": rows}


def media_of(film: Path) -> dict[str, Any]:
    """What the worker knows of a film without decoding it, as plain values."""
    from neuroedit_addon.worker.probe import probe

    media: Media = probe(source_of(str(film)))
    return {**asdict(media)}


def _two_hours(folder: Path) -> Path:
    minute = benchmark_films.make(folder / "minute.mp4", (64, 64), 60, "50k")
    return benchmark_films.lengthened(minute, 60, 120, folder / "two hours.mp4")
