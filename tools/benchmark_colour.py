"""`tools/benchmark.py colour`: the colour network beside gray-world, shades-of-gray, white-patch and ffmpeg's filters.

On films that no training has seen: clips spoilt in known ways and coded (`models/colour/evaluate.py`), corrected as
Blender's modifiers would (their NumPy twin, which tests/blender/test_grade.py holds to rendered pixels).
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.colour.evaluate import Clip, angles, clips, compare, ours
from models.colour.faults import spoil
from models.colour.peers import PEERS
from neuroedit_addon.errors import MediaError
from neuroedit_addon.findings import Shot
from neuroedit_addon.worker.colour import NETWORK, ColourJudge
from neuroedit_addon.worker.colour_difference import difference
from neuroedit_addon.worker.colour_match import fit
from neuroedit_addon.worker.colour_twin import twin
from neuroedit_addon.worker.network import MODELS, open_network

_PIECES = 3  # of every film
_SHOTS = 100


def measure(footage: Path) -> dict[str, list[dict[str, Any]]]:
    """Tables by title, each a list of rows with the same keys.

    Raises:
        MediaError: the footage has no films of the test split.
        ModelError: the shipped weights are missing or damaged.
    """
    cv2.setNumThreads(1)
    material = list(clips(footage, "test", _PIECES))
    if not material:
        raise MediaError(f"{footage} has no colour films that training left out.", "Name another folder.")
    methods = {**PEERS, "NeuroEdit": ours(open_network(NETWORK, 1))}
    return {
        "Corrected clips (median CIEDE2000 to the unspoilt picture)": compare(material, methods),
        "Angle between the light that was left and white, degrees (cast only)": angles(material, methods),
        "Matching a spoilt copy to its original (CIEDE2000)": [_matching(material)],
        "Speed and size": [_speed()],
    }


def _matching(material: list[Clip]) -> dict[str, Any]:
    rng = np.random.default_rng(11)
    before, after = [], []
    for clip in (c for c in material if c.kind == "good"):
        original = np.concatenate([cv2.resize(f, (48, 27), interpolation=cv2.INTER_AREA) for f in clip.clean[::4]])
        copy = spoil(rng, original[None].astype(np.float32) / 255, 0, 0, 0)[0][0]
        goal = original / 255
        before.append(difference(copy, goal))
        made = fit(copy.reshape(-1, 3), goal.reshape(-1, 3))
        after.append(difference(twin(copy, made), goal))
    return {"copies": len(after), "mean before": float(np.mean(before)), "mean after": float(np.mean(after)),
            "median after": float(np.median(after))}  # fmt: skip


def _speed() -> dict[str, Any]:
    rng = np.random.default_rng(3)
    judging = ColourJudge()
    from neuroedit_addon.worker.analyser import LookFrame

    for number in range(_SHOTS * 8):
        judging.picture(LookFrame(number, number * 0.5, rng.integers(0, 256, (54, 96, 3), np.uint8)))
    shots = [Shot(n * 4.0, n * 4.0 + 4.0, n * 8, n * 8 + 8) for n in range(_SHOTS)]
    began = time.perf_counter()
    found = judging.grades(shots)
    return {"shots": len(found), "seconds to judge and fit": time.perf_counter() - began,
            "network, bytes": (MODELS / NETWORK).stat().st_size}  # fmt: skip
