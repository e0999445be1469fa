"""`tools/benchmark.py render`: Blender's render of an edit beside ffmpeg making the same cuts with the same encoder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import benchmark_films
import benchmark_hosts
from benchmark_apply import media_of

PIECES = 20  # kept pieces, each two thirds of its share of the film


def measure(file: Path | None, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """One table: seconds, frames a second, and ratio to ffmpeg."""
    film = file or benchmark_films.make(folder / "film.mp4", (1920, 1080), 60, "8M")
    media = media_of(film)
    share = media["frames"] // PIECES
    keep = [[number * share, number * share + share * 2 // 3] for number in range(PIECES)]
    frames = sum(after - first for first, after in keep)
    plain = _ffmpeg(film, keep, media, folder / "ffmpeg.mp4")
    rows = [_row("ffmpeg, libx264 medium, crf 20", plain, frames, plain)]
    for name, command in benchmark_hosts.hosts():
        task = {"do": "render", "film": str(film), "media": media, "keep": keep, "out": str(folder / "blender.mp4")}
        answer = benchmark_hosts.measure(name, command, task)
        rows.append(_row(f"Blender {answer['blender']}, {name}", answer["render"], answer["frames"], plain))
    return {f"Rendering {PIECES} pieces of a film of {media['width']}x{media['height']}": rows}


def _row(program: str, seconds: float, frames: int, plain: float) -> dict[str, Any]:
    return {"program": program, "seconds": seconds, "frames a second": frames / seconds, "ratio": seconds / plain}


def _ffmpeg(film: Path, keep: list[list[int]], media: dict[str, Any], out: Path) -> float:
    """Seconds that ffmpeg takes for the same pieces, with the codecs and qualities of blender/render_format.py."""
    numerator, _, denominator = media["fps"].partition("/")
    fps = int(numerator) / int(denominator or 1)
    pictures = "+".join(f"between(n,{first},{after - 1})" for first, after in keep)
    sounds = "+".join(f"between(t,{first / fps:.6f},{after / fps:.6f})" for first, after in keep)
    graph = f"[0:v]select='{pictures}',setpts=N/FRAME_RATE/TB[v];[0:a]aselect='{sounds}',asetpts=N/SR/TB[a]"
    began = time.perf_counter()
    benchmark_films.run(
        ["-i", str(film), "-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-c:v", "libx264", "-preset",
         "medium", "-crf", "20", "-c:a", "aac", "-b:a", "192k", str(out)]
    )  # fmt: skip
    return time.perf_counter() - began
