"""Measures of real footage: pieces of which films with planted moments are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models.footage.splits import film_of, split_of
from neuroedit_addon.errors import MediaError, NeuroEditError
from neuroedit_addon.worker.analyser import LookFrame
from neuroedit_addon.worker.media import Reader
from neuroedit_addon.worker.moment_features import PictureMeter, SoundMeter
from neuroedit_addon.worker.source import source_of

_FILMS, _SOUNDS = (".mp4", ".mov", ".mkv", ".webm"), (".opus", ".wav", ".mp3", ".flac", ".ogg", ".m4a")
_SHORTEST = 6  # half seconds
_MOST = 160  # sounds: there are more than are needed


@dataclass(frozen=True)
class Piece:
    """One file's measures: name, and float32 (n, 8) of its picture or (n, 4) of its sound."""

    name: str
    rows: NDArray[np.float32]


def part_of(name: str) -> str:
    """train, validation or test, as models/footage/splits.json says of the film that a file is from."""
    return split_of(film_of(Path(name).stem), Path(name))


def pieces(data: Path) -> tuple[list[Piece], list[Piece]]:
    """Pictures and sounds of all footage below `data`, apart from folders named test_only, or of an .npz file.

    Reading takes as long as decoding; `keep` writes such a file for the next run.

    Raises:
        MediaError: there is no picture or no sound that is three seconds long.
    """
    if data.suffix == ".npz":
        return _kept(data)
    pictures: list[Piece] = []
    sounds: list[Piece] = []
    for number, file in enumerate(_files(data)):
        picture, sound = measured(file)
        if len(picture) >= _SHORTEST:
            pictures.append(Piece(file.name, picture))
        if len(sound) >= _SHORTEST and float(np.ptp(sound[:, 0])) > 3.0:
            sounds.append(Piece(file.name, sound))
        if number % 20 == 0:
            print(f"measured {file.name}", flush=True)
    if not pictures or not sounds:
        raise MediaError(f"{data} holds no film or no sound of three seconds.", "Name a folder with both.")
    return pictures, sounds


def keep(pictures: list[Piece], sounds: list[Piece], file: Path) -> None:
    """Write measures to an .npz file, which `pieces` reads."""
    named = {f"p:{piece.name}": piece.rows for piece in pictures} | {f"s:{piece.name}": piece.rows for piece in sounds}
    np.savez_compressed(file, **named)  # type: ignore[arg-type]


def _kept(file: Path) -> tuple[list[Piece], list[Piece]]:
    try:
        with np.load(file, allow_pickle=False) as archive:
            named = {name: np.asarray(archive[name], np.float32) for name in archive.files}
    except (OSError, ValueError, EOFError, BadZipFile) as problem:
        raise MediaError(f"{file} holds no measures: {problem}.", "Make it again, or name a folder.") from None
    kinds = ([Piece(name[2:], rows) for name, rows in named.items() if name.startswith(kind)] for kind in ("p:", "s:"))
    pictures, sounds = kinds
    if not pictures or not sounds:
        raise MediaError(f"{file} holds no measures of films or none of sounds.", "Make it again, or name a folder.")
    return pictures, sounds


def measured(file: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The measures of a file's picture and sound; empty where it cannot be read."""
    picture, sound = PictureMeter(), SoundMeter()
    try:
        with Reader(source_of(str(file))) as reader:
            for event in reader:
                if isinstance(event, LookFrame):
                    picture.add(event)
                else:
                    sound.add(event)
    except NeuroEditError as problem:
        print(f"left out: {problem}", flush=True)
        return np.empty((0, 8), np.float32), np.empty((0, 4), np.float32)
    return picture.finish(), sound.finish()


def _files(data: Path) -> Iterator[Path]:
    files = sorted(f for f in data.rglob("*") if f.is_file() and "test_only" not in f.relative_to(data).parts)
    yield from (f for f in files if f.suffix.lower() in _FILMS)
    sounds = [f for f in files if f.suffix.lower() in _SOUNDS]
    yield from sounds[:: max(1, -(-len(sounds) // _MOST))]
