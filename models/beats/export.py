"""From a training run to the files that are shipped: weights, ONNX, checksums, card."""

from __future__ import annotations

from pathlib import Path

import torch

from models.training import onnx_file, release
from neuroedit_addon.worker.beat_windows import BANDS

from .measure import tables
from .net import BeatNet

FOLDER = Path(__file__).resolve().parent
VERSION = "beats-1"


def export(run: Path, data: Path | None) -> None:
    """Ship a run's best weights and write the card.

    Raises:
        ModelError: the run has no whole checkpoint, or ONNX Runtime and PyTorch disagree.
        MediaError: a recording of known tempo is missing in `data`.
        EnvironmentProblem: mir_eval, which measures, is not installed.
    """
    model = BeatNet()
    state = release.load_weights(model, run / "best.safetensors")
    kept = {"name": "beats", "step": state.get("step"), "figures": state.get("figures")}
    release.save_weights(model, FOLDER / "beats.safetensors", kept)
    worst = onnx_file.write(
        FOLDER / "beats.onnx", model, [torch.randn(1, 3000, BANDS)], ["energies"], ["logits"],
        {"energies": {1: "time"}, "logits": {1: "time"}},
        trials=[[torch.randn(1, count, BANDS)] for count in (1, 2, 777)], metadata={"version": VERSION},
    )  # fmt: skip
    release.register([FOLDER / "beats.safetensors", FOLDER / "beats.onnx"], VERSION)
    print(f"beats.onnx differs from PyTorch by {worst:.1g} at most")
    _write_card(kept, sum(p.numel() for p in model.parameters()), data)


def _write_card(kept: dict[str, object], parameters: int, data: Path | None) -> None:
    measured = "\n\n".join(f"**{title}**\n\n{release.table(rows)}" for title, rows in tables(data).items())
    release.write_card(FOLDER / "card.md", "beats: how likely a beat falls, every 20 ms", {
        "What it is": f"""
A temporal convolutional network (net.py, {parameters:,} parameters): two convolutions over 32 bands and their rise,
nine dilated ones that reach 20 s to both sides; two answers, a beat and a bar's first beat, of which the product
reads the first. It sees fixed windows of a minute (`neuroedit_addon/worker/beat_windows.py`). The pulse is
found by a bar pointer model over tempo and phase (`neuroedit_addon/worker/beat_path.py`).""",
        "Data": """
Music made up while training, with exact beats: loops of models/sound/music.py and grooves.py (random drum bars, fills,
sections, swing, half time, syncopation, triple time, drift, rubato, changes of tempo, 58 to 205 beats a minute), each
heard again faster and slower, through other microphones, in noise. Nothing recorded was trained on. The decoder's three
numbers were chosen on validation pieces.""",
        "Measured": f"""
`python3 tools/benchmark.py beats --footage FOLDER`; mir_eval's F-measure within 70 ms, the first five seconds left out
as is usual. No piece was heard in training or tuning.

{measured}""",
        "Shipped": f"Step {kept['step']}; F on 48 validation pieces (BeatTask.validate in models/beats/train.py), "
        f"kept with the step: {kept['figures']}.",
        "Limits": """
Music without a pulse gets beats, too, where it is called music. Slow rubato, tempi below 54 or above 214 and ternary
feels (is the beat the quaver or the dotted crotchet?) are where it errs; half or double tempo is the usual error. On
a solo trumpet without accompaniment librosa is better.""",
    })  # fmt: skip
