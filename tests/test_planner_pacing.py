"""What is worth keeping, and J and L cuts, small enough to be planned with a pencil."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planner_material import bounded, clip, heard, layouts, points, settings, spans, timeline

from neuroedit_addon.errors import PlanError
from neuroedit_addon.findings import Curve, Span
from neuroedit_addon.plan import Plan
from neuroedit_addon.planner.make_plan import make_plan, plan_and_edits
from neuroedit_addon.planner.resolve import resolve
from neuroedit_addon.planner.time_map import TimeMap
from neuroedit_addon.planner.worth import movements
from neuroedit_addon.settings import Settings, Time

BARE = Settings(margin_start=Time(frames=0), margin_end=Time(frames=0), min_cut=Time(frames=0),
                min_clip=Time(frames=0), min_shot=Time(seconds=0.6))  # fmt: skip
TEN = timeline(clip(1, 251))


def told(plan: Plan, *kinds: str) -> list[tuple[str, float, float, str]]:
    return [(d.kind, d.start, d.end, d.reason) for d in plan.decisions if not kinds or d.kind in kinds]


def moved(values: dict[int, float], length: int = 20) -> Curve:
    """Motion of half seconds: 0.1 at these, else nothing."""
    return Curve(0.5, tuple(values.get(n, 0.001) for n in range(length)))


def test_what_moves_is_kept_too_when_asked():
    findings = replace(heard([(2, 4)], (), 10), motion=moved(dict.fromkeys((12, 13, 14), 0.1)))
    assert told(make_plan([findings], TEN, BARE), "keep") == [("keep", 2, 4, "speech")]
    plan = make_plan([findings], TEN, replace(BARE, keep=("speech", "motion")))
    assert told(plan) == [
        ("remove", 0, 2, "still 2.0 s"), ("keep", 2, 4, "speech"), ("remove", 4, 6, "still 2.0 s"),
        ("keep", 6, 7.52, "motion"), ("remove", 7.52, 10, "still 2.5 s"),
    ]  # fmt: skip
    still = make_plan([findings], TEN, replace(BARE, keep=("speech", "motion"), motion_level=0.2))
    assert told(still, "keep") == [("keep", 2, 4, "speech")]


def test_music_can_be_kept_without_speech():
    findings = replace(heard([(2, 4)], (), 10), music=(Span(3, 6, 0.9),))
    assert told(make_plan([findings], TEN, replace(BARE, keep=("music",))), "keep") == [("keep", 3, 6, "music")]
    both = make_plan([findings], TEN, replace(BARE, keep=("music", "speech")))
    assert told(both, "keep") == [("keep", 2, 6, "speech, music")]


def test_a_film_without_sound_is_cut_where_nothing_moves():
    findings = replace(heard((), (), 10, audio=False), motion=moved(dict.fromkeys(range(4, 10), 0.1)))
    silent = timeline(clip(1, 251, sound=False))
    assert told(make_plan([findings], silent, BARE)) == [("keep", 0, 10, "no sound")]
    plan = make_plan([findings], silent, replace(BARE, keep=("speech", "motion")))
    assert told(plan, "keep") == [("keep", 2, 5, "motion")]
    assert [(r.left, r.right) for r in resolve(plan, silent).ranges] == [(1, 51), (126, 251)]


def test_short_movements_are_none_and_short_rests_belong_to_them():
    assert movements(Curve(0.2, (0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0)), 0.5) == [Span(2.0, pytest.approx(2.8))]


def test_the_picture_is_cut_later_for_a_j_cut_and_earlier_for_an_l_cut():
    files = [heard([(1, 3), (5, 7), (8, 10)], (), 10)]
    plan, edits = plan_and_edits(files, TEN, replace(BARE, j_cut=Time(seconds=0.2)))
    assert [r.picture for r in edits.ranges] == [0, 5, 5]
    assert [(r.left, r.right) for r in edits.picture_ranges] == [(1, 26), (81, 131), (181, 206)]
    assert edits == resolve(Plan.from_json(plan.to_json()), TEN)
    both = replace(BARE, j_cut=Time(seconds=0.2), l_cut=Time(frames=3))
    assert [r.picture for r in plan_and_edits(files, TEN, both)[1].ranges] == [0, 5, -3]


def test_no_roll_where_another_shot_would_flash_up_or_there_is_no_room():
    chosen = replace(BARE, j_cut=Time(seconds=0.2), split_shots=False)
    assert [r.picture for r in plan_and_edits([heard([(1, 3), (5, 9)], [(3.1, 3.1)], 10)], TEN, chosen)[1].ranges] == [
        0, 0, 0,
    ]  # fmt: skip
    short = [heard([(1, 3), (5, 5.12), (8, 10)], (), 10)]
    assert [r.picture for r in plan_and_edits(short, TEN, chosen)[1].ranges] == [0, 2, 5]
    assert not any(r.picture for r in plan_and_edits(short, timeline(clip(1, 251, picture=False)), chosen)[1].ranges)


@bounded
@given(layouts(), spans, spans, points, settings, st.integers(0, 500), st.integers(0, 500))
def test_rolled_pictures_keep_their_length_and_never_meet(shown, first, second, cuts, chosen, ahead, behind):
    chosen = replace(chosen, j_cut=Time(seconds=ahead / 1000), l_cut=Time(seconds=behind / 1000))
    files = [heard(s, cuts, 40, path) for s, path in zip((first, second, ()), shown.sources, strict=True)]
    edits = plan_and_edits(files, shown, chosen)[1]
    pictures = edits.picture_ranges
    for before, after in zip(pictures, pictures[1:], strict=False):
        assert before.right <= after.left
    sound, picture = TimeMap.of(edits), TimeMap(pictures)
    assert sound.frame_after(10**6) == picture.frame_after(10**6)
    fps = shown.fps
    for span, seen in zip(edits.ranges, pictures, strict=True):
        assert Fraction(-behind, 1000) * fps - 1 <= seen.left - span.left <= Fraction(ahead, 1000) * fps + 1
        if seen != span:
            for c in shown.clips:  # the picture goes on at both sides of its cut
                assert not c.picture or c.right <= seen.left or c.left >= seen.right or (
                    c.left < seen.left and c.right > seen.right)  # fmt: skip


def test_a_roll_that_makes_no_sense_is_told():
    plan = make_plan([heard([(1, 3), (5, 7)], (), 10)], TEN, replace(BARE, j_cut=Time(seconds=0.2)))
    wrong = replace(plan, decisions=tuple(replace(d, params={"picture": "soon"}) for d in plan.decisions))
    with pytest.raises(PlanError, match="moves its picture"):
        resolve(wrong, TEN)
