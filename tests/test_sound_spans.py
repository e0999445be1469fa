"""Promise: probabilities become spans by hysteresis, closed gaps and dropped scraps, in any portions."""

from __future__ import annotations

import numpy as np
import pytest

from neuroedit_addon.findings import Span
from neuroedit_addon.worker.speech import Rule, SpanReader

PLAIN = Rule(on=0.5, off=0.3, smooth=1, shortest=0.05, gap=0.1)


def read(rule, values, portion=10_000):
    reader = SpanReader(rule)
    values = np.asarray(values, np.float32)
    for start in range(0, len(values), portion):
        reader.add(values[start : start + portion])
    return reader.finish()


def steps(*pairs):
    return np.concatenate([np.full(count, value, np.float32) for count, value in pairs])


def test_a_span_holds_until_the_lower_threshold():
    spans = read(PLAIN, steps((50, 0.0), (20, 0.9), (30, 0.4), (50, 0.1)))
    assert spans == (Span(0.5, 1.0, 0.6),)


def test_the_lower_threshold_alone_starts_nothing():
    assert read(PLAIN, steps((100, 0.4))) == ()


def test_short_gaps_are_closed_and_long_ones_are_not():
    assert len(read(PLAIN, steps((20, 1), (9, 0), (20, 1)))) == 1
    assert len(read(PLAIN, steps((20, 1), (10, 0), (20, 1)))) == 2


def test_scraps_are_dropped_after_gaps_are_closed():
    assert read(PLAIN, steps((50, 0), (4, 1), (50, 0))) == ()
    assert len(read(PLAIN, steps((50, 0), (4, 1), (5, 0), (4, 1), (50, 0)))) == 1


def test_a_span_reaches_to_the_very_end():
    assert read(PLAIN, steps((30, 0), (30, 1))) == (Span(0.3, 0.6, 1.0),)


def test_the_median_drops_single_frames_and_keeps_edges():
    rule = Rule(on=0.5, off=0.5, smooth=5, shortest=0.0, gap=0.0)
    assert read(rule, steps((30, 0), (2, 1), (30, 0), (40, 1), (30, 0))) == (Span(0.62, 1.02, 1.0),)


def test_widened_spans_stay_inside_the_recording_and_apart():
    rule = Rule(on=0.5, off=0.5, smooth=1, shortest=0.0, gap=0.05, before=0.1, after=0.1)
    assert read(rule, steps((5, 0), (20, 1), (10, 0), (20, 1), (5, 0))) == (Span(0.0, 0.35, 1.0), Span(0.35, 0.6, 1.0))


@pytest.mark.parametrize("portion", [1, 2, 7, 100, 801])
def test_portions_do_not_matter(portion):
    values = np.clip(np.cumsum(np.random.default_rng(4).normal(0, 0.1, 3_000)) % 1.3, 0, 1)
    for rule in (PLAIN, Rule(), Rule(smooth=51, shortest=0.5, gap=1.0, before=0.05, after=0.03)):
        assert read(rule, values, portion) == read(rule, values)


def test_no_sound_gives_no_spans():
    assert SpanReader(PLAIN).finish() == ()
