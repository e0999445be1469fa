"""The user's own pictures and clips, FOLDER/CLASS/files: small pictures with a class and the file they are from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from neuroedit_addon.errors import MediaError, NeuroEditError
from neuroedit_addon.worker.analyser import LOOK_HEIGHT, LOOK_WIDTH, LookFrame
from neuroedit_addon.worker.classify import small
from neuroedit_addon.worker.media import Reader
from neuroedit_addon.worker.source import source_of

_FILMS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v")
_STILLS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_MOST_FILES, _MOST_PICTURES, _EVERY = 2000, 40, 0.5  # of a class; of a film; seconds
_PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Examples:
    """Pictures uint8 (n, 64, 64, 3), their classes (n,), and the number of the file that each is from (n,).

    Attributes:
        classes: names; the first of two is 0.
        files: their names; motion: mean change from picture to picture of each, 0..1; notes: what was left out.
    """

    pictures: NDArray[np.uint8]
    truth: NDArray[np.int64]
    origin: NDArray[np.int64]
    classes: tuple[str, ...]
    files: tuple[str, ...]
    motion: tuple[float, ...]
    notes: tuple[str, ...] = ()

    def part(self, name: str) -> NDArray[np.int64]:
        """Indices of one part of the data. All pictures of a film are in one part: they are too much alike."""
        chosen: set[int] = set()
        for number in range(len(self.classes)):
            own = sorted({*self.origin[self.truth == number].tolist()}, key=lambda file: _mark(self.files[file]))
            held = max(1, round(len(own) * 0.2))
            parts = {"test": own[:held], "validation": own[held : 2 * held], "train": own[2 * held :]}
            chosen |= {*parts[name]}
        return np.flatnonzero(np.isin(self.origin, sorted(chosen)))


def examples(folder: Path) -> Examples:
    """All pictures below FOLDER/CLASS.

    Raises:
        MediaError: no folder of classes, a class without three files that can be read.
    """
    if not folder.is_dir():
        raise MediaError(f"{folder} is no folder.", "Name a folder with one folder for each class: keep/, drop/.")
    classes = sorted(f for f in folder.iterdir() if f.is_dir() and not f.name.startswith("."))
    if len(classes) < 2:
        raise MediaError(f"{folder} holds {len(classes)} class(es), and two are needed.", "Make keep/ and drop/ in it.")
    pictures: list[NDArray[np.uint8]] = []
    truth: list[int] = []
    origin: list[int] = []
    files: list[str] = []
    motion: list[float] = []
    notes: list[str] = []
    for number, own in enumerate(classes):
        read = 0
        for file in _chosen(own, notes):
            try:
                seen, moved = _pictures(file)
            except NeuroEditError as problem:
                notes.append(f"left out: {problem.sentence}")
                continue
            pictures += seen
            truth += [number] * len(seen)
            origin += [len(files)] * len(seen)
            files.append(f"{own.name}/{file.relative_to(own).as_posix()}")
            motion.append(moved)
            read += 1
        if read < 3:
            raise MediaError(f"The class {own} has {read} file(s) that can be read, and three are needed: one to learn "
                             "from, one to choose by, one to test with.", "Put more there.")  # fmt: skip
    return Examples(np.stack(pictures), np.array(truth), np.array(origin), tuple(f.name for f in classes),
                    tuple(files), tuple(motion), tuple(notes))  # fmt: skip


def _chosen(own: Path, notes: list[str]) -> Sequence[Path]:
    found = sorted(f for f in own.rglob("*") if f.is_file() and f.suffix.lower() in (*_FILMS, *_STILLS))
    if len(found) > _MOST_FILES:
        notes.append(f"of {len(found)} files in {own.name}, {_MOST_FILES} were taken, evenly")
        found = [found[round(n * (len(found) - 1) / (_MOST_FILES - 1))] for n in range(_MOST_FILES)]
    return found


def _pictures(file: Path) -> tuple[list[NDArray[np.uint8]], float]:
    if file.suffix.lower() in _STILLS:
        read = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR) if file.stat().st_size else None
        if read is None:
            raise MediaError(f"{file} is no picture.")
        upright = cv2.cvtColor(read, cv2.COLOR_BGR2RGB)
        return [small(cv2.resize(upright, (LOOK_WIDTH, LOOK_HEIGHT), interpolation=cv2.INTER_AREA))], 0.0
    seen: list[NDArray[np.uint8]] = []
    changes, due = [], 0.0
    with Reader(source_of(str(file))) as reader:
        for event in reader:
            if isinstance(event, LookFrame) and event.time >= due:
                due = event.time + _EVERY
                seen.append(small(event.rgb))
                if len(seen) > 1:
                    changes.append(float(np.abs(seen[-1].astype(np.int16) - seen[-2]).mean()) / 255)
    if not seen:
        raise MediaError(f"{file} has no picture.")
    step = max(1, -(-len(seen) // _MOST_PICTURES))
    return seen[::step], float(np.mean(changes)) if changes else 0.0


def _mark(name: str) -> bytes:
    return hashlib.blake2s(name.encode("utf-8", "surrogatepass")).digest()
