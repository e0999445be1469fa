"""Promise: breaths beside words are heard, and kept or dropped as asked; neither costs a word anything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planner_material import clip, heard, timeline

from neuroedit_addon.findings import Findings, Span
from neuroedit_addon.planner.make_plan import plan_and_edits
from neuroedit_addon.settings import Settings, Time
from neuroedit_addon.worker.breaths import Breaths
from neuroedit_addon.worker.sound_features import RATE, log_mel

WORDS = [Span(3.0, 5.0, 0.9), Span(8.0, 10.0, 0.9)]


def talk(*sounds: tuple[float, float, str, float]) -> np.ndarray:
    """Two loud phrases in a soft room, and what else is asked for: (start, end, kind, level)."""
    rng = np.random.default_rng(3)
    sound = 3e-4 * rng.standard_normal(13 * RATE)
    for start, end, kind, level in ((3.0, 5.0, "voice", 0.2), (8.0, 10.0, "voice", 0.2), *sounds):
        time = np.arange(round((end - start) * RATE)) / RATE
        hiss = np.diff(rng.standard_normal(len(time) + 1))
        voice = sum(np.sin(2 * np.pi * 140 * n * time) / n for n in range(1, 20))
        sound[round(start * RATE) :][: len(time)] += level * (hiss if kind == "hiss" else voice)
    return sound.astype(np.float32)


def breaths(sound: np.ndarray, block: int = 100) -> list[tuple[float, float]]:
    finder, frames = Breaths(), log_mel(sound)
    for start in range(0, len(frames), block):
        finder.hear(frames[start : start + block])
    return [(span.start, span.end) for span in finder.finish(WORDS)]


def test_a_breath_before_words_and_one_after_them_are_heard():
    near = pytest.approx
    found = breaths(talk((7.55, 7.9, "hiss", 0.01), (5.1, 5.4, "hiss", 0.01)))
    assert found == [near((5.1, 5.4), abs=0.04), near((7.55, 7.9), abs=0.04)]
    assert breaths(talk((7.55, 7.9, "hiss", 0.01), (5.1, 5.4, "hiss", 0.01)), 17) == found


@pytest.mark.parametrize("other", [
    (7.55, 7.9, "voice", 0.01),  # hums
    (6.0, 6.4, "hiss", 0.01),  # too far from any word
    (5.5, 7.5, "hiss", 0.01),  # too long
    (7.84, 7.9, "hiss", 0.01),  # too short
    (7.55, 7.9, "hiss", 0.3),  # as loud as the words
    (0.0, 13.0, "hiss", 0.01),  # the room
])  # fmt: skip
def test_what_is_no_breath(other):
    assert breaths(talk(other)) == []


def test_nobody_breathes_where_nobody_speaks():
    finder = Breaths()
    assert finder.finish(WORDS) == ()
    finder.hear(log_mel(talk()))
    assert finder.finish([]) == ()


def kept(how: str, **choices: object) -> list[tuple[float, float]]:
    spoken = heard(duration=13.0, speech=[(3.0, 5.0), (8.0, 10.0)])
    found = replace(spoken, breaths=(Span(5.12, 5.6, 0.7), Span(7.44, 7.88, 0.7)))
    found = Findings.from_json(found.to_json())
    margins = {"margin_start": Time(seconds=0.2), "margin_end": Time(seconds=0.2)}
    settings = Settings(breaths=how, **{**margins, **choices})
    plan, _ = plan_and_edits([found], timeline(clip(1, 326)), settings)
    return [(round(d.start, 2), round(d.end, 2)) for d in plan.of(0, "keep")]


def test_margins_may_cut_through_a_breath_unless_told_otherwise():
    assert kept("margins") == [(2.8, 5.2), (7.8, 10.2)]


def test_a_breath_that_is_kept_is_whole_with_its_margins():
    assert kept("keep") == [(2.8, 5.8), (7.24, 10.2)]


def test_a_breath_that_is_dropped_goes_and_words_stay_whole():
    assert kept("drop") == [(2.8, 5.12), (7.88, 10.2)]
