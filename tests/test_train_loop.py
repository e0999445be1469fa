"""Promises of the training loop that all networks share. Needs PyTorch."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.training import checkpoint, onnx_file, release  # noqa: E402
from models.training.event_log import crc32c  # noqa: E402
from models.training.loop import BEST, LAST, rate, train  # noqa: E402
from models.training.task import Recipe  # noqa: E402
from neuroedit_addon.errors import ModelError  # noqa: E402

pytestmark = pytest.mark.train
ROOT = Path(__file__).resolve().parents[1]
SHORT = Recipe(steps=120, validate_every=40, warmup=5, learning_rate=0.2, ema=0.9, makers=0, threads=1, device="cpu")


class Doubling:
    """Learns y = 2 x; `spoil` makes the loss no number at that step."""

    name = "doubling"
    data = {"numbers": "0..1"}

    def __init__(self, width: int = 1, spoil: int = -1) -> None:
        self.width, self.spoil, self.calls = width, spoil, 0

    def build(self) -> torch.nn.Module:
        return torch.nn.Linear(self.width, 1)

    def batches(self, seed: int, rank: int):
        rng = np.random.default_rng((seed, rank))
        while True:
            x = rng.random((32, self.width), np.float32)
            yield {"x": x, "y": 2 * x.sum(1, keepdims=True)}

    def loss(self, model: torch.nn.Module, batch: dict[str, torch.Tensor]):
        self.calls += 1
        loss = (model(batch["x"]) - batch["y"]).square().mean()
        return (loss * float("nan") if self.calls == self.spoil else loss), {"mse": float(loss.detach())}

    def validate(self, model: torch.nn.Module) -> dict[str, float]:
        assert not model.training
        return {"score": -float((model.weight - 2).abs().max())}


def test_it_learns_and_leaves_everything_behind(tmp_path: Path) -> None:
    outcome = train(Doubling(), SHORT, tmp_path, quiet=True)
    assert outcome.why == "finished"
    assert outcome.steps == 120
    assert outcome.figures["score"] > -0.2
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [40, 80, 120]
    assert (tmp_path / "curve.png").read_bytes()[:4] == b"\x89PNG"
    model = torch.nn.Linear(1, 1)
    state = release.load_weights(model, outcome.best)
    assert state["step"] == outcome.step
    assert abs(float(model.weight) - 2) == pytest.approx(-outcome.figures["score"])


def test_the_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    first, second = (train(Doubling(), SHORT, tmp_path / name, quiet=True).figures["score"] for name in "ab")
    assert first == second


def test_resuming_goes_on_from_the_last_step(tmp_path: Path) -> None:
    from dataclasses import replace

    train(Doubling(), SHORT, tmp_path, quiet=True)
    longer = train(Doubling(), replace(SHORT, steps=200), tmp_path, resume=True, quiet=True)
    steps = [json.loads(line)["step"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert longer.steps == 200
    assert steps == [40, 80, 120, 160, 200]


def test_it_stops_early_when_nothing_gets_better(tmp_path: Path) -> None:
    class Stubborn(Doubling):
        def validate(self, model: torch.nn.Module) -> dict[str, float]:
            return {"score": 0.5}

    from dataclasses import replace

    outcome = train(Stubborn(), replace(SHORT, steps=400, patience=2), tmp_path, quiet=True)
    assert (outcome.why, outcome.step, outcome.steps) == ("stopped early", 40, 120)


def test_a_loss_that_is_no_number_ends_it_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="step 49") as problem:
        train(Doubling(spoil=50), SHORT, tmp_path, quiet=True)
    assert "lower" in problem.value.cure
    assert checkpoint.load(tmp_path / LAST)[1]["step"] == 40  # the last good one stays


def test_checkpoints_of_another_network_and_torn_ones_are_told(tmp_path: Path) -> None:
    train(Doubling(), SHORT, tmp_path, quiet=True)
    with pytest.raises(ModelError, match="another network"):
        train(Doubling(width=3), SHORT, tmp_path, resume=True, quiet=True)
    data = (tmp_path / LAST).read_bytes()
    (tmp_path / LAST).write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelError, match="no whole checkpoint"):
        train(Doubling(), SHORT, tmp_path, resume=True, quiet=True)


def test_a_killed_save_leaves_the_earlier_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.safetensors"
    checkpoint.save(path, {"a": torch.ones(3)}, {"step": 1})

    def torn(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", torn)
    with pytest.raises(Exception, match="cannot be written"):
        checkpoint.save(path, {"a": torch.zeros(3)}, {"step": 2})
    assert checkpoint.load(path)[1] == {"step": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_the_learning_rate_warms_up_and_falls() -> None:
    shares = [rate(step, Recipe(steps=100, warmup=10, final_rate=0.1)) for step in range(101)]
    assert shares[0] == pytest.approx(0.1)
    assert max(shares) == pytest.approx(1)
    assert shares[100] == pytest.approx(0.1)
    assert all(a >= b for a, b in zip(shares[10:], shares[11:], strict=False))


def test_the_event_file_is_whole_records(tmp_path: Path) -> None:
    train(Doubling(), SHORT, tmp_path, quiet=True)
    (path,) = tmp_path.glob("events.out.tfevents.*")
    data, at, records = path.read_bytes(), 0, []
    while at < len(data):
        (size,) = struct.unpack_from("<Q", data, at)
        body = data[at + 12 : at + 12 + size]
        crc = crc32c(body)
        assert struct.unpack_from("<I", data, at + 12 + size)[0] == ((crc >> 15 | crc << 17) + 0xA282EAD8) % 2**32
        records.append(body)
        at += 16 + size
    assert b"brain.Event:2" in records[0]
    assert len(records) == 1 + 2 * 3
    assert any(b"validation/score" in record for record in records)


def test_crc32c_is_castagnolis() -> None:
    assert crc32c(b"123456789") == 0xE3069283  # RFC 3720's check value


def test_onnx_gives_the_same_numbers_or_nothing(tmp_path: Path) -> None:
    model = torch.nn.Linear(3, 2)
    worst = onnx_file.write(tmp_path / "m.onnx", model, [torch.randn(1, 3)], ["x"], ["y"],
                            {"x": {0: "n"}, "y": {0: "n"}}, trials=[[torch.randn(7, 3)]],
                            metadata={"k": "v"})  # fmt: skip
    assert worst <= onnx_file.TOLERANCE
    assert (tmp_path / "m.onnx").exists()

    class Moody(torch.nn.Module):
        calls = 0

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            Moody.calls += 1
            return x + Moody.calls

    with pytest.raises(ModelError, match="differs"):
        onnx_file.write(tmp_path / "moody.onnx", Moody(), [torch.randn(1, 3)], ["x"], ["y"])
    assert [p.name for p in tmp_path.iterdir()] == ["m.onnx"]


def test_the_index_knows_checksums_and_keeps_other_files(tmp_path: Path) -> None:
    index = tmp_path / "index.json"
    for name, content in (("a/one.onnx", b"1"), ("b/two.onnx", b"22")):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(content)
        release.register([tmp_path / name], "v", index)
    known = json.loads(index.read_text())
    assert known["format"] == release.FORMAT
    assert list(known["files"]) == ["a/one.onnx", "b/two.onnx"]
    assert known["files"]["b/two.onnx"]["bytes"] == 2
    assert known["files"]["a/one.onnx"]["sha256"].startswith("6b86b273ff34fce1")


PROGRAM = """
import sys; sys.path[:0] = [{root!r}, {tests!r}]
from dataclasses import replace
from pathlib import Path
from test_train_loop import Doubling, SHORT
from models.training.loop import train
if __name__ == "__main__":
    print(train(Doubling(), replace(SHORT, steps={steps}, makers={makers}), Path(sys.argv[1])).why)
"""


def program(folder: Path, steps: int, makers: int = 0) -> Path:
    path = folder / "program.py"
    path.write_text(PROGRAM.format(root=str(ROOT), tests=str(ROOT / "tests"), steps=steps, makers=makers))
    return path


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent differently on Windows")
def test_ctrl_c_keeps_a_checkpoint(tmp_path: Path) -> None:
    run = tmp_path / "run"
    child = subprocess.Popen([sys.executable, program(tmp_path, 10_000_000, makers=1), run], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, start_new_session=True)  # fmt: skip
    until = time.monotonic() + 120
    while not (run / BEST).exists() and time.monotonic() < until:
        time.sleep(0.2)
    os.killpg(child.pid, signal.SIGINT)  # as a terminal does: to the loop and to the makers of batches
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0, err
    assert out.strip() == "interrupted"
    assert "Traceback" not in err
    assert "checkpoint is kept" in err
    assert checkpoint.load(run / LAST)[1]["step"] > 0


@pytest.mark.slow
def test_two_processes_learn_together(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--master_port", "29533",
               str(program(tmp_path, 120)), str(tmp_path / "run")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["finished", "finished"]
    assert checkpoint.load(tmp_path / "run" / BEST)[1]["figures"]["score"] > -0.3
