"""Promise: the edit of a timeline goes to another editor's file and comes back as a plan that makes the same edit."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from planner_material import TALK, clip, heard, timeline

from neuroedit_addon.cut_list import CutList
from neuroedit_addon.errors import OutputError, PlanError, UsageError
from neuroedit_addon.planner.cut_list_of import cut_list_of
from neuroedit_addon.planner.make_plan import plan_and_edits
from neuroedit_addon.planner.resolve import resolve
from neuroedit_addon.settings import Settings, Time

exchanging = pytest.importorskip("neuroedit_addon.blender.headless.exchanging")
verbs = pytest.importorskip("neuroedit_addon.worker.exchange.verbs")
FILES = [heard([(2, 4), (6, 7), (12, 15)], [(13, 13)], 20)]
SHOWN = timeline(clip(1, 501))


class Knower:
    """The worker, in this process."""

    def ask(self, verb: str, **arguments: object) -> dict:
        return verbs.run(arguments, lambda message: None, lambda: False)


@pytest.mark.parametrize("suffix", [".otio", ".edl", ".fcpxml", ".json"])
@pytest.mark.parametrize("action", ["remove", "speed"])
def test_an_edit_comes_back_as_the_same_edit(tmp_path, suffix, action):
    if suffix in (".otio", ".edl"):
        pytest.importorskip("opentimelineio")
    plan, edits = plan_and_edits(FILES, SHOWN, Settings(silence_action=action, silence_speed=2.0))
    path = tmp_path / f"edit{suffix}"
    said: list[str] = []
    media = [FILES[0].media]
    exchanging.export([path], plan, SHOWN, edits, media, Knower(), said.append)
    back = resolve(exchanging.read_plan(path, media, SHOWN.fps, Knower()), SHOWN)
    assert [(r.left, r.right, r.action) for r in back.ranges] == [(r.left, r.right, r.action) for r in edits.ranges]
    # auto-editor's chunks are joined where nothing changes, so its splits are kept, too.
    assert [s.frame for s in back.splits] == [s.frame for s in edits.splits]
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert all(sentence.startswith(path.name) for sentence in said)


def test_a_plan_of_our_own_is_read_as_such_and_findings_are_not(tmp_path):
    plan, _ = plan_and_edits(FILES, SHOWN, Settings())
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan.to_json()))
    assert exchanging.read_plan(path, [FILES[0].media], SHOWN.fps, Knower()) == plan
    path.write_text(json.dumps(FILES[0].to_json()))
    with pytest.raises(PlanError, match="findings"):
        exchanging.read_plan(path, [FILES[0].media], SHOWN.fps, Knower())


def test_what_a_cut_list_cannot_say_is_said():
    shown = timeline(clip(1, 251), clip(300, 400, 12, 0), clip(320, 380, 0, 1), sources=(TALK, "/footage/b.mp4"))
    plan, edits = plan_and_edits(FILES, shown, Settings(j_cut=Time(seconds=0.2), min_confidence=0.5))
    cuts, lost = cut_list_of(plan, shown, edits, "x")
    assert len(lost) == 3  # a clip under another, a gap, J-cuts
    assert {cuts.sources[p.source].path for p in cuts.pieces} == {TALK}
    assert CutList.from_json(cuts.to_json()) == cuts
    muted, rows = plan_and_edits(FILES, shown, Settings(silence_action="mute"))
    cuts, lost = cut_list_of(muted, shown, rows, "x")
    assert any("muted" in line for line in lost)
    assert any(m.name == "mute" for m in cuts.markers)


def test_pieces_are_what_is_left_in_the_order_of_the_timeline():
    shown = timeline(clip(1, 101, 10), clip(101, 201, 0), sources=(TALK,))
    plan, edits = plan_and_edits([heard([(1, 2), (12, 13)], (), 20)], shown, Settings(margin_start=Time(frames=0),
                                 margin_end=Time(frames=0)))  # fmt: skip
    cuts, lost = cut_list_of(plan, shown, edits, "x")
    assert [(p.start, p.end) for p in cuts.pieces] == [(12, 13), (1, 2)]
    assert not lost
    assert cuts.fps == Fraction(25)


def test_places_are_checked_before_any_work(tmp_path):
    with pytest.raises(UsageError, match="suffix"):
        exchanging.require_places([tmp_path / "edit.xyz"], [])
    with pytest.raises(OutputError, match="folder"):
        exchanging.require_places([tmp_path / "none" / "edit.edl"], [])
