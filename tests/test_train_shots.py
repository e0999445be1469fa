"""Promises of the shots network: shape, size, ONNX with the same numbers, the command line. Needs PyTorch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.footage import manifest  # noqa: E402
from models.shots.net import REACH, ShotNet, _row, edges, plain_rows  # noqa: E402
from models.training import release  # noqa: E402

pytestmark = pytest.mark.train
MODELS = Path(__file__).resolve().parents[1] / "models"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise films, one for each split."""
    folder = tmp_path_factory.mktemp("dataset")
    (folder / "small").mkdir()
    rng = np.random.default_rng(0)
    for split in ("train", "validation"):
        film = np.repeat(rng.integers(0, 256, (6, 54, 96, 3), np.uint8), 40, 0)
        np.save(folder / "small" / f"{split}.npy", film)
        cuts = [{"kind": "cut", "start_frame": at, "end_frame": at, "sure": True} for at in range(40, 240, 40)]
        manifest.append(folder, {"name": split, "kind": "video", "film": split, "split": split, "labelled": True,
                                 "small": f"small/{split}.npy", "transitions": cuts})  # fmt: skip
    return folder


def test_every_frame_gets_ten_numbers() -> None:
    frames = torch.randint(0, 256, (2, 70, 27, 48, 3), dtype=torch.uint8)
    assert ShotNet().eval()(frames).shape == (2, 70, 10)
    assert ShotNet().eval()(frames[:1, :1]).shape == (1, 1, 10)


def test_rows_hold_each_neighbours_likeness() -> None:
    vectors = torch.randn(1, 130, 5)
    rows = _row(vectors)
    for here, offset in ((0, 7), (60, -REACH), (60, REACH), (129, -3), (129, 20), (5, -20)):
        other = min(max(here + offset, 0), 129)
        assert rows[0, here, REACH + offset] == pytest.approx(float(vectors[0, here] @ vectors[0, other]), abs=1e-4)


def test_structure_is_blind_to_light_and_distance_is_not() -> None:
    base = torch.rand(1, 1, 3, 9, 12) * 0.4 - 0.3
    structure, distance, _ = plain_rows(torch.cat((base, base * 1.0 + 0.25), 1))
    assert structure[0, 0, REACH + 1] > 0.95 * structure[0, 0, REACH]
    assert distance[0, 0, REACH + 1] == pytest.approx(0.25 * 4, abs=0.02)


def test_edges_are_blind_to_coloured_light_and_not_to_another_picture() -> None:
    torch.manual_seed(0)
    base, other = torch.rand(2, 1, 1, 9, 16, 3).repeat_interleave(3, 3).repeat_interleave(3, 4)
    red = base * torch.tensor((1.0, 0.5, 0.3))
    same, lit, unlike = (edges(torch.cat((base, x), 1) - 0.5) for x in (base, red, other))
    likeness = [float((pair[0, 0] * pair[0, 1]).sum()) for pair in (same, lit, unlike)]
    assert likeness[0] > 0.95
    assert likeness[1] > 0.6
    assert abs(likeness[2]) < 0.3


def test_the_shipped_onnx_file_gives_pytorchs_numbers() -> None:
    import onnxruntime

    model = ShotNet()
    state = release.load_weights(model, MODELS / "shots" / "shots.safetensors")
    session = onnxruntime.InferenceSession(str(MODELS / "shots" / "shots.onnx"), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    smooth = np.repeat(rng.integers(0, 256, (1, 8, 27, 48, 3), np.uint8), 24, 1)
    with torch.no_grad():
        wanted = model(torch.from_numpy(smooth)).numpy()
    assert np.abs(session.run(None, {"frames": smooth})[0] - wanted).max() < 1e-4
    assert session.get_modelmeta().custom_metadata_map["thresholds"] == state["thresholds"]


@pytest.mark.slow
def test_training_runs_from_the_command_line(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import _environment
    import train

    monkeypatch.setattr(_environment, "ensure", lambda *groups: None)
    run = tmp_path / "run"
    common = ["shots", "--data", str(dataset), "--out", str(run), "--smoke", "--quiet", "--device", "cpu"]
    assert train.main([*common, "--steps", "4", "--validate-every", "2"]) == 0
    told = json.loads((run / "run.json").read_text())
    assert told["steps"] == 4
    assert told["seed"] == 1
    assert train.main([*common, "--steps", "6", "--validate-every", "2", "--resume"]) == 0
    assert json.loads((run / "run.json").read_text())["steps"] == 6
    assert train.main(["shots", "--data", str(tmp_path / "nowhere"), "--out", str(run)]) == 1
