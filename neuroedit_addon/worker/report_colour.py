"""The report's part on colours: every shot before and after, its scopes, and the values that were written."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Any

import av
import cv2
import numpy as np

from ..correction import Correction
from ..errors import MediaError
from ..looks import LOOKS
from .colour_frames import frames
from .colour_twin import twin

_WIDTH = 320
_SCOPE = 120
_MOST = 200  # shots with pictures; a page should open


def fragment(grades: Sequence[dict[str, Any]], look: str = "neutral") -> str:
    """A self-contained `<section>` of HTML; empty without grades.

    Args:
        grades: {"path", "start", "end", "correction": as JSON or null, "confidence", "matched", "strips"} each.
        look: laid over all of them.
    """
    if not grades:
        return ""
    parts = [_shot(grade, look) for grade in grades[:_MOST]]
    more = f"<p>{len(grades) - _MOST} more shots are not shown.</p>" if len(grades) > _MOST else ""
    return f'<section class="colour"><h2>Colours</h2>{"".join(parts)}{more}</section>'


def _shot(grade: dict[str, Any], look: str) -> str:
    name = str(grade["path"]).replace("\\", "/").rpartition("/")[2]
    correction = Correction.from_json(grade["correction"]) if grade.get("correction") else None
    title = f"{escape(name)} {grade['start']:.2f}–{grade['end']:.2f} s · {_said(grade, correction)}"
    try:
        before = frames(str(grade["path"]), float(grade["start"]), float(grade["end"]), 1, _WIDTH)[0]
    except (MediaError, av.FFmpegError, OSError):
        return f"<h3>{title}</h3><p>The footage cannot be read any more.</p>{_values(correction)}"
    after = twin(twin(before / 255, correction or Correction()), LOOKS.get(look, Correction()))
    shown = np.rint(after * 255).astype(np.uint8)
    pictures = "".join(
        f'<figure style="display:inline-block;margin:0 1em 0 0">{_picture(rgb, _WIDTH)}<br>'
        f"{_picture(waveform(rgb), _WIDTH // 2)}{_picture(vectorscope(rgb), _SCOPE)}{histogram(rgb)}"
        f"<figcaption>{word}</figcaption></figure>"
        for word, rgb in (("before", before), ("after", shown))
    )
    return f"<h3>{title}</h3>{pictures}{_values(correction)}"


def _said(grade: dict[str, Any], correction: Correction | None) -> str:
    if correction is None:
        return "left alone"
    return "matched" if grade.get("matched") else f"corrected ({float(grade['confidence']):.0%} sure)"


def _values(correction: Correction | None) -> str:
    if correction is None:
        return ""
    rows = "".join(
        f"<tr><th>{name}</th>{''.join(f'<td>{value:.3f}</td>' for value in values)}</tr>"
        for name, values in (("slope", correction.slope), ("offset", correction.offset), ("power", correction.power))
    )
    return (f"<table><tr><th></th><th>red</th><th>green</th><th>blue</th></tr>{rows}"
            f"<tr><th>saturation</th><td>{correction.saturation:.3f}</td></tr></table>")  # fmt: skip


def waveform(rgb: np.ndarray) -> np.ndarray:
    """How often each value (up) stands in each column (across), red, green and blue over one another: uint8 RGB."""
    made = np.zeros((_SCOPE, rgb.shape[1], 3))
    columns = np.broadcast_to(np.arange(rgb.shape[1]), rgb.shape[:2])
    for channel in range(3):
        rows = _SCOPE - 1 - rgb[..., channel].astype(int) * (_SCOPE - 1) // 255
        np.add.at(made[..., channel], (rows, columns), 1)
    return np.asarray(np.rint((made / 4).clip(0, 1) ** 0.6 * 255), np.uint8)


def vectorscope(rgb: np.ndarray) -> np.ndarray:
    """How often each pair of Cb (across) and Cr (up), Rec.709, comes up: uint8 RGB, gray in the middle."""
    x = rgb.reshape(-1, 3) / 255
    luma = x @ (0.2126, 0.7152, 0.0722)
    across, up = (x[:, 2] - luma) / 1.8556, (x[:, 0] - luma) / 1.5748
    made = np.zeros((_SCOPE, _SCOPE))
    places = [np.rint((v * 1.0 + 0.5) * (_SCOPE - 1)).astype(int).clip(0, _SCOPE - 1) for v in (-up, across)]
    np.add.at(made, tuple(places), 1)
    bright = np.rint((made / 6).clip(0, 1) ** 0.5 * 255)
    bright[_SCOPE // 2, :] = np.maximum(bright[_SCOPE // 2, :], 60)
    bright[:, _SCOPE // 2] = np.maximum(bright[:, _SCOPE // 2], 60)
    return np.asarray(np.repeat(bright[..., None], 3, 2), np.uint8)


def histogram(rgb: np.ndarray) -> str:
    """Red, green and blue as three lines of SVG."""
    lines = []
    for channel, colour in enumerate(("#f55", "#5d5", "#68f")):
        counts = np.bincount(rgb[..., channel].ravel() // 4, minlength=64) / rgb[..., channel].size
        points = " ".join(f"{i * 2},{_SCOPE - min(float(c) * 12, 1) * _SCOPE:.0f}" for i, c in enumerate(counts))
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
    return (f'<svg width="128" height="{_SCOPE}" style="background:#1d1d1d" role="img">'
            f'<title>histogram</title>{"".join(lines)}</svg>')  # fmt: skip


def _picture(rgb: np.ndarray, width: int) -> str:
    kind = ".png" if rgb.shape[0] == _SCOPE else ".jpg"
    _, data = cv2.imencode(kind, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    text = base64.b64encode(data.tobytes()).decode()
    return f'<img width="{width}" alt="" src="data:image/{"png" if kind == ".png" else "jpeg"};base64,{text}">'
