"""Promise: faults are as severe as asked, good pictures stay, and panoramas give a camera's views."""

from __future__ import annotations

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2")

from models.colour.faults import light_of, spoil, stylised  # noqa: E402
from models.colour.material import pictures  # noqa: E402
from neuroedit_addon.errors import MediaError  # noqa: E402
from neuroedit_addon.worker.colour_difference import ciede2000, lab  # noqa: E402


def clean(count: int = 60) -> np.ndarray:
    rng = np.random.default_rng(5)
    coarse = rng.random((count, 3, 4, 3)).astype(np.float32)
    return np.stack([cv2.resize(p, (24, 14), interpolation=cv2.INTER_CUBIC) for p in coarse]).clip(0, 1)


def spoilt_by(**shares: float) -> np.ndarray:
    """How far (CIEDE2000) each picture comes to be from what it was."""
    was = clean()
    return ciede2000(lab(spoil(np.random.default_rng(2), was, **shares)[0]), lab(was)).mean((1, 2))


def test_good_pictures_keep_their_colours_and_faults_are_as_severe_as_asked():
    good, mild, whole = (
        spoilt_by(good=1.0), spoilt_by(good=0.0, all_at_once=1.0, mild=1.0), spoilt_by(good=0.0, all_at_once=1.0),
    )  # fmt: skip
    assert np.median(good) < 2
    assert np.median(good) < 0.6 * np.median(mild) < 0.9 * np.median(whole) * 0.6
    pictures_, spoilt = spoil(np.random.default_rng(1), clean(), good=0.5)
    assert pictures_.min() >= 0
    assert pictures_.max() <= 1
    assert 10 < spoilt.sum() < 50


def test_warm_light_is_red_and_cool_light_blue():
    warm, day, cool = light_of(np.array([2500.0, 6500.0, 10_000.0]))
    assert warm[0] > 1.3 > 1 > warm[2]
    assert cool[2] > 1 > cool[0]
    assert day == pytest.approx([1, 1, 1])


def test_looks_are_modest():
    was = clean()
    far = ciede2000(lab(stylised(np.random.default_rng(3), was, 1.0)), lab(was)).mean((1, 2))
    assert 1 < np.median(far) < 9
    assert (stylised(np.random.default_rng(3), was, 0.0) == pytest.approx(was, abs=1e-5))


def test_a_panorama_is_seen_all_round_and_only_teaches(tmp_path):
    with pytest.raises(MediaError):
        pictures(tmp_path, "train")
    light = np.random.default_rng(1).random((32, 64, 3)).astype(np.float32)
    cv2.imwrite(str(tmp_path / "court.hdr"), cv2.resize(light, (512, 256)) * 40)
    views, share = pictures(tmp_path, "train")
    assert views.shape[1:] == (54, 96, 3)
    assert 20 < len(views) <= 48
    assert share.sum() == pytest.approx(1)
    assert 60 < np.median(views) < 180, "exposed for its middle"
    with pytest.raises(MediaError):
        pictures(tmp_path, "validation")
