"""Where nobody speaks: speech with its margins is kept, what lies between is silence.

All lengths are lengths on the timeline. In this order, after auto-editor's way of thinking but on the safe side of it:

1. Speech of at least `threshold` grows by `margin_start` before and `margin_end` after, out to whole frames. With a
   `max_pause`, pauses between speech keep that much instead, shared as the margins are, and shorter ones stay.
   Margins end where a breath begins that is to be dropped.
2. Silences shorter than `min_cut` (margins already taken off) are kept, at both ends of the footage too.
3. Kept pieces shorter than `min_clip` grow evenly into the silence around them. (auto-editor drops them;
   a word is worth more than a quiet moment.)
4. Silences that this made shorter than `min_cut` are kept.

So every word stays with its margins, every silence that is left is at least `min_cut` long, and every kept piece at
least `min_clip`, unless the whole stretch is shorter. With a `max_pause` no pause is longer than it, however little
there is to cut (but where a piece had to grow), and no cut is nearer to a word than the pause that is left allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from ..findings import Span
from ..settings import Settings
from .stretch import Stretch

_ON_EDGE = 1e-6


class Part(NamedTuple):
    """Cells [left, right) that are spoken or silent, with the confidence in that."""

    left: int
    right: int
    spoken: bool
    confidence: float


def parts(stretch: Stretch, speech: Sequence[Span], settings: Settings, fps: Fraction,
          dropped: Sequence[Span] = ()) -> list[Part]:  # fmt: skip
    """A stretch from end to end, spoken and silent parts in turn.

    The confidence of speech is the highest of its spans; that of silence is 1 without any sign of speech and falls
    to 0.5 where a span just misses the threshold, whatever the threshold is.
    """
    min_cut = max(1, stretch.whole_cells(settings.min_cut, fps))
    min_clip = stretch.whole_cells(settings.min_clip, fps, least=1)
    inner = 1 if settings.max_pause.at(fps) > 0 else min_cut
    kept = _joined(_with_margins(stretch, speech, settings, fps, dropped), min_cut, inner, stretch.cells)
    kept = _joined((_grown(span, min_clip, stretch.cells) for span in kept), min_cut, inner, stretch.cells)
    doubts = _doubts(stretch, speech, settings.threshold)
    found: list[Part] = []
    at = first = 0
    for left, right, confidence in [*kept, (stretch.cells, stretch.cells, 0.0)]:
        if left > at:
            doubt, first = _doubt_in(doubts, first, at, left)
            found.append(Part(at, left, False, 1.0 - 0.5 * doubt))
        if right > left:
            found.append(Part(left, right, True, confidence))
        at = right
    return found


def _with_margins(
    stretch: Stretch, speech: Sequence[Span], settings: Settings, fps: Fraction, dropped: Sequence[Span]
) -> Iterable[tuple[int, int, float]]:
    before = stretch.cells_of(settings.margin_start, fps)
    after = stretch.cells_of(settings.margin_end, fps)
    limit = stretch.cells_of(settings.max_pause, fps)
    share = after / (before + after) if before + after else 0.5
    sure = _united(span for span in _in_cells(stretch, speech) if span[2] >= settings.threshold)
    breaths = [(first, last) for first, last, _ in _in_cells(stretch, dropped)]
    left = None
    for number, (start, end, confidence) in enumerate(sure):
        first, last = _up_to(breaths, start - before, start, end, end + after)
        if left is None:
            left = max(0, floor(first + _ON_EDGE))
        right = min(stretch.cells, max(left + 1, ceil(last - _ON_EDGE)))
        following = None
        if limit > 0 and number + 1 < len(sure):
            right, following = _pause(end, sure[number + 1][0], limit, share)
            right = max(right, left + 1)
        yield left, right, confidence
        left = following


def _up_to(breaths: Sequence[tuple[float, float]], low: float, start: float, end: float,
           high: float) -> tuple[float, float]:  # fmt: skip
    """The margins [low, start] and [end, high], cut short by breaths in them, in whole cells and never into speech."""
    for first, last in breaths:
        if low < last <= start + _ON_EDGE:
            low = min(ceil(last - _ON_EDGE), floor(start + _ON_EDGE))
        if end - _ON_EDGE <= first < high:
            high = max(floor(first + _ON_EDGE), ceil(end - _ON_EDGE))
    return low, high


def _united(spans: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Spans, sorted, as one where they touch, with the highest confidence."""
    found: list[tuple[float, float, float]] = []
    for start, end, confidence in spans:
        if found and start <= found[-1][1]:
            earlier = found.pop()
            start, end, confidence = earlier[0], max(earlier[1], end), max(earlier[2], confidence)
        found.append((start, end, confidence))
    return found


