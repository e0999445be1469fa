"""Promises of the random edits that train the shots network: their truth fits their pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2")

from models.footage import manifest  # noqa: E402
from models.shots import disturbances, edit, look, painted_motion, transitions  # noqa: E402
from models.shots.camera import fixed  # noqa: E402
from models.shots.edit import Edit, Truth, compose, excerpt, targets  # noqa: E402
from models.shots.material import Material  # noqa: E402
from models.shots.painted import blank  # noqa: E402
from neuroedit_addon.errors import MediaError  # noqa: E402


def noise_film(rng: np.random.Generator, count: int) -> np.ndarray:
    base = cv2.resize(rng.integers(0, 256, (6, 10, 3), np.uint8), (96, 54), interpolation=cv2.INTER_CUBIC)
    return np.stack([np.roll(base, i // 4, 1) for i in range(count)])


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two films of three shots and four photographs, all for training."""
    folder = tmp_path_factory.mktemp("dataset")
    rng = np.random.default_rng(0)
    (folder / "small").mkdir()
    for name in ("one", "two"):
        film = np.concatenate([noise_film(rng, 60) for _ in range(3)])
        np.save(folder / "small" / f"{name}.npy", film)
        cuts = [{"kind": "cut", "start_frame": at, "end_frame": at, "sure": True} for at in (60, 120)]
        manifest.append(folder, {"name": name, "kind": "video", "film": name, "split": "train",
                                 "small": f"small/{name}.npy", "transitions": cuts, "labelled": True})  # fmt: skip
    for index in range(4):
        picture = cv2.resize(rng.integers(0, 256, (9, 16, 3), np.uint8), (200, 120))
        cv2.imwrite(str(folder / f"photo{index}.png"), picture)
        manifest.append(folder, {"name": f"photo{index}", "kind": "photo", "film": f"photo{index}", "split": "train",
                                 "picture": f"photo{index}.png"})  # fmt: skip
    return folder


def edits(dataset: Path, count: int, calm: bool = False) -> list[Edit]:
    rng = np.random.default_rng(7)
    material = Material(dataset, "train")
    return [compose(rng, material, 128, calm) for _ in range(count)]


def test_the_same_seed_gives_the_same_edit(dataset: Path) -> None:
    first, second = (edits(dataset, 3) for _ in range(2))
    assert all((a.frames == b.frames).all() and a.truth == b.truth for a, b in zip(first, second, strict=True))


def test_every_kind_of_transition_comes_up_and_lies_in_order(dataset: Path) -> None:
    made = edits(dataset, 60)
    assert {"cut", "dissolve", "fade", "wipe", "jump"} <= {t.kind for edit in made for t in edit.truth}
    for made_one in made:
        assert made_one.frames.shape == (128, 27, 48, 3)
        assert made_one.frames.dtype == np.uint8
        assert all(a.end <= b.start for a, b in zip(made_one.truth, made_one.truth[1:], strict=False))
        assert all(t.end >= t.start for t in made_one.truth)


def test_pictures_change_at_calm_cuts_more_than_beside_them(dataset: Path) -> None:
    seen = 0
    for made_one in edits(dataset, 40, calm=True):
        step = np.abs(np.diff(made_one.frames.astype(float), axis=0)).mean((1, 2, 3))
        for t in made_one.truth:
            if t.kind == "cut" and 2 < t.start < 126:
                seen += 1
                assert step[t.start - 1] > 5
    assert seen > 20


def test_excerpts_keep_the_labels(dataset: Path) -> None:
    film = Material(dataset, "train").films[0]
    rng = np.random.default_rng(3)
    for _ in range(10):
        part = excerpt(rng, film, 128)
        assert part.frames.shape == (128, 27, 48, 3)
        assert all(t.kind == "cut" and 0 < t.start < 128 for t in part.truth)
    assert len(excerpt(rng, film, 300).frames) == 300


