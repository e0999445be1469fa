"""Measures corrections on clips of films that no training has seen: spoilt in known ways, coded, corrected."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from models.footage.splits import film_of, split_of
from neuroedit_addon.worker.colour import judge
from neuroedit_addon.worker.colour_difference import difference, linear
from neuroedit_addon.worker.colour_twin import twin

from .faults import spoil
from .material import _VIDEOS

WIDTH, HEIGHT = 256, 144
_LENGTH = 12
_LOOKED_AT = 3
_WRITTEN = 0.5  # confidence from which on a correction is written, unless the user says otherwise

KINDS = {"faulty": (0, 0, 1), "mild": (0, 0, 1, 1), "cast": (0, 1, 0), "good": (1, 0, 0)}
"""Kinds of clips, and what `faults.spoil` is told: everything wrong at once; so, but .3 to 1 as much; and so on."""

Correct = Callable[[Sequence[np.ndarray]], list[np.ndarray]]


@dataclass(frozen=True)
class Clip:
    """A clean clip and how it was recorded: lists of uint8 (h, w, 3). `kind` is one of `KINDS`."""

    film: str
    kind: str
    clean: list[np.ndarray]
    seen: list[np.ndarray]


def clips(footage: Path, split: str = "test", each: int = 3, seed: int = 7) -> Iterator[Clip]:
    """Pieces of every colour film of a split, each as every kind of `KINDS`."""
    rng = np.random.default_rng(seed)
    for path in sorted(p for p in footage.rglob("*") if p.suffix.lower() in _VIDEOS):
        if split_of(film_of(path.stem), path.relative_to(footage)) != split:
            continue
        for clean in _pieces(path, each):
            tall = np.concatenate(clean)[None].astype(np.float32) / 255
            for kind, shares in KINDS.items():
                made = np.rint(spoil(rng, tall, *shares)[0][0] * 255).astype(np.uint8)
                yield Clip(path.stem, kind, clean, coded(np.split(made, len(clean))))


def ours(session: Any) -> Correct:
    """The network's correction, as Blender's modifiers render it, where it is sure enough to be written."""

    def correct(frames: Sequence[np.ndarray]) -> list[np.ndarray]:
        judged = judge(session, [cv2.resize(f, (48, 27), interpolation=cv2.INTER_AREA) for f in frames])
        if judged is None or judged[1] < _WRITTEN:
            return list(frames)
        return [np.rint(twin(f / 255, judged[0]) * 255).astype(np.uint8) for f in frames]

    return correct


def compare(material: Sequence[Clip], methods: Mapping[str, Correct]) -> list[dict[str, Any]]:
    """A row for each method: CIEDE2000 to the unspoilt picture, medians over clips."""
    rows = []
    for name, correct in {"as it is": list, **methods}.items():
        far: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for clip in material:
            made = correct(clip.seen)
            picked = range(0, len(made), max(1, len(made) // _LOOKED_AT))
            apart = [difference(made[i][::2, ::2] / 255, clip.clean[i][::2, ::2] / 255) for i in picked]
            far[clip.kind].append(float(np.mean(apart)))
        rows.append({
            "method": name, "faulty": float(np.median(far["faulty"])), "mild": float(np.median(far["mild"])),
            "cast only": float(np.median(far["cast"])),
            "good": float(np.median(far["good"])), "good, 95th": float(np.percentile(far["good"], 95)),
            "clips": len(material),
        })  # fmt: skip
    return rows


def angles(material: Sequence[Clip], methods: Mapping[str, Correct]) -> list[dict[str, Any]]:
    """A row for each method: how far the light's colour is still off where only the white balance was spoilt.

    The light is what a clip's pixels, linear and neither black nor clipped, came to be multiplied by on average.
    """
    rows = []
    casts = [clip for clip in material if clip.kind == "cast"]
    for name, correct in {"as it is": list, **methods}.items():
        off = [_angle(correct(clip.seen), clip.clean) for clip in casts]
        rows.append({"method": name, "mean": float(np.mean(off)), "median": float(np.median(off)), "clips": len(off)})
    return rows


def _angle(made: Sequence[np.ndarray], clean: Sequence[np.ndarray]) -> float:
    one, other = (np.concatenate([f[::4, ::4].reshape(-1, 3) for f in frames]) / 255 for frames in (made, clean))
    usable = (np.minimum(one, other).min(1) > 0.02) & (np.maximum(one, other).max(1) < 0.98)
    if usable.sum() < 20:
        usable[:] = True
    light = linear(one[usable]).mean(0) / np.maximum(linear(other[usable]).mean(0), 1e-6)
    return float(np.degrees(np.arccos(min(light.sum() / np.sqrt(3) / np.linalg.norm(light), 1.0))))


def coded(frames: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The frames after H.264 as phones write it."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0], "yuv420p"
        stream.thread_count = 1
        for rgb in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    file.seek(0)
    with av.open(file) as again:
        return [frame.to_ndarray(format="rgb24") for frame in again.decode(video=0)]


def _pieces(path: Path, each: int) -> list[list[np.ndarray]]:
    """Clips from evenly spread places of a film; none of a film without colours."""
    found = []
    try:
        with av.open(str(path)) as file:
            if not file.streams.video:
                return []
            stream = file.streams.video[0]
            length = float((file.duration or 0) / av.time_base)
            for number in range(each):
                file.seek(int(length * (number + 0.5) / each * av.time_base), backward=True)
                frames = []
                for frame in file.decode(stream):
                    frames.append(cv2.resize(frame.to_ndarray(format="rgb24"), (WIDTH, HEIGHT),
                                             interpolation=cv2.INTER_AREA))  # fmt: skip
                    if len(frames) == _LENGTH:
                        break
                if frames and _coloured(frames[0]):
                    found.append(frames)
    except (av.FFmpegError, ValueError) as problem:
        print(f"{path} is left out: {problem}", file=sys.stderr)
    return found


def _coloured(rgb: np.ndarray) -> bool:
    spread = rgb.max(axis=2).astype(int) - rgb.min(axis=2)
    return float(spread.mean()) > 6 and float(rgb.std()) > 12
