"""The plan keeps its promises, whatever the footage, the clip and the settings."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planner_material import bounded, clip, heard, layouts, one_clip, points, settings, spans, timeline

from neuroedit_addon.plan import KINDS, SPAN_KINDS, Plan
from neuroedit_addon.planner.make_plan import make_plan, plan_and_edits
from neuroedit_addon.planner.resolve import resolve
from neuroedit_addon.settings import Settings, Time
from neuroedit_addon.timeline import Timeline

ORDER = {kind: place for place, kind in enumerate(KINDS)}


def frames(length: Time, fps: Fraction) -> int:
    """The fewest whole frames that are at least as long."""
    exact = Fraction(str(length.at(fps))) * fps if length.frames is None else Fraction(length.frames)
    return ceil(exact - Fraction(1, 10**5))


def used(shown: Timeline, source: int) -> list[tuple[Fraction, Fraction]]:
    """The union of what the clips of a source show of it, as far as the media goes."""
    found: list[tuple[Fraction, Fraction]] = []
    for start, end in sorted(c.media_span(shown.fps) for c in shown.clips_of(source)):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


@bounded
@given(layouts(), spans, spans, points, settings)
def test_decisions_are_sorted_disjoint_and_cover_what_lies_on_the_timeline(shown, first, second, cuts, chosen):
    files = [heard(s, cuts, 40, path) for s, path in zip((first, second, ()), shown.sources, strict=True)]
    plan = make_plan(files, shown, chosen)
    keys = [(d.source, d.start, d.end, ORDER[d.kind]) for d in plan.decisions]
    assert keys == sorted(keys)
    assert len({d.id for d in plan.decisions}) == len(plan.decisions)
    for source, whole in enumerate(plan.sources):
        assert whole.path == shown.sources[source]
        covered: list[list[float]] = []
        for decision in plan.of(source, *SPAN_KINDS):
            assert decision.start < decision.end
            if covered and decision.start == covered[-1][1]:
                covered[-1][1] = decision.end
            else:
                assert not covered or decision.start > covered[-1][1]
                covered.append([decision.start, decision.end])
        expected = used(shown, source)
        assert len(covered) <= len(expected)  # clips that all but touch are planned as one
        for start, end in expected:
            assert any(a <= float(start) + 1e-9 and float(end) - 1e-9 <= b for a, b in covered)
        step = float(2 / shown.fps)
        assert sum(b - a for a, b in covered) <= float(sum(e - s for s, e in expected)) + step * len(expected)


@bounded
@given(one_clip(), spans, points, settings)
def test_one_clip_is_covered_to_the_float(shown, speech, cuts, chosen):
    plan = make_plan([heard(speech, cuts, 24)], shown, chosen)
    own = plan.of(0, *SPAN_KINDS)
    assert (own[0].start, own[-1].end) == tuple(map(float, shown.clips[0].media_span(shown.fps)))
    assert all(a.end == b.start for a, b in zip(own, own[1:], strict=False))


@bounded
@given(one_clip(), spans, points, settings)
def test_speech_is_kept_with_its_margins(shown, speech, cuts, chosen):
    plan = make_plan([heard(speech, cuts, 24)], shown, chosen)
    only = shown.clips[0]
    first, after = map(float, only.media_span(shown.fps))
    before, behind = (float(only.speed) * m.at(shown.fps) for m in (chosen.margin_start, chosen.margin_end))
    changed = [d for d in plan.of(0, *SPAN_KINDS) if d.kind != "keep" or d.reason.startswith("silence")]
    for start, end, confidence in speech:
        if confidence >= chosen.threshold and end > first + 1e-6 and start < after - 1e-6:
            for decision in changed:
                assert decision.end <= max(first, start - before) + 1e-6 or decision.start >= end + behind - 1e-6


@bounded
@given(one_clip(), spans, points, settings)
def test_no_cut_clip_or_shot_is_shorter_than_asked(shown, speech, cuts, chosen):
    plan = make_plan([heard(speech, cuts, 24)], shown, chosen)
    edits = resolve(plan, shown)
    left, right = shown.span
    for r in edits.ranges:
        assert r.right - r.left >= frames(chosen.min_cut, shown.fps)
    edges = [left, *(f for r in edits.ranges for f in (r.left, r.right)), right]
    kept = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
    if len(kept) > 1:  # nothing but silence between, so both rules hold for every piece
        assert all(b - a >= min(frames(chosen.min_clip, shown.fps), right - left) for a, b in kept)
    shot = [d.id for d in plan.of(0, "split") if "transition" in d.params]
    places = [s.frame for s in edits.splits if s.decision in shot]
    walls = sorted({left, right, *edges, *(s.frame for s in edits.splits)})
    for place in places:
        nearest = min(abs(place - wall) for wall in walls if wall != place)
        assert nearest >= frames(chosen.min_shot, shown.fps)


@bounded
@given(layouts(), spans, points, settings)
def test_boundaries_lie_on_frames_and_splits_inside_kept_pieces(shown, speech, cuts, chosen):
    shown = Timeline(shown.fps, shown.sources, shown.clips[:1])
    plan = make_plan([heard(speech, cuts, 40, path) for path in shown.sources], shown, chosen)
    only = shown.clips[0]
    start, end = map(float, only.media_span(shown.fps))
    for decision in plan.decisions:
        for second in (decision.start, decision.end):
            place = float((second - float(only.media_start)) / only.speed * shown.fps)
            assert abs(place - round(place)) < 1e-6
        if decision.kind == "split":
            assert start < decision.start == decision.end < end
            gone = [d for d in plan.of(decision.source, "remove") if d.confidence >= chosen.min_confidence]
            assert not any(d.start < decision.start < d.end for d in gone)


@bounded
@given(layouts(), spans, points, settings, st.integers(0, 99))
def test_the_same_input_gives_the_same_plan(shown, speech, cuts, chosen, seed):
    files = [heard(speech, cuts, 40, path) for path in shown.sources]
    plan = make_plan(files, shown, chosen)
    mixed = [
        replace(f, speech=tuple(random.Random(seed).sample(f.speech, len(f.speech))),
                transitions=tuple(random.Random(seed).sample(f.transitions, len(f.transitions))))
        for f in random.Random(seed).sample(files, len(files))
    ]  # fmt: skip
    again = make_plan(mixed, shown, chosen)
    assert again == plan
    assert plan_and_edits(mixed, shown, chosen) == (plan, resolve(plan, shown))
    assert Plan.from_json(plan.to_json()) == plan


@bounded
@given(one_clip(), spans)
def test_other_margins_leave_what_they_do_not_reach_with_the_same_ids(shown, speech):
    chosen = Settings(silence_action="mute", min_clip=Time(frames=0))
    wide = make_plan([heard(speech, (), 24)], shown, chosen)
    narrow = make_plan([heard(speech, (), 24)], shown, replace(chosen, margin_start=Time(seconds=0.0)))
    starts = {d.start: d.id for d in wide.of(0, "mute")}
    for decision in narrow.of(0, "mute"):
        if decision.start in starts:
            assert decision.id == starts[decision.start]


@pytest.mark.parametrize("seconds", [0.2, 0.12, 1.0, 0.04])
def test_a_length_of_whole_frames_counts_as_that_many(seconds):
    """0.2 s at 25 frames a second are 5 frames, not 6, although 0.2 * 25 is not exactly 5 in every arithmetic."""
    speech = [(1, 2), (2 + seconds, 4)]
    chosen = Settings(margin_start=Time(frames=0), margin_end=Time(frames=0), min_cut=Time(seconds=seconds))
    plan = make_plan([heard(speech, (), 4)], timeline(clip(0, 100)), chosen)
    assert [(d.start, d.end) for d in plan.of(0, "remove")] == [(0, 1), (2, 2 + seconds)]


@bounded
@given(one_clip(), spans, settings, st.integers(20, 1500))
def test_with_a_longest_pause_none_is_longer_and_no_cut_touches_a_word(shown, speech, chosen, limit):
    chosen = replace(chosen, max_pause=Time(seconds=limit / 1000), silence_action="remove", min_clip=Time(frames=0))
    plan = make_plan([heard(speech, (), 24)], shown, chosen)
    words = [(a, b) for a, b, sure in speech if sure >= chosen.threshold]
    only = shown.clips[0]
    first, last = map(float, only.media_span(shown.fps))
    words = sorted((max(a, first), min(b, last)) for a, b in words if b > first + 1e-6 and a < min(last, 24) - 1e-6)
    frame = float(only.speed / shown.fps)
    removed = [(d.start, d.end) for d in plan.of(0, "remove")]
    for start, end in removed:
        assert not any(a < end - 1e-5 and b > start + 1e-5 for a, b in words)
    reach = words[0][1] if words else 0.0
    for start, end in words[1:]:
        if start > reach:
            cut = sum(min(b, start) - max(a, reach) for a, b in removed if b > reach and a < start)
            # A pause may hold too few whole frames to be cut at all.
            assert start - reach - cut <= float(limit / 1000 * only.speed) + frame + 1e-5 or start - reach < 2 * frame
        reach = max(reach, end)
