"""A person's taste, fitted to the lessons of a profile: a ridge regression that starts from the neutral choice.

The weights w minimise the squared error of the verdicts plus λ|w - w₀|², w₀ being "what the moments network says".
λ, and how far the result is trusted, are chosen by how well what was learnt from all other lessons tells the one that
was left out (of one single lesson: its quarters). So somebody without a taste, or with too few lessons, keeps the
neutral choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from math import exp, sqrt
from typing import Any

from ..findings import Curve, Findings
from ..profile import MEASURES, Lesson, Profile, Sums
from ..settings import Settings, Time
from .importance import HOP
from .measures import measures

_STRENGTHS = (30.0, 100.0, 300.0, 1000.0, 3000.0)
_SURE = 0.05  # how much better it must tell (in correlation) to be trusted wholly
_ALONE = 0.85  # the most that one lesson is trusted
_SIZE = len(MEASURES)


@dataclass(frozen=True)
class Taste:
    """Weights for each of MEASURES, how far they are trusted (0 neutral .. 1), and how many lessons they are of."""

    weights: tuple[float, ...]
    trust: float
    lessons: int


def taste(profile: Profile) -> Taste:
    """The taste that a profile's lessons show."""
    groups = [[*lesson.blocks] for lesson in profile.lessons if lesson.blocks]
    alone = len(groups) == 1
    folds = [[block] for block in groups[0]] if alone else groups
    whole = _total([block for fold in folds for block in fold])
    if whole is None or len(folds) < 2:
        return Taste((0.0,) * _SIZE, 0.0, len(groups))
    neutral, told = 0.0, dict.fromkeys(_STRENGTHS, 0.0)
    for fold in folds:
        own, rest = _total(fold), _total([block for other in folds if other is not fold for block in other])
        if own is None or rest is None:
            continue
        neutral += _agreement(_neutral(), own) / len(folds)
        for strength in _STRENGTHS:
            told[strength] += _agreement(_fitted(rest, strength), own) / len(folds)
    best = max(_STRENGTHS, key=lambda strength: (told[strength], strength))
    trust = min(max((told[best] - neutral) / _SURE, 0.0), _ALONE if alone else 1.0)
    return Taste(tuple(round(value, 6) for value in _fitted(whole, best)), round(trust, 4), len(groups))


def with_taste(films: Sequence[Findings], own: Taste) -> list[Findings]:
    """The findings, their importance as this person would see it; unchanged where the taste is not trusted."""
    if own.trust <= 0:
        return list(films)
    scores = [
        [sum(w * x for w, x in zip(_blended(own), row, strict=True)) for row in rows] for rows in measures(films)
    ]
    every = sorted(score for film in scores for score in film)
    if not every or every[0] == every[-1]:
        return list(films)
    places = {score: number / (len(every) - 1) for number, score in enumerate(every)}
    spread = sqrt(sum(score * score for score in every) / len(every)) or 1.0
    return [
        replace(findings, importance=Curve(HOP, tuple(
            round((places[score] + 1 / (1 + exp(-2 * score / spread))) / 2, 4) for score in film
        )))
        for findings, film in zip(films, scores, strict=True)
    ]  # fmt: skip


def personal_settings(settings: Settings, profile: Profile, given: Sequence[str] = ()) -> Settings:
    """The settings with this person's habits, but for what was `given` otherwise."""
    known = {item.name: item for item in fields(Settings)}
    values: dict[str, Any] = {}
    for name, value in habits(profile).items():
        if name in known and name not in given:
            meta = known[name].metadata
            held = min(max(value, meta["low"]), meta["high"])
            values[name] = Time(seconds=held) if isinstance(known[name].default, Time) else held
    return replace(settings, **values)


