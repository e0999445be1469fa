"""The demo film's truth is what is in the film, and the distance of an edit from it is measured right."""

from __future__ import annotations

import json
from pathlib import Path

import demo_script
import numpy as np
import pytest
from demo_compare import Truth, compare

from neuroedit_addon.findings import Findings, Media, Transition
from neuroedit_addon.plan import Decision, Plan, Source
from neuroedit_addon.settings import Settings

TRUTH = Truth(
    fps=24, frames=240, transitions=(("cut", 48, 48), ("dissolve", 100, 124), ("cut", 200, 200)),
    flashes=((150, 152),), speech=((1.0, 3.0), (5.0, 8.0)),
)  # fmt: skip


def cut(frame: int, end: int | None = None, confidence: float = 0.9, kind: str = "cut") -> Transition:
    end = frame if end is None else end
    return Transition(kind, frame / 24, end / 24, frame, end, confidence)


def edit(transitions: list[Transition], removed: list[tuple[float, float]]) -> tuple[Findings, Plan]:
    findings = Findings(Media("/demo.mp4", 10.0, "24", 240), tuple(transitions))
    decisions = tuple(Decision(f"r{i}", "remove", 0, a, b) for i, (a, b) in enumerate(removed))
    return findings, Plan((Source("/demo.mp4", "", 10.0),), decisions, Settings().to_json())


def test_a_perfect_edit_is_at_no_distance() -> None:
    perfect = compare(TRUTH, *edit([cut(48), cut(100, 124, kind="dissolve"), cut(200)], [(0, 1), (3, 5), (8, 10)]))
    assert (perfect.cuts_found, perfect.graduals_found, perfect.cut_error, perfect.gradual_error) == (2, 1, 0.0, 0.0)
    assert perfect.false_transitions == ()
    assert perfect.speech_lost == 0.0
    assert perfect.silence_removed == perfect.silence == 5.0
    assert "2 of 2 found" in str(perfect)


def test_errors_are_counted_in_frames() -> None:
    off = compare(TRUTH, *edit([cut(50), cut(104, 122, kind="dissolve"), cut(199)], []))
    assert off.cut_error == pytest.approx((2 + 1) / 2)
    assert off.gradual_error == pytest.approx((4 + 2) / 2)


def test_what_is_missing_and_what_is_too_much_are_told_apart() -> None:
    wrong = compare(TRUTH, *edit([cut(48), cut(75), cut(150, 152)], []))
    assert (wrong.cuts_found, wrong.graduals_found) == (1, 0)
    assert wrong.false_transitions == (75, 150)
    assert wrong.flashes_taken == 1


def test_uncertain_transitions_do_not_count() -> None:
    assert compare(TRUTH, *edit([cut(48), cut(75, confidence=0.2)], [])).false_transitions == ()


def test_one_transition_is_found_once() -> None:
    twice = compare(TRUTH, *edit([cut(48), cut(49)], []))
    assert (twice.cuts_found, twice.false_transitions) == (1, (49,))


def test_lost_speech_is_measured_in_seconds() -> None:
    eager = compare(TRUTH, *edit([], [(2.5, 5.25)]))
    assert eager.speech_lost == pytest.approx(0.75)
    assert eager.silence_removed == pytest.approx(2.0)


def test_truth_survives_its_file() -> None:
    assert Truth.from_json(json.loads(json.dumps(TRUTH.to_json()))) == TRUTH


def test_the_script_makes_a_minute_with_every_kind_of_transition() -> None:
    truth = Truth.of_script([])
    assert truth.frames == 60 * truth.fps
    assert {kind for kind, _, _ in truth.transitions} == {"cut", "dissolve", "fade"}
    assert len(truth.transitions) == len(demo_script.SHOTS) - 1
    edges = [edge for _, start, end in truth.transitions for edge in (start, end)]
    assert edges == sorted(edges)
    for start, end in truth.flashes:
        assert all(end < first or start > last for _, first, last in truth.transitions)


def test_speech_is_where_the_samples_are_loud() -> None:
    pytest.importorskip("espeakng_loader", reason="the voice's wheel is not installed here")
    import demo_speech

    rate = 22050
    voice = np.zeros(6 * rate, np.float32)
    for start, end in ((1.0, 2.0), (2.2, 3.0), (4.0, 5.0)):
        voice[int(start * rate) : int(end * rate)] = 0.1
    found = demo_speech.spans(voice, rate)
    assert len(found) == 2  # 0.2 s is a breath, not a pause
    np.testing.assert_allclose(found, [(1.0, 3.0), (4.0, 5.0)], atol=0.011)


@pytest.mark.slow
def test_the_film_is_what_its_truth_says(tmp_path: Path) -> None:
    """The whole film, on flat stills instead of drawn ones, measured frame by frame."""
    pytest.importorskip("bpy", reason="Blender's Python module is not installed here")
    av = pytest.importorskip("av")
    cv2 = pytest.importorskip("cv2")
    import demo

    (tmp_path / "stills").mkdir()
    views = list(dict.fromkeys(shot.view for shot in demo_script.SHOTS))
    for number, view in enumerate(views):
        picture = np.full((360, 640, 3), 40 + 15 * (number * 7 % 11), np.uint8)  # neighbours differ
        cv2.imwrite(str(tmp_path / "stills" / f"{view}.png"), picture)
    speech = demo._speak(tmp_path)
    demo._render(tmp_path, lambda done, total, what: None)
    truth = Truth.of_script(speech)
    with av.open(str(tmp_path / "film.mp4")) as film:
        light = [float(frame.to_ndarray(format="gray").mean()) for frame in film.decode(video=0)]
        assert film.streams.audio[0].codec_context.name == "aac"
    assert len(light) == truth.frames
    changes = {frame for frame in range(1, len(light)) if abs(light[frame] - light[frame - 1]) > 1.5}
    inside = {f for kind, a, b in truth.transitions for f in (range(a, b + 1) if b > a else [a])}
    flashes = {frame for span in truth.flashes for frame in span}
    cuts = {a for kind, a, _ in truth.transitions if kind == "cut"}
    assert changes <= inside | flashes
    assert cuts | flashes <= changes
    for kind, start, end in truth.transitions:
        if kind == "fade":
            assert min(light[start:end]) < 20
            assert abs(light[start] - light[start - 1]) > 1.0
            assert abs(light[end] - light[end - 1]) > 1.0
        if kind == "dissolve":
            steps = np.diff(light[start - 1 : end + 1])
            assert abs(steps.mean()) > 2.2
            assert np.abs(steps - steps.mean()).max() < 2.0  # even, from the first frame to the last
