"""The verb "match": corrections that bring shots to a reference, or shots of one place to the best exposed of them.

Arguments: {"pieces": [{"path", "start", "end", "correction": as JSON or null}, …] in the order of the film,
"reference": a piece, {"path"} of a picture or film, or null for matching neighbours}. The result is {"corrections":
one or null for each piece, "groups": [[numbers of pieces that show one place], …]}.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import av
import numpy as np

from ..correction import Correction
from ..errors import Cancelled, MediaError
from ..messages import Message, Progress
from .colour import inside, unclipped
from .colour_frames import frames
from .colour_match import alike, corrected, exposure_fault, fit

WIDTH, HEIGHT = 48, 27
_A_PIECE = 4
_NEAR = 4  # pieces between which a place may come back
_ALIKE = 0.6  # correlation of two pictures of one place
_FLAT = 4 / 255


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Do it.

    Raises:
        MediaError: a file is missing or shows nothing.
        Cancelled: `cancelled` said so.
    """
    pieces, named = list(arguments["pieces"]), arguments.get("reference")
    looks: list[np.ndarray] = []
    for number, piece in enumerate(pieces):
        say(Progress("match", number, len(pieces), item=str(piece["path"])))
        if cancelled():
            raise Cancelled
        looks.append(_pictures(piece))
    own = [_correction(piece) for piece in pieces]
    if named:
        goal = corrected(_pictures(named), _correction(named))
        if goal.std(axis=(0, 1, 2)).max() < _FLAT:
            raise MediaError(f"The reference {named['path']} is of one colour.", "Choose another picture.")
        return {"corrections": [_to(look, goal) for look in looks], "groups": []}
    corrections: list[Any] = [None] * len(pieces)
    groups = grouped(looks)
    for group in groups:
        best = min(group, key=lambda i: exposure_fault(corrected(looks[i], own[i]).reshape(-1, 3)))
        goal = corrected(looks[best], own[best])
        for number in group:
            if number != best:
                corrections[number] = _to(looks[number], goal)
    return {"corrections": corrections, "groups": groups}


def grouped(looks: Sequence[np.ndarray]) -> list[list[int]]:
    """Numbers of neighbouring shots (n, h, w, 3) that show the same place; only groups of two and more."""
    group = list(range(len(looks)))
    for number, look in enumerate(looks):
        for before in range(max(0, number - _NEAR), number):
            if _judged(look) and _judged(looks[before]) and alike(look, looks[before]) > _ALIKE:
                old, new = group[number], group[before]
                group = [new if g == old else g for g in group]
    found: dict[int, list[int]] = {}
    for number, name in enumerate(group):
        found.setdefault(name, []).append(number)
    return [numbers for numbers in found.values() if len(numbers) > 1]


def _to(look: np.ndarray, goal: np.ndarray) -> dict[str, Any] | None:
    if not _judged(look):
        return None
    rows, columns = inside(look.max(axis=(0, 3)) * 255)
    top, left = inside(goal.max(axis=(0, 3)) * 255)
    return unclipped(look, fit(look[:, rows, columns].reshape(-1, 3), goal[:, top, left].reshape(-1, 3))).to_json()


def _judged(look: np.ndarray) -> bool:
    """Whether there is anything to see: not all black, white, or one colour."""
    return bool(look.std(axis=(0, 1, 2)).max() >= _FLAT)


def _pictures(piece: dict[str, Any]) -> np.ndarray:
    try:
        found = frames(str(piece["path"]), float(piece.get("start") or 0.0), piece.get("end"), _A_PIECE, WIDTH, HEIGHT)
    except (av.FFmpegError, OSError) as problem:
        name = piece["path"]
        raise MediaError(f"{name} cannot be read: {problem}.", "Find that file, or remove the strip.") from None
    return np.stack(found).astype(np.float32) / 255


def _correction(piece: dict[str, Any]) -> Correction | None:
    return Correction.from_json(piece["correction"]) if piece.get("correction") else None
