"""How a chosen film begins and ends, and where scenes begin."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planner_material import bounded, clip, heard, timeline

from neuroedit_addon.findings import Look, Shot, Transition
from neuroedit_addon.planner.first_and_last import framed
from neuroedit_addon.planner.make_plan import plan_and_edits
from neuroedit_addon.planner.scenes import scene_starts
from neuroedit_addon.planner.select import Footage, Wish
from neuroedit_addon.settings import Settings

FPS = 25


def footage(values, whole=(), shots=()):
    return Footage(((0, len(values) * 12),), 0, 12.0, tuple(values), tuple(shots), tuple(whole))


def total(ranges):
    return sum(right - left for left, right in ranges)


def test_the_film_opens_with_its_strongest_early_clip_and_nothing_before_it():
    values = [0.3] * 200
    values[30:36] = [1.0] * 6
    found = framed(footage(values, shots=range(120, 2400, 120)), Wish(500, 25, 100, FPS), True, 0)
    assert 350 <= found[0][0] <= 380
    assert total(found) == pytest.approx(500, abs=13)


def test_the_end_is_held_no_longer_than_asked_where_its_shot_is_long():
    found = framed(footage([0.5] * 150 + [0.9] * 50, shots=(600, 1200, 1800)), Wish(500, 25, 100, FPS), False, 60)
    assert found[-1] == (2340, 2400)
    assert found[-2][1] <= 1800


def test_the_end_is_held_and_no_sentence_is_cut_for_it():
    plain = framed(footage([0.5] * 200), Wish(500, 25, 100, FPS), False, 60)
    assert plain[-1][1] == 2400
    assert plain[-1][0] <= 2340
    spoken = framed(footage([0.5] * 200, whole=((2300, 2360),)), Wish(500, 25, 100, FPS), False, 60)
    assert spoken[-1][0] <= 2300
    assert spoken[-1][1] == 2400


@bounded
@given(st.lists(st.floats(0, 1), min_size=2, max_size=80), st.integers(1, 800), st.booleans(), st.integers(0, 100))
def test_whatever_is_asked_the_length_is_kept(values, target, strong, hold):
    found = framed(footage(values), Wish(target, 20, 80, FPS), strong, hold)
    assert total(found) == pytest.approx(min(target, len(values) * 12), abs=13)
    assert all(a < b <= c < d for (a, b), (c, d) in zip(found, found[1:], strict=False))


def look(value):
    return Look((value, value, value), (value,) * 7, 0.2, 0.0)


def of_shots(*values):
    shots = tuple(Shot(4.0 * n, 4.0 * n + 4, 100 * n, 100 * n + 100, look(v)) for n, v in enumerate(values))
    cuts = tuple(Transition("cut", s.start, s.start, s.start_frame, s.start_frame, 0.9) for s in shots[1:])
    return replace(heard(duration=4.0 * len(values)), shots=shots, transitions=cuts)


def test_shots_that_alternate_are_one_scene_and_another_place_begins_one():
    assert scene_starts(of_shots(0.2, 0.6, 0.2, 0.6)) == ()
    assert scene_starts(of_shots(0.2, 0.25, 0.8, 0.8)) == (8.0,)
    assert scene_starts(replace(of_shots(0.2, 0.8), shots=())) == ()


def test_scenes_become_marks_beside_the_splits():
    lying = timeline(clip(0, 400))
    _, edits = plan_and_edits([of_shots(0.2, 0.25, 0.8, 0.8)], lying, Settings(mark_scenes=True))
    assert edits.scenes == (lying.clips[0].left, lying.clips[0].left + 200)
    assert len(edits.splits) == 3
    assert plan_and_edits([of_shots(0.2, 0.8)], lying, Settings())[1].scenes == ()
