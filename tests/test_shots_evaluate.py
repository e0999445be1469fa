"""Promises of the evaluator: TransNet's rule, checked against AutoShot's published counts and by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from models.shots.calibrate import platt
from models.shots.evaluate import count, count_scenes, scenes_from_scores, total
from models.shots.measure import calibration_error
from neuroedit_addon.worker.shots_read_out import Found


def cut(frame: int) -> Found:
    return Found("cut", frame, frame, 1.0)


def gradual(start: int, end: int, kind: str = "dissolve") -> Found:
    return Found(kind, start, end, 1.0)


@pytest.mark.parametrize(
    ("threshold", "expected"), [(0.296, (2098, 378, 418, 0.8405)), (0.5, (1971, 265, 545, 0.8295))]
)
def test_autoshots_published_predictions_give_the_published_counts(
    footage: Path, threshold: float, expected: tuple[int, int, int, float]
) -> None:
    path = footage / "annotations" / "autoshot_test.json.gz"
    if not path.exists():
        pytest.skip("the annotations are not in this footage")
    with gzip.open(path) as file:
        known = json.load(file)
    counts = total(
        count_scenes(scenes_from_scores(np.array(known["scores"][name]), threshold), scenes)
        for name, scenes in known["scenes"].items()
    )
    assert (counts.hits, counts.false, counts.misses, round(counts.f1, 4)) == expected


@pytest.mark.parametrize(("shift", "hit"), [(-3, False), (-2, True), (0, True), (2, True), (3, False)])
def test_a_cut_two_frames_off_still_touches_and_three_do_not(shift: int, hit: bool) -> None:
    counts = count([cut(100 + shift)], [cut(100)])
    assert (counts.hits, counts.false, counts.misses) == ((1, 0, 0) if hit else (0, 1, 1))


def test_two_cuts_in_one_dissolve_are_a_hit_and_a_false_alarm() -> None:
    counts = count([cut(105), cut(112)], [gradual(100, 120)])
    assert (counts.hits, counts.false, counts.misses) == (1, 1, 0)


def test_kinds_are_counted_apart() -> None:
    counts = count([cut(10), gradual(50, 60, "fade"), cut(90)], [cut(10), gradual(52, 61, "fade"), gradual(130, 150)])
    assert counts.of("cut") == pytest.approx(2 / 3)
    assert counts.of("fade") == 1
    assert counts.of("dissolve") == 0
    assert counts.of("wipe") == 1
    assert counts.ends == [(-2, -1)]
    assert counts.end_error() == (2, 1)
    assert counts.f1 == pytest.approx(4 / 6)
    assert counts.f(1) == pytest.approx(counts.f1)
    assert count([cut(10), cut(50)], [cut(10)]).f(0.5) == pytest.approx(1.25 * 0.5 / (0.25 * 0.5 + 1))  # P 1/2, R 1


def test_what_is_found_where_the_truth_is_unsure_counts_neither_way() -> None:
    counts = count([cut(10)], [], unsure=[gradual(5, 12)])
    assert (counts.hits, counts.false, counts.misses, counts.f1) == (0, 0, 0, 1)


def test_scores_become_scenes_between_runs() -> None:
    scores = np.array([0, 0, 0, 0.9, 0, 0, 0.8, 0.8, 0, 0])
    assert scenes_from_scores(scores, 0.5) == [(0, 3), (4, 6), (8, 9)]
    assert scenes_from_scores(np.zeros(5), 0.5) == [(0, 4)]


def test_platt_scaling_makes_confidences_honest() -> None:
    rng = np.random.default_rng(1)
    scores = rng.uniform(0.02, 0.98, 4000)
    pairs = [(float(s), bool(rng.random() < s**3)) for s in scores]  # boasts: right less often than it says
    slope, shift = platt(pairs)
    told = 1 / (1 + np.exp(-(slope * np.log(scores / (1 - scores)) + shift)))
    honest = [(float(p), right) for p, (_, right) in zip(told, pairs, strict=True)]
    assert calibration_error(pairs) > 0.15
    assert calibration_error(honest) < 0.06


def test_nothing_to_calibrate_on_leaves_scores_as_they_are() -> None:
    assert platt([]) == (1.0, 0.0)
    assert platt([(0.9, True)] * 50) == (1.0, 0.0)
