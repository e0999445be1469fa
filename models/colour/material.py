"""Good pictures to spoil: photographs, views of panoramas, and frames of films, by the split of their film."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import av
import cv2
import numpy as np

from models.footage.splits import film_of, split_of, weight_of
from neuroedit_addon.errors import MediaError
from neuroedit_addon.worker.analyser import LOOK_HEIGHT, LOOK_WIDTH
from neuroedit_addon.worker.colour_difference import display

_A_FILM, _FEW = 40, 12
_PANORAMAS = (".exr", ".hdr")
_ACROSS, _UP = np.radians([50.0, 80.0]), np.radians([-18.0, 2.0, 16.0])  # how wide views are, and where they look
_VIDEOS, _PHOTOS = (".mp4", ".mkv", ".mov", ".webm", ".avi", ".ogv", ".m4v", ".mpg"), (".jpg", ".jpeg", ".png", ".webp")


def pictures(footage: Path, split: str, most: int = 100_000) -> tuple[np.ndarray, np.ndarray]:
    """Small frames uint8 (n, 54, 96, 3) of a split, and how often each is drawn (n,), summing to 1.

    Panoramas (.exr, .hdr: linear light all round, as Blender's own studio lights, which are CC0) are films of their
    views. Every film counts as five photographs in training, as one when it is measured how often good ones are left
    alone, however long it is. Black and white films have no colours to learn.

    Raises:
        MediaError: nothing there.
    """
    frames: list[np.ndarray] = []
    weights: list[float] = []
    film = 5 if split == "train" else 1
    for path in sorted(p for p in footage.rglob("*") if p.suffix.lower() in _VIDEOS + _PHOTOS + _PANORAMAS):
        if _split(path, path.relative_to(footage)) != split or len(frames) >= most:
            continue
        try:
            found = _shown(path)
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
    """As films are split; a tenth of the photographs, each a film of its own, validate; panoramas only teach."""
    if path.suffix.lower() in _PANORAMAS:
        return "train"
    named = split_of(film_of(path.stem), inside)
    if named == "train" and path.suffix.lower() in _PHOTOS:
        return "validation" if hashlib.sha256(path.stem.encode()).digest()[0] < 26 else "train"
    return named


def _shown(path: Path) -> list[np.ndarray]:
    kind = path.suffix.lower()
    return [_photo(path)] if kind in _PHOTOS else _views(path) if kind in _PANORAMAS else _film(path)


def _photo(path: Path) -> np.ndarray:
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("no picture")
    return _small(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))


def _views(path: Path) -> list[np.ndarray]:
    """What a camera sees all round in a panorama of linear light: exposed for its middle, with a soft shoulder."""
    os.environ["OPENCV_IO_ENABLE_OPENEXR"] = "1"  # OpenCV asks when it first opens one
    light = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if light is None:
        raise ValueError("no panorama")
    light = np.maximum(light[..., 2::-1].astype(np.float32), 0)
    high, wide = light.shape[:2]
    made = []
    for number, (across, up) in enumerate((a, u) for a in _ACROSS for u in _UP):
        for turn in np.arange(8) * np.pi / 4 + number * np.pi / 12:
            x, y = np.meshgrid(np.linspace(-1, 1, 2 * LOOK_WIDTH), np.linspace(9 / 16, -9 / 16, 2 * LOOK_HEIGHT))
            x, y = x * np.tan(across / 2), y * np.tan(across / 2)
            ahead, above = np.cos(up) - y * np.sin(up), np.sin(up) + y * np.cos(up)
            left = (np.arctan2(x, ahead) + turn) / (2 * np.pi) % 1 * wide
            top = (0.5 - np.arctan2(above, np.hypot(x, ahead)) / np.pi) * high
            seen = cv2.remap(light, left.astype(np.float32), top.astype(np.float32), cv2.INTER_LINEAR,
                             borderMode=cv2.BORDER_WRAP)  # fmt: skip
            seen = seen * 0.2 / max(float(np.median(seen.mean(2))), 1e-4)
            seen = np.where(seen < 0.6, seen, 1 - 0.4 * np.exp(-(seen - 0.6) / 0.4))
            made.append(_small(np.rint(display(seen) * 255).astype(np.uint8)))
    return made


def _film(path: Path) -> list[np.ndarray]:
    """Key frames, a few dozen at most; of films with few of them, a few others as well."""
    keys = _decoded(path, "NONKEY")
    found = keys if len(keys) >= _FEW else _decoded(path, "DEFAULT")
    most = _A_FILM if len(keys) >= _FEW else _FEW
    return found[:: max(1, len(found) // most)]


def _decoded(path: Path, skipped: str) -> list[np.ndarray]:
    with av.open(str(path)) as file:
        if not file.streams.video:
            return []
        stream = file.streams.video[0]
        stream.codec_context.skip_frame = skipped
        return [_small(frame.to_ndarray(format="rgb24")) for frame in file.decode(stream)]


def _small(rgb: np.ndarray) -> np.ndarray:
    return cv2.resize(rgb, (LOOK_WIDTH, LOOK_HEIGHT), interpolation=cv2.INTER_AREA)


def _worth(frame: np.ndarray) -> bool:
    """Neither gray, nor nearly one colour, nor black."""
    spread = frame.max(axis=2).astype(int) - frame.min(axis=2)
    return float(spread.mean()) > 6 and float(frame.std()) > 12 and float(frame.mean()) > 12
