"""A wished length, from findings to frames: the plan keeps its promises on timelines of all shapes."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planner_material import TALK, bounded, clip, heard, one_clip, timeline

from neuroedit_addon.findings import Curve, Look, Loudness, Shot, Transition
from neuroedit_addon.planner.describe import lines
from neuroedit_addon.planner.make_plan import make_plan, plan_and_edits
from neuroedit_addon.planner.why_chosen import Reasons
from neuroedit_addon.settings import Settings, Time


def wish(seconds, **more):
    return Settings(duration=Time(seconds=seconds), **more)


def seen(duration, seed=1, **more):
    rng = random.Random(seed)
    values = tuple(round(rng.random() ** 3, 3) for _ in range(int(duration * 2)))
    return replace(heard(duration=duration, **more), importance=Curve(0.5, values))


@bounded
@given(one_clip(), st.floats(0.5, 20), st.integers(0, 99))
def test_the_film_is_within_half_a_second_of_the_wish(lying, seconds, seed):
    summary = make_plan([seen(24.0, seed)], lying, wish(seconds)).summary
    assert summary["duration_out"] == pytest.approx(min(seconds, summary["duration_in"]), abs=0.5)


@bounded
@given(st.lists(st.tuples(st.floats(0, 110), st.floats(0.3, 4)), max_size=12), st.floats(2, 60), st.integers(0, 99))
def test_no_word_is_cut_in_two(words, seconds, seed):
    speech = [(round(start, 2), round(start + length, 2)) for start, length in sorted(words)]
    _, edits = plan_and_edits([seen(120.0, seed, speech=speech)], timeline(clip(0, 3000)), wish(seconds))
    for span in edits.ranges:
        for edge in (span.left / 25, span.right / 25):
            assert edge in (0, 120) or not any(a + 0.04 < edge < b - 0.04 for a, b in speech)


def test_planted_moments_are_kept_and_say_why():
    values = [0.1] * 240
    values[100:110] = [1.0] * 10
    findings = replace(heard(duration=120.0), importance=Curve(0.5, tuple(values)),
                       motion=Curve(0.5, tuple(0.5 if v > 0.5 else 0.01 for v in values)))  # fmt: skip
    plan = make_plan([findings], timeline(clip(0, 3000)), wish(5))
    (kept,) = plan.of(0, "keep")
    assert 49.5 <= kept.start <= 50.5
    assert kept.reason == "much motion"
    assert "Decisions      1 moment chosen" in lines(plan)


def test_it_says_faces_new_places_and_the_loudest_minute():
    def look(value):
        return Look((value, 0.3, 0.3), (value,) * 7, 0.3, 0.0)

    shots = tuple(Shot(60.0 * n, 60.0 * n + 60, 1500 * n, 1500 * n + 1500, look(0.9 if n == 3 else 0.3))
                  for n in range(5))  # fmt: skip
    loud = Loudness(-20.0, 1.0, -1.0, 0.1, tuple(-12.0 if 1800 <= n < 2400 else -30.0 for n in range(3000)))
    faces = Curve(0.5, tuple(1.0 if n < 20 else 0.0 for n in range(600)))
    findings = replace(heard(duration=300.0), shots=shots, loudness=loud, faces=faces)
    why = Reasons(findings)
    assert why(190.0, 200.0).split(", ")[:1] == ["loudest minute"]
    assert "new place" in why(190.0, 200.0)
    assert why(2.0, 8.0) == "faces"
    assert "loudest minute" not in why(100.0, 110.0)


@pytest.mark.parametrize("how", ["fade", "black shot"])
def test_what_shows_nothing_is_not_chosen_however_loud_it_is(how):
    values = [0.2] * 240
    values[100:112] = [1.0] * 12  # seconds 50 to 56
    black = Look((0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.01, 0.01, 0.01, 0.02), 0.0, 1.0)
    scene = Look((0.4, 0.4, 0.4), (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9), 0.3, 0.0)
    findings = replace(heard(duration=120.0), importance=Curve(0.5, tuple(values)))
    if how == "fade":
        findings = replace(findings, transitions=(Transition("fade", 50.0, 56.0, 1250, 1400, 0.9),))
    else:
        findings = replace(findings, shots=(Shot(0.0, 50.0, 0, 1250, scene), Shot(50.0, 56.0, 1250, 1400, black),
                                            Shot(56.0, 120.0, 1400, 3000, scene)))  # fmt: skip
    (kept,) = make_plan([findings], timeline(clip(0, 3000)), wish(5)).of(0, "keep")
    assert kept.end <= 50.0 or kept.start >= 56.0


def test_two_files_one_after_the_other_share_the_wish():
    first, second = seen(60.0, 1, path="/a.mp4"), seen(60.0, 2, path="/b.mp4")
    lying = timeline(clip(0, 1500), clip(1500, 3000, source=1), sources=("/a.mp4", "/b.mp4"))
    plan = make_plan([first, second], lying, wish(30))
    assert plan.summary["duration_out"] == pytest.approx(30, abs=0.1)
    assert all(part["duration_out"] > 5 for part in plan.summary["per_source"])


def test_two_cameras_on_top_of_each_other_are_cut_together():
    lying = timeline(clip(0, 1500), clip(0, 1500, source=1), sources=("/a.mp4", "/b.mp4"))
    plan = make_plan([seen(60.0, 1, path="/a.mp4"), seen(60.0, 2, path="/b.mp4")], lying, wish(12))
    assert plan.summary["duration_out"] == pytest.approx(12, abs=0.1)


def test_music_on_its_own_follows():
    bed = seen(60.0, 2, path="/music.wav")
    lying = timeline(clip(0, 1500), clip(0, 1500, source=1, picture=False), sources=(TALK, "/music.wav"))
    plan = make_plan([seen(60.0), bed], lying, wish(12))
    assert [d.params for d in plan.of(1, "keep")] == [{"follows": True}]
    assert plan.summary["duration_out"] == pytest.approx(12, abs=0.1)


def test_a_wish_longer_than_the_footage_keeps_all_and_says_so():
    plan = make_plan([seen(20.0)], timeline(clip(0, 500)), wish(60))
    assert plan.summary["duration_out"] == 20
    assert any("only 20.0 s" in warning for warning in plan.summary["warnings"])


def test_one_sentence_longer_than_the_wish_stays_whole_and_says_so():
    plan = make_plan([seen(20.0, speech=[(0.0, 20.0)])], timeline(clip(0, 500)), wish(5))
    assert plan.summary["duration_out"] == 20
    assert any("without cutting into a sentence" in warning for warning in plan.summary["warnings"])


def test_nothing_but_black_and_silence_still_has_the_length():
    findings = replace(heard(duration=60.0), motion=Curve(0.5, (0.0,) * 120))
    assert make_plan([findings], timeline(clip(0, 1500)), wish(10)).summary["duration_out"] == pytest.approx(10)


def test_cuts_fall_on_beats():
    findings = replace(seen(60.0), beats=tuple(0.13 + n * 0.48 for n in range(124)))
    _, edits = plan_and_edits([findings], timeline(clip(0, 1500)), wish(15))
    frames = {round((0.13 + n * 0.48) * 25) for n in range(124)} | {0, 1500}
    assert {edge for r in edits.ranges for edge in (r.left, r.right)} <= frames


def test_it_works_at_other_rates_and_speeds():
    lying = timeline(clip(100, 1600, Fraction(1, 3), speed=2), fps=Fraction(30000, 1001))
    assert make_plan([seen(120.0)], lying, wish(10)).summary["duration_out"] == pytest.approx(10, abs=0.1)
