"""Promise: with --on-beats cuts fall within half a frame of a beat; with --dub the lines keep the time they need."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from neuroedit_addon.captions import Caption, Captions
from neuroedit_addon.findings import Findings, Media, Span
from neuroedit_addon.planner.edit_list import EditList, Range, Split
from neuroedit_addon.planner.kept_lines import with_lines
from neuroedit_addon.planner.music_bed import lay
from neuroedit_addon.planner.on_beats import film_beats, on_beats
from neuroedit_addon.planner.time_map import TimeMap
from neuroedit_addon.settings import Time
from neuroedit_addon.timeline import Clip, Timeline, nearest_frame

FPS = Fraction(25)
LEAST = 5  # frames


def _timeline(lengths: list[int]) -> Timeline:
    clips, left = [], 1
    for number, length in enumerate(lengths):
        clips.append(Clip(0, left, left + length, Fraction(0), picture=(f"clip {number}",)))
        left += length
    return Timeline(FPS, ("a.mp4",), tuple(clips))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(10, 90), min_size=2, max_size=12), st.data())
def test_cuts_fall_on_beats_unless_a_shot_became_too_short(lengths: list[int], data: st.DataObject) -> None:
    timeline = _timeline(lengths)
    end = timeline.span[1]
    removed, edge = [], 1
    while edge < end - 20:
        left = data.draw(st.integers(edge + 8, edge + 60))
        right = left + data.draw(st.integers(1, 20))
        if right >= end:
            break
        removed.append(Range(left, right, "remove"))
        edge = right
    splits = tuple(Split(clip.left + 9, number) for number, clip in enumerate(timeline.clips) if number % 3 == 1)
    tempo = data.draw(st.sampled_from([90, 120, 133]))
    beats = [number * 60 / tempo for number in range(150)]
    before = EditList(FPS, tuple(removed), splits=splits)
    after = on_beats(before, timeline, beats, Time(frames=LEAST), first=1)
    assert all(a.right < b.left or a.right == b.left for a, b in zip(after.ranges, after.ranges[1:], strict=False))
    moved = TimeMap.of(after)
    lost = {frame for span in before.ranges for frame in range(span.left, span.right)}
    assert lost <= {frame for span in after.ranges for frame in range(span.left, span.right)}
    joints = {clip.right for clip in timeline.clips[:-1]} | {span.left for span in after.ranges}
    joints |= {split.frame for split in splits}
    places = sorted({moved.frame_after(joint) - 1 for joint in joints})
    whole = {nearest_frame(beat, FPS) for beat in beats}
    for place, at in enumerate(places):
        previous = places[place - 1] if place else 0
        last_beat = max(beat for beat in whole if beat <= at)
        assert at in whole or last_beat - previous < LEAST


def test_beats_of_a_looped_bed_follow_the_music() -> None:
    beats = [0.5 * number for number in range(16)]
    pieces = lay(20.0, 8.0, beats)
    assert len(pieces) > 1
    film = film_beats(pieces, beats)
    steps = {round(b - a, 3) for a, b in zip(film, film[1:], strict=False)}
    assert steps <= {0.5, 0.0}
    assert film[-1] > 19


def test_without_beats_nothing_changes() -> None:
    edits = EditList(FPS, (Range(20, 30, "remove"),))
    assert on_beats(edits, _timeline([50, 50]), [], Time(frames=5), 1) == edits


def _findings(*speech: tuple[float, float]) -> Findings:
    return Findings(Media("a.mp4", 40.0, "25", 1000, 64, 36), speech=tuple(Span(a, b, 0.7) for a, b in speech))


def test_lines_to_be_spoken_count_as_speech() -> None:
    lines = Captions((Caption(3.0, 5.0, "one"), Caption(9.0, 9.5, "two")))
    found = with_lines([_findings((4.0, 6.0))], _timeline([1000]), lines, first=1)[0]
    assert [(span.start, span.end, span.confidence) for span in found.speech] == [
        (3.0, 5.0, 1.0), (5.0, 6.0, 0.7), (9.0, 9.52, 1.0)
    ]  # fmt: skip


def test_silent_files_and_scripts_keep_what_they_are() -> None:
    lines = Captions((Caption(3.0, 5.0, "one"),))
    assert with_lines([_findings()], _timeline([1000]), lines, 1) == [_findings()]
    script = Captions(lines.lines, timed=False)
    assert with_lines([_findings((1, 2))], _timeline([1000]), script, 1) == [_findings((1, 2))]
