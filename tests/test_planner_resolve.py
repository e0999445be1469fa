"""Plans become whole frames: held against a slow, frame-by-frame reading of the same rules."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from planner_material import bounded, clip, heard, layouts, points, settings, spans, timeline

from neuroedit_addon.errors import PlanError
from neuroedit_addon.findings import Audio, Media
from neuroedit_addon.plan import SPAN_KINDS, Decision, Plan, Source
from neuroedit_addon.planner.edit_list import EditList, Mute, Range, Split
from neuroedit_addon.planner.make_plan import make_plan
from neuroedit_addon.planner.resolve import resolve
from neuroedit_addon.planner.same_media import matched
from neuroedit_addon.settings import Settings, Time
from neuroedit_addon.timeline import Clip, Timeline

NO_MINIMUM = {"min_cut": "0", "min_clip": "0"}
A, B = "/footage/a.mp4", "/footage/b.mp4"


def vote(plan: Plan, shown: Timeline, lying: Clip, frame: int) -> tuple[bool, float]:
    """Whether a clip has a say on a frame, and how many times faster it wants it; infinity is away with it."""
    for d in plan.decisions:
        if plan.sources[d.source].path != shown.sources[lying.source] or d.kind not in SPAN_KINDS:
            continue
        if lying.frame_at(d.start, shown.fps) <= frame < lying.frame_at(d.end, shown.fps):
            done = d.enabled and d.confidence >= plan.settings.get("min_confidence", 0)
            factor = {"remove": inf, "speed": d.params.get("factor", 1.0)}.get(d.kind, 1.0) if done else 1.0
            return bool(lying.sound) and not d.params.get("follows"), factor
    return bool(lying.sound), 1.0


def fate(plan: Plan, shown: Timeline, frame: int) -> float:
    votes = [vote(plan, shown, c, frame) for c in shown.clips if c.left <= frame < c.right]
    strong = [factor for says, factor in votes if says]
    return min(strong or [factor for _, factor in votes], default=1.0)


def fates(edits: EditList, left: int, right: int) -> list[float]:
    found = [1.0] * (right - left)
    for r in edits.ranges:
        for frame in range(r.left, r.right):
            found[frame - left] = inf if r.action == "remove" else r.factor
    return found


@bounded
@given(layouts(sources=2), spans, spans, settings)
def test_every_frame_meets_the_fate_that_all_clips_on_it_agree_on(shown, first, second, chosen):
    files = [heard(s, (), 40, path) for s, path in zip((first, second), shown.sources, strict=True)]
    chosen = replace(chosen, min_cut=Time(frames=0), min_clip=Time(frames=0))
    plan = make_plan(files, shown, chosen)
    left, right = shown.span
    assert fates(resolve(plan, shown), left, right) == [fate(plan, shown, f) for f in range(left, right)]


@bounded
@given(layouts(sources=2), spans, spans, settings)
def test_minimum_lengths_only_ever_keep_more(shown, first, second, chosen):
    files = [heard(s, (), 40, path) for s, path in zip((first, second), shown.sources, strict=True)]
    plan = make_plan(files, shown, chosen)
    edits = resolve(plan, shown)
    assert all(a.right <= b.left for a, b in zip(edits.ranges, edits.ranges[1:], strict=False))
    for r in edits.ranges:
        assert r.left < r.right
        for frame in range(r.left, r.right):
            assert fate(plan, shown, frame) == (inf if r.action == "remove" else r.factor)


@bounded
@given(layouts(sources=2), spans, points, settings)
def test_no_spoken_frame_is_lost(shown, speech, cuts, chosen):
    files = [heard(speech, cuts, 40, path) for path in shown.sources]
    edits = resolve(make_plan(files, shown, chosen), shown)
    for lying in shown.clips:
        if not lying.sound:
            continue
        start, end = lying.media_span(shown.fps)
        for a, b, confidence in speech:
            if confidence < chosen.threshold or b <= start or a >= end:
                continue
            # half a frame of rounding where two clips' frames do not fall together
            first = lying.left + (Fraction(a) - start) / lying.speed * shown.fps + Fraction(1, 2)
            after = lying.left + (Fraction(b) - start) / lying.speed * shown.fps - Fraction(1, 2)
            first, after = max(first, lying.left), min(after, lying.right)
            if first < after:
                assert not any(r.left < after and first < r.right for r in edits.ranges)


@bounded
@given(layouts(), spans, points, settings)
def test_splits_lie_inside_their_clips_and_away_from_cuts(shown, speech, cuts, chosen):
    edits = resolve(make_plan([heard(speech, cuts, 40, path) for path in shown.sources], shown, chosen), shown)
    assert len({(s.clip, s.frame) for s in edits.splits}) == len(edits.splits)
    for split in edits.splits:
        lying = shown.clips[split.clip]
        assert lying.left < split.frame < lying.right
        assert not any(r.left <= split.frame <= r.right for r in edits.ranges)


def plan_of(*decisions: Decision, sources: tuple[str, ...] = (A,), **chosen: object) -> Plan:
    return Plan(tuple(Source(path, path, 20.0) for path in sources), decisions, {**NO_MINIMUM, **chosen})


def decision(kind: str, start: float, end: float, source: int = 0, **more: object) -> Decision:
    return Decision(f"{kind}{start:g}", kind, source, start, end, **more)


def ranges(plan: Plan, *clips: Clip, sources: tuple[str, ...] = (A,)) -> list[tuple[int, int]]:
    return [(r.left, r.right) for r in resolve(plan, timeline(*clips, sources=sources)).ranges]


def test_seconds_of_media_become_frames_of_the_clip_that_shows_them():
    shown = clip(100, 350, media_start=2)  # 2 s to 12 s, from frame 100
    assert ranges(plan_of(decision("remove", 4, 5)), shown) == [(150, 175)]
    assert ranges(plan_of(decision("remove", 0, 3)), shown) == [(100, 125)]
    assert ranges(plan_of(decision("remove", 11, 15)), shown) == [(325, 350)]
    assert ranges(plan_of(decision("remove", 15, 16)), shown) == []


def test_a_clip_at_double_speed_takes_half_the_frames():
    assert ranges(plan_of(decision("remove", 4, 8)), clip(0, 250, speed=2)) == [(50, 100)]


def test_a_file_that_lies_there_twice_is_cut_in_both_places():
    assert ranges(plan_of(decision("remove", 4, 5)), clip(0, 250), clip(300, 550)) == [(100, 125), (400, 425)]


def test_two_microphones_must_both_be_silent():
    plan = plan_of(decision("remove", 2, 6), decision("remove", 4, 8, 1), sources=(A, B))
    clips = clip(0, 250), clip(0, 250, source=1, picture=False)
    assert ranges(plan, *clips, sources=(A, B)) == [(100, 150)]
    found = resolve(plan, timeline(*clips, sources=(A, B))).ranges
    assert found == (Range(100, 150, "remove", 1.0, ("remove2", "remove4")),)


def test_b_roll_without_sound_follows_the_talk_below_it():
    plan = plan_of(decision("remove", 2, 6), decision("keep", 0, 10, 1, params={"follows": True}), sources=(A, B))
    clips = clip(0, 250), clip(40, 120, source=1, sound=False)
    assert ranges(plan, *clips, sources=(A, B)) == [(50, 150)]


def test_music_in_which_nobody_speaks_is_cut_with_the_talk():
    files = [heard([(1, 4), (6, 9)], (), 10, A), heard([], (), 10, B)]
    shown = timeline(clip(0, 250), clip(0, 250, source=1, picture=False), sources=(A, B))
    chosen = Settings(margin_start=Time(frames=0), margin_end=Time(frames=0))
    plan = make_plan(files, shown, chosen)
    assert [(r.left, r.right) for r in resolve(plan, shown).ranges] == [(0, 25), (100, 150), (225, 250)]
    assert plan.of(1)[0].params == {"follows": True}


def test_a_file_that_the_plan_does_not_know_is_not_cut():
    plan = plan_of(decision("remove", 2, 6))
    assert ranges(plan, clip(0, 250), clip(60, 80, source=1), sources=(A, B)) == [(50, 60), (80, 150)]


def test_frames_without_any_clip_stay():
    plan = plan_of(decision("remove", 0, 20))
    assert ranges(plan, clip(0, 100), clip(150, 250)) == [(0, 100), (150, 250)]


def test_a_hand_written_removal_of_silent_footage_is_carried_out():
    assert ranges(plan_of(decision("remove", 2, 3)), clip(0, 250, sound=False)) == [(50, 75)]


def test_rejected_and_doubtful_decisions_keep_their_span():
    plan = plan_of(decision("remove", 1, 2, enabled=False), decision("remove", 3, 4, confidence=0.4),
                   decision("remove", 5, 6, confidence=0.6), min_confidence=0.5)  # fmt: skip
    assert ranges(plan, clip(0, 250)) == [(125, 150)]
    assert ranges(plan.with_enabled({"remove1": True, "remove5": False}), clip(0, 250)) == [(25, 50)]


def test_of_two_speeds_the_slower_wins_and_speed_wins_over_removal():
    plan = plan_of(decision("speed", 0, 4, params={"factor": 4}), decision("remove", 4, 6),
                   decision("speed", 2, 6, 1, params={"factor": 2}), sources=(A, B))  # fmt: skip
    found = resolve(plan, timeline(clip(0, 150), clip(0, 150, source=1), sources=(A, B))).ranges
    assert [(r.left, r.right, r.action, r.factor) for r in found] == [(50, 150, "speed", 2.0)]


def test_mutes_belong_to_their_own_clip():
    plan = plan_of(decision("mute", 2, 3), decision("mute", 2, 4, 1), sources=(A, B))
    clips = clip(0, 100), clip(0, 100, source=1, sound=False)
    assert resolve(plan, timeline(*clips, sources=(A, B))).mutes == (Mute(50, 75, 0, "mute2"),)


def test_shot_splits_leave_clips_without_a_picture_alone():
    shot = decision("split", 2, 2, params={"transition": "cut"})
    shown = timeline(clip(0, 100), clip(0, 100, picture=False), sources=(A,))
    assert resolve(plan_of(shot), shown).splits == (Split(50, 0, "split2"),)
    assert len(resolve(plan_of(decision("split", 2, 2)), shown).splits) == 2


def test_slivers_between_disagreeing_clips_are_kept_but_hand_made_ones_are_not():
    few = {"min_cut": "5", "min_clip": "5"}
    sliver = plan_of(decision("remove", 2, 4), decision("remove", 3.9, 6, 1), sources=(A, B), **few)
    assert ranges(sliver, clip(0, 250), clip(0, 250, source=1), sources=(A, B)) == []
    assert ranges(plan_of(decision("remove", 2, 2.08), **few), clip(0, 250)) == [(50, 52)]


def test_a_sliver_of_film_between_two_cuts_grows_to_the_shortest_clip():
    few = {"min_cut": "5", "min_clip": "9"}
    plan = plan_of(decision("remove", 0, 20), decision("keep", 0, 20, 1), sources=(A, B), **few)
    spoken = clip(100, 103, source=1)  # three frames of b.mp4, in which somebody speaks all the time
    assert ranges(plan, clip(0, 200), spoken, sources=(A, B)) == [(0, 97), (106, 200)]
    assert ranges(plan, clip(99, 200), spoken, sources=(A, B)) == [(103, 200)]  # one frame before is no cut


def test_the_end_of_a_silence_at_the_edge_of_a_clip_is_cut_only_if_it_is_worth_it():
    plan = plan_of(decision("remove", 4, 8), min_cut="5")
    assert ranges(plan, clip(0, 103)) == []  # three frames of a silence of four seconds
    assert ranges(plan, clip(0, 105)) == [(100, 105)]
    assert ranges(plan_of(decision("remove", 4, 4.12), min_cut="5"), clip(0, 103)) == [(100, 103)]


def test_plans_for_other_footage_name_it():
    with pytest.raises(PlanError, match=r"belongs to /footage/a\.mp4"):
        resolve(plan_of(decision("remove", 1, 2)), timeline(clip(0, 100), sources=(B,)))
    with pytest.raises(PlanError, match=r"belongs to /footage/a\.mp4"):
        resolve(plan_of(decision("remove", 1, 2)), timeline(clip(0, 100, source=1), sources=(A, B)))


@pytest.mark.parametrize("factor", [0, -2, float("nan"), "fast", None, True, 1e9])
def test_impossible_speeds_are_one_clear_sentence(factor):
    with pytest.raises(PlanError, match="speed factor"):
        resolve(plan_of(decision("speed", 1, 2, params={"factor": factor})), timeline(clip(0, 100), sources=(A,)))


def test_settings_that_make_no_sense_are_the_plans_fault():
    with pytest.raises(PlanError, match="The plan: min_cut: “soon” is not a time"):
        resolve(Plan((), (), {"min_cut": "soon"}), timeline())


def test_footage_is_found_again_by_its_contents():
    plan = plan_of(decision("remove", 1, 2))
    here = Media("/elsewhere/a.mp4", 20.0, audio=Audio(48000, 2), fingerprint=A)
    assert matched(plan, [here]).sources[0].path == "/elsewhere/a.mp4"
    with pytest.raises(PlanError, match=r"belongs to /footage/a\.mp4, which is not among"):
        matched(plan, [replace(here, fingerprint="another")])
    with pytest.raises(PlanError, match=r"/footage/a\.mp4 is no longer the file"):
        matched(plan, [replace(here, path=A, fingerprint="another")])
    with pytest.raises(PlanError, match=r"no longer the file"):
        matched(plan, [replace(here, path=A, fingerprint="", duration=30.0)])
    assert matched(plan, [replace(here, path=A, fingerprint="", duration=20.04)]) == plan
