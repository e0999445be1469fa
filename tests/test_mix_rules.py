"""Ducking and the music bed, as rules; and the ducking again as it is heard in a mix."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sounds
from hypothesis import given
from hypothesis import strategies as st

from neuroedit_addon.arrangement import Arrangement, SoundClip
from neuroedit_addon.captions import Caption
from neuroedit_addon.findings import Findings, Media, Span
from neuroedit_addon.planner.captions_after import captions_after
from neuroedit_addon.planner.duck import MUSIC, duck, speech_of
from neuroedit_addon.planner.edit_list import Range
from neuroedit_addon.planner.heard import speech, stems
from neuroedit_addon.planner.music_bed import lay
from neuroedit_addon.planner.time_map import TimeMap
from neuroedit_addon.worker.mix import mixdown

LOW = 10 ** (-12 / 20)


def _value(points: tuple[tuple[float, float], ...], seconds: np.ndarray) -> np.ndarray:
    return np.interp(seconds, *zip(*points, strict=True)) if points else np.ones_like(seconds)


def test_a_pause_shorter_than_the_hold_stays_lowered() -> None:
    points = duck([(2.0, 3.0), (3.7, 5.0)])
    assert np.allclose(points, ((1.77, 1.0), (1.92, LOW), (5.0, LOW), (5.6, 1.0)))


def test_a_pause_longer_than_the_hold_comes_back() -> None:
    points = duck([(2.0, 3.0), (4.0, 5.0)])
    assert _value(points, np.array([3.62])) == pytest.approx(1.0)
    assert len(points) == 8


def test_it_turns_round_half_way_when_the_next_words_come_too_early() -> None:
    quick = duck([(2.0, 3.0), (3.5, 5.0)], type(MUSIC)(hold=0.2))
    top = max(value for second, value in quick if 3 < second < 3.5)
    assert LOW < top < 1


def test_sound_without_speech_keeps_its_volume_and_unsure_speech_does_not_count() -> None:
    assert duck([]) == ()
    assert duck([(2, 3)], start=10, end=20) == ()
    assert speech_of((Span(0, 1, 0.4), Span(2, 3, 0.9), Span(4, 4, 1.0))) == ((2, 3),)


def test_a_strip_that_begins_amid_speech_is_low_at_once() -> None:
    assert duck([(2, 8)], start=4, end=6) == ((4, LOW), (6, LOW))


spans = st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 5)).map(lambda s: (s[0], s[0] + s[1])), max_size=12)


@given(spans)
def test_every_word_is_spoken_over_the_full_depth(words: list[tuple[float, float]]) -> None:
    points = duck(words)
    seconds = [second for second, _ in points]
    assert seconds == sorted(seconds)
    for first, last in words:
        assert np.all(_value(points, np.linspace(first, last, 20)) <= LOW * 10 ** (0.5 / 20))
    far = [t for t in np.linspace(0, 110, 300) if all(t < a - 0.3 or t > b + 0.7 for a, b in words)]
    assert np.allclose(_value(points, np.array(far)), 1.0)


def test_ducking_is_heard_in_the_mix(tmp_path: Path) -> None:
    path = str(sounds.write(tmp_path / "bed.wav", np.tile(sounds.tone(12), (2, 1))))
    clip = SoundClip(path, 0, 12, gain=duck([(3, 5), (5.5, 7)]), stem="music")
    mixdown(Arrangement(12, (clip,)), tmp_path / "mix.wav", target=None)
    mixed = sounds.read(tmp_path / "mix.wav")[0]
    level = [sounds.decibels(mixed[int(t * 48_000) : int(t * 48_000) + 4800]) for t in np.arange(0, 11.9, 0.1)]
    assert level[0] - level[29] == pytest.approx(12, abs=0.5), "before the first word"
    assert level[0] - max(level[30:69]) == pytest.approx(12, abs=0.5), "between words"
    assert level[0] == pytest.approx(level[80], abs=0.1), "restored behind"


@pytest.mark.parametrize("film", [0.5, 4.0, 29.9, 30.0, 61.0, 400.0])
@pytest.mark.parametrize("beats", [(), tuple(np.arange(0.3, 29.5, 0.5))])
def test_the_bed_is_as_long_as_the_film(film: float, beats: tuple[float, ...]) -> None:
    pieces = lay(film, 30.0, beats)
    assert (pieces[0].start, pieces[-1].end) == (0, pytest.approx(film))
    assert all(piece.media_start >= 0 and piece.media_start + piece.duration <= 30 + 1e-6 for piece in pieces)
    assert all(b.start < a.end for a, b in zip(pieces, pieces[1:], strict=False)), "a hole in the music"
    assert all(piece.fade_in + piece.fade_out <= piece.duration + 1e-6 for piece in pieces)


def test_a_loop_joins_bar_lines() -> None:
    beats = tuple(np.arange(0.3, 29.5, 0.5))
    pieces = lay(100.0, 30.0, beats)
    bars = beats[::4]
    for before, after in zip(pieces, pieces[1:], strict=False):
        assert before.media_start + after.start - before.start in [pytest.approx(bar) for bar in bars]
        assert after.media_start in [pytest.approx(bar) for bar in bars]


def test_a_bed_fades_in_and_out() -> None:
    (piece,) = lay(20.0, 30.0)
    assert piece.points(0.5) == ((0, 0.0), (0.5, 0.5), (17.0, 0.5), (20.0, 0.0))
    assert lay(0, 30) == ()


def test_captions_follow_the_time_map_of_the_cuts() -> None:
    edit = TimeMap((Range(50, 100, "remove"), Range(200, 300, "speed", 4.0)))
    lines = [Caption(1, 1.5, "before"), Caption(1.5, 3, "into the cut"), Caption(2.5, 3.5, "cut out"),
             Caption(6, 7, "behind"), Caption(8, 12, "faster"), Caption(13, 14, "at the end")]  # fmt: skip
    shown = captions_after(lines, edit, Fraction(25))
    assert [(c.start, c.end, c.text) for c in shown] == [
        (1, 1.5, "before"), (1.5, 2, "into the cut"), (4, 5, "behind"), (6, 7, "faster"), (8, 9, "at the end"),
    ]  # fmt: skip
    later = captions_after([Caption(6, 7, "behind")], edit, Fraction(25), first=1)
    assert (later[0].start, later[0].end) == (4, 5)


def test_speech_is_heard_where_its_clips_lie() -> None:
    media = Media("/talk.wav", 100.0)
    known = {"/talk.wav": Findings(media, speech=(Span(10, 14, 0.9), Span(20, 21, 0.2)), music=(Span(50, 60),))}
    clips = (
        SoundClip("/talk.wav", 5.0, 2.0, media_start=11.0, name="cut"),
        SoundClip("/talk.wav", 6.0, 4.0, media_start=8.0, speed=2.0, name="fast"),
        SoundClip("/talk.wav", 40.0, 5.0, media_start=52.0, name="song"),
        SoundClip("/line.wav", 20.0, 1.5, stem="voice", name="dub"),
        SoundClip("/talk.wav", 30.0, 2.0, media_start=11.0, muted=True),
    )
    film = Arrangement(60.0, clips)
    assert speech(film, known) == ((5.0, 9.0), (20.0, 21.5))
    assert stems(film, known) == {"cut": "voice", "fast": "voice", "song": "music"}
