"""What one finished edit teaches: sums over what was kept and dropped, and the habits that show in its cuts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log10

from ..errors import TimelineError
from ..findings import Findings
from ..profile import MEASURES, Lesson, Sums
from .importance import HOP, loudness_of
from .measures import Row, measures

Spans = Sequence[tuple[float, float]]
_BLOCKS = 4
_STRESS = 3.0  # times that what was judged by hand counts
_LEAST_CELLS = 8  # half seconds kept, and dropped, without which there is nothing to compare
_LEAST_SEEN = 3  # cuts that make a habit
_REACH = 2.0  # seconds from a word within which a cut belongs to it


def lesson(
    films: Sequence[Findings],
    kept: Mapping[str, Spans],
    title: str,
    key: str,
    judged: Mapping[str, Spans] | None = None,
    volumes: Mapping[str, float] | None = None,
) -> Lesson:
    """Compare what an edit kept of its footage with what it dropped.

    Args:
        kept: media seconds on the finished timeline, by path of the film.
        judged: media seconds of decisions that were accepted or rejected by hand; these count more.
        volumes: linear volume at which each film's sound plays, where it is one for all of it.

    Raises:
        TimelineError: hardly anything was dropped, or hardly anything kept.
    """
    rows = measures(films)
    marks = [_marks(kept.get(f.media.path, ()), len(r)) for f, r in zip(films, rows, strict=True)]
    taken, there = sum(map(sum, marks)), sum(map(len, marks))
    if taken < _LEAST_CELLS or there - taken < _LEAST_CELLS:
        what = "kept" if taken < _LEAST_CELLS else "dropped"
        raise TimelineError(f"{title} {what} less than four seconds of its footage, so it teaches nothing.",
                            "Learn from an edit that chose.")  # fmt: skip
    stress = [_marks((judged or {}).get(f.media.path, ()), len(r)) for f, r in zip(films, rows, strict=True)]
    weights = [[1.0 + (_STRESS - 1.0) * mark for mark in film] for film in stress]
    blocks = _blocks([r for film in rows for r in film], [m for film in marks for m in film],
                     [w for film in weights for w in film])  # fmt: skip
    count = sum(len(spans) for spans in (judged or {}).values())
    return Lesson(key, title, taken * HOP, (there - taken) * HOP, count, _habits(films, kept, volumes or {}), blocks)


def _marks(spans: Spans, count: int) -> list[float]:
    """1 for each half second most of which lies in the spans."""
    shares = [0.0] * count
    for start, end in spans:
        for number in range(max(0, int(start / HOP)), min(count, int(end / HOP) + 1)):
            shares[number] += max(0.0, min(end, (number + 1) * HOP) - max(start, number * HOP))
    return [1.0 if share >= HOP / 2 else 0.0 for share in shares]


def _blocks(rows: Sequence[Row], marks: Sequence[float], weights: Sequence[float]) -> tuple[Sums, ...]:
    """Sums over each quarter, all centred on the mean of the whole."""
    total = sum(weights)
    mean = sum(m * w for m, w in zip(marks, weights, strict=True)) / total
    means = [sum(row[n] * w for row, w in zip(rows, weights, strict=True)) / total for n in range(len(MEASURES))]
    made, size = [], -(-len(rows) // _BLOCKS)
    for first in range(0, len(rows), size):
        part = slice(first, first + size)
        made.append(_sums(rows[part], marks[part], weights[part], mean, means))
    return tuple(made)


def _sums(
    rows: Sequence[Row], marks: Sequence[float], weights: Sequence[float], mean: float, means: Sequence[float]
) -> Sums:
    size = len(MEASURES)
    measured, pairs, squared = [0.0] * size, [0.0] * (size * (size + 1) // 2), 0.0
    for row, mark, weight in zip(rows, marks, weights, strict=True):
        own = [value - middle for value, middle in zip(row, means, strict=True)]
        verdict = mark - mean
        squared += weight * verdict * verdict
        at = 0
        for number, value in enumerate(own):
            weighed = weight * value
            measured[number] += weighed * verdict
            for other in own[number:]:
                pairs[at] += weighed * other
                at += 1
    # Eight digits, so that rounding never breaks what profile.py checks.
    return Sums(round(sum(weights), 6), round(squared, 8), tuple(round(v, 8) for v in measured),
                tuple(round(v, 8) for v in pairs))  # fmt: skip


def _habits(films: Sequence[Findings], kept: Mapping[str, Spans], volumes: Mapping[str, float]) -> dict[str, float]:
    """Margins, the shortest pause that was cut, lengths of clips, loudness: each only where enough shows it."""
    before: list[float] = []
    after: list[float] = []
    pauses: list[float] = []
    lengths: list[float] = []
    power = seconds = 0.0
    for findings in films:
        spans = sorted(kept.get(findings.media.path, ()))
        lengths += [end - start for start, end in spans]
        before += _margins([(s.start, s.end) for s in findings.speech], [a for a, _ in spans if a > 0.1], True)
        ends = [b for _, b in spans if b < findings.media.duration - 0.1]
        after += _margins([(s.start, s.end) for s in findings.speech], ends, False)
        pauses += _cut_pauses(findings, spans)
        if findings.loudness is not None and findings.media.path in volumes:
            gained, lasted = _power(findings, spans, volumes[findings.media.path])
            power, seconds = power + gained, seconds + lasted
    found = {}
    if len(before) >= _LEAST_SEEN:
        found["margin_start"] = _part(before, 0.5)
    if len(after) >= _LEAST_SEEN:
        found["margin_end"] = _part(after, 0.5)
    if len(pauses) >= _LEAST_SEEN:
        found["min_cut"] = _part(pauses, 0.1)
    if len(lengths) >= _LEAST_SEEN:
        found["shortest_moment"], found["longest_moment"] = _part(lengths, 0.1), _part(lengths, 0.9)
    if seconds >= 5.0 and power > 0:
        found["lufs"] = 10 * log10(power / seconds)
    return {name: round(value, 3) for name, value in found.items()}


def _margins(speech: Sequence[tuple[float, float]], cuts: Iterable[float], begins: bool) -> list[float]:
    """Seconds between a word and the cut beside it; cuts within words, and far from any, say nothing."""
    found = []
    for cut in cuts:
        if any(start + 0.05 < cut < end - 0.05 for start, end in speech):
            continue
        apart = [start - cut for start, _ in speech] if begins else [cut - end for _, end in speech]
        near = min((value for value in apart if -0.05 <= value <= _REACH), default=None)
        if near is not None:
            found.append(max(0.0, near))
    return found


def _cut_pauses(findings: Findings, spans: Spans) -> list[float]:
    """Lengths of the silences between two words from which something was taken."""
    gone = [(end, start) for (_, end), (start, _) in zip(spans, spans[1:], strict=False) if start - end > 0.05]
    found = []
    for one, other in zip(findings.speech, findings.speech[1:], strict=False):
        if any(one.end - 0.05 <= left and right <= other.start + 0.05 for left, right in gone):
            found.append(other.start - one.end)
    return found


def _power(findings: Findings, spans: Spans, volume: float) -> tuple[float, float]:
    """Mean power, as LUFS count it, of what is kept and not near silent; times its seconds, and these."""
    count = max(1, round(findings.media.duration / HOP))
    values, marks = loudness_of(findings, count), _marks(spans, count)
    heard = [10 ** (value / 10) * volume**2 for value, mark in zip(values, marks, strict=True) if mark]
    gate = 10 ** (-70 / 10)
    loud = [value for value in heard if value > gate]
    if not loud:
        return 0.0, 0.0
    least = sum(loud) / len(loud) / 10  # the relative gate of BS.1770
    loud = [value for value in loud if value > least]
    return sum(loud) * HOP, len(loud) * HOP


def _part(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]
