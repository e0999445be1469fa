"""`tools/benchmark.py analysis`: wall time of the worker beside plain decoding and PySceneDetect, same file, same run.

The three alternate, so that whatever else the machine does falls on all of them; medians are compared.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import benchmark_films
import psutil

from neuroedit_addon import job
from neuroedit_addon.messages import Request

REPEATS = 5
SIZE, SECONDS, BITRATE = (1920, 1080), 60, "8M"


def measure(file: Path | None, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """One table: seconds, and ratio to plain decoding."""
    film = file or benchmark_films.make(folder / "film.mp4", SIZE, SECONDS, BITRATE)
    decode = [benchmark_films.ffmpeg(), "-nostdin", "-i", str(film), "-f", "null", "-"]
    runs = {
        "ffmpeg -i F -f null -": lambda: _program(decode),
        "NeuroEdit, all findings": lambda: _worker(film),
        "PySceneDetect detect-adaptive": lambda: _program(
            [sys.executable, "-m", "scenedetect", "-q", "-i", str(film), "detect-adaptive"]
        ),
    }  # fmt: skip
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for number in range(REPEATS):
        for name, program in runs.items():
            taken[name].append(_timed(program))
            print(f"{number + 1}/{REPEATS} {name}: {taken[name][-1][0]:.1f} s", file=sys.stderr, flush=True)
    wall = {name: median(wall for wall, _ in times) for name, times in taken.items()}
    cpu = {name: median(cpu for _, cpu in times) for name, times in taken.items()}
    plain = next(iter(wall.values())), next(iter(cpu.values()))
    title = f"Analysis of {film.name}" if file else f"Analysis of {SECONDS} s of 1080p H.264 at {BITRATE}bit/s, 25 fps"
    return {
        title: [
            {"program": name, "seconds (median of 5)": wall[name], "ratio to ffmpeg": wall[name] / plain[0],
             "CPU seconds": cpu[name], "ratio of CPU": cpu[name] / plain[1]}
            for name in runs
        ]
    }  # fmt: skip


def _timed(program: Any) -> tuple[float, float]:
    """Seconds that pass and seconds that processors work, in this process and those that it waits for."""
    began, worked = time.perf_counter(), _worked()
    program()
    return time.perf_counter() - began, _worked() - worked


def _worked() -> float:
    times = psutil.Process().cpu_times()
    return times.user + times.system + times.children_user + times.children_system


def _program(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _worker(film: Path) -> None:
    job.run(Request("analyse", {"sources": [str(film)], "cache": False}), sys.executable)
