"""Films with planted moments, made of the measures of real footage.

A moment is what moves, sounds and is new at once, in a picture that can be seen. Beside moments lie decoys, each
stronger than a moment in one of these and in no other, and spoilt ones: all three at once, but dark, blurred or
shaken. So neither motion nor loudness nor their sum tells a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuroedit_addon.worker.moment_features import NAMES, PICTURE, SOUND, rises

from .material import Piece

_AT = {name: place for place, name in enumerate(NAMES)}
_KINDS = ("motion", "loudness", "novelty")


@dataclass(frozen=True)
class Film:
    """float32 (n, 12) measures, not yet normalised; truth: 1 in a moment, float32 (n,); heard, seen: what it has."""

    rows: NDArray[np.float32]
    truth: NDArray[np.float32]
    seen: bool
    heard: bool


def film(pictures: Sequence[Piece], sounds: Sequence[Piece], rng: np.random.Generator, count: int = 200) -> Film:
    """A film of `count` half seconds; one in ten is silent, one in ten has no picture."""
    kind = rng.random()
    seen, heard = kind >= 0.1, not 0.1 <= kind < 0.2
    picture = _spliced([p.rows for p in pictures], len(PICTURE), rng, count)
    rows = np.hstack([picture, _spliced([s.rows for s in sounds], len(SOUND), rng, count)])
    truth = np.zeros(count, np.float32)
    taken = np.zeros(count, bool)
    for _ in range(int(rng.integers(2, 6))):
        place = _free(taken, rng)
        if place is not None:
            _raise(rows, place, _KINDS, rng, 1.0)
            truth[place] = 1.0
    for _ in range(int(rng.integers(4, 10))):
        place = _free(taken, rng)
        if place is None:
            continue
        if rng.random() < 0.3:
            _raise(rows, place, _KINDS, rng, 1.0)
            _spoil(rows, place, rng)
        else:
            _raise(rows, place, [_KINDS[int(rng.integers(3))]], rng, float(rng.uniform(1.0, 1.5)))
    # With one sense alone a decoy of that sense could not be told from a moment: there are none then.
    if not (seen and heard):
        return _of_one_sense(picture.shape[0], pictures, sounds, rng, seen)
    rows[:, _AT["rise"]] = rises(rows[:, _AT["loudness"]])
    return Film(rows.astype(np.float32), truth, seen, heard)


def _of_one_sense(
    count: int, pictures: Sequence[Piece], sounds: Sequence[Piece], rng: np.random.Generator, seen: bool
) -> Film:
    rows = np.zeros((count, len(NAMES)), np.float32)
    if seen:
        rows[:, : len(PICTURE)] = _spliced([p.rows for p in pictures], len(PICTURE), rng, count)
    else:
        rows[:, len(PICTURE) :] = _spliced([s.rows for s in sounds], len(SOUND), rng, count)
    truth, taken = np.zeros(count, np.float32), np.zeros(count, bool)
    for _ in range(int(rng.integers(2, 6))):
        place = _free(taken, rng)
        if place is not None:
            _raise(rows, place, ("motion", "novelty") if seen else ("loudness",), rng, 1.2)
            truth[place] = 1.0
    if not seen:
        rows[:, _AT["rise"]] = rises(rows[:, _AT["loudness"]])
    return Film(rows, truth, seen, not seen)


def _spliced(
    rows: Sequence[NDArray[np.float32]], width: int, rng: np.random.Generator, count: int
) -> NDArray[np.float32]:
    """Parts of three to thirty seconds of any files, one after the other."""
    made: list[NDArray[np.float32]] = []
    while sum(map(len, made)) < count:
        source = rows[int(rng.integers(len(rows)))]
        length = min(int(rng.integers(6, 60)), len(source))
        start = int(rng.integers(0, len(source) - length + 1))
        part = source[start : start + length].copy()
        if width == len(PICTURE):
            part[0, _AT["novelty"]] = max(part[0, _AT["novelty"]], rng.uniform(0.2, 0.6))
        made.append(part)
    return np.concatenate(made)[:count]


def _free(taken: NDArray[np.bool_], rng: np.random.Generator) -> slice | None:
    """A stretch of 1.5 to 6 seconds with nothing planted within a second of it."""
    for _ in range(20):
        length = int(rng.integers(3, 13))
        start = int(rng.integers(0, len(taken) - length))
        if not taken[max(0, start - 2) : start + length + 2].any():
            taken[start : start + length] = True
            return slice(start, start + length)
    return None


def _raise(
    rows: NDArray[np.float32], place: slice, kinds: Sequence[str], rng: np.random.Generator, strength: float
) -> None:
    length = place.stop - place.start
    swell = np.clip(np.minimum(np.arange(length) + 1, length - np.arange(length)) / 2, 0.6, 1).astype(np.float32)
    swell *= rng.normal(1, 0.08, length).astype(np.float32)
    part = rows[place]
    if "motion" in kinds:
        part[:, 0] = part[:, 0] * (1 + swell * rng.uniform(0.4, 2)) + swell * strength * rng.uniform(0.03, 0.09)
    if "loudness" in kinds:
        loud, flux = _AT["loudness"], _AT["flux"]
        level = np.maximum(part[:, loud], rng.uniform(-45, -30))
        part[:, loud] = np.minimum(level + swell * strength * rng.uniform(7, 15), 0)
        part[:, flux] *= 1 + swell * rng.uniform(0, 0.8)
    if "novelty" in kinds:
        novelty, likeness = _AT["novelty"], _AT["likeness"]
        part[:, novelty] = np.minimum(part[:, novelty] + swell * strength * rng.uniform(0.25, 0.5), 1)
        part[:, likeness] *= 1 - np.clip(swell, 0, 1) * rng.uniform(0.3, 0.6)


def _spoil(rows: NDArray[np.float32], place: slice, rng: np.random.Generator) -> None:
    part = rows[place]
    fault = int(rng.integers(3))
    if fault == 0:
        part[:, _AT["sharpness"]] = np.maximum(part[:, _AT["sharpness"]] - rng.uniform(0.8, 1.6), 0)
    elif fault == 1:
        part[:, _AT["exposure"]] = rng.uniform(0.36, 0.5)
        part[:, _AT["clipped"]] = rng.uniform(0.4, 0.95)
    else:
        part[:, _AT["shake"]] += rng.uniform(2.0, 6.0)