def _pause(end: float, start: float, limit: float, share: float) -> tuple[int, int]:
    """The cells [left, right) to cut out of a pause so that at most `limit` of it is left, `share` of that before.

    Nothing (left equals right) where it is not longer, or holds no whole cell.
    """
    first, last = ceil(end - _ON_EDGE), floor(start + _ON_EDGE)
    cut = min(ceil(start - end - limit - _ON_EDGE), last - first)
    if cut < 1:
        return first, first
    left = min(max(round(end + share * limit), first), last - cut)
    return left, left + cut


def _in_cells(stretch: Stretch, spans: Sequence[Span]) -> list[tuple[float, float, float]]:
    """Spans that reach into the stretch, as (start, end, confidence) in cells, sorted."""
    origin, rate = float(stretch.start), float(1 / stretch.step)
    moved = (((s.start - origin) * rate, (s.end - origin) * rate, s.confidence) for s in spans)
    return sorted(s for s in moved if s[1] > s[0] and s[1] > _ON_EDGE and s[0] < stretch.cells - _ON_EDGE)


def _joined(
    spans: Iterable[tuple[int, int, float]], outer: int, inner: int, cells: int
) -> list[tuple[int, int, float]]:
    """The spans, sorted, with every gap shorter than `inner` closed, and those at both ends shorter than `outer`."""
    found: list[tuple[int, int, float]] = []
    for left, right, confidence in spans:
        if not found and left < outer:
            left = 0
        if found and left - found[-1][1] < inner:
            earlier = found.pop()
            left, right, confidence = earlier[0], max(earlier[1], right), max(earlier[2], confidence)
        found.append((left, right, confidence))
    if found and cells - found[-1][1] < outer:
        found[-1] = (found[-1][0], cells, found[-1][2])
    return found


def _grown(span: tuple[int, int, float], least: int, cells: int) -> tuple[int, int, float]:
    left, right, confidence = span
    lacking = least - (right - left)
    if lacking <= 0:
        return span
    left = max(0, min(left - lacking // 2, cells - least))
    return left, min(cells, left + least), confidence


def _doubts(stretch: Stretch, speech: Sequence[Span], threshold: float) -> list[tuple[float, float, float]]:
    """Disjoint stretches of unsure speech, each with the share of the threshold that it reaches.

    Spans that overlap count as one, with the highest confidence.
    """
    found: list[tuple[float, float, float]] = []
    for start, end, confidence in _in_cells(stretch, [s for s in speech if s.confidence < threshold]):
        share = confidence / threshold
        if found and start < found[-1][1]:
            earlier = found.pop()
            start, end, share = earlier[0], max(earlier[1], end), max(earlier[2], share)
        found.append((start, end, share))
    return found


def _doubt_in(doubts: Sequence[tuple[float, float, float]], first: int, left: int, right: int) -> tuple[float, int]:
    """The highest share among doubts in [left, right), and where to look for the next, later range."""
    while first < len(doubts) and doubts[first][1] <= left:
        first += 1
    share, at = 0.0, first
    while at < len(doubts) and doubts[at][0] < right:
        share = max(share, doubts[at][2])
        at += 1
    return share, first
