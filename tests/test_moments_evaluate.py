"""The measures of summaries, against their definitions and against what was published."""

from __future__ import annotations

import os
import sys
from itertools import combinations
from pathlib import Path

import pytest
from conftest import ROOT

np = pytest.importorskip("numpy")
sys.path.insert(0, str(ROOT / "tools"))

from models.moments.evaluate import against, agreement, f_score, kendall, spearman  # noqa: E402


def by_definition(a, b):
    """Tau-b, pair by pair."""
    both = ties_a = ties_b = 0
    pairs = list(combinations(range(len(a)), 2))
    for i, j in pairs:
        x, y = (a[i] > a[j]) - (a[i] < a[j]), (b[i] > b[j]) - (b[i] < b[j])
        both, ties_a, ties_b = both + x * y, ties_a + (x == 0), ties_b + (y == 0)
    return both / ((len(pairs) - ties_a) * (len(pairs) - ties_b)) ** 0.5


def test_kendall_is_what_its_definition_says():
    rows = np.random.default_rng(1).integers(0, 5, (4, 30))
    found = kendall(rows)
    for i, j in combinations(range(4), 2):
        assert found[i, j] == pytest.approx(by_definition(rows[i].tolist(), rows[j].tolist()), abs=1e-6)


def test_orders_that_agree_or_oppose():
    up = np.arange(20.0)
    assert spearman(np.stack([up, up**3, -up]))[0] == pytest.approx([1, 1, -1])
    assert against(up, np.stack([up, up * 2])) == pytest.approx((1, 1))
    assert against(np.zeros(20), np.stack([up, up])) == (0, 0)
    assert agreement(np.stack([up, -up])) == pytest.approx((-1, -1))


def test_f_score_by_hand():
    people = np.array([[1, 1, 0, 0], [0, 0, 1, 1]])
    assert f_score(np.array([1, 0, 0, 0]), people, highest=True) == pytest.approx(2 / 3)
    assert f_score(np.array([1, 0, 0, 0]), people, highest=False) == pytest.approx(1 / 3)
    assert f_score(np.array([0, 0, 0, 0, 1]), people, highest=True) == 0


def test_published_figures_come_out():
    pytest.importorskip("h5py")
    folder = Path(os.environ.get("NEUROEDIT_FOOTAGE", "")) / "annotations"
    if not os.environ.get("NEUROEDIT_FOOTAGE") or not (folder / "ydata-tvsum50.mat").exists():
        pytest.skip("NEUROEDIT_FOOTAGE names no folder with annotations")
    import benchmark_moments

    people = benchmark_moments.tvsum(folder)[0]
    assert (people["tau"], people["rho"]) == ("0.1774", "0.2042")
    for row in benchmark_moments.summe(sorted(folder.glob("summe_split*_result.h5"))):
        assert float(row["worst difference"]) < 1e-12
