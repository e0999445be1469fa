"""One file becomes small frames, sound, posters and a record. Runs in a process of its own; leaves no halves behind."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from neuroedit_addon.errors import MediaError, ModelError, NeuroEditError, OutputError
from neuroedit_addon.worker.analyser import LOOK_HEIGHT, LOOK_WIDTH, LookFrame
from neuroedit_addon.worker.media import Reader

from . import labels
from .arrays import GrowingArray
from .flags import ShotMeter, Signature, picture_hash
from .sources import Source, checksum
from .splits import film_of, split_of, weight_of

PHOTO_SIDE = 216
_POSTER = (160, 90)


def gather(source: Source, name: str, dataset: Path) -> dict[str, Any]:
    """Write one source's files below `dataset` and give its record; a file that cannot be used gives a record of kind
    "skipped" with the reason.

    Raises:
        OutputError: the data set's folder cannot be written or is full.
    """
    stat = source.path.stat()
    base = {"name": name, "source": str(source.path), "size": stat.st_size, "changed": stat.st_mtime_ns,
            "licence": source.licence}  # fmt: skip
    work = dataset / f".{name}.{os.getpid()}.part"
    try:
        base["sha256"] = checksum(source.path)
        work.mkdir(parents=True, exist_ok=True)
        record = _photo(source, name, work) if source.kind == "photo" else _media(source, name, work)
        for piece in sorted(work.rglob("*")):
            if piece.is_file():
                target = dataset / piece.relative_to(work)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(piece, target)
        return base | record
    except MediaError as problem:
        return base | {"kind": "skipped", "reason": problem.sentence}
    except OSError as problem:
        raise OutputError(f"{dataset} cannot be written: {problem.strerror}.",
                          "Free some space and start again: what is collected stays.") from None  # fmt: skip
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _photo(source: Source, name: str, work: Path) -> dict[str, Any]:
    data = np.fromfile(source.path, np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if picture is None:
        raise MediaError(f"{source.path} is no picture that can be read.")
    scale = min(PHOTO_SIDE / min(picture.shape[:2]), 1.0)
    size = (max(round(picture.shape[1] * scale), 1), max(round(picture.shape[0] * scale), 1))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    _write_picture(work / "pictures" / f"{name}.jpg", small, 92)
    film = source.path.stem
    return {"kind": "photo", "film": film, "split": split_of(film, source.path), "weight": weight_of(film),
            "picture": f"pictures/{name}.jpg", "width": picture.shape[1], "height": picture.shape[0],
            "signature": picture_hash(small[..., ::-1].copy())}  # fmt: skip


def _media(source: Source, name: str, work: Path) -> dict[str, Any]:
    times: list[float] = []
    signature, finder = Signature(), _finder()
    pictures = GrowingArray(work / "small" / f"{name}.npy", (LOOK_HEIGHT, LOOK_WIDTH, 3), np.uint8)
    samples = GrowingArray(work / "sound" / f"{name}.npy", (), np.int16)
    with Reader(source.path) as reader:
        for item in reader:
            if isinstance(item, LookFrame):
                pictures.add(item.rgb[None])
                times.append(item.time)
                signature.add(item.time, item.rgb)
                if finder:
                    finder.picture(item)
            else:
                samples.add((np.clip(item.samples, -1, 1) * 32767).astype(np.int16))
        media = reader.media()
    small, heard = pictures.finish(), samples.finish()
    film = film_of(source.path.stem)
    record: dict[str, Any] = {"kind": "video" if len(small) else "sound", "film": film,
                              "split": split_of(film, source.path), "duration": media.duration,
                              "warnings": reader.warnings}  # fmt: skip
    if len(heard):
        record["sound"] = f"sound/{name}.npy"
    if len(small):
        told = labels.read(source.path)
        transitions = told if told is not None else _found(finder)
        record |= {"small": f"small/{name}.npy", "frames": len(small), "fps": media.fps, "vfr": media.vfr,
                   "width": media.width, "height": media.height, "signature": signature.value(),
                   "labelled": told is not None, "transitions": transitions,
                   "shots": _shots(name, small, times, heard, transitions, media.duration, work)}  # fmt: skip
    return record


def _finder() -> Any:
    """The shot detector, or None in a checkout whose network is not trained yet."""
    from neuroedit_addon.worker.shots import ShotFinder

    try:
        return ShotFinder()
    except (ModelError, ImportError):
        return None


def _found(finder: Any) -> list[dict[str, Any]]:
    if finder is None:
        return []
    found = finder.finish()["transitions"]
    return [{"kind": t.kind, "start_frame": t.start_frame, "end_frame": t.end_frame, "sure": t.confidence >= 0.8}
            for t in found]  # fmt: skip


def _shots(name: str, small: np.ndarray, times: list[float], heard: np.ndarray,
           transitions: list[dict[str, Any]], duration: float, work: Path) -> list[dict[str, Any]]:  # fmt: skip
    edges = [(0, 0), *((t["start_frame"], t["end_frame"]) for t in transitions), (len(small),) * 2]
    shots = []
    for before, after in zip(edges, edges[1:], strict=False):
        start, end = min(before[1], len(small)), min(after[0], len(small))
        if end <= start:
            continue
        begin, stop = times[start], times[end] if end < len(times) else max(duration, times[-1])
        meter = ShotMeter()
        for picture in small[start : min(end, start + 400) : 2]:
            meter.add(picture)
        stretch = None if not len(heard) else heard[int(begin * 16000) : int(stop * 16000)]
        poster = f"posters/{name}_{len(shots):04d}.jpg"
        middle = cv2.resize(small[(start + end) // 2], _POSTER, interpolation=cv2.INTER_CUBIC)
        _write_picture(work / poster, middle[..., ::-1], 80)
        shots.append({"start_frame": start, "end_frame": end, "start": round(begin, 4), "end": round(stop, 4),
                      "flags": meter.flags(stretch), "poster": poster})  # fmt: skip
    return shots


def _write_picture(path: Path, picture: np.ndarray, quality: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fine, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not fine:
        raise NeuroEditError(f"{path.name} cannot be encoded.")
    path.write_bytes(data.tobytes())
