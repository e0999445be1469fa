"""Moves the ends of chosen clips until the film is as long as was wished, without cutting a sentence or a beat."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

_BEAT_NEAR = 1.0  # seconds: an end with a beat this near belongs on one
_ROUNDS, _TRIALS = 200, 4


@dataclass(frozen=True)
class Chosen:
    """A clip [left, right) and the place [first, last) that its ends may move in; frames."""

    left: int
    right: int
    first: int
    last: int


def fitted(
    chosen: Sequence[Chosen],
    whole: Sequence[tuple[int, int]],
    beats: Sequence[int],
    spans: Sequence[tuple[int, int]],
    target: int,
    shortest: int,
    second: float,
) -> tuple[tuple[int, int], ...]:
    """The clips, ends moved so that their sum is the target, or as near to it as sentences and beats allow.

    Clips nearer than half a second to each other become one.
    """
    ends = _Ends(whole, beats, second)
    near = int(second / 4) if beats else 0
    best = trial = _settled(_joined(chosen, second), ends, spans, (target, shortest, near, second))
    for _ in range(_TRIALS):
        if abs(target - _sum(best)) <= near or len(trial) < 2:
            break
        # Stuck: with one clip less, the others have room to grow.
        least = min(trial, key=lambda clip: clip[1] - clip[0])
        trial = _settled([clip for clip in trial if clip != least], ends, spans, (target, shortest, near, second))
        best = min(best, trial, key=lambda clips: abs(target - _sum(clips)))
    return tuple(best)


def _settled(
    joined: list[tuple[int, int]], ends: _Ends, spans: Sequence[tuple[int, int]], wish: tuple[int, int, int, float]
) -> list[tuple[int, int]]:
    """The clips after one move after the other, each the one that comes nearest to the target, while any helps."""
    target, shortest, near, second = wish
    for _ in range(_ROUNDS):
        missing = target - _sum(joined)
        if abs(missing) <= near:
            break
        clips = [Chosen(left, right, *_bounds(left, right, joined, spans, number))
                 for number, (left, right) in enumerate(joined)]  # fmt: skip
        moves = _moves(clips, missing, ends, shortest)
        better = min(moves, key=lambda move: (abs(missing - move[2]), move[0]), default=None)
        if better is None or abs(missing - better[2]) >= abs(missing):
            break
        joined[better[0]] = (better[1].left, better[1].right)
        joined = _joined([Chosen(a, b, a, b) for a, b in joined], second)
    return joined


def _sum(clips: Iterable[tuple[int, int]]) -> int:
    return sum(right - left for left, right in clips)


class _Ends:
    """Where a clip may end."""

    def __init__(self, whole: Sequence[tuple[int, int]], beats: Sequence[int], second: float) -> None:
        self._whole, self._starts, self._beats = whole, [left for left, _ in whole], beats
        self._near = _BEAT_NEAR * second

    def near(self, frame: int, low: int, high: int) -> Iterator[int]:
        """Ends in [low, high] beside a wished frame: itself where it may be, else those before and behind it."""
        for candidate in self._on_beats(min(max(frame, low), high)):
            at = bisect_right(self._starts, candidate) - 1
            if at >= 0 and self._starts[at] < candidate < self._whole[at][1]:
                yield from (edge for edge in self._whole[at] if low <= edge <= high)
            elif low <= candidate <= high:
                yield candidate

    def _on_beats(self, frame: int) -> tuple[int, ...]:
        at = bisect_left(self._beats, frame)
        beside = tuple(b for b in self._beats[max(0, at - 1) : at + 1] if abs(b - frame) <= self._near)
        return beside or (frame,)


def _moves(clips: Sequence[Chosen], missing: int, ends: _Ends, shortest: int) -> Iterator[tuple[int, Chosen, int]]:
    """Clip, what it becomes, and the frames that are won: by its right end, its left one, or by leaving it out."""
    for number, clip in enumerate(clips):
        least = min(shortest, clip.right - clip.left)
        for right in ends.near(clip.right + missing, clip.left + least, clip.last):
            yield number, replace(clip, right=right), right - clip.right
        for left in ends.near(clip.left - missing, clip.first, clip.right - least):
            yield number, replace(clip, left=left), clip.left - left
        if missing < 0 and len(clips) > 1 and clip.right - clip.left <= -2 * missing:
            yield number, replace(clip, right=clip.left), clip.left - clip.right


def _bounds(
    left: int, right: int, joined: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]], number: int
) -> tuple[int, int]:
    """How far a clip may reach: to its neighbours, and inside its own footage."""
    at = max(0, bisect_right(spans, (left, float("inf"))) - 1)
    first, last = spans[at]
    before = joined[number - 1][1] if number else first
    behind = joined[number + 1][0] if number + 1 < len(joined) else last
    return max(first, min(before, left)), min(last if right <= last else right, max(behind, right))


def _joined(clips: Iterable[Chosen], second: float) -> list[tuple[int, int]]:
    """Ranges of frames, ascending; those that all but touch are one."""
    found: list[tuple[int, int]] = []
    for clip in clips:
        if clip.right <= clip.left:
            continue
        if found and clip.left - found[-1][1] < second / 2:
            found[-1] = (found[-1][0], max(found[-1][1], clip.right))
        else:
            found.append((clip.left, clip.right))
    return found

