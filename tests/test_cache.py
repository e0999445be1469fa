"""The cache: what is known is not decoded again, what is damaged is made again, and it never stands in the way."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("av")

from media_files import Sound, film, silence, stills

from neuroedit_addon.errors import MediaError
from neuroedit_addon.findings import Curve, Findings, Media
from neuroedit_addon.messages import Found, Log, Message
from neuroedit_addon.worker import analyse
from neuroedit_addon.worker.cache import Cache, Identity, default_folder, identify
from neuroedit_addon.worker.source import source_of

MARK = Identity("mark")
FINDINGS = Findings(Media("/somewhere/a.mp4", 2.0, fingerprint="mark"), motion=Curve(0.5, (0.1, 0.2)))


def mark_of(path: Path | str) -> Identity:
    return identify(source_of(path))


def run(*paths: Path, **arguments: object) -> tuple[list[Message], dict[str, object]]:
    said: list[Message] = []
    result = analyse.run({"sources": [str(p) for p in paths], **arguments}, said.append, lambda: False)
    return said, result


@pytest.fixture
def no_decoding(monkeypatch: pytest.MonkeyPatch):
    def forbid() -> None:
        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("a known file was opened")

        monkeypatch.setattr(analyse, "Reader", refuse)

    return forbid


def test_a_second_run_decodes_nothing(tmp_path: Path, no_decoding) -> None:
    path, folder = film(tmp_path / "a.mp4", 2.0), str(tmp_path / "cache")
    first, result = run(path, cache_dir=folder)
    assert result == {"sources": 1, "cached": 0}
    no_decoding()
    second, result = run(path, cache_dir=folder)
    assert result == {"sources": 1, "cached": 1}
    assert [m for m in second if isinstance(m, Found)] == [
        Found(m.path, Findings.from_json(m.findings).to_json()) for m in first if isinstance(m, Found)
    ]


def test_a_renamed_file_is_known_by_its_content(tmp_path: Path, no_decoding) -> None:
    path, folder = film(tmp_path / "a.mp4", 1.0, sound=Sound(sing=silence)), str(tmp_path / "cache")
    run(path, cache_dir=folder)
    no_decoding()
    other = path.rename(tmp_path / "b.mp4")
    said, _ = run(other, cache_dir=folder)
    [found] = [m for m in said if isinstance(m, Found)]
    assert Log("warning", f"{other}: silent throughout") in said
    assert found.path == str(other)
    assert found.findings["media"]["path"] == str(other)


def test_no_cache_reads_and_keeps_nothing(tmp_path: Path) -> None:
    path, folder = film(tmp_path / "a.mp4", 1.0), tmp_path / "cache"
    run(path, cache_dir=str(folder), cache=False)
    assert not folder.exists()


def test_the_fingerprint_follows_content_size_and_time(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    data = bytearray(3_000_000)
    path.write_bytes(data)
    os.utime(path, ns=(10**18, 10**18))
    before = mark_of(path)
    assert mark_of(path) == before
    os.utime(path, ns=(10**18, 10**18 + 1))
    assert mark_of(path) != before
    assert mark_of(path).fingerprint == before.fingerprint, "a copy is the same footage to a plan"
    for place in (0, 30_000, len(data) - 1):
        changed = bytearray(data)
        changed[place] = 1
        path.write_bytes(changed)
        os.utime(path, ns=(10**18, 10**18))
        assert mark_of(path).fingerprint != before.fingerprint, place
    path.write_bytes(data + b"\0")
    os.utime(path, ns=(10**18, 10**18))
    assert mark_of(path) != before


def test_stills_at_another_rate_are_another_film(tmp_path: Path) -> None:
    pattern = stills(tmp_path, 3)
    marks = {identify(source_of({"path": pattern, "fps": fps})) for fps in (24, 25)}
    assert len(marks) == 2


def test_a_missing_file_has_no_fingerprint(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="a.mp4"):
        mark_of(tmp_path / "a.mp4")


def test_other_versions_of_an_analyser_ask_again(tmp_path: Path) -> None:
    Cache(tmp_path, {"look": "1"}).put(MARK, FINDINGS)
    assert Cache(tmp_path, {"look": "1"}).get(MARK, "/somewhere/a.mp4") == FINDINGS
    assert Cache(tmp_path, {"look": "2"}).get(MARK, "/somewhere/a.mp4") is None
    assert Cache(tmp_path, {"look": "1"}).get(Identity("other mark"), "/somewhere/a.mp4") is None


@pytest.mark.parametrize("damage", [b"", b"rubbish", "half", "flip"])
def test_a_damaged_entry_is_made_again(damage: bytes | str, tmp_path: Path) -> None:
    cache = Cache(tmp_path, {"look": "1"})
    cache.put(MARK, replace(FINDINGS, beats=tuple(float(i) for i in range(1000))))
    [entry] = tmp_path.iterdir()
    whole = entry.read_bytes()
    flipped = bytearray(whole)
    flipped[len(flipped) // 2] ^= 0x55
    entry.write_bytes({"half": whole[: len(whole) // 2], "flip": bytes(flipped)}.get(damage, damage))
    assert cache.get(MARK, "/somewhere/a.mp4") is None
    cache.put(MARK, FINDINGS)
    assert cache.get(MARK, "/somewhere/a.mp4") == FINDINGS
    assert cache.warnings == []


def test_it_keeps_within_its_bounds_and_forgets_the_oldest(tmp_path: Path) -> None:
    Cache(tmp_path, {}).put(Identity("0"), FINDINGS)
    [entry] = tmp_path.iterdir()
    cache = Cache(tmp_path, {}, most_bytes=int(entry.stat().st_size * 3.5))
    for number in range(1, 6):
        for age, old in enumerate(sorted(tmp_path.iterdir(), key=lambda e: e.stat().st_mtime_ns, reverse=True), 1):
            os.utime(old, (1e9 - age, 1e9 - age))
        cache.get(Identity("0"), "/somewhere/a.mp4")  # the first entry is used all the time
        cache.put(Identity(str(number)), FINDINGS)
    known = {str(n) for n in range(6) if cache.get(Identity(str(n)), "/somewhere/a.mp4")}
    assert known == {"0", "4", "5"}


def test_a_folder_that_cannot_be_written_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "not a folder"
    file.write_text("x")
    said, result = run(film(tmp_path / "a.mp4", 1.0), cache_dir=str(file / "cache"))
    assert result == {"sources": 1, "cached": 0}
    assert any(isinstance(m, Found) for m in said)
    [warning] = [m.text for m in said if isinstance(m, Log) and "kept" in m.text]
    assert str(file / "cache") in warning


def test_no_leftovers_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    cache = Cache(tmp_path, {})
    cache.put(MARK, FINDINGS)
    assert list(tmp_path.iterdir()) == []
    assert "No space left on device" in cache.warnings[0]


def test_the_default_folder_belongs_to_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "neuroedit"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert default_folder() == tmp_path / "NeuroEdit" / "Cache"
