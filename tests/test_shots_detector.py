"""Promises of the shot detector with its shipped network, on pictures made here."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from neuroedit_addon.errors import ModelError
from neuroedit_addon.findings import Transition
from neuroedit_addon.worker.analyser import LookFrame
from neuroedit_addon.worker.network import MODELS, weights

pytest.importorskip("onnxruntime")
from neuroedit_addon.worker.shots import ShotFinder


def scene(seed: int, count: int) -> np.ndarray:
    """A picture with structure that drifts slowly: uint8 (count, 54, 96, 3)."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:54, 0:160].astype(np.float32)
    wide = np.zeros((54, 160, 3), np.float32) + rng.uniform(20, 150, 3)
    for _ in range(14):
        x, y, size = rng.uniform(0, 160), rng.uniform(0, 54), rng.uniform(3, 16)
        wide += np.exp(-(((columns - x) / size) ** 2 + ((rows - y) / size) ** 2))[..., None] * rng.uniform(-150, 150, 3)
    wide = np.clip(wide, 0, 255).astype(np.uint8)
    shifts = [30 - abs(30 - (i // 5) % 60) for i in range(count)]
    return np.stack([wide[:, shift : shift + 96] for shift in shifts])


def find(pictures: np.ndarray, fps: float = 25.0) -> list[Transition]:
    finder = ShotFinder()
    for index, picture in enumerate(pictures):
        finder.picture(LookFrame(index, index / fps, picture))
    return list(finder.finish()["transitions"])


def mixed(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    share = (np.arange(len(old)) + 1)[:, None, None, None] / (len(old) + 1)
    return (old * (1 - share) + new * share).astype(np.uint8)


def test_cuts_are_found_at_their_frames_with_their_seconds() -> None:
    found = find(np.concatenate([scene(1, 90), scene(2, 60), scene(3, 400), scene(4, 50)]))
    assert [(t.kind, t.start_frame, t.end_frame) for t in found] == [
        ("cut", 90, 90), ("cut", 150, 150), ("cut", 550, 550),
    ]  # fmt: skip
    assert [round(t.start, 6) for t in found] == [3.6, 6.0, 22.0]
    assert all(0.5 < t.confidence <= 1 for t in found)


def test_a_dissolve_has_an_extent() -> None:
    old, new = scene(5, 140), scene(6, 140)
    film = np.concatenate([old[:100], mixed(old[100:130], new[:30]), new[30:]])
    (found,) = find(film)
    assert found.kind == "dissolve"
    assert abs(found.start_frame - 100) <= 4
    assert abs(found.end_frame - 130) <= 4


def test_a_fade_through_black_is_one_fade() -> None:
    old, new, black = scene(7, 120), scene(8, 120), np.zeros((20, 54, 96, 3), np.uint8)
    film = np.concatenate([old[:100], mixed(old[100:], black), mixed(black, new[:20]), new[20:]])
    (found,) = find(film)
    assert found.kind == "fade"
    assert abs(found.start_frame - 100) <= 4
    assert abs(found.end_frame - 140) <= 4


@pytest.mark.parametrize("count", [1, 2, 3, 600])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_one_colour_has_no_transition(count: int, value: int) -> None:
    assert find(np.full((count, 54, 96, 3), value, np.uint8)) == []


def test_flashes_and_light_switches_are_no_transitions() -> None:
    film = scene(9, 300)
    film[80] = 255
    film[160:162] = 250 - (250 - film[160:162]) // 4
    film[200:] = film[200:] // 2
    assert find(film) == []


def test_frames_of_any_rate_keep_their_own_times() -> None:
    finder = ShotFinder()
    times = np.cumsum(np.random.default_rng(0).uniform(0.005, 0.08, 260))
    for index, picture in enumerate(np.concatenate([scene(1, 130), scene(2, 130)])):
        finder.picture(LookFrame(index, float(times[index]), picture))
    (cut,) = finder.finish()["transitions"]
    assert cut.start_frame == 130
    assert cut.start == pytest.approx(times[130])


def test_memory_does_not_grow_with_the_film() -> None:
    finder = ShotFinder()
    sizes = []
    for index, picture in enumerate(_endless(2500)):
        finder.picture(LookFrame(index, index / 25, picture))
        sizes.append(len(finder._open) + len(finder._times))
    assert max(sizes) < 1200


def test_no_frames_give_no_transitions() -> None:
    assert ShotFinder().finish() == {"transitions": ()}


@pytest.mark.parametrize("damage", ["tampered", "truncated", "missing", "index"])
def test_weights_that_are_not_the_shipped_ones_are_refused(tmp_path: Path, damage: str) -> None:
    (tmp_path / "shots").mkdir()
    shutil.copy(MODELS / "index.json", tmp_path)
    data = bytearray((MODELS / "shots/shots.onnx").read_bytes())
    if damage == "tampered":
        data[len(data) // 2] ^= 1
    if damage == "truncated":
        data = data[: len(data) // 2]
    if damage != "missing":
        (tmp_path / "shots/shots.onnx").write_bytes(data)
    if damage == "index":
        (tmp_path / "index.json").write_text('{"format": "neuroedit-mod', encoding="utf-8")
    with pytest.raises(ModelError, match="shots.onnx|index.json") as problem:
        ShotFinder(models=tmp_path)
    assert problem.value.cure


def test_the_shipped_network_is_small() -> None:
    assert len(weights("shots/shots.onnx", MODELS)[0]) < 2_000_000


def _endless(count: int) -> Iterable[np.ndarray]:
    take = scene(3, 300)
    return (take[i % 300] for i in range(count))
