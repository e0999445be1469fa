"""Promise: good and empty pictures are left alone, casts are found, one correction a shot; copies are matched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from media_files import Picture, film

from neuroedit_addon.correction import Correction
from neuroedit_addon.errors import MediaError
from neuroedit_addon.findings import Shot, Transition
from neuroedit_addon.looks import LOOKS
from neuroedit_addon.planner.grade import correction_for, grade_of
from neuroedit_addon.settings import Settings
from neuroedit_addon.worker import hdr, match
from neuroedit_addon.worker.analyser import LookFrame
from neuroedit_addon.worker.colour import CAREFUL, ColourJudge, careful, judge, unclipped
from neuroedit_addon.worker.colour_difference import difference, linear
from neuroedit_addon.worker.colour_match import alike, exposure_fault, fit
from neuroedit_addon.worker.colour_twin import twin
from neuroedit_addon.worker.media import Reader
from neuroedit_addon.worker.network import open_network

STRONG = Correction((1.5, 1.0, 0.45), (0.06, 0.0, -0.05), (0.8, 1.0, 1.2), 1.3)


def scenery(seed: int = 1) -> np.ndarray:
    """A sky, a wall with gray stones, and a lawn: uint8 (54, 96, 3)."""
    rng = np.random.default_rng(seed)
    picture = np.empty((54, 96, 3))
    picture[:18] = (150, 185, 225) + rng.normal(0, 6, (18, 96, 1))
    picture[18:36] = (140, 136, 130) + rng.normal(0, 45, (18, 96, 1))
    picture[36:] = (85, 120, 60) + rng.normal(0, 25, (18, 96, 1))
    return picture.clip(0, 255).astype(np.uint8)


def spoilt(picture: np.ndarray, how: Correction = STRONG) -> np.ndarray:
    return np.rint(twin(picture / 255, how) * 255).astype(np.uint8)


def seen(pictures, shots, transitions=(), fps=10):
    judging = ColourJudge()
    for number, rgb in enumerate(pictures):
        judging.picture(LookFrame(number, number / fps, rgb))
    return judging.grades(shots, transitions)


@pytest.fixture(scope="module")
def session():
    return open_network("colour/colour.onnx", 1)


@pytest.mark.parametrize("value", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (200, 30, 30)])
def test_pictures_without_anything_in_them_are_not_judged(value):
    flat = np.full((54, 96, 3), value, np.uint8)
    assert seen([flat] * 20, [Shot(0.0, 2.0, 0, 20)]) == ()


def test_a_strong_cast_is_lessened_and_what_was_good_changes_little(session):
    clean = scenery()
    orange = spoilt(clean, Correction((1.25, 0.9, 0.35), (0.0, 0.0, 0.0)))
    correction, sure = judge(session, [orange])
    assert sure > 0.5
    assert difference(twin(orange / 255, correction), clean / 255) < 0.75 * difference(orange / 255, clean / 255)
    correction, sure = judge(session, [clean])
    assert sure < 0.5 or difference(twin(clean / 255, correction), clean / 255) < CAREFUL + 1


def test_bars_fades_and_flashes_do_not_change_what_is_judged():
    clean, orange = scenery(), spoilt(scenery())
    shots = [Shot(0.0, 4.0, 0, 40)]
    plain = seen([orange] * 40, shots)[0]
    flashed = [np.full_like(clean, 255) if n == 20 else orange for n in range(40)]
    assert seen(flashed, shots)[0].correction == plain.correction
    fading = [(orange * min(n / 15, 1)).astype(np.uint8) for n in range(40)]
    fade = Transition("fade", 0.0, 1.5, 0, 15, 0.9)
    assert seen(fading, shots, [fade])[0].correction == plain.correction
    boxed = np.zeros_like(clean)
    boxed[8:46] = orange[8:46]
    # Bars end between two rows of the smaller picture.
    with_bars, without = (seen([p] * 40, shots)[0].correction for p in (boxed, orange[8:46]))
    assert difference(twin(orange / 255, with_bars), twin(orange / 255, without)) < 1.5


def test_a_log_source_comes_nearer_to_what_was_before_the_camera_or_stays(session):
    clean = scenery()
    flat = 0.08 + 0.72 * np.log1p(30 * linear(clean / 255)) / np.log1p(30)
    seen = np.rint(flat * 255).astype(np.uint8)
    correction, sure = judge(session, [seen])
    far = difference(seen / 255, clean / 255)
    assert sure < 0.5 or difference(twin(seen / 255, correction), clean / 255) < far


def test_an_hdr_source_is_judged_as_it_is_shown(tmp_path):
    """Not by its code values, which are gray and dull: a good picture stays one."""
    code = np.rint(pq(203 * linear(scenery() / 255)) * 255).astype(np.uint8)
    tags = {"colorspace": 9, "color_primaries": 9, "color_trc": hdr.PQ}
    picture = Picture(codec="ffv1", pixels="yuv444p10le", size=(96, 54), paint=lambda n, s: code, tags=tags)
    judging = ColourJudge()
    with Reader(film(tmp_path / "hdr.mkv", 1.2, picture, None), sound=False) as reader:
        for event in reader:
            if isinstance(event, LookFrame):
                judging.picture(event)
                shown = event.rgb
    assert difference(shown / 255, scenery() / 255) < difference(code / 255, scenery() / 255)
    for grade in judging.grades([Shot(0.0, 1.2, 0, 30)]):
        made = difference(twin(shown / 255, grade.correction), shown / 255)
        assert grade.confidence < 0.5 or made < CAREFUL + 1


def pq(nits: np.ndarray) -> np.ndarray:
    """Light in cd/m2 as SMPTE ST 2084 codes it, 0..1."""
    power = (nits / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def test_where_the_network_half_doubts_little_is_changed():
    picture = scenery() / 255
    assert difference(twin(picture, careful(picture, STRONG)), picture) == pytest.approx(CAREFUL, abs=0.4)
    assert careful(picture, Correction((1.01, 1.0, 1.0))) == Correction((1.01, 1.0, 1.0))


def test_at_most_half_a_percent_is_newly_clipped():
    picture = scenery() / 255
    after = twin(picture, unclipped(picture[None], Correction((3.0, 3.0, 3.0), (-0.4, -0.4, -0.4))))
    newly = (after >= 0.998).all(-1) | (after <= 0.002).all(-1)
    assert newly.mean() <= 0.006


def test_pieces_of_a_shot_take_its_correction_as_far_as_wished():
    from neuroedit_addon.findings import Findings, Grade, Media

    grades = (Grade(0.0, 4.0, STRONG, 0.9), Grade(4.0, 9.0, STRONG, 0.3))
    found = Findings(Media("/a.mp4", 9.0), grades=grades)
    assert grade_of(found, 1.0, 2.0) == grade_of(found, 2.5, 4.4) == grades[0]
    assert grade_of(found, 20.0, 21.0) is None
    assert correction_for(grades[1], Settings()) is None
    assert correction_for(grades[0], replace(Settings(), grade_strength=0.0)) is None
    assert correction_for(grades[0], Settings()) == STRONG.scaled(1.0)


def test_looks_are_modest_and_neutral_is_none():
    picture = scenery() / 255
    assert LOOKS["neutral"] == Correction()
    for name in set(LOOKS) - {"neutral"}:
        assert 0.5 < difference(twin(picture, LOOKS[name]), picture) < 12


@pytest.mark.parametrize("how", [
    Correction((1.2, 1.0, 0.8)), Correction((0.8, 0.8, 0.8), (0.05, 0.05, 0.05)), Correction(saturation=0.6),
    Correction((1.1, 1.0, 0.9), (0.02, 0.0, 0.03), (0.9, 1.0, 1.1), 0.8),
])  # fmt: skip
def test_a_changed_copy_is_matched_to_what_it_was(how):
    clean = scenery() / 255
    copy = spoilt(scenery(), how) / 255
    made = twin(copy, fit(copy.reshape(-1, 3), clean.reshape(-1, 3)))
    assert difference(made, clean) < min(2.0, difference(copy, clean))


def test_what_cannot_be_matched_still_gives_a_correction_that_can_be_written():
    gray = np.repeat(scenery().mean(2, keepdims=True), 3, 2) / 255
    gray += np.random.default_rng(2).normal(0, 0.01, gray.shape)
    colourful = np.random.default_rng(3).random((54, 96, 3))
    for seen, wanted in ((gray, colourful), (colourful, gray), (scenery() / 255, 1 - scenery() / 255)):
        made = fit(seen.reshape(-1, 3).clip(0, 1), wanted.reshape(-1, 3).clip(0, 1))
        assert Correction.from_json(made.to_json()) == made


def test_one_place_is_known_in_another_light():
    here, darker, elsewhere = (p[None] / 255 for p in (scenery(), spoilt(scenery()), scenery()[::-1]))
    assert alike(here, darker) > 0.6 > alike(here, elsewhere)
    assert match.grouped([here, elsewhere, darker]) == [[0, 2]]
    assert match.grouped([np.zeros_like(here), np.zeros_like(here)]) == []
    assert exposure_fault(here.reshape(-1, 3)) < exposure_fault((here * 0.2).reshape(-1, 3))


def test_a_reference_that_has_gone_is_told(tmp_path):
    gone = {"pieces": [], "reference": {"path": str(tmp_path / "gone.png")}}
    with pytest.raises(MediaError, match="gone.png"):
        match.run(gone, lambda message: None, lambda: False)
