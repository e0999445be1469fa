"""Subtitles are read as leniently as players read them, and written so that others read them back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuroedit_addon import subtitles
from neuroedit_addon.captions import Caption, Captions, follow
from neuroedit_addon.errors import MediaError, OutputError

SRT = "1\n00:00:01,000 --> 00:00:02,500\nHello there.\n\n2\n00:00:03,000 --> 00:00:04,000\nSecond\nline\n"


def _read(folder: Path, data: bytes, name: str = "lines.srt") -> Captions:
    path = folder / name
    path.write_bytes(data)
    return subtitles.read(path)


def test_srt_is_read() -> None:
    lines = subtitles.parse(SRT).lines
    assert [(c.start, c.end, c.text, c.line) for c in lines] == [
        (1.0, 2.5, "Hello there.", 2), (3.0, 4.0, "Second\nline", 6),
    ]  # fmt: skip


def test_vtt_is_read_with_speakers_notes_and_settings() -> None:
    text = (
        "WEBVTT - title\n\nSTYLE\n::cue { color: red }\n\nNOTE a remark\n\n"
        "intro\n01:02.5 --> 01:04.000 align:start position:10%\n<v.loud Ann>Fish &amp; <i>chips</i>\n\n"
        "NOTE the end\n\n00:01:05.000 --> 00:01:06.000\n- One\n- Two\n"
    )
    captions = subtitles.parse(text)
    assert captions.lines[0] == Caption(62.5, 64.0, "Fish & chips", "Ann", 9)
    assert captions.lines[1].text == "- One\n- Two"
    assert not captions.warnings


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "Grüße, 世界 👩‍🚀"), ("utf-16", "naïve café"), ("utf-16-le", "plain words here"),
        ("utf-16-be", "plain words here"), ("gbk", "你好，世界。今天天气很好，我们去公园吧。"),
        ("cp1252", "Déjà vu à l’Élysée: “Ça va?” – garçon, forêt, œuvre, coûté"), ("cp1252", "Übergröße über Äpfel"),
    ],
)  # fmt: skip
def test_encodings_are_told_apart(tmp_path: Path, encoding: str, text: str) -> None:
    captions = _read(tmp_path, f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n".encode(encoding))
    assert captions.lines[0].text == text


def test_an_unknown_encoding_is_an_error_with_its_line(tmp_path: Path) -> None:
    data = "1\n00:00:01,000 --> 00:00:02,000\ngrün und schön\nweiß\n".encode() + b"\xff\x81\x8d\n"
    with pytest.raises(MediaError, match="line 5"):
        _read(tmp_path, data)


def test_bad_lines_are_passed_over_with_their_number() -> None:
    text = "1\n00:00:01,000 --> x\nlost\n\n2\n00:00:09,000 --> 00:00:08,000\nbackwards\n\n3\n" + (
        "00:00:05,000 --> 00:00:06,000\n\n\n4\n00:00:03.000-->00:00:04.000\nearly\n"
    )
    captions = subtitles.parse(text, "a.srt")
    assert [c.text for c in captions.lines] == ["early", "backwards"]
    assert captions.lines[1].end > 9.0
    found = " ".join(captions.warnings)
    assert all(part in found for part in ("line 2:", "line 6:", "line 10:", "not in the order"))


@pytest.mark.parametrize(("data", "words"), [(b"", "empty"), (b" \n\n", "empty"), (b"1\nno time\n", "no line with a")])
def test_files_without_lines_are_errors(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(MediaError, match=words):
        _read(tmp_path, data)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="does not exist"):
        subtitles.read(tmp_path / "none.srt")


def test_a_script_has_one_line_a_paragraph(tmp_path: Path) -> None:
    captions = _read(tmp_path, "First\nparagraph.\n\n\n 第二段。\n".encode(), "script.txt")
    assert [(c.text, c.line) for c in captions.lines] == [("First\nparagraph.", 1), ("第二段。", 5)]
    assert not captions.timed
    assert captions.lines[0].end < captions.lines[1].start


def test_a_subtitle_file_named_txt_is_still_timed(tmp_path: Path) -> None:
    assert _read(tmp_path, SRT.encode(), "lines.txt").timed


def test_ten_thousand_lines_are_read() -> None:
    text = "".join(f"{n}\n{subtitles._stamp(n * 2.0, ',')} --> {subtitles._stamp(n * 2 + 1.5, ',')}\nLine {n}\n\n"
                   for n in range(10_000))  # fmt: skip
    assert len(subtitles.parse(text).lines) == 10_000


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="<>{}&\\"), min_size=1)
texts = words.map(lambda t: " ".join(t.split())).filter(lambda t: t and not t.isdigit() and "-->" not in t)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**5), texts), min_size=1, max_size=8),
       st.sampled_from(["srt", "vtt"]))  # fmt: skip
def test_what_is_written_is_read_back(rows: list[tuple[int, int, str]], kind: str) -> None:
    captions = sorted((Caption(s / 1000, (s + d) / 1000, text.replace("\u200e", "x")) for s, d, text in rows),
                      key=lambda c: c.start)  # fmt: skip
    written = subtitles.vtt(captions) if kind == "vtt" else subtitles.srt(captions)
    assert [(c.start, c.end, c.text) for c in subtitles.parse(written).lines] == [
        (c.start, c.end, c.text) for c in captions
    ]


def test_writing_is_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        subtitles.write(tmp_path / "none" / "a.srt", [])
    with pytest.raises(OutputError, match="neither"):
        subtitles.write(tmp_path / "a.doc", [])
    subtitles.write(tmp_path / "a.vtt", [Caption(1, 2, "a < b\n\nc", "Bob <x>")])
    line = subtitles.read(tmp_path / "a.vtt").lines[0]
    assert (line.text, line.speaker) == ("a < b\nc", "Bob x")
    assert [p.name for p in tmp_path.iterdir()] == ["a.vtt"]


def test_captions_follow_the_cuts_of_an_edit() -> None:
    # Seconds 2 to 5 were removed.
    lines = [Caption(1, 3, "kept in part"), Caption(2.5, 4.5, "removed"), Caption(6, 7, "moved")]
    edited = follow(lines, lambda t: min(t, 2.0) if t < 5 else t - 3)
    assert [(c.start, c.end, c.text) for c in edited] == [(1, 2, "kept in part"), (3, 4, "moved")]


def test_captions_round_trip_through_json() -> None:
    captions = subtitles.parse(SRT)
    assert Captions.from_json(captions.to_json()) == captions
