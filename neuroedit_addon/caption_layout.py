"""Lays captions out as people read them: two short, balanced lines, parted by sense, with a warning when too fast.

The rules are those of Netflix's Timed Text Style Guide (42 signs a line, two lines, at least 5/6 s) with the more
careful 17 signs a second of the BBC's and EBU's practice; for Chinese 15 (here) of its 16 signs a line and 9 a second.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from .captions import Caption, is_wide, is_wide_text

_STRONG = ".!?…。！？"
_WEAK = ",;:—–，；：、"


@dataclass(frozen=True)
class Rules:
    """Limits: signs a line, lines, signs a second, and the fewest seconds a caption may be shown."""

    width: int = 42
    width_wide: int = 15
    lines: int = 2
    speed: float = 17.0
    speed_wide: float = 9.0
    shortest: float = 5 / 6

    def width_of(self, text: str) -> int:
        """Signs a line for this text."""
        return self.width_wide if is_wide_text(text) else self.width

    def speed_of(self, text: str) -> float:
        """Signs a second for this text."""
        return self.speed_wide if is_wide_text(text) else self.speed


def lay_out(captions: list[Caption] | tuple[Caption, ...], rules: Rules = Rules()) -> tuple[list[Caption], list[str]]:
    """The captions broken into lines, long ones shared out over several in their own time, and what to warn of."""
    shown: list[Caption] = []
    warnings: list[str] = []
    for caption in captions:
        shown.extend(_share(caption, rules))
        signs = len(caption.spoken)
        if signs > rules.speed_of(caption.spoken) * max(caption.duration, 1e-3):
            warnings.append(
                f"“{caption.spoken[:40]}” at {caption.start:.1f} s has {signs / max(caption.duration, 1e-3):.0f} signs "
                f"a second; {rules.speed_of(caption.spoken):.0f} can be read."
            )
    return shown, warnings


def _share(caption: Caption, rules: Rules) -> list[Caption]:
    lines = wrap(caption.spoken, rules.width_of(caption.spoken))
    screens = [lines[i : i + rules.lines] for i in range(0, len(lines), rules.lines)]
    total = sum(len(line) for line in lines) or 1
    start, captions, passed = caption.start, list[Caption](), 0
    for screen in screens:
        passed += sum(map(len, screen))
        end = caption.start + caption.duration * passed / total
        captions.append(replace(caption, start=start, end=end, text="\n".join(screen)))
        start = end
    return captions


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` signs: the fewest possible, then as even as possible, broken after punctuation first.

    Words are never broken unless one alone is too long; square signs may be parted anywhere but before punctuation.
    """
    pieces = _pieces(text, width)
    if not pieces:
        return []
    # Shortest path over break places: cost[i] is the best layout of the first i pieces.
    limit = 10**9
    cost: list[tuple[int, float]] = [(0, 0.0)] + [(limit, 0.0)] * len(pieces)
    cut = [0] * (len(pieces) + 1)
    even = len(text) / -(-len(text) // width)
    for stop in range(1, len(pieces) + 1):
        for first in range(stop - 1, -1, -1):
            line = "".join(pieces[first:stop]).strip()
            if len(line) > width:
                break
            lines, spread = cost[first]
            offered = (lines + 1, spread + (len(line) - even) ** 2 - _sense(line) * (stop < len(pieces)))
            if offered < cost[stop]:
                cost[stop], cut[stop] = offered, first
    breaks, stop = [len(pieces)], len(pieces)
    while stop:
        stop = cut[stop]
        breaks.append(stop)
    breaks.reverse()
    return ["".join(pieces[a:b]).strip() for a, b in zip(breaks, breaks[1:], strict=False)]


def _sense(line: str) -> float:
    """How good a place a line's end is, in squared signs of unevenness that it is worth."""
    return 60.0 if line[-1] in _STRONG else 25.0 if line[-1] in _WEAK else 0.0


def _pieces(text: str, width: int) -> list[str]:
    """What may not be parted: words with their space, square signs with the punctuation behind them."""
    pieces: list[str] = []
    before = " "
    for cluster in _clusters(text):
        begins = (
            (before == " " and cluster != " ")
            or _parts(cluster)
            or (_parts(before) and cluster.isalnum())
            or (len(pieces[-1].rstrip()) + len(cluster) > width and cluster != " ")
        )
        if begins or not pieces:
            pieces.append(cluster)
        else:
            pieces[-1] += cluster
        before = cluster
    return pieces


def _parts(cluster: str) -> bool:
    return is_wide(cluster[0]) and unicodedata.category(cluster[0])[0] != "P"


def _clusters(text: str) -> list[str]:
    """Signs with their accents, and emoji with all that is joined to them (Unicode's grapheme clusters, in short)."""
    clusters: list[str] = []
    joined = False
    for sign in text:
        modifier = 0x1F3FB <= ord(sign) <= 0x1F3FF or sign in "\u200d\ufe0e\ufe0f" or unicodedata.combining(sign)
        if clusters and (joined or modifier):
            clusters[-1] += sign
        else:
            clusters.append(sign)
        joined = sign == "\u200d"
    return clusters
