"""`tools/benchmark.py memory`: the most memory that the worker ever holds, for one minute and for two hours."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import benchmark_films
import psutil

from neuroedit_addon.job import Job
from neuroedit_addon.messages import Failed, Request

EVERY = 0.1  # seconds between two looks at its memory


def measure(file: Path | None, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """One table: film, its length, peak memory in MB."""
    large = file or benchmark_films.make(folder / "large.mp4", (1920, 1080), 60, "8M")
    small = benchmark_films.make(folder / "small.mp4", (320, 180), 60, "300k")
    long = benchmark_films.lengthened(small, 60, 120, folder / "long.mp4")
    films = {
        file.name if file else "1920x1080, 1 minute": large,
        "320x180, 1 minute": small,
        "320x180, 2 hours": long,
    }
    return {"Peak memory of the worker": [_row(name, film) for name, film in films.items()]}


def _row(name: str, film: Path) -> dict[str, Any]:
    peak = 0
    job = Job(Request("analyse", {"sources": [str(film)], "cache": False}), sys.executable)
    worker = next(iter(psutil.Process().children()))
    while not job.finished:
        try:
            peak = max(peak, _peak(worker))
        except psutil.Error:
            break  # it has ended
        for message in job.poll():
            if isinstance(message, Failed):
                raise message.error()
        time.sleep(EVERY)
    while not job.finished:
        job.wait(1)
    print(f"{name}: {peak / 1e6:.0f} MB", file=sys.stderr, flush=True)
    return {"film": name, "peak MB": round(peak / 1e6)}


def _peak(worker: psutil.Process) -> int:
    info = worker.memory_info()
    return int(getattr(info, "peak_wset", info.rss))
