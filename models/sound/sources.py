"""The recordings the network learns from and is measured on: reading them, whose they are, where they speak."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from neuroedit_addon.errors import MediaError
from neuroedit_addon.worker.sound_features import HOP, RATE

SPLIT = Path(__file__).with_name("split.tsv")
PARTS = ("train", "validation", "test")

Samples = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Recording:
    """One file.

    Attributes:
        kind: speech, music, noise, babble, or film (what is heard is unknown, but nobody speaks).
        samples: mono at 16 kHz.
        where: for every 10 ms whether somebody speaks (all False unless `kind` is speech).
    """

    name: str
    kind: str
    samples: Samples
    where: Flags


def names(part: str) -> list[tuple[str, str]]:
    """(name, kind) of the recordings that split.tsv gives to a part; no voice and no tune is in two parts."""
    with open(SPLIT, encoding="utf-8", newline="") as file:
        return [(row["name"], row["kind"]) for row in csv.DictReader(file, delimiter="\t") if row["part"] == part]


def load(data: Path, part: str) -> list[Recording]:
    """Read a part's recordings from `data`.

    Raises:
        MediaError: a file is missing or cannot be decoded.
    """
    recordings = []
    for name, kind in names(part):
        samples = read(path(data, name))
        where = speaking(samples) if kind == "speech" else np.zeros(-(-len(samples) // HOP), bool)
        recordings.append(Recording(name, kind, samples, where))
    return recordings


def path(data: Path, name: str) -> Path:
    """Where a recording of split.tsv lies: sound tracks of films below video/, all else below audio/."""
    return data / name if name.startswith("video/") else data / "audio" / f"{name}.opus"


def read(path: Path) -> Samples:
    """Decode a file's first sound track to mono at 16 kHz.

    Raises:
        MediaError: it is missing, damaged, or has no sound.
    """
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            blocks = []
            for frame in container.decode(audio=0):
                blocks += [out.to_ndarray().reshape(-1) for out in resampler.resample(frame)]
            blocks += [out.to_ndarray().reshape(-1) for out in resampler.resample(None)]
    except (av.FFmpegError, IndexError, OSError) as problem:
        raise MediaError(f"{path} cannot be read: {problem}.", "Give the folder of the footage with --data.") from None
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def speaking(samples: Samples) -> Flags:
    """Where a clean recording speaks, for each 10 ms: an energy rule, which is all the truth there is.

    Louder than 28 dB below the 95th percentile; gaps under 0.12 s closed, then 0.02 s more at both ends. Where the
    room is louder than that, the line is drawn 9 dB above the room.
    """
    frames = -(-len(samples) // HOP)
    padded = np.zeros(frames * HOP, np.float32)
    padded[: len(samples)] = samples
    energy = 10.0 * np.log10((padded.reshape(frames, HOP) ** 2).mean(axis=1) + 1e-12)
    real = energy[energy > -100.0]
    if not len(real):
        return np.zeros(frames, bool)
    loud = np.percentile(real, 95)
    # Two quiet frames together are a pause; a single one may be the closure of a stop.
    room = np.percentile(np.convolve(energy, np.ones(5) / 5, "same"), 5)
    line = max(loud - 28.0, min(room + 9.0, loud - 15.0))
    return _grow(_close(energy > line, 12), 2)


def _close(flags: Flags, gap: int) -> Flags:
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    out = flags.copy()
    for end, start in zip(ends[:-1], starts[1:], strict=True):
        if start - end < gap:
            out[end:start] = True
    return out


def _grow(flags: Flags, by: int) -> Flags:
    return np.convolve(flags, np.ones(2 * by + 1), "same") > 0