def habits(profile: Profile) -> dict[str, float]:
    """The median of each habit over the lessons that show it."""
    seen: dict[str, list[float]] = {}
    for lesson in profile.lessons:
        for name, value in (lesson.habits or {}).items():
            seen.setdefault(name, []).append(value)
    return {name: sorted(values)[(len(values) - 1) // 2] for name, values in seen.items()}


def described(profile: Profile) -> list[str]:
    """What a profile knows, in phrases for people, the most telling first."""
    own = taste(profile)
    if not profile.lessons:
        return ["nothing learnt yet"]
    kept, dropped = (sum(getattr(lesson, name) for lesson in profile.lessons) for name in ("kept", "dropped"))
    count = len(profile.lessons)
    judged = sum(lesson.judged for lesson in profile.lessons)
    said = [f"{count} edit{'s' * (count > 1)}: {_clock(kept)} kept, {_clock(dropped)} dropped"
            + (f", {judged} decisions judged" if judged else "")]  # fmt: skip
    if own.trust <= 0:
        return [*said, "no taste of its own yet, so the choice is neutral", *_habit_words(profile)]
    ranked = sorted(zip(own.weights, MEASURES, strict=True), key=lambda pair: -abs(pair[0]))
    most = max(abs(ranked[0][0]), 1e-9)
    words = [f"{'more' if weight > 0 else 'less'} {name}" for weight, name in ranked[:4] if abs(weight) > most / 5]
    return [*said, f"wants {', '.join(words)} (trusted {own.trust:.0%})", *_habit_words(profile)]


def source_words(lesson: Lesson) -> str:
    """One lesson in a line."""
    return f"{lesson.title}: {_clock(lesson.kept)} of {_clock(lesson.kept + lesson.dropped)} kept"


def _habit_words(profile: Profile) -> list[str]:
    units = {"lufs": "LUFS"}
    return [f"{name.replace('_', ' ')} {value:.2f} {units.get(name, 's' if name != 'grade_strength' else '')}".strip()
            for name, value in habits(profile).items()]  # fmt: skip


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _neutral() -> list[float]:
    return [1.0] + [0.0] * (_SIZE - 1)


def _blended(own: Taste) -> list[float]:
    """Trusted in part, the rest is what the network says, at the same length."""
    length = sqrt(sum(weight * weight for weight in own.weights)) or 1.0
    return [own.trust * weight / length + (1 - own.trust) * plain
            for weight, plain in zip(own.weights, _neutral(), strict=True)]  # fmt: skip


def _total(blocks: Sequence[Sums]) -> Sums | None:
    """Sums of blocks, each lesson's verdicts counting alike however long it is is left to their own number."""
    if not blocks:
        return None
    return Sums(
        sum(b.count for b in blocks), sum(b.squared for b in blocks),
        tuple(map(sum, zip(*(b.measured for b in blocks), strict=True))),
        tuple(map(sum, zip(*(b.pairs for b in blocks), strict=True))),
    )  # fmt: skip


def _fitted(sums: Sums, strength: float) -> list[float]:
    """The ridge regression towards the neutral weights, which are scaled to fit best by themselves."""
    matrix = _matrix(sums)
    slope = sums.measured[0] / (matrix[0][0] + strength)
    start = [max(slope, 0.01), *[0.0] * (_SIZE - 1)]
    rest = [own - sum(a * s for a, s in zip(row, start, strict=True))
            for own, row in zip(sums.measured, matrix, strict=True)]  # fmt: skip
    for number in range(_SIZE):
        matrix[number][number] += strength
    return [s + d for s, d in zip(start, _solved(matrix, rest), strict=True)]


def _agreement(weights: Sequence[float], sums: Sums) -> float:
    """Correlation of the weighed measures with the verdicts."""
    matrix = _matrix(sums)
    along = sum(w * m for w, m in zip(weights, sums.measured, strict=True))
    length = sum(a * sum(w * b for w, b in zip(weights, row, strict=True))
                 for a, row in zip(weights, matrix, strict=True))  # fmt: skip
    return along / sqrt(length * sums.squared) if length > 1e-9 and sums.squared > 1e-9 else 0.0


def _matrix(sums: Sums) -> list[list[float]]:
    matrix, at = [[0.0] * _SIZE for _ in range(_SIZE)], 0
    for row in range(_SIZE):
        for column in range(row, _SIZE):
            matrix[row][column] = matrix[column][row] = sums.pairs[at]
            at += 1
    return matrix


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss's elimination with pivots; the ridge keeps the matrix regular, and a hostile one gives no change."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for number in range(_SIZE):
        pivot = max(range(number, _SIZE), key=lambda n: abs(rows[n][number]))
        if abs(rows[pivot][number]) < 1e-12:
            return [0.0] * _SIZE
        rows[number], rows[pivot] = rows[pivot], rows[number]
        for other in range(number + 1, _SIZE):
            factor = rows[other][number] / rows[number][number]
            if factor:
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[number], strict=True)]
    found = [0.0] * _SIZE
    for number in reversed(range(_SIZE)):
        known = sum(rows[number][n] * found[n] for n in range(number + 1, _SIZE))
        found[number] = (rows[number][_SIZE] - known) / rows[number][number]
    return found
