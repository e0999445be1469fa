"""What a network is worth: open test of scripted edits, labelled real films, single takes, flashes, calibration.

Everything is made from fixed seeds, so that anybody with the same data set gets the same edits. NumPy and ONNX Runtime
only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from neuroedit_addon.worker.shots_read_out import Found, Thresholds
from neuroedit_addon.worker.shots_windows import Network, halved

from .disturbances import flash, strobe
from .edit import Edit, Truth, as_bytes, compose
from .evaluate import Counts, count, total
from .material import Film, Material
from .validation import Seen, compare, see, whole

OPEN_EDITS, OPEN_LENGTH, OPEN_SEED = 60, 600, 20261123
KINDS = ("cut", "dissolve", "fade", "wipe")
Detector = Callable[[np.ndarray], list[Found]]
"""uint8 (n, 27, 48, 3) -> transitions."""


@dataclass(frozen=True)
class RealFilm:
    """A labelled film and its split."""

    film: Film
    split: str

    @property
    def single(self) -> bool:
        """Whether it is one take, without any transition."""
        return not self.film.transitions


def open_test(dataset: Path, split: str = "test", count: int = OPEN_EDITS, calm: bool = False) -> list[Edit]:
    """Scripted edits of films (and photographs) of one split."""
    material = Material(dataset, split)
    rng = np.random.default_rng(OPEN_SEED)
    return [compose(rng, material, OPEN_LENGTH, calm) for _ in range(count)]


def real_films(dataset: Path, splits: Sequence[str] = ("train", "validation", "test")) -> list[RealFilm]:
    """Every labelled film of some splits."""
    films = []
    for split in splits:
        films += [RealFilm(film, split) for film in Material(dataset, split).films if film.labelled]
    return films


def detector(network: Network, thresholds: Thresholds) -> Detector:
    """The product's way from frames to transitions."""
    return lambda frames: see(network, frames).found(thresholds)


def on_edits(find: Detector, edits: Sequence[Edit]) -> Counts:
    """Counts over edits."""
    return total(compare(find(edit.frames), edit) for edit in edits)


def on_films(find: Detector, films: Sequence[RealFilm]) -> dict[str, Counts]:
    """Counts of each film by its name."""
    return {f.film.name: compare(find(halved(np.asarray(f.film.small))), whole(f.film)) for f in films}


def flashes(find: Detector, films: Sequence[RealFilm], number: int = 200) -> int:
    """False alarms that `number` flashes and strobes raise in single takes (beyond those raised without them)."""
    rng = np.random.default_rng(OPEN_SEED)
    takes = [halved(np.asarray(f.film.small)) for f in films if f.single and len(f.film.small) >= 60]
    alarms = 0
    for index in range(number):
        take = takes[index % len(takes)]
        begin = int(rng.integers(max(len(take) - 120, 0) + 1))
        plain = take[begin : begin + 120]
        lit = plain.astype(np.float32) / 255
        (flash if index % 2 == 0 else strobe)(rng, lit, lambda n, part=lit: part[:n])
        alarms += max(len(find(as_bytes(lit))) - len(find(plain)), 0)
    return alarms


def calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error of (confidence, was right) pairs, equally wide bins."""
    if not pairs:
        return 0.0
    values, right = np.array([p for p, _ in pairs]), np.array([r for _, r in pairs], float)
    place = np.minimum((values * bins).astype(int), bins - 1)
    return float(sum((place == b).mean() * abs(values[place == b].mean() - right[place == b].mean())
                     for b in range(bins) if (place == b).any()))  # fmt: skip


def scored(outputs: Sequence[Seen], edits: Sequence[Edit], thresholds: Thresholds
           ) -> dict[str, list[tuple[float, bool]]]:  # fmt: skip
    """(score, was right) of everything found, for cuts and for gradual transitions."""
    pairs: dict[str, list[tuple[float, bool]]] = {"cut": [], "gradual": []}
    for seen, edit in zip(outputs, edits, strict=True):
        truth = [t for t in edit.truth if t.kind != "unsure"]
        doubt = [t for t in edit.truth if t.kind == "unsure"]
        for found in seen.found(thresholds):
            if _touches(found, doubt) and not _touches(found, truth):
                continue
            pairs["cut" if found.kind == "cut" else "gradual"].append((found.score, _touches(found, truth)))
    return pairs


def confidence_error(outputs: Sequence[Seen], edits: Sequence[Edit], thresholds: Thresholds,
                     curves: Mapping[str, Sequence[float]]) -> float:  # fmt: skip
    """Expected calibration error of the confidences that the product would tell.

    Args:
        curves: slope and shift of the score's logit for "cut" and "gradual".
    """
    pairs = scored(outputs, edits, thresholds)
    return calibration_error([(_confidence(score, *curves[kind]), right)
                              for kind, found in pairs.items() for score, right in found])  # fmt: skip


def _confidence(score: float, slope: float, shift: float) -> float:
    score = min(max(score, 1e-4), 1 - 1e-4)
    return float(1 / (1 + np.exp(-(slope * np.log(score / (1 - score)) + shift))))


def row(name: str, counts: Counts) -> dict[str, Any]:
    """A line of a table: all kinds together, then F1 by kind."""
    by_kind = {kind: counts.of(kind) for kind in KINDS}
    return {"": name, "F1": counts.f1, "precision": counts.precision, "recall": counts.recall, **by_kind,
            "found / true": f"{counts.hits} / {counts.hits + counts.misses}", "false": counts.false}  # fmt: skip


def _touches(found: Found, truth: Sequence[Truth]) -> bool:
    return count([found], truth).hits > 0
