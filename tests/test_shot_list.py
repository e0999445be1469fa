"""Lists and thumbnails of shots: every shot is in them, at its own frames, and comes back as it went out."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av")
pytest.importorskip("cv2")
import cv2
from media_files import Picture, Sound, film, stills

from neuroedit_addon.errors import MediaError, OutputError, UsageError
from neuroedit_addon.findings import Audio, Findings, Media, Shot, Transition
from neuroedit_addon.worker import shot_list, thumbnails
from neuroedit_addon.worker.source import source_of

BORDERS = (0, 20, 45, 60)
COLOURS = ((200, 40, 40), (40, 180, 40), (40, 60, 200))


def found(path: Path, fps: str = "25", size: tuple[int, int] = (128, 72)) -> Findings:
    """Three shots: a cut at 20, a dissolve from 40 to 50."""
    second = 1 / float(Fraction(fps))
    media = Media(str(path), 60 * second, fps, 60, *size, audio=Audio(48000, 2))
    shots = tuple(Shot(a * second, b * second, a, b) for a, b in zip(BORDERS, BORDERS[1:], strict=False))
    transitions = (Transition("cut", 20 * second, 20 * second, 20, 20, 0.97),
                   Transition("dissolve", 40 * second, 50 * second, 40, 50, 0.8))  # fmt: skip
    return Findings(media=media, shots=shots, transitions=transitions)


def paint(index: int, second: float) -> np.ndarray:
    return np.full((72, 128, 3), COLOURS[sum(index >= border for border in BORDERS[1:3])], np.uint8)


def test_csv_tells_every_shot(tmp_path: Path) -> None:
    assert shot_list.write(found(tmp_path / "a.mp4"), tmp_path / "a.csv") == []
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"))))
    assert [(int(r["start_frame"]), int(r["end_frame"]), int(r["frames"])) for r in rows] == [
        (0, 20, 20), (20, 45, 25), (45, 60, 15)]  # fmt: skip
    assert [r["comes_by"] for r in rows] == ["", "cut", "dissolve"]
    assert rows[1]["start_timecode"] == "00:00:00:20"
    assert rows[2]["start_timecode"] == "00:00:01:20"
    assert rows[1]["confidence"] == "0.970"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("fps", ["25", "30000/1001", "24000/1001", "60"])
@pytest.mark.parametrize("suffix", ["edl", "otio"])
def test_other_editors_lists_come_back(tmp_path: Path, fps: str, suffix: str) -> None:
    pytest.importorskip("opentimelineio")
    from neuroedit_addon.worker.exchange import formats

    findings = found(tmp_path / "a.mp4", fps)
    shot_list.write(findings, tmp_path / f"a.{suffix}")
    back = formats.read(tmp_path / f"a.{suffix}", Fraction(fps), {str(tmp_path / "a.mp4"): findings.media.duration})
    assert [(first, after) for _, first, after, _, _ in back.in_frames()] == [(0, 20), (20, 45), (45, 60)]


def test_otio_marks_transitions(tmp_path: Path) -> None:
    pytest.importorskip("opentimelineio")
    shot_list.write(found(tmp_path / "a.mp4"), tmp_path / "a.otio")
    text = json.dumps(json.loads((tmp_path / "a.otio").read_text(encoding="utf-8")))
    assert "dissolve" in text
    assert "frames 40 to 50" in text


def test_what_cannot_be_listed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no suffix of a shot list"):
        shot_list.write(found(tmp_path / "a.mp4"), tmp_path / "a.xml")
    sound = Findings(media=Media("/a.wav", 3.0, audio=Audio(48000, 1)))
    with pytest.raises(MediaError, match=r"a\.wav has no picture"):
        shot_list.write(sound, tmp_path / "a.csv")
    with pytest.raises(MediaError, match=r"a\.wav has no picture"):
        thumbnails.write(sound, source_of("/a.wav"), tmp_path)
    with pytest.raises(OutputError, match="cannot be written"):
        shot_list.write(found(tmp_path / "a.mp4"), tmp_path / "no" / "a.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("sound", [None, Sound()])
def test_a_thumbnail_shows_its_own_shot(tmp_path: Path, sound: Sound | None) -> None:
    path = film(tmp_path / "fílm.mp4", 2.4, Picture(paint=paint), sound)
    written = thumbnails.write(found(path), source_of(path), tmp_path / "shots")
    assert [p.name for p in written] == [f"fílm_000{n}.jpg" for n in (1, 2, 3)]
    assert sorted(p.name for p in (tmp_path / "shots").iterdir()) == [p.name for p in written]
    for file, colour in zip(written, COLOURS, strict=True):
        picture = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        assert picture.shape == (180, 320, 3)
        assert np.abs(picture[90, 160, ::-1].astype(int) - colour).max() < 25


def test_a_portrait_film_has_upright_thumbnails(tmp_path: Path) -> None:
    path = film(tmp_path / "p.mp4", 2.4, Picture(paint=paint, rotation=90), None)
    [first, *_] = thumbnails.write(found(path, size=(72, 128)), source_of(path), tmp_path / "shots")
    assert cv2.imread(str(first)).shape == (320, 180, 3)


def test_stills_have_thumbnails(tmp_path: Path) -> None:
    source = source_of({"path": stills(tmp_path, 60), "fps": "25"})
    assert len(thumbnails.write(found(tmp_path / "shot_%04d.png"), source, tmp_path / "shots")) == 3


def test_a_film_that_has_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.mp4 does not exist"):
        thumbnails.write(found(tmp_path / "gone.mp4"), source_of(tmp_path / "gone.mp4"), tmp_path / "shots")
