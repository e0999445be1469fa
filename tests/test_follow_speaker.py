"""Promise: the picture follows who speaks, holds, and does not jump at a "mm-hm"."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planner_material import bounded

from neuroedit_addon.angles import Angle
from neuroedit_addon.errors import PlanError
from neuroedit_addon.findings import Audio, Findings, Loudness, Media, Span
from neuroedit_addon.planner.follow_speaker import Shown, Switching, cut_list, follow, voices

CALM = Switching(hold=2.0, lead=0.0, back_channel=1.0)


def talk(turns, duration: float = 60.0, offsets=(0.0, 0.0)) -> tuple[list[Angle], list[Findings]]:
    """Two angles of a talk: `turns` are (speaker, start, end) on the common clock; the other hears it 12 LU softer."""
    angles = [Angle(f"/{n}.mp4", offset) for n, offset in enumerate(offsets)]
    found = []
    for n, angle in enumerate(angles):
        levels = []
        for i in range(round(duration / 0.1)):
            moment = angle.common(i * 0.1 - 0.2)
            level = -60.0
            for who, start, end in turns:
                if start <= moment < end:
                    level = -20.0 - 6 * n if who == n else -32.0 - 6 * n
            levels.append(level)
        spans = tuple(Span(angle.own(a), angle.own(b)) for _, a, b in turns if angle.own(b) > 0)
        found.append(Findings(
            Media(angle.path, duration, "25", round(duration * 25), 64, 64, False, Audio(48000, 2), str(n)),
            speech=spans, loudness=Loudness(-20, 5, -1, 0.1, tuple(levels)),
        ))  # fmt: skip
    return angles, found


def rounded(shown: list[Shown]) -> list[tuple[int, float, float]]:
    return [(s.angle, round(s.start, 1), round(s.end, 1)) for s in shown]


def test_the_picture_follows_the_speaker():
    angles, found = talk([(0, 0, 20), (1, 21, 40), (0, 41, 60)])
    assert rounded(follow(angles, found, CALM)) == [(0, 0, 21), (1, 21, 41), (0, 41, 60)]
    early = follow(angles, found, replace(CALM, lead=0.3))
    assert rounded(early) == [(0, 0, 20.7), (1, 20.7, 40.7), (0, 40.7, 60)]


def test_it_does_not_matter_how_much_each_of_them_speaks():
    angles, found = talk([(0, 0, 50), (1, 51, 55), (0, 56, 60)])
    assert [s.angle for s in follow(angles, found, CALM)] == [0, 1, 0]


def test_a_back_channel_does_not_switch_and_no_shot_is_short():
    angles, found = talk([(0, 0, 20), (1, 20.2, 20.8), (0, 21, 40), (1, 40, 41.5), (0, 41.5, 60)])
    assert rounded(follow(angles, found, CALM)) == [(0, 0, 40), (1, 40, 42), (0, 42, 60)]


def test_a_long_speech_is_broken_up_by_a_reaction():
    angles, found = talk([(0, 0, 50), (1, 50, 60)])
    shown = rounded(follow(angles, found, replace(CALM, reaction=2.5)))
    assert shown == [(0, 0, 15), (1, 15, 17.5), (0, 17.5, 32.5), (1, 32.5, 35), (0, 35, 50), (1, 50, 60)]


def test_an_angle_that_starts_late_is_not_seen_before_and_times_are_its_own():
    angles, found = talk([(1, 0, 20), (0, 21, 40)], 40, (0.0, 5.0))
    shown = follow(angles, found, CALM)
    assert rounded(shown)[0] == (0, 0, 5)
    pieces = cut_list(shown, angles, found, "25", "talk").pieces
    assert [(p.source, round(p.start, 1), round(p.end, 1)) for p in pieces][:2] == [(0, 0, 5), (1, 0, 16)]
    with pytest.raises(PlanError, match="picture"):
        follow(angles, [replace(f, media=replace(f.media, fps=None)) for f in found], CALM)


@bounded
@given(
    st.lists(st.tuples(st.integers(0, 1), st.floats(0, 55), st.floats(0.2, 9)), max_size=9),
    st.floats(-5, 5), st.floats(0.5, 4), st.floats(0, 0.5),
)  # fmt: skip
def test_shots_cover_the_event_without_a_gap_and_are_held(turns, offset, hold, lead):
    angles, found = talk([(who, a, min(a + n, 58)) for who, a, n in turns], 60, (0.0, round(offset, 2)))
    shown = follow(angles, found, Switching(hold, lead, 1.0))
    assert shown[0].start == pytest.approx(min(0, round(offset, 2)))
    assert shown[-1].end == pytest.approx(max(60, 60 + round(offset, 2)), abs=0.06)
    for before, after in zip(shown, shown[1:], strict=False):
        assert before.end == after.start
        assert before.angle != after.angle
    for shot in shown[1:-1]:
        stops = abs(angles[shot.angle].common(60) - shot.end) < 0.11
        assert stops or shot.end - shot.start >= round(hold / 0.1) * 0.1 - 1e-6


def test_the_speaker_is_heard_while_a_reaction_is_seen():
    angles, found = talk([(0, 0, 40), (1, 41, 60)])
    watching = replace(CALM, reaction=2.0)
    assert len(follow(angles, found, watching)) > 2
    assert rounded(voices(angles, found, watching)) == [(0, 0, 41), (1, 41, 60)]


def test_a_recorder_without_a_picture_is_heard_where_it_ran():
    angles, found = talk([(0, 0, 30), (1, 31, 60)], offsets=(0.0, 0.0))
    angles.append(Angle("/recorder.wav", 10.0))
    media = replace(found[0].media, path="/recorder.wav", fps=None, frames=0, width=0, height=0, duration=35.0)
    found.append(replace(found[0], media=media, speech=(), loudness=None))
    assert rounded(follow(angles, found, CALM)) == [(0, 0, 31), (1, 31, 60)]
    assert rounded(voices(angles, found, CALM)) == [(0, 0, 10), (2, 10, 45), (1, 45, 60)]
