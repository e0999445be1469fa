"""Films with planted moments: what training and measuring the moments network stand on."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("av")
pytest.importorskip("cv2")

from models.moments.material import Piece, keep, part_of, pieces  # noqa: E402
from models.moments.planted import film  # noqa: E402
from neuroedit_addon.errors import MediaError  # noqa: E402
from neuroedit_addon.worker.moment_features import NAMES, normalised  # noqa: E402


def material(rng):
    pictures = [Piece(f"p{n}.mp4", rng.random((50, 8), np.float32) * 0.05) for n in range(3)]
    sounds = [Piece(f"s{n}.wav", np.float32([-40, 0, 1, 0.1]) + rng.random((40, 4), np.float32)) for n in range(3)]
    return pictures, sounds


def films(count=30):
    rng = np.random.default_rng(4)
    pictures, sounds = material(rng)
    return [film(pictures, sounds, rng) for _ in range(count)]


def test_a_film_has_moments_and_far_more_of_the_rest():
    for one in films():
        assert one.rows.shape == (200, len(NAMES))
        assert np.isfinite(one.rows).all()
        assert 0 < one.truth.mean() < 0.4
        assert not one.rows[:, 8:].any() if not one.heard else True
        assert not one.rows[:, :8].any() if not one.seen else True


def test_moments_move_sound_and_are_new_but_none_of_these_alone_tells_them():
    both = [one for one in films(60) if one.seen and one.heard]
    rows, truth = np.vstack([normalised(one.rows) for one in both]), np.concatenate([one.truth for one in both]) > 0
    for name in ("motion", "loudness", "novelty"):
        column = rows[:, NAMES.index(name)]
        assert column[truth].mean() > column[~truth].mean() + 1
        # Decoys: the highest values are not all moments.
        assert truth[np.argsort(-column)[: int(truth.sum() / 2)]].mean() < 0.9


def test_the_same_seed_plants_the_same():
    assert all((a.rows == b.rows).all() for a, b in zip(films(5), films(5), strict=True))


def test_measures_come_back_from_their_file(tmp_path):
    pictures, sounds = material(np.random.default_rng(1))
    keep(pictures, sounds, tmp_path / "measures.npz")
    again = pieces(tmp_path / "measures.npz")
    assert [piece.name for piece in again[0]] == ["p0.mp4", "p1.mp4", "p2.mp4"]
    assert (again[1][2].rows == sounds[2].rows).all()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 broken"])
def test_a_broken_file_of_measures_is_a_sentence(tmp_path, content):
    (tmp_path / "measures.npz").write_bytes(content)
    with pytest.raises(MediaError, match="holds no measures"):
        pieces(tmp_path / "measures.npz")


def test_a_folder_without_footage_is_a_sentence(tmp_path):
    with pytest.raises(MediaError, match="no film or no sound"):
        pieces(tmp_path)


def test_pieces_of_one_film_stay_together():
    assert {part_of(f"holiday_{n}.mp4") for n in range(9)} == {part_of("holiday_1.mp4")}
