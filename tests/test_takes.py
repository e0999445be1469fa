"""Promise: a phrase that is said again is found and proposed for removal, and other phrases are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planner_material import clip, heard, timeline

from neuroedit_addon.findings import Findings, Span, Take
from neuroedit_addon.planner.make_plan import make_plan, plan_and_edits
from neuroedit_addon.settings import Settings, Time

np = pytest.importorskip("numpy")

BARE = Settings(margin_start=Time(frames=0), margin_end=Time(frames=0), min_cut=Time(frames=0),
                min_clip=Time(frames=0))  # fmt: skip
TEN = timeline(clip(1, 251))


def phrase(seed: int, seconds: float, pace: float = 1.0):
    """A made-up voice, float32 at 16 kHz: a random row of vowels with a random melody, `pace` times as fast."""
    rng = np.random.default_rng(seed)
    times = np.arange(int(seconds / pace * 16_000)) / 16_000 * pace
    knots = np.arange(0, seconds + 0.3, 0.15)
    pitch = np.interp(times, knots, rng.uniform(90, 180, len(knots)))
    phase = 2 * np.pi * np.cumsum(pitch * pace) / 16_000 / pace
    formants = [np.interp(times, knots, rng.uniform(low, high, len(knots))) for low, high in ((300, 900), (900, 2600))]
    sound = sum(
        sum(np.exp(-(((k * pitch - f) / 150) ** 2)) for f in formants) * np.sin(k * phase) for k in range(1, 28)
    )
    return (0.1 * sound).astype(np.float32)


def found(*parts) -> tuple[Take, ...]:
    from neuroedit_addon.worker.sound_features import log_mel
    from neuroedit_addon.worker.takes import TakeFinder

    spans, pieces, at = [], [], 0.0
    for part in parts:
        spans.append(Span(round(at, 3), round(at + len(part) / 16_000, 3)))
        pieces += [part, np.zeros(8_000, np.float32)]
        at += len(part) / 16_000 + 0.5
    finder = TakeFinder()
    frames = log_mel(np.concatenate(pieces))
    for block in np.array_split(frames, 7):  # however it comes
        finder.add(block)
    return finder.finish(spans)


def test_a_phrase_said_again_is_found_and_others_are_not():
    takes = found(phrase(1, 2.5), phrase(2, 2.5), phrase(2, 2.5, 1.12), phrase(3, 2.5))
    assert [(t.start, t.again_start) for t in takes] == [(3.0, 6.0)]
    assert takes[0].confidence > 0.5
    assert found(phrase(1, 2.5), phrase(2, 2.0), phrase(3, 3.0), phrase(4, 2.0)) == ()


def test_a_beginning_that_was_given_up_is_found():
    takes = found(phrase(5, 2.8)[: int(1.4 * 16_000)], phrase(5, 2.8, 0.95), phrase(6, 2.0))
    assert [(t.start, t.end) for t in takes] == [(0.0, 1.4)]


def test_no_speech_and_silence_have_no_takes():
    assert found(np.zeros(32_000, np.float32), np.zeros(32_000, np.float32)) == ()
    assert found(phrase(1, 0.3), phrase(1, 0.3)) == ()  # too short to be told from any other


def spoken(*takes: Take) -> Findings:
    return replace(heard([(1, 3), (4, 6), (6.2, 8)], (), 10), takes=takes)


def test_an_earlier_take_is_proposed_and_not_carried_out():
    plan, edits = plan_and_edits([spoken(Take(1, 3, 4, 6, 1.0))], TEN, BARE)
    proposal = plan.decisions[1]
    assert (proposal.kind, proposal.start, proposal.end, proposal.reason) == ("remove", 1, 3, "said again at 4.0 s")
    assert proposal.confidence < BARE.min_confidence
    assert [(r.left, r.right) for r in edits.ranges] == [(1, 26), (76, 101), (151, 156), (201, 251)]
    assert any("proposed" in line for line in plan.summary["warnings"])
    accepted = replace(BARE, min_confidence=0.4)
    assert [(r.left, r.right) for r in plan_and_edits([spoken(Take(1, 3, 4, 6, 1.0))], TEN, accepted)[1].ranges] == [
        (1, 101), (151, 156), (201, 251),
    ]  # fmt: skip


def test_a_take_inside_kept_speech_goes_up_to_where_it_is_said_again():
    wide = replace(BARE, margin_start=Time(seconds=0.2), margin_end=Time(seconds=0.2), min_cut=Time(seconds=0.5))
    plan = make_plan([spoken(Take(4, 6, 6.2, 8, 0.8))], TEN, wide)
    assert [(d.kind, d.start, d.end) for d in plan.decisions if 3.5 < d.start < 9] == [
        ("remove", 3.8, 6.0), ("keep", 6.0, 8.2), ("remove", 8.2, 10),
    ]  # fmt: skip
    off = make_plan([spoken(Take(4, 6, 6.2, 8, 0.8))], TEN, replace(wide, retakes=False))
    assert [d.kind for d in off.decisions] == ["remove", "keep", "remove", "keep", "remove"]
    assert Findings.from_json(spoken(Take(4, 6, 6.2, 8, 0.8)).to_json()) == spoken(Take(4, 6, 6.2, 8, 0.8))
