"""Measures of a speech, music and noise detector on recordings with a truth, in frames of 10 ms, without a collar."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neuroedit_addon.findings import Span
from neuroedit_addon.worker.sound_features import FPS, HOP, RATE

from . import sources
from .sources import Flags, Samples

_NOISE_RATIOS = (20, 10, 5, 0, -5)


@dataclass(frozen=True)
class Case:
    """A recording and where, frame by frame, speech, music and noise are in it (None: nobody knows)."""

    name: str
    group: str
    samples: Samples
    speech: Flags
    music: Flags | None = None
    noise: Flags | None = None


def held_out(data: Path, part: str = "test") -> Iterator[Case]:
    """Everything of a part: clean clips, the same clips over noise and music at known ratios, and no speech at all.

    Raises:
        MediaError: a file is missing.
    """
    recordings = sources.load(data, part)
    for r in recordings:
        nothing = np.zeros(len(r.where), bool)
        if r.kind == "speech":
            yield Case(r.name, "clean speech", r.samples, r.where)
        elif r.kind == "film":
            yield Case(r.name, "only film", r.samples, nothing)
        elif r.kind in ("music", "noise"):
            yield Case(r.name, f"only {r.kind}", r.samples, nothing, nothing | (r.kind == "music"),
                       nothing | (r.kind == "noise"))  # fmt: skip
    yield from _over(recordings, "noise")
    yield from _over(recordings, "music")


def composed(data: Path) -> Iterator[Case]:
    """The mixtures of the footage folder that come with exact layers; their sources are all of the test part."""
    for table in sorted((data / "audio" / "mixed").glob("*.layers.tsv")):
        name = table.name.removesuffix(".layers.tsv")
        samples = sources.read(table.with_name(f"{name}.opus"))
        layers = {layer: np.zeros(-(-len(samples) // HOP), bool) for layer in ("speech", "music", "noise")}
        with open(table, encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t"):
                if row[-1] in layers:
                    layers[row[-1]][round(float(row[0]) * FPS) : round(float(row[1]) * FPS)] = True
        group = "speech over " + name.split("_")[1] if "_snr" in name else "in turns"
        yield Case(name, group, samples, **layers)


def without_speech(data: Path) -> Iterator[Case]:
    """Music and ambience that is for testing only."""
    for kind in ("music", "music_nc", "noise", "noise_nc"):
        for path in sorted((data / "test_only" / "audio" / kind).glob("*.opus")):
            samples = sources.read(path)
            nothing = np.zeros(-(-len(samples) // HOP), bool)
            plain = kind.removesuffix("_nc")
            yield Case(path.stem, f"only {plain}", samples, nothing, nothing | (plain == "music"),
                       nothing | (plain == "noise"))  # fmt: skip


def flags(spans: Sequence[Span], frames: int) -> Flags:
    """Spans in seconds as one flag for each 10 ms."""
    out = np.zeros(frames, bool)
    for span in spans:
        out[round(span.start * FPS) : round(span.end * FPS)] = True
    return out


def f1(pairs: Sequence[tuple[Flags, Flags]]) -> float:
    """F1 of (said, true) over all frames together; 1 where there is nothing to find and nothing was said."""
    both = sum(int((said & true).sum()) for said, true in pairs)
    total = sum(int(said.sum()) + int(true.sum()) for said, true in pairs)
    return 2 * both / total if total else 1.0


def boundary_errors(said: Flags, true: Flags, reach: int = 50) -> NDArray[np.float64]:
    """Seconds from each true start and end to the nearest one said of the same kind, where one is within `reach`."""
    errors: list[float] = []
    for direction in (1, -1):
        wanted = np.flatnonzero(np.diff(true.astype(np.int8), prepend=0, append=0) == direction)
        found = np.flatnonzero(np.diff(said.astype(np.int8), prepend=0, append=0) == direction)
        if len(found):
            near = np.abs(wanted[:, None] - found[None]).min(axis=1)
            errors += (near[near <= reach] / FPS).tolist()
    return np.array(errors)


def _over(recordings: Sequence[sources.Recording], kind: str) -> Iterator[Case]:
    """Every voice once, in half-minutes with pauses, over a background at a ratio that goes round."""
    rng = np.random.default_rng(7)
    voices = [r for r in recordings if r.kind == "speech"]
    grounds = [r for r in recordings if r.kind == kind]
    for number, start in enumerate(range(0, len(voices), 4)):
        parts, truth = [], []
        for voice in voices[start : start + 4]:
            count = min(len(voice.samples) // HOP, 800)
            pause = int(rng.integers(30, 250))
            where = voice.where[:count]
            active = voice.samples[: count * HOP][np.repeat(where, HOP)]
            loud = np.sqrt((active**2).mean()) + 1e-6 if len(active) else 1.0
            parts += [voice.samples[: count * HOP] / loud * 0.05, np.zeros(pause * HOP, np.float32)]
            truth += [where, np.zeros(pause, bool)]
        speech, where = np.concatenate(parts), np.concatenate(truth)
        ground = grounds[number % len(grounds)]
        ratio = _NOISE_RATIOS[number % len(_NOISE_RATIOS)]
        under = np.resize(ground.samples, len(speech))
        under = under * (0.05 * 10 ** (-ratio / 20) / (np.sqrt((under**2).mean()) + 1e-9))
        everywhere = np.ones(len(where), bool)
        mixed = (speech + under).astype(np.float32)
        yield Case(f"{kind} {ratio} dB: {ground.name}", f"speech over {kind}", mixed, where,
                   everywhere & (kind == "music"), everywhere & (kind == "noise"))  # fmt: skip


def seconds(cases: Sequence[Case]) -> float:
    """How much sound that is."""
    return sum(len(case.samples) for case in cases) / RATE
