"""Tells a change of light from a change of shot: after a switch, a coloured lamp or a step of the exposure every edge
is still where it was, and runs the same way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_LUMA = np.array((0.2126, 0.7152, 0.0722), np.float32)
_SAME_EDGES = 0.8  # of 150 real cuts the most alike reach .22; half of all light changes exceed .96
_STILL_SAME = 0.6  # so much of them must be left a moment later: frames that smear into the next hold both shots' edges
_FAINT = 4.0
_BRIGHTER, _TINTED, _STEEPER = 6.0, 8.0, 1.15
# Bars at the rim have edges that stay through every cut: only the inner part is asked.
_INNER = (slice(5, 22), slice(8, 40))

MOMENT = 2
"""Frames after a step of light until it is asked whether it lasted."""


def light_alone(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether two small frames, uint8 (27, 48, 3), differ visibly in light and in nothing else.

    The directions of their brightness's slopes agree (cosine, weighted by how steep both are, at least 0.8). A frame
    of one colour has no slopes to tell by. Two frames that hardly differ in brightness or tint are not told apart by
    light: a jump cut on a tripod must stay one.
    """
    a, b = (frame[_INNER].astype(np.float32) for frame in (before, after))
    return _changed(a, b) and edges_agree(before, after) >= _SAME_EDGES


def edges_agree(before: np.ndarray, after: np.ndarray) -> float:
    """The cosine of two small frames' slopes of brightness, -1..1; 0 where there are hardly any."""
    slopes_a, slopes_b = (_slopes(frame[_INNER].astype(np.float32) @ _LUMA) for frame in (before, after))
    steep = np.sqrt((slopes_a**2).sum(0)) * np.sqrt((slopes_b**2).sum(0))
    return float((slopes_a * slopes_b).sum() / steep.sum()) if float(steep.mean()) >= _FAINT else 0.0


def light_steps(frames: Sequence[np.ndarray] | np.ndarray, wanted: np.ndarray | None = None) -> np.ndarray:
    """For every frame (n,) whether only the light differs from the frame before, and stays so.

    Args:
        frames: uint8 (27, 48, 3) each.
        wanted: bool (n,), the only frames to look at; the others are False.
    """
    steps = np.zeros(len(frames), bool)
    for index in range(1, len(frames)) if wanted is None else np.flatnonzero(wanted).tolist():
        steps[index] = index > 0 and _lasts(frames, index)
    return steps


def _lasts(frames: Sequence[np.ndarray] | np.ndarray, index: int) -> bool:
    before, later = frames[index - 1], frames[min(index + MOMENT, len(frames) - 1)]
    return light_alone(before, frames[index]) and edges_agree(before, later) >= _STILL_SAME


def _slopes(luma: np.ndarray) -> np.ndarray:
    return np.stack((luma[1:-1, 2:] - luma[1:-1, :-2], luma[2:, 1:-1] - luma[:-2, 1:-1]))


def _changed(a: np.ndarray, b: np.ndarray) -> bool:
    shift = a.mean((0, 1)) - b.mean((0, 1))
    high, low = sorted((float(a.std()) + 1.0, float(b.std()) + 1.0), reverse=True)
    return abs(float(shift @ _LUMA)) >= _BRIGHTER or float(np.ptp(shift)) >= _TINTED or high / low >= _STEEPER
