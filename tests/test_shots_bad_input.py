"""Shots of every strange film, and of every damage to a network or data set: an answer or one clear sentence."""

from __future__ import annotations

import errno
import json
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av")
pytest.importorskip("cv2")
pytest.importorskip("onnxruntime")

from media_files import Picture, film

from models.footage import manifest
from models.footage.collect import collect
from models.shots.material import Material
from neuroedit_addon.errors import MediaError, ModelError, OutputError
from neuroedit_addon.findings import Findings
from neuroedit_addon.worker.analyse import analyse
from neuroedit_addon.worker.network import MODELS
from neuroedit_addon.worker.shots import ShotFinder
from neuroedit_addon.worker.source import source_of


def textured(size: tuple[int, int], seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 6, 3), np.uint8)
    rows, columns = (np.arange(side) * 6 // side for side in (size[1], size[0]))
    return coarse[rows][:, columns]


def found(path: Path, count: int, picture: Picture) -> Findings:
    film(path, count / 25, picture, None)
    return analyse(source_of(path))


def whole(findings: Findings, count: int) -> None:
    """The shots cover the film without a hole."""
    assert findings.media.frames == count
    edges = [(shot.start_frame, shot.end_frame) for shot in findings.shots]
    assert edges[0][0] == 0
    assert edges[-1][1] == count
    assert all(a[1] == b[0] for a, b in zip(edges, edges[1:], strict=False))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_films_of_hardly_any_frame(tmp_path: Path, count: int) -> None:
    findings = found(tmp_path / "a.mp4", count, Picture(paint=lambda i, t: textured((128, 72), i)))
    whole(findings, count)


@pytest.mark.parametrize("value", [0, 3, 128, 255])
def test_black_and_constant_films_are_one_shot(tmp_path: Path, value: int) -> None:
    plain = np.full((72, 128, 3), value, np.uint8)
    findings = found(tmp_path / "a.mp4", 80, Picture(paint=lambda i, t: plain))
    whole(findings, 80)
    assert findings.transitions == ()


SHAPES = {
    "16x16": Picture(size=(16, 16)),
    "portrait": Picture(size=(72, 128)),
    "very wide": Picture(size=(512, 16)),
    "gray": Picture(pixels="gray", codec="ffv1"),
    "gray 10 bit": Picture(pixels="gray10le", codec="ffv1"),
    "float": Picture(pixels="gbrpf32le", codec="rawvideo"),
    "120 frames a second": Picture(fps=Fraction(120)),
    "12 frames a second": Picture(fps=Fraction(12)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_cut_is_found_in_pictures_of_any_shape(tmp_path: Path, shape: str) -> None:
    kind = SHAPES[shape]
    pictures = [textured(kind.size, seed) for seed in (1, 2)]
    made = Picture(kind.fps, kind.size, kind.codec, kind.pixels, lambda i, t: pictures[i >= 40])
    path = tmp_path / ("a" + {"ffv1": ".mkv", "rawvideo": ".nut"}.get(kind.codec, ".mp4"))
    film(path, float(80 / kind.fps), made, None)
    findings = analyse(source_of(path))
    whole(findings, 80)
    assert [(t.kind, t.start_frame) for t in findings.transitions] == [("cut", 40)]


def test_8k(tmp_path: Path) -> None:
    picture = np.zeros((4320, 7680, 3), np.uint8)
    picture[1000:3000, 2000:5000] = (200, 120, 60)
    made = Picture(size=(7680, 4320), codec="mjpeg", pixels="yuvj420p", paint=lambda i, t: picture)
    findings = found(tmp_path / "a.mkv", 2, made)
    whole(findings, 2)
    assert (findings.media.width, findings.media.height) == (7680, 4320)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    (tmp_path / "shots").mkdir()
    shutil.copy(MODELS / "index.json", tmp_path)
    shutil.copy(MODELS / "shots" / "shots.onnx", tmp_path / "shots")
    return tmp_path


def test_a_network_that_was_swapped_is_refused(models: Path) -> None:
    shutil.copy(MODELS / "sound" / "sound.onnx", models / "shots" / "shots.onnx")
    with pytest.raises(ModelError, match="not the one that was shipped"):
        ShotFinder(models=models)


@pytest.mark.parametrize("contents", ["no network", "another network"])
def test_a_network_that_only_claims_to_be_one_is_told(models: Path, contents: str) -> None:
    """Even where the list of checksums was changed with it, nothing is unpickled and nothing crashes."""
    import hashlib

    path = models / "shots" / "shots.onnx"
    if contents == "no network":
        path.write_bytes(b"\x80\x04\x95cposix\nsystem\n" * 100)
    else:
        shutil.copy(MODELS / "sound" / "sound.onnx", path)
    index = json.loads((models / "index.json").read_text(encoding="utf-8"))
    index["files"]["shots/shots.onnx"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (models / "index.json").write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(ModelError, match=r"cannot be run|holds no thresholds") as problem:
        ShotFinder(models=models)
    assert problem.value.cure


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "footage"
    folder.mkdir()
    for name in ("a", "b"):
        film(folder / f"{name}.mp4", 2.0, Picture(paint=lambda i, t: textured((128, 72), i // 25)), None)
    collect([folder], tmp_path / "set", "", jobs=1, quiet=True)
    records = manifest.read(tmp_path / "set")
    for record in records.values():
        manifest.append(tmp_path / "set", {**record, "split": "train"})
    return tmp_path / "set"


@pytest.mark.parametrize("damage", ["missing", "truncated", "no array"])
def test_a_half_written_data_set_is_told_before_training(dataset: Path, damage: str) -> None:
    assert Material(dataset, "train").films
    path = sorted((dataset / "small").iterdir())[0]
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:5000] if damage == "truncated" else b"PK\x03\x04")
    with pytest.raises(MediaError, match="cannot be read") as problem:
        Material(dataset, "train")
    assert "Collect again" in str(problem.value)


def test_a_data_set_without_films_of_a_split_is_told(dataset: Path) -> None:
    with pytest.raises(MediaError, match="holds nothing for validation"):
        Material(dataset, "validation")


def test_a_disk_that_fills_while_collecting_loses_nothing(dataset: Path, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    folder = tmp_path / "footage"
    film(folder / "c.mp4", 1.0, Picture(paint=lambda i, t: textured((128, 72), 40 + i // 9)), None)
    before = manifest.read(dataset)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("models.footage.arrays.GrowingArray.add", full)
        with pytest.raises(OutputError, match="No space left"):
            collect([folder], dataset, "", jobs=1, quiet=True)
    assert manifest.read(dataset) == before
    assert not list(dataset.glob(".*"))
    collect([folder], dataset, "", jobs=1, quiet=True)
    assert len(manifest.read(dataset)) == len(before) + 1
