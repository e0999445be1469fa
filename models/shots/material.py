"""What the generator edits with: a data set's shots, labelled films and photographs, of one split."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.footage import manifest
from neuroedit_addon.errors import MediaError

from . import painted, painted_motion
from .takes import FootageTake, PaintedTake, StillTake, Take

_SHORTEST = 8
_PHOTO_HEIGHT = 108


@dataclass(frozen=True)
class Film:
    """A labelled film or take.

    Attributes:
        name: the file's stem.
        film: the source film; pieces of one film share it.
        small: uint8 (n, 54, 96, 3), perhaps mapped from the disk.
        transitions: (kind, start_frame, end_frame, sure), in the findings' sense.
        labelled: whether people labelled it, and not a detector.
    """

    name: str
    film: str
    small: np.ndarray
    transitions: tuple[tuple[str, int, int, bool], ...]
    labelled: bool = True

    def shots(self) -> list[tuple[int, int]]:
        """Half-open frame ranges that lie wholly in one shot."""
        edges = [(0, 0), *((start, end) for _, start, end, _ in self.transitions), (len(self.small),) * 2]
        ranges = [(a[1], b[0]) for a, b in zip(edges, edges[1:], strict=False)]
        return [(start, end) for start, end in ranges if end - start >= _SHORTEST]


class Material:
    """Takes to draw from.

    Args:
        dataset: a folder that tools/collect.py made.
        split: "train", "validation" or "test".

    Raises:
        MediaError: no data set, or nothing of that split in it.
    """

    def __init__(self, dataset: Path, split: str) -> None:
        records = [r for r in manifest.read(dataset).values() if r.get("split") == split]
        self.films = [_film(dataset, r) for r in records if r["kind"] == "video"]
        self._photos = [_photo(dataset / r["picture"]) for r in records if r["kind"] == "photo"]
        weights = np.array([r.get("weight", 1.0) for r in records if r["kind"] == "photo"])
        self._photo_odds = weights / weights.sum() if len(weights) else weights
        self._by_film: dict[str, list[np.ndarray]] = {}
        for film in self.films:
            shots = [film.small[start:end] for start, end in film.shots()]
            self._by_film.setdefault(film.film, []).extend(shots)
        self._by_film = {name: shots for name, shots in self._by_film.items() if shots}
        if not self._by_film and not self._photos:
            raise MediaError(f"{dataset} holds nothing for {split}.", "Collect more footage into it first.")
        self._names = list(self._by_film)
        odds = np.array([len(shots) ** 0.6 for shots in self._by_film.values()])
        self._odds = odds / odds.sum()

    def place(self, rng: np.random.Generator) -> str:
        """Where the next takes come from: a film's name, or "" for anywhere."""
        name = self.film(rng) if self._names and rng.random() < 0.45 else ""
        return name if len(self._by_film.get(name, ())) > 2 else ""  # a single take would be cut to itself

    def film(self, rng: np.random.Generator) -> str:
        """A film's name, those with more shots more often."""
        return self._names[int(rng.choice(len(self._names), p=self._odds))]

    def take(self, rng: np.random.Generator, place: str = "") -> tuple[Take, bool]:
        """A take, and whether its own pictures stand still (so that its camera must move)."""
        kind = rng.random()
        if not place and kind > 0.975:
            return painted_motion.split_screen(rng, self._simple(rng, ""), self._simple(rng, "")), False
        return self._simple(rng, place)

    def _simple(self, rng: np.random.Generator, place: str) -> tuple[Take, bool]:
        kind = rng.random()
        if self._names and (place or kind < 0.5 or not self._photos):
            shots = self._by_film[place or self.film(rng)]
            return FootageTake(shots[int(rng.integers(len(shots)))]), False
        if self._photos and kind < 0.82:
            near, spot = None, ()
            if rng.random() < 0.4:
                near = self.photo(rng)
                spot = (rng.uniform(-0.2, 1.2), rng.uniform(0.3, 1.0), *rng.uniform(0.08, 0.4, 2),
                        rng.choice((0.0, 0.0, 0.3, 1.0)) * rng.uniform(-1, 1), rng.uniform(0, 0.5))  # fmt: skip
            return StillTake(self.photo(rng), near, spot), True
        return self.paint(rng), False

    def photo(self, rng: np.random.Generator) -> np.ndarray:
        """A photograph, uint8 (h, w, 3)."""
        return self._photos[int(rng.choice(len(self._photos), p=self._photo_odds))]

    def paint(self, rng: np.random.Generator) -> PaintedTake:
        """A painted take."""
        painters = painted.PAINTERS + painted_motion.PAINTERS
        return painters[int(rng.integers(len(painters)))](rng)


def _film(dataset: Path, record: dict[str, Any]) -> Film:
    path = dataset / record["small"]
    try:
        small = np.lib.format.open_memmap(path, mode="r")  # np.load would open zip files and pickles too
    except (OSError, ValueError) as problem:
        raise MediaError(f"{path} cannot be read: {problem}.", "Collect again.") from None
    transitions = tuple((t["kind"], t["start_frame"], t["end_frame"], bool(t.get("sure", True)))
                        for t in record["transitions"])  # fmt: skip
    return Film(record["name"], record["film"], small, transitions, record.get("labelled", True))


def _photo(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise MediaError(f"{path} cannot be read.", "Collect again.")
    height = min(_PHOTO_HEIGHT, picture.shape[0])
    width = max(round(picture.shape[1] * height / picture.shape[0]), 1)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)[..., ::-1].copy()
