"""The card of a user's classifier: its figures, and pictures of its confusion and calibration."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.training import release

from .fit import Measured
from .material import Examples

_FONT = cv2.FONT_HERSHEY_SIMPLEX


def write(folder: Path, found: Measured, data: Examples, made: str, seed: int, worst: float) -> None:
    """card.md, confusion.png and calibration.png."""
    cv2.imwrite(str(folder / "confusion.png"), _confusion(found, data.classes))
    cv2.imwrite(str(folder / "calibration.png"), _calibration(found))
    rows: list[dict[str, Any]] = []
    for part in ("train", "validation", "test"):
        own = data.part(part)
        files = Counter(data.files[n].split("/")[0] for n in {*data.origin[own].tolist()})
        pictures = Counter(data.classes[n] for n in data.truth[own].tolist())
        rows.append({"part": part, **{f"{name}: files, pictures": f"{files[name]}, {pictures[name]}"
                                      for name in data.classes}})  # fmt: skip
    auc = "" if found.auc is None else f", AUC {found.auc:.3f}"
    release.write_card(folder / "card.md", f"A classifier: {', '.join(data.classes)}", {
        "Figures": f"Balanced accuracy {found.balanced:.3f}{auc}, expected calibration error {found.calibration:.3f}, "
        "on films that were neither trained on nor chosen by.\n\n![confusion](confusion.png) "
        "![calibration](calibration.png)",
        "How it was made": f"{made}; seed {seed}; cross-entropy, Adam, batches of 32. ONNX Runtime differs from "
        f"PyTorch by {worst:.1g} at most.\n\n{release.table(rows)}",
        "What this does not say": "All pictures of a file are in one part, but files of one day and place may be in "
        "several: on another day it may be worse.",
    })  # fmt: skip


def _confusion(found: Measured, classes: tuple[str, ...]) -> Any:
    counts = np.array(found.confusion, float)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    cell, edge = 110, 150
    image = np.full((edge + cell * len(classes), edge + cell * len(classes), 3), 255, np.uint8)
    for row, name in enumerate(classes):
        cv2.putText(image, name[:12], (8, edge + row * cell + 60), _FONT, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
        cv2.putText(image, name[:12], (edge + row * cell + 8, edge - 12), _FONT, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
        for column in range(len(classes)):
            x, y, share = edge + column * cell, edge + row * cell, shares[row, column]
            colour = (255, 255 - int(150 * share), 255 - int(220 * share))
            cv2.rectangle(image, (x, y), (x + cell, y + cell), colour, -1)
            text = f"{int(counts[row, column])} ({share:.0%})"
            cv2.putText(image, text, (x + 8, y + 60), _FONT, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
    cv2.putText(image, "true (down), told (across)", (8, 30), _FONT, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    return image


def _calibration(found: Measured) -> Any:
    side, edge = 320, 50
    image = np.full((side + 2 * edge, side + 2 * edge, 3), 255, np.uint8)

    def at(across: float, up: float) -> tuple[int, int]:
        return round(edge + across * side), round(edge + (1 - up) * side)

    cv2.rectangle(image, at(0, 1), at(1, 0), (0, 0, 0), 1)
    cv2.line(image, at(0, 0), at(1, 1), (200, 200, 200), 1)
    most = max((count for *_, count in found.bins), default=1)
    for sure, right, count in found.bins:
        cv2.circle(image, at(sure, right), 3 + round(9 * (count / most) ** 0.5), (180, 90, 20), -1, cv2.LINE_AA)
    cv2.putText(image, "how sure (across), how often right (up)", (12, 30), _FONT, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
    return image
