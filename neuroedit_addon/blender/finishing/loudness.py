"""How loud voices are in the footage, and the volumes that bring others beside them."""

from __future__ import annotations

from collections.abc import Mapping

from ...findings import Findings

_USUAL = -20.0  # LUFS of a voice where the footage has none
_MOST = 10.0  # times; what is quieter than that is hardly a recording


def voices_lufs(found: Mapping[str, Findings]) -> float:
    """Loudness of the voices in the footage: the mean over files in which somebody speaks, weighted by how long."""
    total = weight = 0.0
    for findings in found.values():
        seconds = sum(span.end - span.start for span in findings.speech)
        loudness = findings.loudness.integrated_lufs if findings.loudness else None
        if loudness is not None and seconds > 0:
            total, weight = total + loudness * seconds, weight + seconds
    return total / weight if weight else _USUAL


def factor(wanted: float, lufs: float | None, level: float = 0.0) -> float:
    """The volume with which a sound of `lufs` is `level` dB louder than `wanted`; 1 where its loudness is unknown."""
    gain = wanted - lufs + level if lufs is not None else level
    return float(min(10 ** (gain / 20), _MOST))
