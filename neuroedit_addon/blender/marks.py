"""Names of the custom properties that NeuroEdit leaves on sound and text strips."""

from __future__ import annotations

from typing import Any

RUN = "neuroedit_run"  # id of the run that made or changed a strip
DECISION = "neuroedit_decision"  # id of the decision behind it
MIX = "neuroedit_mix"  # on the strip that carries a finished mix
MIXED = "neuroedit_mixed"  # on a strip that a mix has muted: id of that run
STEM = "neuroedit_stem"  # "voice", "music" or "effects"
BED = "neuroedit_bed"  # on a piece of a music bed: where it was put
UNCLEANED = "neuroedit_uncleaned"  # on a strip that plays a cleaned file: its original sound
DUB = "neuroedit_dub"  # key of the spoken line that a dub strip carries
CAPTION = "neuroedit_caption"  # on a text strip made from a caption: its text


def generated(strip: Any) -> bool:
    """Whether NeuroEdit put this strip there, so that it is no footage."""
    return any(mark in strip for mark in (MIX, BED, DUB, CAPTION))
