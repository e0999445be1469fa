"""Promises of the shots network's windows and read-out: the same result however frames arrive, and sensible spans."""

from __future__ import annotations

import numpy as np
import pytest

from neuroedit_addon.worker.shots_read_out import Thresholds, read_out, resting, runs
from neuroedit_addon.worker.shots_windows import MARGIN, STRIDE, WINDOW, Windows, halved, run

CUT, DISSOLVE, FADE, WIPE, JUMP = range(5)


def said(length: int, *events: tuple[int, int, int]) -> np.ndarray:
    """Probabilities of a network that is sure: (kind, start, end) each; a cut's end is its start."""
    p = np.full((length, 10), 0.01, np.float32)
    for kind, start, end in events:
        p[(start + max(end - 1, start)) // 2, kind] = 0.95
        p[start : max(end, start + 1), 5 + kind] = 0.9
    return p


def echo(frames: np.ndarray) -> np.ndarray:
    """A network that answers with each frame's first pixel and its place's neighbours, so order and margins show."""
    first = frames[:, :, 0, 0, 0].astype(np.float32)
    return np.repeat(first[:, :, None], 10, 2)


def numbered(count: int) -> np.ndarray:
    frames = np.zeros((count, 27, 48, 3), np.uint8)
    frames[:, 0, 0, 0] = np.arange(count) % 251
    return frames


@pytest.mark.parametrize("count", [1, 2, 47, STRIDE, STRIDE + 1, WINDOW, 3 * STRIDE + 17])
def test_every_frame_is_answered_once_and_in_order(count: int) -> None:
    answers = run(echo, numbered(count))
    assert answers[:, 0].tolist() == (np.arange(count) % 251).tolist()


def test_no_frames_give_no_answers() -> None:
    windows = Windows(echo)
    windows.finish()
    assert windows.take().shape == (0, 10)


def test_the_network_sees_the_same_windows_however_often_answers_are_taken() -> None:
    seen: list[list[bytes]] = [[], []]

    def recording(log: list[bytes]):
        return lambda frames: (log.append(frames.tobytes()), echo(frames))[1]

    frames = numbered(500)
    for log, every in zip(seen, (1, 77), strict=True):
        windows = Windows(recording(log))
        for index, frame in enumerate(frames):
            windows.add(frame)
            if index % every == 0:
                windows.take()
        windows.finish()
    assert seen[0] == seen[1]


def test_outside_the_film_its_outermost_frames_stand_still() -> None:
    logs: list[np.ndarray] = []
    run(lambda frames: (logs.append(frames.copy()), echo(frames))[1], numbered(10) + 1)
    assert (logs[0][0, :MARGIN] == logs[0][0, MARGIN]).all()
    assert (logs[0][0, MARGIN + 10 :] == logs[0][0, MARGIN + 9]).all()


def test_pictures_are_halved_to_the_means_of_four_pixels() -> None:
    picture = np.zeros((54, 96, 3), np.uint8)
    picture[0, :2] = picture[1, 0] = 100
    assert halved(picture)[0, 0].tolist() == [75, 75, 75]
    assert halved(picture).shape == (27, 48, 3)


def test_kinds_and_extents_are_read() -> None:
    p = said(300, (CUT, 40, 40), (DISSOLVE, 80, 95), (FADE, 150, 190), (WIPE, 220, 230), (JUMP, 260, 260))
    found = [(f.kind, f.start, f.end) for f in read_out(p, Thresholds())]
    assert found == [("cut", 40, 40), ("dissolve", 80, 95), ("fade", 150, 190), ("wipe", 220, 230), ("cut", 260, 260)]


def test_the_first_frame_is_never_a_cut() -> None:
    assert read_out(said(50, (CUT, 0, 0)), Thresholds()) == []
    assert len(read_out(said(50, (CUT, 0, 0)), Thresholds(), first=100)) == 1


def test_one_cut_that_two_frames_claim_is_one_cut() -> None:
    p = said(50, (CUT, 20, 20))
    p[21, CUT] = 0.95
    assert [f.start for f in read_out(p, Thresholds())] == [20]


def test_kinds_in_doubt_add_up() -> None:
    p = said(60)
    p[20:30, [5 + DISSOLVE, 5 + WIPE]] = 0.4
    p[25, [DISSOLVE, WIPE]] = 0.4
    assert [(f.start, f.end) for f in read_out(p, Thresholds())] == [(20, 30)]


def test_a_cut_and_a_span_on_the_same_frames_are_one_transition() -> None:
    p = said(60, (CUT, 25, 25), (DISSOLVE, 22, 29))
    assert len(read_out(p, Thresholds())) == 1


def test_reading_in_stretches_between_resting_frames_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    p = (rng.random((4000, 10)) ** 60).astype(np.float32)
    whole = read_out(p, Thresholds())
    still = resting(p, Thresholds())
    borders = [i for i in range(8, len(p) - 8) if still[i - 8 : i + 8].all()][::3]
    assert len(whole) > 20
    assert len(borders) > 5
    parts = [read_out(p[a:b], Thresholds(), a) for a, b in zip([0, *borders], [*borders, len(p)], strict=True)]
    assert [f for part in parts for f in part] == whole


def test_runs_bridge_small_gaps() -> None:
    assert runs(np.array([0, 1, 1, 0, 0, 1, 0, 0, 0, 1], bool), gap=2) == [(1, 6), (9, 10)]
    assert runs(np.zeros(4, bool), gap=2) == []
