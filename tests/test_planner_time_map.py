"""The time map is exact: held against a list of the frames that are left, written out one by one."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planner_material import bounded, clip

from neuroedit_addon.planner.edit_list import Range
from neuroedit_addon.planner.time_map import TimeMap


@st.composite
def edits(draw: st.DrawFn) -> list[Range]:
    """Ranges with and without room between them."""
    at, found = draw(st.integers(-40, 40)), []
    for _ in range(draw(st.integers(0, 8))):
        left = at + draw(st.integers(0, 30))
        at = left + draw(st.integers(1, 40))
        kind = draw(st.sampled_from(["remove", "remove", "speed"]))
        found.append(Range(left, at, kind, draw(st.sampled_from([2.0, 3.5, 100.0])) if kind == "speed" else 1.0))
    return found


def what_is_left(ranges: list[Range], first: int, after: int) -> list[int | None]:
    """For each frame after the edit the frame it came from, None inside sped-up ranges."""
    left: list[int | None] = []
    frame = first
    while frame < after:
        inside = next((r for r in ranges if r.left == frame), None)
        if inside:
            left += [None] * inside.new_length
            frame = inside.right
        else:
            left.append(frame)
            frame += 1
    return left


@bounded
@given(edits())
def test_every_kept_frame_goes_where_counting_says_and_comes_back(ranges):
    times = TimeMap(ranges)
    first = min([r.left for r in ranges], default=0) - 5
    after = max([r.right for r in ranges], default=0) + 5
    rows = what_is_left(ranges, first, after)
    for new, old in enumerate(rows, start=first):
        if old is not None:
            assert times.after(old) == times.frame_after(old) == new
            assert times.before(new) == times.frame_before(new) == old
            assert not times.removed(old)
    assert times.moved(first, after) == (first, first + len(rows))


@bounded
@given(edits(), st.lists(st.fractions(-60, 400, max_denominator=24), max_size=30))
def test_time_never_runs_backwards_and_is_invertible_where_something_is_kept(ranges, moments):
    times = TimeMap(ranges)
    moments = sorted(moments)
    landed = [times.after(moment) for moment in moments]
    assert landed == sorted(landed)
    assert [times.before(moment) for moment in moments] == sorted(times.before(moment) for moment in moments)
    for moment, place in zip(moments, landed, strict=True):
        inside = next((r for r in ranges if r.left <= moment < r.right), None)
        assert times.removed(moment) == (inside is not None and inside.action == "remove")
        if not times.removed(moment):
            assert times.before(place) == moment
        assert times.after(times.before(place)) == place


@bounded
@given(edits(), st.integers(-60, 300), st.integers(1, 80))
def test_touched_ranges_are_those_that_share_a_frame(ranges, left, length):
    shared = [r for r in ranges if r.left < left + length and left < r.right]
    assert list(TimeMap(ranges).touched(left, left + length)) == shared


@bounded
@given(edits(), st.integers(-50, 300))
def test_whole_frames_are_rounded_as_the_exact_ones_are(ranges, frame):
    times = TimeMap(ranges)
    exact = times.after(frame)
    assert abs(times.frame_after(frame) - exact) <= Fraction(1, 2)
    assert times.frame_after(frame) - exact != Fraction(-1, 2)


def test_a_removed_second_pulls_up_what_follows_it():
    times = TimeMap([Range(25, 50, "remove")])
    assert [times.frame_after(f) for f in (0, 24, 25, 40, 50, 75)] == [0, 24, 25, 25, 25, 50]
    assert times.frame_before(25) == 50


def test_in_a_sped_up_range_time_runs_evenly():
    times = TimeMap([Range(100, 200, "speed", 4.0)])
    assert [times.after(f) for f in (100, 102, 150, 200)] == [100, Fraction(201, 2), Fraction(225, 2), 125]
    assert times.before(110) == 140


@pytest.mark.parametrize("fps", [Fraction(25), Fraction(30000, 1001)])
def test_media_seconds_become_edit_seconds_and_back(fps):
    shown = clip(100, 350, media_start=2)
    times = TimeMap([Range(150, 175, "remove")])
    spoken = shown.media_time(200, fps)
    heard_at = times.media_to_edit(shown, spoken, fps)
    assert heard_at == 175 / fps
    assert times.edit_to_media(shown, heard_at, fps) == spoken
    assert times.media_to_edit(shown, shown.media_time(160, fps), fps) is None
    assert times.media_to_edit(shown, 1.0, fps) is None
    assert times.media_to_edit(shown, shown.media_time(350, fps), fps) is None
    assert times.edit_to_media(shown, 400 / fps, fps) is None
