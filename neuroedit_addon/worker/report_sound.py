"""The report's strip of one media file: thumbnails, waveform, speech and music bands, what the plan does to it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from html import escape

import av
import cv2
import numpy as np

from ..errors import NeuroEditError
from ..findings import Findings, Span
from ..plan import Decision, Plan
from .mono import Mono
from .source import open_media

COLUMNS = 1200  # of the waveform, over the whole file
_HEIGHT, _ROW = 120, 14
_THUMBNAILS, _THUMB_WIDTH = 12, 100
_BANDS = (("speech", "#2f7ed8"), ("music", "#8f5bd0"), ("noise", "#9a9a9a"))
_FATES = {"remove": "#d9534f", "mute": "#777", "speed": "#e8a33d"}


def fragment(findings: Findings, plan: Plan, cancelled: Callable[[], bool]) -> str:
    """A self-contained `<section>` of HTML; a file that cannot be read any more has no waveform and no pictures.

    Args:
        cancelled: asked while decoding; the picture is then left unfinished.
    """
    media = findings.media
    number = next((i for i, source in enumerate(plan.sources) if source.path == media.path), None)
    decisions = plan.of(number) if number is not None else ()
    length = max(media.duration, 1e-3)
    peaks = _peaks(media.path, length, cancelled) if media.audio else np.zeros(0)
    parts = [f"<h2>{escape(media.path.replace(chr(92), '/').rpartition('/')[2])}</h2>",
             _thumbnails(media.path, length, cancelled) if media.fps else "",
             _drawing(findings, decisions, peaks, length, plan), _table(decisions, plan)]  # fmt: skip
    return f'<section class="sound">{"".join(parts)}</section>'


def _drawing(findings: Findings, decisions: Sequence[Decision], peaks: np.ndarray, length: float, plan: Plan) -> str:
    bands = [(name, colour, spans) for name, colour in _BANDS if (spans := getattr(findings, name))]
    height = _HEIGHT + _ROW * len(bands)
    svg = [f'<svg viewBox="0 0 {COLUMNS} {height}" preserveAspectRatio="none" role="img" '
           f'style="width:100%;height:{height}px;background:#1d1d1d">']  # fmt: skip
    for decision in decisions:
        if decision.kind in _FATES:
            done = _carried_out(decision, plan)
            look = f'fill="{_FATES[decision.kind]}" fill-opacity="{0.45 if done else 0.12}"'
            tip = f"{decision.kind}: {decision.reason}{'' if done else ' (proposed)'}"
            svg.append(_box(decision.start, decision.end, length, 0, _HEIGHT, look, tip))
    if len(peaks):
        middle = _HEIGHT / 2
        line = "".join(f"M{x} {middle - h:.1f}V{middle + h:.1f}" for x, p in enumerate(peaks)
                       if (h := max(0.5, min(float(p), 1.0) * middle)))  # fmt: skip
        svg.append(f'<path d="{line}" stroke="#d8d8d8" stroke-width="1"/>')
    for row, (name, colour, spans) in enumerate(bands):
        top = _HEIGHT + row * _ROW + 2
        svg += [_box(s.start, s.end, length, top, _ROW - 4, f'fill="{colour}"', _said(name, s)) for s in spans]
    svg.append("</svg>")
    legend = [f'<span style="color:{colour}">■ {name}</span>' for name, colour, _ in bands]
    kinds = {d.kind for d in decisions}
    legend += [f'<span style="color:{colour}">■ {kind}</span>' for kind, colour in _FATES.items() if kind in kinds]
    return "".join(svg) + f"<p>{' '.join(legend)} · {length:.1f} s</p>"


def _said(name: str, span: Span) -> str:
    return f"{name} {span.start:.2f}–{span.end:.2f} s ({span.confidence:.0%})"


def _box(start: float, end: float, length: float, top: float, height: float, look: str, tip: str) -> str:
    left, width = COLUMNS * start / length, max(COLUMNS * (end - start) / length, 0.5)
    return (f'<rect x="{left:.2f}" y="{top}" width="{width:.2f}" height="{height}" {look}>'
            f"<title>{escape(tip)}</title></rect>")  # fmt: skip


def _table(decisions: Sequence[Decision], plan: Plan) -> str:
    rows = [
        f"<tr><td>{d.start:.2f}</td><td>{d.end:.2f}</td><td>{escape(d.kind)}</td><td>{escape(d.reason)}</td>"
        f"<td>{d.confidence:.2f}</td><td>{'done' if _carried_out(d, plan) else 'proposed'}</td></tr>"
        for d in decisions
        if d.kind != "keep"
    ]
    if not rows:
        return "<p>Nothing is changed.</p>"
    head = "<tr><th>from s</th><th>to s</th><th>what</th><th>why</th><th>confidence</th><th></th></tr>"
    return f"<details><summary>{len(rows)} decisions</summary><table>{head}{''.join(rows)}</table></details>"


def _carried_out(decision: Decision, plan: Plan) -> bool:
    return decision.enabled and decision.confidence >= float(plan.settings.get("min_confidence", 0.5))


def _peaks(path: str, length: float, cancelled: Callable[[], bool]) -> np.ndarray:
    """The highest absolute sample of each column, (COLUMNS,), scaled so that the loudest is 1."""
    peaks = np.zeros(COLUMNS)
    per_second = COLUMNS / length
    try:
        with open_media(path) as container:
            mono, zero = Mono(), (container.start_time or 0) / 1_000_000
            for frame in container.decode(container.streams.audio[0]):
                if cancelled():
                    break
                for block in mono.feed(frame, None if frame.time is None else frame.time - zero):
                    at = ((block.start + np.arange(len(block.samples))) / 16_000 * per_second).astype(int)
                    np.maximum.at(peaks, np.minimum(at, COLUMNS - 1), np.nan_to_num(np.abs(block.samples)))
    except (NeuroEditError, av.FFmpegError, IndexError):
        return np.zeros(0)
    return peaks / peaks.max() if peaks.any() else peaks


def _thumbnails(path: str, length: float, cancelled: Callable[[], bool]) -> str:
    images = []
    try:
        with open_media(path) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for number in range(_THUMBNAILS):
                if cancelled():
                    break
                second = (number + 0.5) * length / _THUMBNAILS
                container.seek(int(second * 1_000_000) + (container.start_time or 0))
                frame = next(container.decode(stream), None)
                if frame is not None:
                    images.append(f'<img alt="" title="{second:.1f} s" src="{_jpeg(frame)}">')
    except (NeuroEditError, av.FFmpegError, IndexError):
        return ""
    return f'<div style="display:flex;gap:2px;overflow:hidden">{"".join(images)}</div>'


def _jpeg(frame: av.VideoFrame) -> str:
    height = max(2, round(_THUMB_WIDTH * frame.height / frame.width / 2) * 2)
    picture = frame.reformat(_THUMB_WIDTH, height, "bgr24").to_ndarray()
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 70])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode()
