"""Chooses the moments that fill a wished length best: whole sentences, whole shots where they fit, cuts on beats.

A knapsack of clips. Every place (a shot, or a part of a long one) offers its best window at a handful of lengths;
at most one of them is taken. Lagrange's multiplier, the price of a frame, settles all places that are clear cases, an
exact dynamic programme the few that are close (the "core" of Pisinger 1995, "A minimal algorithm for the
multiple-choice knapsack problem"), and last the ends of clips move to where the length is right (`fit`).
Everything counts in whole frames of the timeline.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import ceil

from .fit import Chosen, fitted

_LENGTHS = 5  # windows that a place offers
_CORE, _BUCKETS = 64, 240
_CUT_COST = 0.35  # seconds of middling footage that a further cut must be worth
_DUPLICATE = 0.55  # what the second of two places that look the same is worth


@dataclass(frozen=True)
class Footage:
    """What there is to choose from, in frames of the timeline; all ascending.

    Attributes:
        spans: [left, right) where footage lies, disjoint.
        first, hop, values: importance 0..1 of each `hop` frames from frame `first` on.
        shots: frames at which the picture changes.
        whole: [left, right) that are taken or left as a whole: sentences; disjoint.
        beats: frames at which the music beats; where there are some, cuts fall on them.
        looks: for each of `spans` and `shots` (by frame) what it looks like, plain numbers.
    """

    spans: tuple[tuple[int, int], ...]
    first: int
    hop: float
    values: tuple[float, ...]
    shots: tuple[int, ...] = ()
    whole: tuple[tuple[int, int], ...] = ()
    beats: tuple[int, ...] = ()
    looks: tuple[tuple[int, tuple[float, ...]], ...] = ()


@dataclass(frozen=True)
class Wish:
    """How long the film should be, and a clip at least and at most; frames. `second` is how many make one."""

    target: int
    shortest: int
    longest: int
    second: float

    @property
    def near(self) -> int:
        """Half a second: what the film may miss its target by."""
        return max(1, int(self.second / 2))


@dataclass(frozen=True)
class Window:
    """Frames [left, right) that a place offers, and what they are worth."""

    left: int
    right: int
    value: float

    @property
    def length(self) -> int:
        """Frames."""
        return self.right - self.left


@dataclass(frozen=True)
class Place:
    """Frames [left, right) of which at most one window is taken."""

    left: int
    right: int
    windows: tuple[Window, ...]


def choose(footage: Footage, wish: Wish) -> tuple[tuple[int, int], ...]:
    """The best clips, ascending and disjoint, parted by half a second at least.

    No clip begins or ends inside one of `footage.whole`. Their sum is within half a second of the target wherever
    sentences leave a way to it, else as near as was found; all footage when the target is no shorter.
    """
    there = sum(right - left for left, right in footage.spans)
    if wish.target >= there or not footage.values:
        return footage.spans
    wish = replace(wish, shortest=max(1, min(wish.shortest, wish.target)))
    wish = replace(wish, longest=max(wish.longest, wish.shortest))
    while True:
        found = places(footage, wish)
        if wish.longest >= there or sum(max((w.length for w in p.windows), default=0) for p in found) >= wish.target:
            break
        wish = replace(wish, longest=wish.longest * 2)
    taken = _knapsack(found, wish.target, wish.near) or _nearest(found, wish.target)
    chosen = [Chosen(w.left, w.right, p.left, p.right) for p, w in taken]
    return fitted(chosen, footage.whole, footage.beats, footage.spans, wish.target, wish.shortest, wish.second)


def places(footage: Footage, wish: Wish) -> list[Place]:
    """Where clips may come from, ascending, and the windows that each offers."""
    worth = _Worth(footage)
    middling = worth.mean * _CUT_COST * wish.second
    made = []
    for left, right in _areas(footage, wish):
        windows = _windows(_points(footage, left, right, wish), worth, wish)
        made.append(Place(left, right, tuple(replace(w, value=w.value - middling) for w in windows)))
    return _varied(made, footage.looks)


class _Worth:
    """Importance of any range of frames, as a sum over them."""

    def __init__(self, footage: Footage) -> None:
        self._first, self._hop = footage.first, footage.hop
        self._values = footage.values
        self._sums = [0.0, *accumulate(value * footage.hop for value in footage.values)]
        self.mean = sum(footage.values) / len(footage.values)

    def until(self, frame: int) -> float:
        """The sum up to a frame; what is not known is worth nothing."""
        place = (frame - self._first) / self._hop
        if place <= 0:
            return 0.0
        at = int(place)
        if at >= len(self._values):
            return self._sums[-1]
        return self._sums[at] + (place - at) * self._values[at] * self._hop


def _areas(footage: Footage, wish: Wish) -> list[tuple[int, int]]:
    """Shots, long ones in parts, short ones joined with those that follow."""
    starts = [left for left, _ in footage.whole]
    found: list[tuple[int, int]] = []
    for left, right in footage.spans:
        inside = footage.shots[bisect_right(footage.shots, left) : bisect_left(footage.shots, right)]
        edges = [left, *(frame for frame in inside if not _within(footage.whole, starts, frame)), right]
        joined = [left]
        for edge in edges[1:-1]:
            if edge - joined[-1] >= wish.shortest and right - edge >= wish.shortest:
                joined.append(edge)
        for start, end in zip(joined, [*joined[1:], right], strict=True):
            found += _parts(footage, starts, start, end, wish)
    return found


def _parts(
    footage: Footage, starts: Sequence[int], left: int, right: int, wish: Wish
) -> list[tuple[int, int]]:
    """A long shot in parts of about one and a half longest clips, parted between sentences."""
    count = int((right - left) / (1.5 * wish.longest))
    edges = [left]
    for number in range(1, count):
        edge = left + round((right - left) * number / count)
        span = _within(footage.whole, starts, edge)
        if span:
            edge = span[0] if span[0] - edges[-1] >= wish.longest else span[1]
        if edge - edges[-1] >= wish.shortest and right - edge >= wish.shortest:
            edges.append(edge)
    return list(zip(edges, [*edges[1:], right], strict=True))


def _within(whole: Sequence[tuple[int, int]], starts: Sequence[int], frame: int) -> tuple[int, int] | None:
    """The span that a frame would cut in two."""
    at = bisect_right(starts, frame) - 1
    return whole[at] if at >= 0 and whole[at][0] < frame < whole[at][1] else None


def _points(footage: Footage, left: int, right: int, wish: Wish) -> list[int]:
    """Frames of an area at which a clip may begin or end, ascending."""
    first = max(0, bisect_right(footage.whole, (left, left)) - 1)
    spans = []
    for span in footage.whole[first:]:
        if span[0] >= right:
            break
        if span[1] > left:
            spans.append(span)
    beats = footage.beats[bisect_left(footage.beats, left) : bisect_right(footage.beats, right)]
    free = beats if len(beats) > 2 else _grid(left, right, wish)
    points = {left, right, *free, *(edge for span in spans for edge in span if left <= edge <= right)}
    if not spans:
        return sorted(points)
    starts = [span[0] for span in spans]
    return sorted(p for p in points if p in (left, right) or not _within(spans, starts, p))


def _windows(points: list[int], worth: _Worth, wish: Wish) -> list[Window]:
    """The best window at each of a few lengths; a sentence longer than a clip should be is offered as it is."""
    sums = [worth.until(point) for point in points]
    most = min(wish.longest, points[-1] - points[0])
    found: dict[tuple[int, int], Window] = {}
    lengths = _lengths(wish.shortest, most, _step(wish))
    if wish.shortest < wish.target < most:
        lengths.append(wish.target)
    for length in lengths:
        best: Window | None = None
        end = 0
        for start, left in enumerate(points):
            while end < len(points) and points[end] < left + length:
                end += 1
            if end == len(points):
                break
            window = (points[end], sums[end] - sums[start])
            span = window[0] - left
            # Sentences make windows longer than asked for: compare what a frame of each is worth.
            if best is None or window[1] * best.length > best.value * span:
                best = Window(left, window[0], window[1])
        if best is not None:
            found[best.left, best.right] = best
    fitting = [window for window in found.values() if window.length <= wish.longest]
    return fitting or sorted(found.values(), key=lambda w: w.length)[:1]


def _grid(left: int, right: int, wish: Wish) -> list[int]:
    """Frames about half a second apart; the shortest clip has a whole number of them."""
    step = _step(wish)
    return sorted({left + round(number * step) for number in range(ceil((right - left) / step))})


def _step(wish: Wish) -> float:
    return max(1.0, wish.shortest / max(1, round(2 * wish.shortest / wish.second)))


def _lengths(least: int, most: int, step: float) -> list[int]:
    """From the least to the most, growing evenly, in whole steps where there is room."""
    if most <= least:
        return [least] if most == least else []
    ratio = (most / least) ** (1 / (_LENGTHS - 1))
    steps = (ceil(least * ratio**number / step) for number in range(1, _LENGTHS))
    return sorted({least, *(min(most, round(count * step)) for count in steps)})


def _varied(made: list[Place], looks: Sequence[tuple[int, tuple[float, ...]]]) -> list[Place]:
    """The same places; of those that look the same, only the best keeps all its worth."""
    if not looks:
        return made
    frames = [frame for frame, _ in looks]
    seen: dict[tuple[int, ...], int] = {}
    order = sorted(range(len(made)), key=lambda n: (-max((w.value / w.length for w in made[n].windows), default=0), n))
    result = list(made)
    for number in order:
        place = made[number]
        look = looks[max(0, bisect_right(frames, place.left) - 1)][1]
        key = tuple(round(part * 8) for part in look)
        times = seen.get(key, 0)
        seen[key] = times + 1
        if times:
            share = max(0.3, _DUPLICATE ** min(times, 3))
            kept = tuple(replace(w, value=w.value * share) if w.value > 0 else w for w in place.windows)
            result[number] = replace(place, windows=kept)
    return result


def _knapsack(found: list[Place], target: int, near: int) -> list[tuple[Place, Window]]:
    """At most one window of each place, together as near to the target and as worthy as can be."""
    price = _price(found, target)
    settled = [_best_at(place, price) for place in found]
    doubts = sorted(range(len(found)), key=lambda n: (settled[n][1], n))[:_CORE]
    core = sorted(n for n in doubts if found[n].windows)
    sure = {n: window for n, (window, _) in enumerate(settled) if n not in set(core) and window is not None}
    rest = target - sum(window.length for window in sure.values())
    sure |= _exact([(n, found[n]) for n in core], rest, near)
    return [(found[n], sure[n]) for n in sorted(sure)]


def _nearest(found: list[Place], target: int) -> list[tuple[Place, Window]]:
    """The one window that is nearest to the target, where none fits into it: a sentence longer than the film."""
    pairs = [(place, window) for place in found for window in place.windows]
    return sorted(pairs, key=lambda pair: (abs(pair[1].length - target), -pair[1].value))[:1]


def _price(found: list[Place], target: int) -> float:
    """The price of a frame at which the windows that are worth it come to the target."""
    rates = [w.value / w.length for place in found for w in place.windows]
    low, high = min(rates, default=0.0) - 1.0, max(rates, default=0.0) + 1.0
    for _ in range(24):
        middle = (low + high) / 2
        total = 0
        for place in found:
            window, _ = _best_at(place, middle)
            total += window.length if window else 0
        low, high = (middle, high) if total > target else (low, middle)
    return high


def _best_at(place: Place, price: float) -> tuple[Window | None, float]:
    """The window that gains most at a price, None where none gains, and how far ahead of the next choice it is."""
    best, gain, second = None, 0.0, float("-inf")
    for window in place.windows:
        own = window.value - price * (window.right - window.left)
        if own > gain:
            best, gain, second = window, own, gain
        elif own > second:
            second = own
    return best, gain - second


def _exact(core: list[tuple[int, Place]], capacity: int, near: int) -> dict[int, Window]:
    """The dynamic programme over what is in doubt, in steps of a part of the capacity."""
    if capacity <= 0 or not core:
        return {}
    step = max(1, capacity // _BUCKETS)
    size = (capacity + near) // step
    never = float("-inf")
    best = [0.0] + [never] * size
    choices: list[list[int]] = []
    for _, place in core:
        after, choice = best[:], [-1] * (size + 1)
        for number, window in enumerate(place.windows):
            weight = max(1, round(window.length / step))
            value = window.value
            for at in range(weight, size + 1):
                new = best[at - weight] + value
                if new > after[at]:
                    after[at], choice[at] = new, number
        best = after
        choices.append(choice)
    # A film that is too short is no better for its worth: of the fullest, the worthiest.
    full = max((n for n in range(size + 1) if best[n] > never), default=0)
    at = max((n for n in range(max(0, full - 2 * near // step), full + 1) if best[n] > never), key=lambda n: best[n])
    taken: dict[int, Window] = {}
    for (number, place), choice in zip(reversed(core), reversed(choices), strict=True):
        if choice[at] >= 0:
            window = place.windows[choice[at]]
            taken[number] = window
            at -= max(1, round(window.length / step))
    return taken
