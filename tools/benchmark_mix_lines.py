"""A thousand subtitle files as bad as they come, spoken by a voice of known speed: where lines come to lie."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from neuroedit_addon import subtitles
from neuroedit_addon.captions import Captions
from neuroedit_addon.dub_lines import DubLine, DubTake
from neuroedit_addon.planner.dub import place, plan
from neuroedit_addon.worker.timefit import fit
from neuroedit_addon.worker.voice import Spoken

FILES = 1000
_RATES = tuple(Fraction(n, d) for n, d in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60, 1)))
_RATE = 48_000
_PACE = 15  # letters a second


def table() -> list[dict[str, Any]]:
    """A row a frame rate: lines, those that overlap the next one, and how far the worst is from its time, in frames."""
    found: dict[Fraction, list[tuple[int, int, float]]] = {fps: [] for fps in _RATES}
    for seed in range(FILES):
        fps = _RATES[seed % len(_RATES)]
        found[fps].append(_measured(_captions(seed), fps))
    rows = []
    for fps, measured in found.items():
        lines, overlaps, late = zip(*measured, strict=True)
        rows.append({"frames a second": f"{float(fps):.5g}", "files": len(measured), "lines": sum(lines),
                     "overlapping": sum(overlaps), "frames away from its time": max(late),
                     "within": not sum(overlaps) and max(late) <= 1})  # fmt: skip
    return rows


def _measured(captions: Captions, fps: Fraction) -> tuple[int, int, float]:
    lines = plan(captions, fps)
    placed = place(lines, [_take(line) for line in lines], fps)
    starts = np.array([caption.start for caption in captions.lines])
    late = max((float(np.abs(starts - float(one.left / fps)).min() * fps) for one in placed), default=0.0)
    overlaps = sum(a.right > b.left for a, b in zip(placed, placed[1:], strict=False))
    return len(placed), overlaps, late


def _take(line: DubLine) -> DubTake:
    """As the worker makes it, with a tone for a voice."""
    fitted = fit(lambda rate: _say(line.text, rate), line.slot)
    over = max(0.0, fitted.seconds - (fitted.seconds if line.limit is None else line.limit))
    return DubTake(line.key, "line.wav", fitted.seconds, fitted.rate, fitted.tempo, over)


def _say(text: str, rate: float) -> Spoken:
    samples = np.full(max(round(len(text) / _PACE / rate * _RATE), 1), 0.3, np.float32)
    return Spoken(samples, _RATE)


def _captions(seed: int) -> Captions:
    """Overlapping, empty, backwards, doubled, out of order."""
    random = np.random.default_rng(seed)
    blocks, start = [], 0.0
    for number in range(int(random.integers(1, 12))):
        start = max(0.0, start + random.normal(1.5, 2.0))
        end = max(start + random.choice([0.0, -1.0, 0.04, 0.5, 2.0, 5.0]), 0.0)
        text = "x" * int(random.integers(0, 80)) + str(random.choice(["", " 你好", " – no", "\n♪"]))
        blocks.append(f"{number}\n{_stamp(start)} --> {_stamp(end)}\n{text}\n")
        if random.random() < 0.1:
            blocks.append(blocks[-1])
    return subtitles.parse("\n".join([*blocks, f"0\n{_stamp(540.0)} --> {_stamp(541.0)}\nlast\n"]))


def _stamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"00:{minutes:02}:{rest // 1000:02},{rest % 1000:03}"
