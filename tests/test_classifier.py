"""Promise: a classifier of one's own clips is trained, kept in three formats that agree, and used to drop things."""

from __future__ import annotations

import json
import zipfile
from fractions import Fraction

import cv2
import numpy as np
import pytest
from planner_material import TALK, clip, heard, timeline

from neuroedit_addon.errors import MediaError, ModelError
from neuroedit_addon.findings import Curve
from neuroedit_addon.planner.drop_like import less_worth, spans, without
from neuroedit_addon.planner.make_plan import make_plan
from neuroedit_addon.settings import Settings
from neuroedit_addon.timeline import Timeline
from neuroedit_addon.worker.classify import Network

GONE = Curve(0.5, (0.0,) * 12 + (0.9,) * 8 + (0.0,) * 20)  # 6 to 10 s


def seen(path: str = TALK) -> Timeline:
    return timeline(clip(0, 500), sources=(path,))


def test_what_looks_like_what_is_dropped_is_removed_and_told_why():
    found, where = heard([(1.0, 19.0)]), seen()
    plan = make_plan([found], where, Settings())
    changed, edits = without(plan, {TALK: GONE}, where, Settings())
    gone = [d for d in changed.decisions if "looks like" in d.reason]
    assert [(round(d.start, 2), round(d.end, 2), d.confidence) for d in gone] == [(6.0, 10.0, 0.9)]
    assert changed.summary["duration_out"] == pytest.approx(plan.summary["duration_out"] - 4.0, abs=0.1)
    assert edits.ranges
    sure = sorted((d for d in changed.decisions if d.kind in ("keep", "remove")), key=lambda d: d.start)
    assert all(a.end == pytest.approx(b.start) for a, b in zip(sure, sure[1:], strict=False))
    assert len({d.id for d in changed.decisions}) == len(changed.decisions)


def test_a_film_that_is_all_like_it_goes_whole_and_one_that_is_not_stays():
    where, found = seen(), heard([(0.0, 20.0)])
    plan = make_plan([found], where, Settings())
    everything, _ = without(plan, {TALK: Curve(0.5, (1.0,) * 40)}, where, Settings())
    nothing, _ = without(plan, {TALK: Curve(0.5, (0.1,) * 40)}, where, Settings())
    assert everything.summary["duration_out"] == 0
    assert nothing.decisions == plan.decisions


def test_a_glimpse_is_not_dropped_and_a_gap_is():
    assert spans(Curve(0.5, (0.0, 0.9, 0.0, 0.0, 0.0, 0.0))) == []
    assert [(a, b) for a, b, _ in spans(Curve(0.5, (0.9, 0.9, 0.2, 0.9, 0.9)))] == [(0.0, 2.5)]


def test_with_a_wished_length_it_is_worth_less():
    film = less_worth([heard([(0.0, 20.0)])], {TALK: GONE})[0]
    assert film.importance is not None
    assert max(film.importance.values[12:20]) <= 0.1


@pytest.fixture
def clips(tmp_path):
    """Red pictures are kept, blue ones dropped; six each."""
    rng = np.random.default_rng(1)
    for name, channel in (("keep", 2), ("drop", 0)):
        (tmp_path / "data" / name).mkdir(parents=True)
        for number in range(6):
            picture = rng.integers(0, 90, (72, 128, 3), dtype=np.uint8)
            picture[..., channel] += 150
            cv2.imwrite(str(tmp_path / "data" / name / f"{number}.png"), picture)
    return tmp_path / "data"


@pytest.mark.parametrize(("spoil", "said"), [
    (lambda d: [f.unlink() for f in (d / "keep").iterdir()], "has 0 file"),
    (lambda d: [f.write_bytes(b"no picture") for f in (d / "keep").iterdir()], "has 0 file"),
    (lambda d: [f.unlink() for f in (d / "drop").iterdir()] and (d / "drop").rmdir(), "two are needed"),
])  # fmt: skip
@pytest.mark.train
def test_data_that_cannot_be_used_is_one_sentence(clips, spoil, said):
    from models.classifier.material import examples

    spoil(clips)
    with pytest.raises(MediaError, match=said):
        examples(clips)


