"""Promise: what may be speech is kept from cuts, and music, noise and silence do not count as doubt."""

from __future__ import annotations

import numpy as np
import pytest
from planner_material import clip, heard, timeline

from neuroedit_addon.findings import Findings, Span
from neuroedit_addon.planner.make_plan import plan_and_edits
from neuroedit_addon.settings import Settings
from neuroedit_addon.worker.perhaps import Perhaps

FRAMES = 6000  # a minute


def said(odds: np.ndarray, levels: np.ndarray, speech: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """What `Perhaps` makes of log-odds and decibels for every 10 ms, in blocks of a second."""
    found = Perhaps()
    for start in range(0, FRAMES, 100):
        bands = np.repeat(levels[start : start + 100, None] - 10 * np.log10(64), 64, 1)
        found.hear(bands.astype(np.float32))
        found.add((1 / (1 + np.exp(-odds[start : start + 100]))).astype(np.float32))
    return [(span.start, span.end) for span in found.finish([Span(a, b, 0.9) for a, b in speech])]


def scene(ground: float, doubt: float, level: float = -20.0) -> tuple[np.ndarray, np.ndarray]:
    """Speech from 10 to 20 s, something doubtful from 30 to 32 s; the rest is `ground`."""
    odds, levels = np.full(FRAMES, ground), np.full(FRAMES, -50.0)
    odds[1000:2000], levels[1000:2000] = 4.0, -20.0
    odds[3000:3200], levels[3000:3200] = doubt, level
    return odds, levels


def test_what_stands_out_is_perhaps_speech_and_speech_always_is():
    assert said(*scene(-5.0, -1.0), [(10.0, 20.0)]) == [(10.0, 20.0), pytest.approx((30.0, 32.0), abs=0.05)]


@pytest.mark.parametrize(("ground", "doubt", "level"), [(-5.0, -4.5, -20.0), (-1.5, -1.0, -20.0), (-5.0, -1.0, -40.0)])
def test_neither_the_likeness_of_all_the_rest_nor_what_is_far_softer(ground, doubt, level):
    assert said(*scene(ground, doubt, level), [(10.0, 20.0)]) == [(10.0, 20.0)]


@pytest.mark.parametrize(("room", "kept"), [(-80.0, True), (-50.0, False)], ids=["quiet", "room"])
def test_soft_endings_stay_where_it_is_quiet_between_the_voices(room, kept):
    odds, levels = scene(-5.0, -1.0, -42.0)
    levels[levels == -50.0] = room
    assert (len(said(odds, levels, [(10.0, 20.0)])) == 2) is kept


def test_who_hardly_pauses_in_a_clear_recording_is_not_the_usual():
    odds, levels = np.full(FRAMES, -1.5), np.full(FRAMES, -25.0)
    odds[1000:2000], levels[1000:2000] = 4.0, -20.0
    for start in range(0, FRAMES, 500):  # a pause of 0.75 s every five seconds
        odds[start : start + 75], levels[start : start + 75] = -6.0, -80.0
    found = said(odds, levels, [(10.75, 15.0), (15.75, 20.0)])
    assert sum(end - start for start, end in found) == pytest.approx(0.85 * 60, abs=1.0)


def test_nothing_where_nobody_speaks():
    assert said(*scene(-5.0, -1.0), []) == []


def test_it_is_kept_from_the_cut_until_more_certainty_is_asked_for():
    findings = heard(duration=60.0, speech=[(10.0, 20.0)])
    doubted = Findings.from_json({**findings.to_json(), "perhaps": [{"start": 30.0, "end": 32.0, "confidence": 0.5}]})

    def kept(threshold: float) -> list[float]:
        plan, _ = plan_and_edits([doubted], timeline(clip(0, 1500)), Settings(threshold=threshold))
        return [round(d.start) for d in plan.of(0, "keep")]

    assert kept(0.5) == [10, 30]
    assert kept(0.6) == [10]
