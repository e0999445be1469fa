"""The sound network beside what needs no network, on recordings it has never heard: the tables of its card."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from neuroedit_addon.worker.analyser import SoundBlock
from neuroedit_addon.worker.sound_net import RULES, SoundNet
from neuroedit_addon.worker.sound_windows import Network

from . import measure, pacing, peers
from .measure import Case, Flags
from .sources import Samples

OURS = "NeuroEdit sound network"
_GROUPS = ("clean speech", "speech over noise", "speech over music", "in turns")
Row = dict[str, Any]


def tables(footage: Path, network: Network | None = None) -> dict[str, list[Row]]:
    """All tables by title; rows are dictionaries with the same keys.

    Args:
        footage: a folder with audio/ and test_only/audio/ as models/sound/split.tsv names its files.
        network: measure this one instead of the shipped one.

    Raises:
        MediaError: a recording is missing.
        ModelError: the weights are missing or damaged.
        EnvironmentProblem: webrtcvad is not installed.
    """
    cases = [*measure.held_out(footage), *measure.composed(footage), *measure.without_speech(footage)]
    spans = [hear(case.samples, network) for case in cases]
    ours = [said["speech"] for said in spans]
    said = {OURS: ours} | {name: [peer(c.samples) for c in cases] for name, peer in peers.peers().items()}
    return {
        "Speech, F1 over frames of 10 ms": [_speech_row(name, cases, flags) for name, flags in said.items()],
        "Music and noise, F1 over frames of 10 ms": _kinds(cases, spans),
        "Speech boundaries": _boundaries(cases, ours),
        "Pacing edit": pacing.rows(cases, _cut_from(said, spans)),
        "Gain": _gain(cases, network),
        "Speed": _speed(cases, network),
    }


def hear(samples: Samples, network: Network | None = None) -> dict[str, Flags]:
    """What the product's analyser says of a recording, as flags for every 10 ms, by kind."""
    analyser = SoundNet(network=network)
    for start in range(0, len(samples), 16_000):
        analyser.sound(SoundBlock(start, samples[start : start + 16_000]))
    found = analyser.finish()
    frames = -(-len(samples) // 160)
    kinds = (*RULES, "perhaps")
    return {name: measure.flags(list(found[name]), frames) for name in kinds}  # type: ignore[call-overload]


def _cut_from(said: dict[str, list[Flags]], spans: Sequence[dict[str, Flags]]) -> dict[str, list[Flags]]:
    """What edits are made from: ours from all that is perhaps speech, and, to compare, from speech alone."""
    ours = {OURS: [found["perhaps"] for found in spans], f"{OURS}, sure speech alone": said[OURS]}
    return ours | {name: flags for name, flags in said.items() if name not in (OURS, "all speech")}


def _speech_row(name: str, cases: Sequence[Case], said: Sequence[Flags]) -> Row:
    row: Row = {"method": name}
    pairs = [(flags, case.speech) for flags, case in zip(said, cases, strict=True)]
    spoken = [pair for pair, case in zip(pairs, cases, strict=True) if not case.group.startswith("only")]
    for group in _GROUPS:
        row[group] = measure.f1([pair for pair, case in zip(pairs, cases, strict=True) if case.group == group])
    row["all with speech"] = measure.f1(spoken)
    row["everything"] = measure.f1(pairs)
    for kind in ("music", "noise", "film"):
        silent = [flags for flags, case in zip(said, cases, strict=True) if case.group == f"only {kind}"]
        row[f"false on {kind} %"] = round(100 * float(np.concatenate(silent).mean()), 2) if silent else ""
    return row


def _kinds(cases: Sequence[Case], spans: Sequence[dict[str, Flags]]) -> list[Row]:
    rows = []
    for kind in ("music", "noise"):
        known = [(said[kind], getattr(case, kind), case.group) for said, case in zip(spans, cases, strict=True)
                 if getattr(case, kind) is not None]  # fmt: skip
        row: Row = {"kind": kind, "all": measure.f1([(a, b) for a, b, _ in known])}
        for group in ("only music", "only noise", "speech over music", "speech over noise", "in turns"):
            row[group] = measure.f1([(a, b) for a, b, g in known if g == group])
        rows.append(row)
    return rows


def _boundaries(cases: Sequence[Case], ours: Sequence[Flags]) -> list[Row]:
    rows = []
    for group in _GROUPS:
        chosen = [(flags, case.speech) for flags, case in zip(ours, cases, strict=True) if case.group == group]
        errors = [measure.boundary_errors(said, true) for said, true in chosen]
        together = np.concatenate(errors) if errors else np.zeros(0)
        if len(together):
            rows.append({"group": group, "median ms": round(1000 * float(np.median(together)), 1),
                         "90 % below ms": round(1000 * float(np.quantile(together, 0.9)), 1)})  # fmt: skip
    return rows


def _gain(cases: Sequence[Case], network: Network | None) -> list[Row]:
    chosen = [case for case in cases if case.group in _GROUPS][::4]
    rows = []
    for decibels in (0, -10, -20, -30, -40):
        gain = np.float32(10 ** (decibels / 20))
        f1 = measure.f1([(hear(case.samples * gain, network)["speech"], case.speech) for case in chosen])
        rows.append({"gain dB": decibels, "speech F1": round(f1, 4)})
    return rows


def _speed(cases: Sequence[Case], network: Network | None) -> list[Row]:
    sound = np.concatenate([case.samples for case in cases])[: 600 * 16_000]
    clocks = {"times real time": time.perf_counter, "seconds of sound a processor second": time.process_time}
    best = dict.fromkeys(clocks, 0.0)
    for _ in range(3):
        began = {name: clock() for name, clock in clocks.items()}
        hear(sound, network)
        for name, clock in clocks.items():
            best[name] = max(best[name], len(sound) / 16_000 / (clock() - began[name]))
    return [{"threads": 1, **{name: round(rate) for name, rate in best.items()}}]
