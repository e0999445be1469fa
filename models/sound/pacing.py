"""The pacing edit on recordings with a truth: how much speech it loses, how much silence it takes out."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from neuroedit_addon.findings import Audio, Findings, Media, Span
from neuroedit_addon.planner.make_plan import plan_and_edits
from neuroedit_addon.settings import Settings
from neuroedit_addon.timeline import Clip, Timeline
from neuroedit_addon.worker.sound_features import FPS

from .measure import Case, Flags

RATE = Fraction(25)
NEAR = 4
"""Frames of 10 ms: a cut this near to speech is heard."""
Row = dict[str, Any]


def rows(cases: Sequence[Case], said: dict[str, Sequence[Flags]]) -> list[Row]:
    """One row for each detector: the same planner at its defaults (margins 0.2 s and 0.3 s, min cut 0.2 s).

    Columns: speech that is lost and removable silence that is gone, in per cent of frames, in mixtures and in clean
    recordings; and how many of all cuts lie within 40 ms of speech.
    """
    spoken = [number for number, case in enumerate(cases) if not case.group.startswith("only")]
    made = []
    for name, flags in said.items():
        row: Row = {"edit from": name}
        counts = {n: _counts(cases[n].speech, removed(flags[n])) for n in spoken}
        for title, clean in (("mixtures", False), ("clean", True)):
            sums = np.sum([counts[n] for n in spoken if (cases[n].group == "clean speech") == clean], axis=0)
            row[f"{title}: speech lost %"] = round(100 * sums[0] / max(sums[1], 1), 2)
            row[f"{title}: silence gone %"] = round(100 * sums[2] / max(sums[3], 1), 1)
        cuts = np.sum([counts[n] for n in spoken], axis=0)
        row["cuts near speech %"] = round(100 * cuts[4] / max(cuts[5], 1), 2)
        made.append(row)
    return made


def removed(said: Flags) -> Flags:
    """What the planner removes when this is all that is known, for every 10 ms."""
    seconds = len(said) / FPS
    frames = max(1, int(seconds * RATE))
    media = Media("/x.wav", seconds, None, 0, 0, 0, False, Audio(16_000, 1), "x")
    edges = np.flatnonzero(np.diff(np.concatenate(([0], said.astype(np.int8), [0])))) / FPS
    speech = tuple(Span(float(a), float(b)) for a, b in edges.reshape(-1, 2))
    timeline = Timeline(RATE, (media.path,), (Clip(0, 0, frames, Fraction(0), Fraction(1), (), ("x",)),))
    _, edits = plan_and_edits([Findings(media, speech=speech)], timeline, Settings(cut_all_silent=True))
    gone = np.zeros(len(said), bool)
    for span in edits.ranges:
        gone[round(span.left / RATE * FPS) : round(span.right / RATE * FPS)] = True
    return gone


def _counts(true: Flags, gone: Flags) -> tuple[int, ...]:
    settings = Settings()
    before, after = (round(m.at(RATE) * FPS) for m in (settings.margin_start, settings.margin_end))
    kept = true.copy()
    for shift in range(1, max(before, after) + 1):
        if shift <= before:
            kept[:-shift] |= true[shift:]
        if shift <= after:
            kept[shift:] |= true[:-shift]
    removable = _long_enough(~kept, round(settings.min_cut.at(RATE) * FPS))
    edges = np.flatnonzero(np.diff(gone.astype(np.int8))) + 1
    near = sum(bool(true[max(e - NEAR, 0) : e + NEAR].any()) for e in edges)
    return (int((true & gone).sum()), int(true.sum()), int((removable & gone).sum()), int(removable.sum()), near,
            len(edges))  # fmt: skip


def _long_enough(flags: Flags, least: int) -> Flags:
    out = flags.copy()
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))).reshape(-1, 2)
    for start, end in edges:
        if end - start < least:
            out[start:end] = False
    return out
