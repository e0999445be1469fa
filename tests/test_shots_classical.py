"""The classical shot detector, a row of the benchmark: small, but no toy. Truth is how the material was made."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2")

from models.shots.classical import ClassicalShots
from neuroedit_addon.findings import Transition
from neuroedit_addon.worker.analyser import LookFrame

FPS = 25
RNG = np.random.default_rng(3)
SCENES = [RNG.integers(30, 226, (54, 400, 3), np.uint8).astype(np.float32) for _ in range(4)]
SCENES = [np.cumsum(scene - scene.mean(), axis=1) / 60 % 180 + 40 for scene in SCENES]


def panned(scene: int, number: int) -> np.ndarray:
    return SCENES[scene][:, number % 300 : number % 300 + 96]


def transitions(frames: list[np.ndarray]) -> tuple[Transition, ...]:
    finder = ClassicalShots()
    for index, image in enumerate(frames):
        finder.picture(LookFrame(index, index / FPS, np.clip(image, 0, 255).astype(np.uint8)))
    return finder.finish()["transitions"]


def test_cuts_at_their_very_frame() -> None:
    frames = [panned(n // 40, n) for n in range(160)]
    found = transitions(frames)
    assert [(t.kind, t.start_frame, t.end_frame) for t in found] == [("cut", n, n) for n in (40, 80, 120)]
    assert [t.start for t in found] == [n / FPS for n in (40, 80, 120)]
    assert all(0.5 <= t.confidence <= 1 for t in found)


def test_a_pan_is_no_cut() -> None:
    assert transitions([panned(0, 3 * n) for n in range(90)]) == ()


def test_a_flash_is_no_cut() -> None:
    frames = [panned(0, n) for n in range(80)]
    frames[40] = np.full((54, 96, 3), 255, np.float32)
    assert transitions(frames) == ()


def test_a_fade_through_black() -> None:
    down = [panned(0, n) * (1 - n / 20) for n in range(20)]
    up = [panned(1, n) * (n / 20) for n in range(1, 21)]
    frames = [panned(0, 0)] * 30 + down + [np.zeros((54, 96, 3))] * 10 + up + [panned(1, 20)] * 30
    [fade] = transitions(frames)
    assert fade.kind == "fade"
    assert abs(fade.start_frame - 31) <= 2
    assert abs(fade.end_frame - 79) <= 3


def test_very_short_films() -> None:
    assert transitions([]) == ()
    assert transitions([panned(0, 0)]) == ()
    assert [t.start_frame for t in transitions([panned(0, 0), panned(1, 0)])] in ([], [1])
