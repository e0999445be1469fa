"""The test command says what ran, what failed, and what was not there; a crash never passes for success."""

from __future__ import annotations

from pathlib import Path

import _suites
import pytest
from _suites import Outcome

REPORT = (
    '<testsuites><testsuite tests="9" failures="{failures}" errors="0" skipped="2"></testsuite></testsuites>'
)


def test_counts_come_from_pytests_report(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text(REPORT.format(failures=1))
    assert _suites._outcome("x", 1, 3.0, tmp_path / "r.xml") == Outcome("x", 6, 1, 2, 3.0, 1)


def test_a_suite_that_ends_without_a_report_has_failed(tmp_path: Path) -> None:
    for code in (0, 1, -11):
        assert not _suites._outcome("x", code, 3.0, tmp_path / "none.xml").good


def test_a_crash_after_a_good_report_has_failed(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text(REPORT.format(failures=0))
    assert not _suites._outcome("x", -11, 3.0, tmp_path / "r.xml").good


def test_nothing_selected_is_no_failure() -> None:
    assert Outcome("x", code=5).good


def test_what_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NEUROEDIT_BLENDER", raising=False)
    monkeypatch.setattr(_suites._pythons, "find_blender", lambda: None)
    outcome = _suites.run("application", False, [], tmp_path / "r.xml")
    assert (outcome.ran, outcome.good) == (False, True)
    assert "not run: no Blender on the path or in NEUROEDIT_BLENDER" in _suites.table([outcome])


def test_a_command_that_is_no_blender_has_failed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEUROEDIT_BLENDER", "false")
    outcome = _suites.run("application", False, [], tmp_path / "r.xml")
    assert not outcome.good


def test_the_table_has_a_line_a_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROEDIT_FOOTAGE", "/somewhere")
    lines = _suites.table([Outcome("all", 412, 0, 11, 372.0, 0), Outcome("b", excuse="no Python 3.13")]).splitlines()
    assert lines[1].split() == ["all", "412", "0", "11", "6:12"]
    assert lines[2].endswith("not run: no Python 3.13")
