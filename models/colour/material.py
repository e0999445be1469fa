"""Good pictures to spoil: photographs, and frames of films, by the split of their film."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import av
import cv2
import numpy as np

from models.footage.splits import film_of, split_of, weight_of
from neuroedit_addon.errors import MediaError
from neuroedit_addon.worker.analyser import LOOK_HEIGHT, LOOK_WIDTH

_A_FILM = 40
_VIDEOS, _PHOTOS = (".mp4", ".mkv", ".mov", ".webm", ".avi", ".ogv", ".m4v", ".mpg"), (".jpg", ".jpeg", ".png", ".webp")


def pictures(footage: Path, split: str, most: int = 100_000) -> tuple[np.ndarray, np.ndarray]:
    """Small frames uint8 (n, 54, 96, 3) of a split, and how often each is drawn (n,), summing to 1.

    Every film counts as ten photographs in training, as one when it is measured how often good ones are left alone,
    however long it is. Black and white films have no colours to learn.

    Raises:
        MediaError: nothing there.
    """
    frames: list[np.ndarray] = []
    weights: list[float] = []
    film = 10 if split == "train" else 1
    for path in sorted(p for p in footage.rglob("*") if p.suffix.lower() in _VIDEOS + _PHOTOS):
        if _split(path, path.relative_to(footage)) != split or len(frames) >= most:
            continue
        try:
            found = [_photo(path)] if path.suffix.lower() in _PHOTOS else _film(path)
        except (av.FFmpegError, OSError, ValueError) as problem:
            print(f"{path} is left out: {problem}", file=sys.stderr)
            continue
        found = [frame for frame in found if _worth(frame)]
        each = weight_of(path.stem) if path.suffix.lower() in _PHOTOS else film / max(len(found), 1)
        frames += found
        weights += [each] * len(found)
    if not frames:
        raise MediaError(f"{footage} holds no colour pictures of the {split} split.", "Give a folder of footage.")
    share = np.array(weights)
    return np.stack(frames), share / share.sum()


def _split(path: Path, inside: Path) -> str:
    """As films are split; a tenth of the photographs, each of which is a film of its own, validate."""
    named = split_of(film_of(path.stem), inside)
    if named == "train" and path.suffix.lower() in _PHOTOS:
        return "validation" if hashlib.sha256(path.stem.encode()).digest()[0] < 26 else "train"
    return named


def _photo(path: Path) -> np.ndarray:
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("no picture")
    return _small(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))


def _film(path: Path) -> list[np.ndarray]:
    """Key frames, a few dozen at most."""
    with av.open(str(path)) as file:
        if not file.streams.video:
            return []
        stream = file.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        found = [_small(frame.to_ndarray(format="rgb24")) for frame in file.decode(stream)]
    return found[:: max(1, len(found) // _A_FILM)]


def _small(rgb: np.ndarray) -> np.ndarray:
    return cv2.resize(rgb, (LOOK_WIDTH, LOOK_HEIGHT), interpolation=cv2.INTER_AREA)


def _worth(frame: np.ndarray) -> bool:
    """Neither gray, nor nearly one colour, nor black."""
    spread = frame.max(axis=2).astype(int) - frame.min(axis=2)
    return float(spread.mean()) > 6 and float(frame.std()) > 12 and float(frame.mean()) > 12
