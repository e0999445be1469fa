"""Plans for footage small enough to be planned with a pencil."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from planner_material import TALK, clip, heard, timeline

from neuroedit_addon.plan import Plan
from neuroedit_addon.planner import describe
from neuroedit_addon.planner.edit_list import EditList, Mute, Range, Split
from neuroedit_addon.planner.make_plan import make_plan
from neuroedit_addon.planner.resolve import resolve
from neuroedit_addon.planner.statistics import clip_lengths, statistics
from neuroedit_addon.settings import Settings, Time

BARE = Settings(margin_start=Time(frames=0), margin_end=Time(frames=0), min_cut=Time(frames=0),
                min_clip=Time(frames=0), min_shot=Time(seconds=0.6), fade=Time(frames=0))  # fmt: skip
TEN = timeline(clip(1, 251))


def told(plan: Plan, *kinds: str) -> list[tuple[str, float, float]]:
    return [(d.kind, d.start, d.end) for d in plan.decisions if not kinds or d.kind in kinds]


def test_silence_goes_and_speech_stays_with_its_margins():
    chosen = replace(BARE, margin_start=Time(seconds=0.2), margin_end=Time(frames=10))
    plan = make_plan([heard([(2, 4), (6, 7)], (), 10)], TEN, chosen)
    assert told(plan) == [
        ("remove", 0, 1.8), ("keep", 1.8, 4.4), ("remove", 4.4, 5.8), ("keep", 5.8, 7.4), ("remove", 7.4, 10),
    ]  # fmt: skip
    assert plan.decisions[2].reason == "silence 1.4 s"
    assert plan.decisions[2].confidence == 1.0
    assert resolve(plan, TEN).ranges[1] == Range(111, 146, "remove", 1.0, (plan.decisions[2].id,))


@pytest.mark.parametrize(("min_cut", "cuts"), [("1s", 3), ("1.04s", 2), ("26", 2), ("25", 3)])
def test_a_silence_is_cut_from_min_cut_on(min_cut, cuts):
    plan = make_plan([heard([(2, 4), (5, 7)], (), 10)], TEN, BARE.changed({"min_cut": min_cut}))
    assert len(plan.of(0, "remove")) == cuts


def test_a_short_word_grows_to_min_clip_instead_of_being_dropped():
    plan = make_plan([heard([(5, 5.04)], (), 10)], TEN, replace(BARE, min_clip=Time(seconds=0.2)))
    assert told(plan, "keep") == [("keep", 4.92, 5.12)]
    plan = make_plan([heard([(9.96, 10)], (), 10)], TEN, replace(BARE, min_clip=Time(seconds=0.2)))
    assert told(plan, "keep") == [("keep", 9.8, 10)]


def test_speech_below_the_threshold_makes_silence_less_certain():
    files = [heard([(2, 4), (6, 7, 0.4)], (), 10)]
    plan = make_plan(files, TEN, BARE)
    assert [round(d.confidence, 6) for d in plan.of(0, "remove")] == [1.0, 0.6]
    assert len(resolve(plan, TEN).ranges) == 2
    plan = make_plan(files, TEN, replace(BARE, min_confidence=0.7))
    assert len(plan.of(0, "remove")) == 2
    assert resolve(plan, TEN).ranges == (Range(1, 51, "remove", 1.0, (plan.decisions[0].id,)),)
    assert plan.summary["warnings"] == ["1 decision below the confidence of 0.7: proposed, not carried out"]
    assert len(make_plan(files, TEN, replace(BARE, threshold=0.3)).of(0, "remove")) == 3


@pytest.mark.parametrize(("action", "kinds"), [
    ("mute", ["mute", "keep", "mute"]), ("speed", ["speed", "keep", "speed"]),
    ("split", ["keep", "split", "keep", "split", "keep"]),
])  # fmt: skip
def test_silence_can_be_muted_sped_up_or_split_instead(action, kinds):
    plan = make_plan([heard([(2, 4)], (), 10)], TEN, replace(BARE, silence_action=action, silence_speed=8.0))
    assert [d.kind for d in plan.decisions] == kinds
    edits = resolve(plan, TEN)
    expected = {
        "mute": EditList(Fraction(25), mutes=(Mute(1, 51, 0, plan.decisions[0].id),
                                              Mute(101, 251, 0, plan.decisions[2].id))),
        "speed": EditList(Fraction(25), (Range(1, 51, "speed", 8.0, (plan.decisions[0].id,)),
                                         Range(101, 251, "speed", 8.0, (plan.decisions[2].id,)))),
        "split": EditList(Fraction(25), splits=tuple(Split(d.start * 25 + 1, 0, d.id) for d in plan.of(0, "split"))),
    }  # fmt: skip
    assert edits == expected[action]


def test_a_silent_file_is_left_alone_unless_told():
    files = [heard([(1, 2, 0.2)], [(5, 5)], 10)]
    plan = make_plan(files, TEN, BARE)
    assert told(plan) == [("keep", 0, 10), ("split", 5, 5)]
    assert plan.summary["warnings"] == ["talk.mp4: nobody speaks, so nothing is cut"]
    plan = make_plan(files, TEN, replace(BARE, cut_all_silent=True))
    assert told(plan) == [("remove", 0, 10)]
    assert "nothing is left of the timeline" in plan.summary["warnings"]


def test_a_film_shorter_than_a_silence_worth_a_cut_is_kept():
    chosen = replace(BARE, cut_all_silent=True, min_cut=Time(seconds=0.2))
    assert told(make_plan([heard([], (), 0.16)], timeline(clip(0, 4)), chosen)) == [("keep", 0, 0.16)]


def test_a_file_without_sound_is_only_split():
    plan = make_plan([heard([], [(5, 5)], 10, audio=False)], timeline(clip(1, 251, sound=False)), BARE)
    assert told(plan) == [("keep", 0, 10), ("split", 5, 5)]
    assert plan.summary["warnings"] == ["talk.mp4: there is no sound, so no silence is cut"]


def test_shots_nearer_than_min_shot_are_ignored_and_the_surer_one_wins():
    shots = [(0.4, 0.4), (3, 3, 0.6), (3.4, 3.4, 0.95), (6, 6), (6.6, 6.6, 0.8), (9.6, 9.6)]
    plan = make_plan([heard([(0, 10)], shots, 10)], TEN, BARE)
    assert [d.start for d in plan.of(0, "split")] == [3.4, 6, 6.6]


@pytest.mark.parametrize(("where", "second"), [("start", 4), ("middle", 4.6), ("end", 5.2)])
def test_a_dissolve_is_split_where_the_user_says(where, second):
    plan = make_plan([heard([(0, 10)], [(4, 5.2)], 10)], TEN, replace(BARE, split_at=where))
    assert [d.start for d in plan.of(0, "split")] == [second]


def test_transitions_in_or_beside_a_cut_are_no_extra_split():
    shots = [(2.5, 2.5), (3, 3), (4.2, 4.2), (5, 5)]
    plan = make_plan([heard([(0, 2), (4, 10)], shots, 10)], TEN, BARE)
    assert [d.start for d in plan.of(0, "split")] == [5]


def test_steps_that_are_not_built_yet_say_so_and_without_cut_nothing_is_cut(monkeypatch):
    monkeypatch.setattr("neuroedit_addon.planner.make_plan.BUILT_STEPS", ("cut",))
    plan = make_plan([heard([(2, 4)], [(5, 5)], 10)], TEN, replace(BARE, steps=("grade", "mix")))
    assert told(plan) == [("keep", 0, 10)]
    assert plan.summary["warnings"][-2:] == ["grade is not built yet", "mix is not built yet"]


def test_what_was_lost_in_reading_and_what_was_never_read_is_told():
    damaged = replace(heard([(2, 4)], (), 10), warnings=("damaged at 3.1 s",))
    shown = timeline(clip(0, 250), clip(300, 400, source=1), sources=(TALK, "/footage/b.mp4"))
    assert make_plan([damaged], shown, BARE).summary["warnings"] == [
        "talk.mp4: damaged at 3.1 s", "b.mp4: not analysed, so it stays as it is",
    ]  # fmt: skip


def test_footage_that_was_split_before_is_planned_as_one():
    shown = timeline(clip(0, 75), clip(75, 250, media_start=3))
    plan = make_plan([heard([(0, 2.8), (3.2, 10)], (), 10)], shown, replace(BARE, min_cut=Time(seconds=0.3)))
    assert told(plan, "remove") == [("remove", 2.8, 3.2)]
    assert [(r.left, r.right) for r in resolve(plan, shown).ranges] == [(70, 80)]


def test_frames_held_beyond_the_end_of_the_media_are_no_silence():
    plan = make_plan([heard([(0, 6)], (), 8.0)], TEN, BARE)
    assert told(plan) == [("keep", 0, 6), ("remove", 6, 8)]
    assert [(r.left, r.right) for r in resolve(plan, TEN).ranges] == [(151, 201)]


def test_no_findings_and_no_clips_make_an_empty_plan():
    assert make_plan([], timeline(), BARE).decisions == ()
    assert make_plan([heard([(1, 2)])], timeline(), BARE).decisions == ()
    assert make_plan([heard([(1, 2)])], timeline(), BARE).summary["duration_out"] == 0


def test_statistics_of_an_edit_counted_by_hand():
    shown = timeline(clip(0, 100), clip(100, 200, source=1), clip(250, 300), sources=(TALK, "/footage/b.mp4"))
    edits = EditList(Fraction(25), (Range(20, 40, "remove"), Range(90, 130, "remove"), Range(150, 190, "speed", 4.0)),
                     splits=(Split(60, 0),))  # fmt: skip
    # left: 20 | 20 (40-60), 30 (60-90) | 20 (130-150), 10 (40 sped up), 10 (190-200), gap 50, 50
    assert list(clip_lengths(shown, edits)) == [20, 20, 30, 20, 10, 10, 50]
    found = statistics(shown, edits)
    assert (found["duration_in"], found["duration_out"], found["cuts"], found["splits"]) == (12.0, 8.4, 2, 1)
    assert (found["clips"], found["longest_clip"], found["median_clip"]) == (7, 2.0, 0.8)
    assert found["per_source"] == [
        {"path": TALK, "duration_in": 6.0, "duration_out": 4.8, "cuts": 2},
        {"path": "/footage/b.mp4", "duration_in": 4.0, "duration_out": 1.6, "cuts": 1},
    ]


def test_a_plan_in_words(monkeypatch):
    monkeypatch.setattr("neuroedit_addon.planner.make_plan.BUILT_STEPS", ("cut",))
    plan = make_plan([heard([(2, 4), (6, 7)], (), 10)], TEN, replace(BARE, steps=("cut", "mix")))
    assert describe.lines(plan) == [
        "Duration       10.0 s -> 3.0 s (70% shorter)",
        "Decisions      3 silences removed",
        "Cuts           3",
        "Longest clip   2.0 s",
        "Median clip    1.5 s",
        "Warning        mix is not built yet",
    ]
    assert describe.lines(Plan((), ())) == ["Decisions      none"]


@pytest.mark.parametrize(("seconds", "text"), [(4.24, "4.2 s"), (59.97, "1:00"), (187.2, "3:07"), (3723, "1:02:03")])
def test_clock_times(seconds, text):
    assert describe.clock(seconds) == text


def test_an_hour_is_planned_whole():
    speech = [(n * 1.2, n * 1.2 + 0.7, 0.4 + n % 7 / 10) for n in range(3000)]
    shots = [(n * 1.8, n * 1.8, n % 10 / 10) for n in range(2000)]
    files, shown = [heard(speech, shots, 3600)], timeline(clip(0, 90000))
    plan = make_plan(files, shown, Settings(margin_start=Time(frames=0), margin_end=Time(frames=1)))
    assert len(resolve(plan, shown).ranges) > 2000


def test_pauses_longer_than_the_limit_are_shortened_to_it_and_others_stay():
    chosen = replace(BARE, max_pause=Time(seconds=0.4))
    plan = make_plan([heard([(1, 2), (4, 5), (5.36, 6), (6.44, 7)], (), 8)], timeline(clip(1, 201)), chosen)
    assert told(plan) == [
        ("remove", 0, 1), ("keep", 1, 2.2), ("remove", 2.2, 3.8), ("keep", 3.8, 6.2), ("remove", 6.2, 6.24),
        ("keep", 6.24, 7), ("remove", 7, 8),
    ]  # fmt: skip
    uneven = replace(chosen, margin_start=Time(seconds=0.1), margin_end=Time(seconds=0.3),
                     max_pause=Time(seconds=0.32))  # fmt: skip
    plan = make_plan([heard([(1, 2), (4, 5)], (), 8)], timeline(clip(1, 201)), uneven)
    assert told(plan, "remove")[1] == ("remove", 2.24, 3.92)  # three quarters of the pause before the cut
