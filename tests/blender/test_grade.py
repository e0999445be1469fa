"""Promise: what Blender renders of a correction equals its NumPy twin; hands and locks are respected; it comes off."""

from __future__ import annotations

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")
cv2 = pytest.importorskip("cv2")

from neuroedit_addon.blender import compat, write_grade  # noqa: E402
from neuroedit_addon.correction import Correction  # noqa: E402
from neuroedit_addon.worker.colour_twin import twin  # noqa: E402

CORRECTIONS = (
    Correction((1.25, 1.0, 0.8), (0.04, 0.0, -0.06), (0.8, 1.0, 1.3), 1.4),
    Correction((0.7, 0.9, 1.1), (0.1, -0.05, 0.02), (1.2, 0.6, 0.9), 0.6),
    Correction(saturation=1.4),
    Correction((1.25, 1.0, 0.8), (0.04, 0.0, -0.06), (0.8, 1.0, 1.3)),
    Correction((1.8, 1.5, 1.4), (-0.2, -0.2, -0.15), (1.0, 1.1, 0.9), 1.0),
)


def colours() -> np.ndarray:
    """Every gray, and random colours, as a small picture uint8 (48, 64, 3)."""
    picture = np.random.default_rng(4).integers(0, 256, (48, 64, 3), np.uint8)
    picture[:4] = np.arange(256, dtype=np.uint8).reshape(4, 64, 1)
    return picture


@pytest.fixture
def scene():
    made = bpy.data.scenes.new("grade")
    made.sequence_editor_create()
    made.render.resolution_x, made.render.resolution_y, made.render.resolution_percentage = 64, 48, 100
    made.render.use_sequencer = True
    made.render.dither_intensity = 0
    made.render.image_settings.file_format = "PNG"
    made.frame_start = made.frame_end = 1
    made.view_settings.view_transform = "Standard"
    yield made
    bpy.data.scenes.remove(made)


def laid(scene, folder, picture, name="in.png", channel=1):
    path = folder / name
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR if picture.shape[2] == 3 else cv2.COLOR_RGBA2BGRA))
    with compat.editing(scene):
        return compat.strips_of(scene).new_image(name=name, filepath=str(path), channel=channel, frame_start=1,
                                                 fit_method="ORIGINAL")  # fmt: skip


def rendered(scene, folder) -> np.ndarray:
    path = folder / "out.png"
    scene.render.filepath = str(path)
    with compat.editing(scene):
        bpy.ops.render.render(write_still=True, scene=scene.name)
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_blender_renders_what_the_twin_says(scene, tmp_path, correction):
    picture = colours()
    strip = laid(scene, tmp_path, picture)
    assert write_grade.write(scene, strip, correction, "run", "grade-1")
    wanted = twin(picture / 255, correction) * 255
    two = correction.saturation != 1.0 and correction.slope != (1.0, 1.0, 1.0)
    far = np.abs(rendered(scene, tmp_path) - wanted)
    # Each modifier alone is within a code value. In a row, the second one stretches what the first one rounded.
    assert far.max() <= (2.0 if two else 1.0)
    assert np.mean(far > 1) < 0.02


def test_the_twin_holds_under_agx(scene, tmp_path):
    scene.view_settings.view_transform = "AgX"
    picture, correction = colours(), CORRECTIONS[0]
    strip = laid(scene, tmp_path, np.rint(twin(picture / 255, correction) * 255).astype(np.uint8), "twin.png")
    wanted = rendered(scene, tmp_path)
    compat.strips_of(scene).remove(strip)
    write_grade.write(scene, laid(scene, tmp_path, picture), correction, "run", "grade-1")
    # The twin's picture was rounded once more, and AgX is steeper than 1 in places.
    assert np.abs(rendered(scene, tmp_path).astype(int) - wanted).max() <= 3


def test_the_users_modifiers_stay_behind_ours(scene, tmp_path):
    strip = laid(scene, tmp_path, colours())
    strip.modifiers.new("Mine", "CURVES")
    write_grade.write(scene, strip, CORRECTIONS[0], "run", "grade-1")
    assert [m.name for m in strip.modifiers] == [write_grade.BALANCE, write_grade.SATURATION, "Mine"]
    assert write_grade.remove_all(scene) == 1
    assert [m.name for m in strip.modifiers] == ["Mine"]


def test_a_correction_changed_by_hand_is_left_alone(scene, tmp_path):
    strip = laid(scene, tmp_path, colours())
    write_grade.write(scene, strip, CORRECTIONS[0], "run", "grade-1")
    assert write_grade.write(scene, strip, CORRECTIONS[1], "again", "grade-1")
    assert len(strip.modifiers) == 2
    strip.modifiers[0].color_balance.slope[0] = 1.9
    assert not write_grade.write(scene, strip, CORRECTIONS[2], "third", "grade-1")
    assert write_grade.remove_all(scene) == 0
    assert strip.modifiers[0].color_balance.slope[0] == pytest.approx(1.9)


def test_a_locked_strip_is_left_alone(scene, tmp_path):
    strip = laid(scene, tmp_path, colours())
    strip.lock = True
    assert not write_grade.write(scene, strip, CORRECTIONS[0], "run", "grade-1")
    assert not strip.modifiers


def test_what_is_transparent_stays_so(scene, tmp_path):
    below, above = colours(), colours()[::-1].copy()
    laid(scene, tmp_path, below, "below.png")
    clear = np.full((48, 64, 1), 255, np.uint8)
    clear[:, :30] = 0
    strip = laid(scene, tmp_path, np.concatenate([above, clear], 2), "above.png", 2)
    strip.blend_type = "ALPHA_OVER"
    write_grade.write(scene, strip, CORRECTIONS[0], "run", "grade-1")
    after = rendered(scene, tmp_path).astype(float)
    assert (after[:, :30] == below[:, :30]).all()
    assert np.abs(after - twin(above / 255, CORRECTIONS[0]) * 255)[:, 30:].max() <= 2
