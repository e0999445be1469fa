"""Promise: an edit that goes to another editor and comes back is the same edit, to the frame; what is lost is said."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from neuroedit_addon.cut_list import CutList, Marker, Piece, from_plan, to_plan
from neuroedit_addon.errors import PlanError, UsageError
from neuroedit_addon.plan import Decision, Plan, Source

formats = pytest.importorskip("neuroedit_addon.worker.exchange.formats", reason="OpenTimelineIO is not installed")

RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60000, 1001)]
FILE = str(Path("/footage/a talk ñ 日本.mp4").absolute())


def edit(fps: Fraction) -> CutList:
    pieces = (Piece(0, 1, 5), Piece(0, 5, 7.5), Piece(0, 10, 20, 4.0), Piece(0, 30, 40))
    return CutList("film", fps, (Source(FILE, "", 60.0),), pieces, (Marker(0, 31.0, "remove", "silence 1.4 s"),))


@pytest.mark.parametrize("fps", RATES, ids=lambda fps: f"{float(fps):.3f}")
@pytest.mark.parametrize("suffix", [".otio", ".edl", ".fcpxml", ".json"])
def test_an_edit_comes_back_to_the_frame(tmp_path, suffix, fps):
    path = tmp_path / f"edit{suffix}"
    formats.write(edit(fps), path)
    back = formats.read(path, fps, {FILE: 60.0})
    for sent, got in zip(edit(fps).pieces, back.pieces, strict=True):
        assert got.start == pytest.approx(sent.start, abs=float(0.51 / fps))
        # A sped-up piece of whole edit frames shows up to `speed` frames more or less of its source.
        assert got.end == pytest.approx(sent.end, abs=float((0.51 + 0.5 * sent.speed) / fps))
        assert got.speed == pytest.approx(sent.speed, rel=0.02)


def test_a_second_trip_changes_nothing(tmp_path):
    for suffix in formats.WRITES:
        first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
        cuts = CutList("a", Fraction(25), (Source(FILE, "", 60.0),), (Piece(0, 1, 5), Piece(0, 30, 40)))
        formats.write(cuts, first)
        formats.write(formats.read(first, Fraction(25), {FILE: 60.0}), second)
        again = formats.read(second, Fraction(25), {FILE: 60.0})
        assert [(p.start, p.end) for p in again.pieces] == [(1, 5), (30, 40)]


def test_what_a_format_cannot_carry_is_said(tmp_path):
    assert formats.write(edit(Fraction(25)), tmp_path / "a.otio") == []
    assert any("marker" in line for line in formats.write(edit(Fraction(25)), tmp_path / "a.edl"))
    assert any("marker" in line for line in formats.write(edit(Fraction(25)), tmp_path / "a.json"))
    assert any("non-drop" in line for line in formats.write(edit(RATES[3]), tmp_path / "b.edl"))


def test_fcpxml_times_lie_on_the_frame_grid(tmp_path):
    path = tmp_path / "a.fcpxml"
    formats.write(edit(RATES[3]), path)
    import xml.etree.ElementTree as ET

    for element in ET.parse(path).iter("asset-clip"):
        for key in ("offset", "duration", "start"):
            seconds = Fraction(element.get(key).rstrip("s"))
            assert (seconds * RATES[3]).denominator == 1


def test_an_edl_names_its_clips_as_people_do(tmp_path):
    path = tmp_path / "a.edl"
    formats.write(edit(Fraction(25)), path)
    assert "FROM CLIP NAME:  a talk ñ 日本.mp4" in path.read_text(encoding="utf-8")


def test_v1_chunks_cover_the_source(tmp_path):
    path = tmp_path / "a.json"
    formats.write(edit(Fraction(25)), path)
    chunks = json.loads(path.read_text())["chunks"]
    assert chunks[0] == [0, 25, 99999.0]
    assert chunks[-1] == [1000, 1500, 99999.0]
    assert all(a[1] == b[0] for a, b in zip(chunks, chunks[1:], strict=False))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", "{", "not JSON"),
        ("a.json", '{"version": "3"}', "v1"),
        ("a.json", '{"version": "1", "source": "x", "chunks": [[5, 2, 1]]}', "chunk 1"),
        ("a.otio", "{}", "cannot be read"),
        ("a.edl", "nonsense", "cannot be read"),
        ("a.fcpxml", "<fcpxml>", "not XML"),
        ("a.fcpxml", "<fcpxml/>", "no clips"),
    ],
)
def test_a_broken_file_is_one_sentence(tmp_path, name, text, words):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(PlanError, match=words):
        formats.read(path, Fraction(25), {FILE: 60.0})


def test_an_edit_of_other_footage_is_refused(tmp_path):
    path = tmp_path / "a.otio"
    formats.write(edit(Fraction(25)), path)
    with pytest.raises(PlanError, match="not among the sources"):
        formats.read(path, Fraction(25), {"/x/one.mp4": 9.0, "/x/two.mp4": 9.0})


def test_unknown_suffixes_are_refused(tmp_path):
    with pytest.raises(UsageError):
        formats.write(edit(Fraction(25)), tmp_path / "a.txt")


def test_a_plan_survives_the_way_out_and_back():
    spans = (("keep", 0, 2), ("remove", 2, 3), ("speed", 3, 5), ("remove", 5, 6))
    decisions = tuple(
        Decision(f"{k}{s}", k, 0, s, e, params={"factor": 2.0} if k == "speed" else {}) for k, s, e in spans
    )
    plan = Plan((Source(FILE, "", 6.0),), (*decisions, Decision("s", "split", 0, 1.0, 1.0)))
    cuts = from_plan(plan, Fraction(25), "a")
    assert [(p.start, p.end, p.speed) for p in cuts.pieces] == [(0, 1, 1), (1, 2, 1), (3, 5, 2)]
    assert from_plan(to_plan(cuts, "imported"), Fraction(25), "a").pieces == cuts.pieces


def test_rejected_removals_stay_in():
    plan = Plan(
        (Source(FILE, "", 3.0),),
        tuple(Decision(k, k, 0, s, s + 1, enabled=k != "remove") for s, k in enumerate(("keep", "remove", "keep"))),
    )
    assert [(p.start, p.end) for p in from_plan(plan, Fraction(25), "a").pieces] == [(0, 3)]
