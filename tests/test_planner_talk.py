"""Promise: a trailer or a battle with three words in it is not cut down to the three words; a quiet talk is."""

from dataclasses import replace

import pytest
from planner_material import clip, heard, timeline

from neuroedit_addon.findings import Loudness
from neuroedit_addon.planner.make_plan import make_plan
from neuroedit_addon.settings import Settings

SCENE = timeline(clip(1, 1501))
WORDS = [(10.0, 12.0), (40.0, 41.0)]


def film(rest, words=WORDS, speech=-20.0):
    """A minute of film: loudness of what is said, and of the rest."""
    spoken = [any(a <= second / 10 < b for a, b in words) for second in range(600)]
    values = tuple(speech if said else rest for said in spoken)
    return replace(heard(words, (), 60), loudness=Loudness(-20.0, 5.0, -3.0, 0.1, values))


@pytest.mark.parametrize("rest", [-12.0, -20.0, -29.0])
def test_music_and_action_are_no_silence(rest):
    plan = make_plan([film(rest)], SCENE, Settings())
    assert [d.kind for d in plan.decisions] == ["keep"]
    assert "speech is 5% of it and the rest about as loud, so nothing is cut" in plan.summary["warnings"][0]
    assert make_plan([film(rest)], SCENE, Settings(cut_all_silent=True)).of(0, "remove")


def test_true_silence_is_cut_however_little_is_said():
    assert make_plan([film(-45.0)], SCENE, Settings()).of(0, "remove")


def test_talk_over_noise_is_talk():
    words = [(a, a + 3.0) for a in range(0, 60, 5)]
    assert make_plan([film(-22.0, words)], SCENE, Settings()).of(0, "remove")


def test_without_loudness_speech_alone_decides():
    assert make_plan([replace(film(-20.0), loudness=None)], SCENE, Settings()).of(0, "remove")
