"""Writes the card: what the network is, what it was trained on, what it is worth, where it is weak."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from models.training import release
from neuroedit_addon.worker.network import open_network
from neuroedit_addon.worker.shots import NETWORK, settings, sigmoid
from neuroedit_addon.worker.shots_read_out import Thresholds

from . import measure
from .evaluate import total
from .net import ShotNet
from .validation import see

_TITLE = "shots: finds cuts, dissolves, fades and wipes"
_USE = """For finding where shots give way to one another in edited footage of any kind and frame rate. It sees
48 x 27 pixels: what is not visible there (a cut between two nearly equal pictures) it cannot find. Jump cuts are
trained as a class of their own and reported as cuts. It is not for judging content."""
_LIMITS = """* Few films trained it: one animated film, one film with actors, a dozen single takes, photographs under
  made-up cameras and painted scenes. Every transition in training but those of the two films was made by script; the
  open test is of other films, but of the same script.
* The labels of the real films were made by eye in one pass; ends of gradual transitions are right within about 3
  frames.
* A picture that changes nearly whole inside one shot (a full-screen window switch, a hand that uncovers another scene)
  is a cut to it. Very slow dissolves between similar pictures are missed."""


def write(path: Path, data: Path, record: dict[str, Any], told: dict[str, Any]) -> None:
    """Measure the shipped ONNX file on a data set and write card.md."""
    session = open_network(NETWORK)
    kept = session.get_modelmeta().custom_metadata_map
    thresholds, _ = settings(session)

    def network(frames: np.ndarray) -> np.ndarray:
        return sigmoid(session.run(None, {"frames": frames})[0])

    find = measure.detector(network, thresholds)
    edits = measure.open_test(data)
    films = measure.real_films(data)
    release.write_card(path, _TITLE, {
        "What it is for": _USE,
        "What it is": _what(told, thresholds, kept),
        "How it was trained": _training(record),
        "Open test: scripted edits of test films": _open(find, network, edits, thresholds, kept),
        "Labelled real films": _real(find, films),
        "Where it is weak": _LIMITS,
    })  # fmt: skip


def _what(told: dict[str, Any], thresholds: Thresholds, kept: dict[str, str]) -> str:
    count = sum(p.numel() for p in ShotNet().parameters())
    return (
        f"{count:,} parameters; a CNN looks at every frame, its likeness to the 48 frames on either side (learned, and "
        "by structure, palette, distance and edges) and convolutions and a two-way GRU over time decide. Two outputs "
        "for each of cut, dissolve, fade, wipe, jump: that this frame is the middle, and that it lies inside.\n\n"
        f"ONNX and PyTorch differ by {told['parity']:.1g} at most. Thresholds (chosen on validation films): "
        f"`{kept['thresholds']}`; calibration (slope, shift of the score's logit): `{kept['calibration']}`."
    )


def _training(record: dict[str, Any]) -> str:
    if not record:
        return "No record of the run was kept."
    minutes = record["seconds"] / 60
    return (
        f"`{record['command']}` at commit {record['commit']} on {record['date']} with torch {record['torch']}, seed "
        f"{record['seed']}; {record['steps']} steps in {minutes:.0f} minutes, weights of step {record['step']}.\n\n"
        f"Data: `{json.dumps(record['data'])}`. Recipe: `{json.dumps(record['recipe'])}`.\n\n"
        f"Validation then: {', '.join(f'{k} {v:.3f}' for k, v in record['figures'].items())}."
    )


def _open(find: measure.Detector, network: Any, edits: Any, thresholds: Thresholds, kept: dict[str, str]) -> str:
    counts = measure.on_edits(find, edits)
    starts, ends = counts.end_error()
    outputs = [see(network, e.frames) for e in edits]
    unsure = measure.confidence_error(outputs, edits, thresholds, json.loads(kept["calibration"]))
    return (
        f"{len(edits)} edits of {measure.OPEN_LENGTH} frames, seed {measure.OPEN_SEED}, half of them with flashes, "
        "light changes, things before the lens, captions and bad film; the rule is TransNet's (both sides widened by "
        "half a frame, one to one).\n\n"
        + release.table([measure.row("open test", counts)])
        + f"\n\nMedian error of a gradual transition's start {starts:.1f} and end {ends:.1f} frames; expected "
        f"calibration error {unsure:.3f}."
    )


def _real(find: measure.Detector, films: list[measure.RealFilm]) -> str:
    counts = measure.on_films(find, films)
    rows, note = [], []
    for split in ("train", "validation", "test"):
        edited = [counts[f.film.name] for f in films if f.split == split and not f.single]
        rows.append(measure.row(f"edited films, {split}", total(edited)))
    rows.append(measure.row("edited films, all", total(counts[f.film.name] for f in films if not f.single)))
    single = [f for f in films if f.single]
    frames = sum(len(f.film.small) for f in single)
    alarms = {f.film.name: counts[f.film.name].false for f in single if counts[f.film.name].false}
    where = f" ({', '.join(f'{name} {number}' for name, number in alarms.items())})" if alarms else ""
    note.append(f"{len(single)} single takes ({frames} frames): {sum(alarms.values())} false alarms{where}.")
    note.append(f"200 flashes and strobes put into single takes: {measure.flashes(find, films)} false alarms.")
    return release.table(rows) + "\n\n" + "\n".join(f"* {line}" for line in note)
