"""Frames and seconds turn into each other without loss."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planner_material import RATES, bounded, clip, timeline

from neuroedit_addon.errors import UsageError
from neuroedit_addon.timeline import Timeline, frame_showing, nearest_frame, rate, seconds_at


@pytest.mark.parametrize(("text", "exact"), [
    ("25", Fraction(25)), (29.97, Fraction(30000, 1001)), ("23.976", Fraction(24000, 1001)),
    ("59.94", Fraction(60000, 1001)), ("30000/1001", Fraction(30000, 1001)), (30, Fraction(30)),
    (12.5, Fraction(25, 2)),
])  # fmt: skip
def test_rates_are_exact(text, exact):
    assert rate(text) == exact


@pytest.mark.parametrize("text", ["fast", "0", -25, "25/0", ""])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(UsageError, match="frame rate"):
        rate(text)


@bounded
@given(st.integers(-(10**6), 10**7), st.sampled_from(RATES))
def test_a_frame_survives_the_way_over_seconds(frame, fps):
    assert nearest_frame(seconds_at(frame, fps), fps) == frame_showing(seconds_at(frame, fps), fps) == frame
    assert nearest_frame(float(seconds_at(frame, fps)), fps) == frame  # also as a float, for some four days


@bounded
@given(st.integers(-500, 500), st.integers(1, 5000), st.fractions(0, 100, max_denominator=1001),
       st.sampled_from([Fraction(1), Fraction(2), Fraction(1001, 1000)]), st.sampled_from(RATES))  # fmt: skip
def test_a_clip_knows_its_frames_by_their_media_time(left, length, start, speed, fps):
    shown = clip(left, left + length, start, speed=speed)
    for frame in (left, left + length // 2, left + length):
        assert shown.frame_at(shown.media_time(frame, fps), fps) == frame
        assert shown.frame_at(float(shown.media_time(frame, fps)), fps) == frame
    assert shown.media_span(fps) == (start, start + length / fps * speed)
    assert shown.frame_at(-1, fps) == left
    assert shown.frame_at(10**6, fps) == left + length


def test_the_span_of_a_timeline():
    assert Timeline(Fraction(25), (), ()).span == (0, 0)
    shown = timeline(clip(10, 50), clip(20, 30, source=1), sources=("a", "b"))
    assert shown.span == (10, 50)
    assert [c.left for c in shown.clips_of(1)] == [20]
