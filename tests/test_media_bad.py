"""Unusable files become one clear sentence; damaged ones are read past the damage, with a warning."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("av")

from media_files import Picture, corrupted, empty, film, text_named_mp4, truncated
from test_media_reading import see

from neuroedit_addon.errors import MediaError, UsageError
from neuroedit_addon.worker.media import Reader


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="nowhere.mp4 does not exist"):
        Reader(tmp_path / "nowhere.mp4")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is a folder"):
        Reader(tmp_path)


def test_empty(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is empty"):
        Reader(empty(tmp_path / "a.mp4"))


def test_text_renamed(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="a.mp4 is not a video or sound file"):
        Reader(text_named_mp4(tmp_path / "a.mp4"))


def test_subtitles_are_no_footage(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n", encoding="utf-8")
    with pytest.raises(MediaError, match="neither picture nor sound"):
        Reader(path)


def test_truncated_without_its_index(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mp4", 3.0)
    with pytest.raises(MediaError, match="is cut off: its index .moov. is missing"):
        Reader(truncated(tmp_path / "a.mp4", whole))


def test_unreadable(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 0.2)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(MediaError, match="permission denied"):
        Reader(path)


def test_no_still_is_named_like_the_pattern(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="No picture is named like"):
        Reader(str(tmp_path / "shot_%04d.png"))


def test_a_description_without_a_path() -> None:
    with pytest.raises(UsageError, match="needs a path"):
        Reader({"fps": 25})


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_damage_in_the_middle_is_read_past_and_told(suffix: str, tmp_path: Path) -> None:
    whole = film(tmp_path / f"whole.{suffix}", 6.0, Picture(options={"g": "10"}))
    seen = see(corrupted(tmp_path / f"a.{suffix}", whole))
    [warning] = [w for w in seen.warnings if "damaged at 0:0" in w]
    assert "what could not be decoded was skipped" in warning
    assert any(abs(flash - 5) < 0.05 for flash in seen.flashes), "the end is still read, at its own time"
    assert any(abs(click - 5) < 0.05 for click in seen.clicks)


def test_an_index_in_front_gives_what_is_left(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mp4", 6.0, container_options={"movflags": "faststart"})
    seen = see(truncated(tmp_path / "a.mp4", whole))
    assert 2 < seen.media.duration < 5
    assert any("the rest is missing" in w for w in seen.warnings)


def test_only_noise_after_a_good_head(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mp4", 2.0, container_options={"movflags": "faststart"}, sound=None)
    with pytest.raises(MediaError, match="can be decoded"):
        see(corrupted(tmp_path / "a.mp4", whole, begin=0.35, end=1.0))
