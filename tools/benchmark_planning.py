"""`tools/benchmark.py planning`: how long it takes to plan an hour of talk whose findings are known."""

from __future__ import annotations

import json
import time
from fractions import Fraction
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from neuroedit_addon.findings import Audio, Findings, Loudness, Media, Shot, Span, Transition
from neuroedit_addon.planner.make_plan import plan_and_edits
from neuroedit_addon.settings import Settings
from neuroedit_addon.timeline import Clip, Timeline

HOUR, FPS, REPEATS = 3600.0, Fraction(25), 20


def measure(file: Path | None, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """One table: reading findings back, and planning them, in milliseconds."""
    findings = hour_of_findings()
    text = json.dumps(findings.to_json())
    clip = Clip(0, 1, 1 + int(HOUR * FPS), Fraction(0), picture=("film",), sound=("film sound",))
    timeline = Timeline(FPS, (findings.media.path,), (clip,))
    plan, edits = plan_and_edits([findings], timeline, Settings())
    read = _median_ms(lambda: Findings.from_json(json.loads(text)))
    planned = _median_ms(lambda: plan_and_edits([findings], timeline, Settings()))
    counts = f"{len(findings.speech)} spans of speech, {len(findings.transitions)} transitions"
    return {
        f"An hour of talk: {counts}": [
            {"step": "read the findings from their cache", "median ms": read, "result": f"{len(text) / 1e6:.1f} MB"},
            {"step": "plan and resolve to frames", "median ms": planned,
             "result": f"{len(plan.decisions)} decisions, {len(edits.ranges)} ranges"},
            {"step": "both", "median ms": read + planned, "result": ""},
        ]
    }  # fmt: skip


def hour_of_findings() -> Findings:
    """Speech of 2 to 6 s with pauses of 0.4 to 3 s, a cut every 6 s or so, loudness ten times a second."""
    random, at, speech, transitions = Random(1), 0.5, [], []
    while at < HOUR - 10:
        end = at + random.uniform(2, 6)
        speech.append(Span(round(at, 3), round(end, 3), 0.9))
        at = end + random.uniform(0.4, 3)
    frame = 100
    while frame < HOUR * FPS - 100:
        second = float(frame / FPS)
        transitions.append(Transition("cut", second, second, frame, frame, 0.9))
        frame += random.randrange(50, 250)
    edges = [0, *(t.start_frame for t in transitions), int(HOUR * FPS)]
    shots = [Shot(float(a / FPS), float(b / FPS), a, b) for a, b in zip(edges, edges[1:], strict=False)]
    loudness = Loudness(-20.0, 8.0, -1.0, 0.1, tuple(round(random.uniform(-60, -10), 1) for _ in range(int(HOUR * 10))))
    media = Media("/talk.mp4", HOUR, "25", int(HOUR * FPS), 1920, 1080, False, Audio(48000, 2), "hour")
    return Findings(media, tuple(transitions), tuple(shots), tuple(speech), loudness=loudness)


def _median_ms(work: Any) -> float:
    """Milliseconds of the one processor core that it keeps busy."""
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    return median(times)