@pytest.mark.parametrize("length", [1, 2, 3, 17, 100])
@pytest.mark.parametrize("seed", range(6))
def test_mixers_begin_near_the_old_and_end_near_the_new_shot(length: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    old, new = np.full((length, 27, 48, 3), 0.2, np.float32), np.full((length, 27, 48, 3), 0.8, np.float32)
    for mixed in (transitions.dissolve(rng, old, new), transitions.wipe(rng, old, new),
                  transitions.through(rng, old, new, np.zeros(3, np.float32))):  # fmt: skip
        assert mixed.shape == old.shape
        assert np.isfinite(mixed).all()
    blend = transitions.dissolve(rng, old, new).mean((1, 2, 3))
    assert (np.diff(blend) > -0.35).all()
    assert blend.min() > 0.19
    assert blend.max() < 1.01


def test_disturbances_stay_pictures_and_leave_other_frames_alone() -> None:
    rng = np.random.default_rng(0)
    for work in dict.fromkeys(disturbances.ALL):
        for count in (2, 5, 90):
            x = np.full((count, 27, 48, 3), 0.4, np.float32)
            work(rng, x, lambda n: np.full((n, 27, 48, 3), 0.9, np.float32))
            assert x.shape == (count, 27, 48, 3)
            assert np.isfinite(x).all(), work.__name__
    lit = np.full((60, 27, 48, 3), 0.4, np.float32)
    disturbances.flash(rng, lit, lambda n: lit[:n])
    assert 1 <= (np.abs(lit - 0.4).max((1, 2, 3)) > 1e-6).sum() <= 4


def test_film_damage_keeps_size_and_range() -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        x = look.film(rng, np.random.default_rng(1).random((40, 27, 48, 3), np.float32))
        assert x.shape == (40, 27, 48, 3)
        assert x.min() >= 0
        assert x.max() <= 1


def test_targets_mark_middles_and_extents_and_ask_nothing_where_unsure() -> None:
    wanted, weight = targets([Truth("cut", 10, 10), Truth("fade", 30, 41), Truth("unsure", 60, 64)], 80)
    assert wanted[10, 0] == 1
    assert wanted[:, 0].sum() == 1
    assert wanted[10, 5] == 1
    assert wanted[35, 2] == 1
    assert wanted[:, 2].sum() == 1
    assert wanted[30:41, 7].all()
    assert wanted[:, 7].sum() == 11
    assert weight[34, 2] == 0
    assert weight[35, 2] == 1
    assert not weight[58:66].any()
    assert weight[57].all()
    assert weight[66].all()


def test_a_folder_that_is_no_data_set_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="collect.py"):
        Material(tmp_path, "train")


def test_a_half_written_last_line_is_left_out_and_a_damaged_one_told(dataset: Path, tmp_path: Path) -> None:
    text = (dataset / manifest.NAME).read_text(encoding="utf-8")
    (tmp_path / manifest.NAME).write_text(text + '{"name": "half", "ki', encoding="utf-8")
    assert set(manifest.read(tmp_path)) == set(manifest.read(dataset))
    manifest.append(tmp_path, {"name": "next", "kind": "skipped"})
    assert "next" in manifest.read(tmp_path)
    assert "half" not in manifest.read(tmp_path)
    (tmp_path / manifest.NAME).write_text("{torn\n" + text, encoding="utf-8")
    with pytest.raises(MediaError, match="line 1"):
        manifest.read(tmp_path)


@pytest.mark.parametrize("painter", painted_motion.PAINTERS, ids=lambda p: p.__name__)
def test_painted_movement_moves_without_a_cut(painter: object) -> None:
    rng = np.random.default_rng(4)
    pictures = painter(rng).frames(np.arange(40.0), fixed(rng, 40)).astype(float)
    assert pictures.shape == (40, 27, 48, 3)
    assert pictures.std() > 5
    assert np.abs(np.diff(pictures, axis=0)).mean((1, 2, 3)).max() < 60


def test_a_split_screen_shows_both_takes(dataset: Path) -> None:
    material, rng = Material(dataset, "train"), np.random.default_rng(1)
    dark, bright = (blank(rng, (value,) * 3) for value in (0, 250))
    take = painted_motion.split_screen(rng, (dark, False), (bright, False))
    picture = take.frames(np.arange(3.0), fixed(rng, 3))[0]
    assert picture[0, 0].max() < 20
    assert picture[-1, -1].min() > 230
    assert material.take(rng)[0].frames(np.arange(5.0), fixed(rng, 5)).shape == (5, 27, 48, 3)


def test_a_frozen_picture_goes_on_where_it_stood() -> None:
    x = np.arange(60, dtype=np.float32)[:, None, None, None] * np.ones((1, 27, 48, 3), np.float32)
    disturbances.frozen(np.random.default_rng(2), x, lambda n: x[:n])
    steps = np.diff(x[:, 0, 0, 0])
    assert set(steps) <= {0.0, 1.0}
    assert (steps == 0).any()


def test_what_nobody_can_see_is_unsure() -> None:
    frames = np.zeros((40, 27, 48, 3), np.float32)
    frames[20:] = 0.01
    assert edit._seen(Truth("cut", 20, 20), frames, 0).kind == "unsure"
    frames[20:] = 0.1
    assert edit._seen(Truth("cut", 20, 20), frames, 0).kind == "cut"
    frames[15:25] = 0.5
    assert edit._seen(Truth("fade", 12, 28), frames, 0).kind == "fade"
