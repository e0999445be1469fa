"""The best moments of a wished length: promises of the choice, on footage made of numbers."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from planner_material import bounded

from neuroedit_addon.planner.select import Footage, Wish, choose

FPS = 25


@st.composite
def footages(draw, sentences=True, music=True):
    seconds = draw(st.integers(4, 200))
    frames = seconds * FPS
    left = draw(st.integers(0, 300))
    rng = random.Random(draw(st.integers(0, 10_000)))
    values = tuple(round(rng.random() ** 2, 3) for _ in range(seconds * 2))
    shots = sorted({left + rng.randrange(1, frames) for _ in range(draw(st.integers(0, seconds // 3)))})
    whole, at = [], left
    while sentences and draw(st.booleans()) and len(whole) < 12:
        at += rng.randrange(5, 200)
        end = at + rng.randrange(10, 250)
        if end >= left + frames:
            break
        whole.append((at, end))
        at = end
    beats = tuple(range(left + 3, left + frames, 13)) if music and draw(st.booleans()) else ()
    looks = tuple((s, (rng.random(), rng.random())) for s in (left, *shots)) if draw(st.booleans()) else ()
    return Footage(((left, left + frames),), left, FPS / 2, values, tuple(shots), tuple(whole), beats, looks)


wishes = st.builds(
    lambda target, least, more: Wish(round(target * FPS), round(least * FPS), round((least + more) * FPS), FPS),
    st.floats(0.5, 60), st.floats(0.4, 3), st.floats(0.5, 8),
)  # fmt: skip


def total(clips):
    return sum(right - left for left, right in clips)


@bounded
@given(footages(), wishes)
def test_clips_are_in_order_inside_the_footage_and_cut_no_sentence(footage, wish):
    clips = choose(footage, wish)
    assert clips
    (first, last), = footage.spans
    at = first
    for left, right in clips:
        assert at <= left < right <= last
        at = right
    edges = {edge for clip in clips for edge in clip} - {first, last}
    assert not [edge for edge in edges for a, b in footage.whole if a < edge < b]


@bounded
@given(footages(sentences=False, music=False), wishes)
def test_without_sentences_the_film_is_as_long_as_wished(footage, wish):
    (first, last), = footage.spans
    assert abs(total(choose(footage, wish)) - min(wish.target, last - first)) <= 1


@bounded
@given(footages(sentences=False), wishes)
def test_on_beats_it_is_within_half_a_second(footage, wish):
    (first, last), = footage.spans
    assert abs(total(choose(footage, wish)) - min(wish.target, last - first)) <= FPS / 2


@bounded
@given(footages(), wishes)
def test_the_same_footage_gives_the_same_film(footage, wish):
    assert choose(footage, wish) == choose(footage, wish)


@bounded
@given(footages(sentences=False, music=False), wishes)
def test_no_clip_is_shorter_than_the_shortest(footage, wish):
    (first, last), = footage.spans
    least = min(wish.shortest, wish.target, last - first)
    assert min(right - left for left, right in choose(footage, wish)) >= least


def test_planted_moments_are_found():
    values = [0.1] * 400
    for start in (40, 171, 300):
        values[start : start + 6] = [0.9] * 6
    footage = Footage(((0, 5000),), 0, 12.5, tuple(values))
    clips = choose(footage, Wish(9 * FPS, FPS, 4 * FPS, FPS))
    inside = sum(max(0, min(r, (s + 6) * 12.5) - max(left, s * 12.5)) for left, r in clips for s in (40, 171, 300))
    assert total(clips) == 225
    assert inside >= 0.85 * 225


def test_a_sentence_longer_than_a_clip_stays_whole_or_out():
    footage = Footage(((0, 1000),), 0, 12.5, (0.2,) * 20 + (0.9,) * 40 + (0.2,) * 20, whole=((250, 750),))
    clips = choose(footage, Wish(200, 25, 100, FPS))
    assert all(right <= 250 or left >= 750 or (left <= 250 and right >= 750) for left, right in clips)
    assert total(clips) == 200


def test_two_places_that_look_the_same_are_not_both_taken_when_another_is_as_good():
    shots = (0, 250, 500)
    looks = ((0, (0.1, 0.1)), (250, (0.1, 0.1)), (500, (0.9, 0.2)))
    values = (0.8,) * 20 + (0.8,) * 20 + (0.7,) * 20
    clips = choose(Footage(((0, 750),), 0, 12.5, values, shots, looks=looks), Wish(200, 100, 100, FPS))
    places = {left // 250 for left, _ in clips}
    assert 2 in places
    assert len(places) == 2


def test_two_frames_and_nothing_of_worth():
    assert total(choose(Footage(((0, 2),), 0, 12.5, (0.0,)), Wish(1, 25, 100, FPS))) == 1
    assert choose(Footage(((0, 2),), 0, 12.5, (0.0,)), Wish(50, 25, 100, FPS)) == ((0, 2),)
    assert total(choose(Footage(((0, 5000),), 0, 12.5, (0.0,) * 400), Wish(250, 25, 100, FPS))) == 250
