"""Finds the pulse in how likely each moment is a beat: the bar pointer model, for beats alone.

After Krebs, Böck & Widmer, "An efficient state-space model for joint tempo and meter tracking" (2015): tempo changes
only on a beat, and seldom. As between beats nothing is chosen, whole beats are put one after another (a semi-Markov
chain), which gives the same path with a fiftieth of the work.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .beat_windows import FPS

_LENGTHS = np.arange(round(60 * FPS / 214), round(60 * FPS / 54) + 1)
"""Frames from beat to beat."""
_STEADY = 45.0  # how unlikely another tempo is on the next beat
_QUIET = 2.0  # how much less a moment between beats tells than a beat
_LEAST = 1e-3
_HEARD = 0.05  # before the first and after the last moment more likely than this there is no pulse

Array = NDArray[np.float64]


def track(chance: Array) -> list[float]:
    """Seconds of the beats, given how likely each 20 ms of one piece of music is one."""
    heard = np.flatnonzero(chance > _HEARD)
    if not len(heard):
        return []
    first, last = max(int(heard[0]) - 1, 0), min(int(heard[-1]) + 2, len(chance))
    inside = chance[first:last]
    return [(first + beat) / FPS for beat in (_sharp(frame, inside) for frame in _path(inside))]


def _path(chance: Array) -> list[int]:
    """Frames of the likeliest beats."""
    count, longest, block = len(chance), int(_LENGTHS[-1]), int(_LENGTHS[0])
    beat, rest = _sums(chance)
    change = _change()
    # entry[t, k]: the best way to a beat at frame t from which the next is _LENGTHS[k] away.
    entry = np.full((count + longest, len(_LENGTHS)), -np.inf)
    came = np.full((count, len(_LENGTHS)), -1, np.int16)
    columns = np.arange(len(_LENGTHS))
    for start in range(0, count, block):
        at = np.arange(start, min(start + block, count))[:, None]
        began = at - _LENGTHS
        held = np.maximum(began, 0)
        spent = beat[held] + rest[at] - rest[held + 1]
        ended = np.where(began >= 0, entry[held, columns] + spent, -np.inf)
        ways = ended[:, :, None] + change
        came[at[:, 0]] = ways.argmax(axis=1)
        best = ways.max(axis=1)
        fresh = np.where(at < longest, rest[at] - np.log(len(_LENGTHS)), -np.inf)
        came[at[:, 0]] = np.where(fresh >= best, -1, came[at[:, 0]])
        entry[at[:, 0]] = np.maximum(best, fresh)
    return _followed_back(entry, came, rest, count)


def _followed_back(entry: Array, came: NDArray[np.int16], rest: Array, count: int) -> list[int]:
    """From the best last beat, which no other may follow before the end, to the first."""
    times = np.arange(max(count - int(_LENGTHS[-1]), 0), count)
    open_ended = times[:, None] + _LENGTHS >= count
    final = np.where(open_ended, entry[times] + (rest[count] - rest[times])[:, None], -np.inf)
    row, tempo = divmod(int(final.argmax()), final.shape[1])
    at, beats = int(times[row]), []
    while True:
        beats.append(at)
        former = int(came[at, tempo])
        if former < 0:
            return beats[::-1]
        tempo = former
        at -= int(_LENGTHS[former])


def _sums(chance: Array) -> tuple[Array, Array]:
    """Logarithm of each frame being a beat; running sum of the logarithms of each being none, from 0."""
    sure = np.clip(chance, _LEAST, 1 - _LEAST)
    padded = np.concatenate((sure, np.full(_LENGTHS[-1], _LEAST)))
    rest = np.concatenate(([0.0], np.cumsum(np.log((1 - padded) / _QUIET))))
    return np.log(padded), rest


def _change() -> Array:
    """Logarithm of the chance of each length after each, (before, after)."""
    cost = -_STEADY * np.abs(_LENGTHS[None] / _LENGTHS[:, None] - 1.0)
    total: Array = cost - np.log(np.exp(cost).sum(axis=1, keepdims=True))
    return total


def _sharp(frame: int, chance: Array) -> float:
    """The middle of the likeliest frame within 40 ms, between frames by a parabola."""
    around = chance[max(frame - 2, 0) : frame + 3]
    best = max(frame - 2, 0) + int(around.argmax())
    if chance[best] < _HEARD:
        return frame + 0.5
    if 0 < best < len(chance) - 1:
        before, here, after = chance[best - 1 : best + 2]
        bend = before - 2 * here + after
        if bend < 0:
            return best + 0.5 + float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))
    return best + 0.5
