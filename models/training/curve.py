"""The validation curve as a picture, redrawn after every validation."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

_SIZE, _LEFT, _RIGHT, _TOP, _BOTTOM = (960, 480), 70, 200, 40, 50
_COLOURS = ((30, 30, 200), (180, 110, 30), (40, 150, 40), (170, 40, 150), (20, 140, 200), (120, 120, 120))
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def draw(path: Path, steps: list[int], series: dict[str, list[float]], title: str) -> None:
    """Write a PNG: every series over the steps, the first in bold; the legend says each one's last value.

    Series are drawn on one axis from the lowest to the highest value of all.
    """
    width, height = _SIZE
    image = np.full((height, width, 3), 255, np.uint8)
    values = np.array([v for line in series.values() for v in line] or [0.0])
    low, high = float(values.min()), float(values.max())
    low, high = (low, high) if high - low > 1e-9 else (low - 0.5, high + 0.5)
    last = max(steps[-1] if steps else 1, 1)

    def at(step: float, value: float) -> tuple[int, int]:
        x = _LEFT + (width - _LEFT - _RIGHT) * step / last
        return round(x), round(height - _BOTTOM - (height - _TOP - _BOTTOM) * (value - low) / (high - low))

    for tick in np.linspace(low, high, 6):
        cv2.line(image, at(0, tick), at(last, tick), (225, 225, 225), 1)
        cv2.putText(image, f"{tick:.3f}", (8, at(0, tick)[1] + 4), _FONT, 0.4, (0, 0, 0), 1, cv2.LINE_AA)
    for tick in np.linspace(0, last, 6):
        cv2.putText(image, f"{tick:.0f}", (at(tick, low)[0] - 14, height - 28), _FONT, 0.4, (0, 0, 0), 1, cv2.LINE_AA)
    for index, (name, line) in enumerate(series.items()):
        colour = _COLOURS[index % len(_COLOURS)]
        points = np.array([at(s, v) for s, v in zip(steps, line, strict=True)], np.int32)
        cv2.polylines(image, [points], False, colour, 3 if index == 0 else 1, cv2.LINE_AA)
        spot = (width - _RIGHT + 12, _TOP + 18 * index)
        cv2.putText(image, f"{name} {line[-1]:.4f}", spot, _FONT, 0.42, colour, 1, cv2.LINE_AA)
    cv2.putText(image, title, (_LEFT, 24), _FONT, 0.55, (0, 0, 0), 1, cv2.LINE_AA)
    beside = path.with_name(f".{path.stem}.part.png")
    cv2.imwrite(str(beside), image)
    beside.replace(path)
