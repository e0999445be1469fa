"""Promise: corrections survive JSON, scale from none to all, refuse nonsense; CIEDE2000 is the published one."""

from __future__ import annotations

import numpy as np
import pytest

from neuroedit_addon.correction import Correction
from neuroedit_addon.errors import PlanError
from neuroedit_addon.findings import Findings, Grade, Media
from neuroedit_addon.worker.colour_difference import ciede2000
from neuroedit_addon.worker.colour_twin import twin

SOME = Correction((1.2, 1.0, 0.8), (0.05, 0.0, -0.1), (0.9, 1.0, 1.25), 1.3)


def test_findings_keep_their_grades():
    found = Findings(Media("/a.mp4", 4.0), grades=(Grade(0.0, 4.0, SOME, 0.9),))
    assert Findings.from_json(found.to_json()) == found
    older = {key: value for key, value in found.to_json().items() if key != "grades"}
    assert Findings.from_json(older).grades == ()


@pytest.mark.parametrize("wrong", [{}, {"slope": [1, 2]}, {"slope": "abc"}, {"slope": [1, 1, float("nan")]}, None])
def test_nonsense_is_refused(wrong):
    values = wrong if not wrong else {**SOME.to_json(), **wrong}
    with pytest.raises(PlanError, match="makes no sense"):
        Correction.from_json(values)


def test_no_strength_changes_nothing_and_half_goes_halfway():
    colours = np.random.default_rng(1).random((20, 3))
    assert SOME.scaled(0.0) == Correction()
    assert np.allclose(twin(colours, Correction()), colours)
    half, whole = (np.abs(twin(colours, SOME.scaled(s)) - colours).mean() for s in (0.5, 1.0))
    assert 0.3 * whole < half < 0.7 * whole


def test_more_than_all_stays_what_blender_can_show():
    rich = Correction(saturation=1.9).scaled(1.5)
    assert Correction.from_json(rich.to_json()) == rich


# Sharma, Wu, Dalal: The CIEDE2000 color-difference formula (2005), table 1.
@pytest.mark.parametrize(("one", "other", "far"), [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1, 2), (50, 0, 0), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
])  # fmt: skip
def test_ciede2000_is_the_published_one(one, other, far):
    assert float(ciede2000(np.array(one, float), np.array(other, float))) == pytest.approx(far, abs=1e-4)
