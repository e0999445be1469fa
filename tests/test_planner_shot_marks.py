"""Shots as markers, and the one clip that stands for each shot."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from neuroedit_addon.findings import Findings, Media, Shot, Transition
from neuroedit_addon.planner.make_plan import make_plan
from neuroedit_addon.planner.one_a_shot import one_a_shot
from neuroedit_addon.planner.resolve import resolve
from neuroedit_addon.settings import Settings
from neuroedit_addon.timeline import Clip, Timeline

FPS = Fraction(25)
MEDIA = Media("/a.mp4", 20.0, "25", 500, 64, 36)
FOUND = Findings(
    media=MEDIA, transitions=(Transition("cut", 4.0, 4.0, 100, 100, 0.9), Transition("wipe", 9.6, 10.4, 240, 260, 0.8)),
    shots=(Shot(0, 4, 0, 100), Shot(4, 10, 100, 250), Shot(10, 20, 250, 500)),
)  # fmt: skip


def clip(left: int, right: int, second: float, picture: tuple[str, ...] = ("p",)) -> Clip:
    return Clip(0, left, right, Fraction(second), picture=picture)


def test_shots_are_marked_instead_of_split() -> None:
    timeline = Timeline(FPS, ("/a.mp4",), (clip(1, 501, 0),))
    split = resolve(make_plan([FOUND], timeline, Settings()), timeline)
    marked = resolve(make_plan([FOUND], timeline, replace(Settings(), mark_shots=True)), timeline)
    assert [s.frame for s in split.splits] == [101, 251]
    assert split.marks == ()
    assert marked.splits == ()
    assert marked.marks == split.splits


def test_the_longest_piece_stands_for_its_shot() -> None:
    pieces = (clip(1, 21, 0), clip(21, 81, 1.6), clip(81, 231, 4), clip(231, 331, 16, ()), clip(331, 381, 11))
    assert one_a_shot(Timeline(FPS, ("/a.mp4",), pieces), [FOUND]) == [1, 2, 4]


def test_a_file_that_nobody_knows_is_one_shot() -> None:
    pieces = (clip(1, 21, 0), clip(21, 81, 1.6))
    assert one_a_shot(Timeline(FPS, ("/b.mp4",), pieces), [FOUND]) == [1]
    assert one_a_shot(Timeline(FPS, (), ()), [FOUND]) == []