@pytest.mark.train
def test_of_ten_thousand_files_some_are_taken_and_broken_ones_are_named(clips):
    from models.classifier import material

    good = (clips / "keep" / "0.png").read_bytes()
    for number in range(10_000):
        (clips / "keep" / f"more{number}.png").write_bytes(good if number % 50 == 0 else b"")
    data = material.examples(clips)
    assert len(data.notes) > 1000
    assert (data.truth == data.classes.index("keep")).sum() > 10
    assert "of 10006 files in keep, 2000 were taken, evenly" in data.notes
    assert any("is no picture" in note for note in data.notes)


@pytest.mark.train
def test_no_film_is_in_two_parts(clips):
    from models.classifier.material import examples

    data = examples(clips)
    parts = [{*data.origin[data.part(name)].tolist()} for name in ("train", "validation", "test")]
    assert sum(map(len, parts)) == len(set().union(*parts))
    assert set().union(*parts) == set(range(12))
    assert all({*data.truth[data.part(name)].tolist()} == {0, 1} for name in ("train", "validation", "test"))


@pytest.mark.train
def test_trained_written_read_again_and_run(clips, tmp_path):
    pytest.importorskip("torch")
    from models.classifier import train
    from models.classifier.fit import Choice, fit, measured, probabilities
    from models.classifier.material import examples
    from models.classifier.net import VARIANTS, Classifier, weights

    assert weights(Classifier(VARIANTS["mission"])) == 3_937_409
    assert weights(Classifier(VARIANTS["mission"])) > 40 * weights(Classifier(VARIANTS["small"]))
    data = examples(clips)
    model = fit(data, Choice("small", 12))
    told = probabilities(model, data.pictures)
    assert measured(told, data.truth).balanced > 0.9
    train.write(model, data, tmp_path / "run", "small", 1)
    network = Network(tmp_path / "run" / "classifier.onnx")
    assert network.classes == ("drop", "keep")
    np.testing.assert_allclose(network.dropped(data.pictures), told[:, 0], atol=1e-4)
    assert (tmp_path / "run" / "confusion.png").stat().st_size > 1000
    assert "Balanced accuracy" in (tmp_path / "run" / "card.md").read_text()


@pytest.mark.train
@pytest.mark.parametrize(("variant", "classes"), [("mission", 2), ("small", 3)])
def test_a_keras_file_comes_back_the_same(tmp_path, variant, classes):
    torch = pytest.importorskip("torch")
    pytest.importorskip("h5py")
    from models.classifier import keras_file
    from models.classifier.net import VARIANTS, Classifier

    model, file = Classifier(VARIANTS[variant], classes).eval(), tmp_path / "a.keras"
    keras_file.write(model, file)
    pictures = torch.rand(3, 64, 64, 3)
    with torch.no_grad():
        torch.testing.assert_close(keras_file.read(file)(pictures), model(pictures))
        try:
            import keras
        except ImportError:
            return
        told = keras.saving.load_model(file).predict(pictures.numpy(), verbose=0)
        np.testing.assert_allclose(told, model(pictures).numpy(), atol=1e-5)


@pytest.mark.train
def test_broken_keras_files_are_one_sentence(tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("h5py")
    from models.classifier import keras_file

    bad = tmp_path / "bad.keras"
    lambda_layer = {"config": {"layers": [{"class_name": "Lambda", "config": {}}]}}
    for held in ({}, {"config.json": "{"}, {"config.json": "[]"}, {"config.json": json.dumps(lambda_layer)}):
        with zipfile.ZipFile(bad, "w") as archive:
            for name, text in held.items():
                archive.writestr(name, text)
        with pytest.raises(ModelError, match="bad.keras"):
            keras_file.read(bad)
    bad.write_text("no zip")
    with pytest.raises(ModelError, match="bad.keras"):
        keras_file.read(bad)


def test_a_network_that_is_none_is_one_sentence(tmp_path):
    (tmp_path / "x.onnx").write_bytes(b"nothing")
    for name in ("x.onnx", "missing.onnx"):
        with pytest.raises(ModelError, match=name):
            Network(tmp_path / name)


def test_fractions_of_rates_still_touch():
    where = Timeline(Fraction(30000, 1001), (TALK,), (clip(0, 600),))
    changed, _ = without(make_plan([heard([(0.0, 20.0)])], where, Settings()), {TALK: GONE}, where, Settings())
    assert any("looks like" in d.reason for d in changed.decisions)
