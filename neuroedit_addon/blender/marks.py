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
TEXT = "neuroedit_text"  # on a dub strip: what it says
VOICE = "neuroedit_voice"  # on a dub strip: who says it; on a text strip: who shall
LANGUAGE = "neuroedit_language"
SLOT = "neuroedit_slot"  # on a dub strip: seconds that its line has; below 0 for as long as it takes
SAID = "neuroedit_said"  # on a dub strip: text, voice and slot as they are heard in it
LINE = "neuroedit_line"  # on a dub strip: the line that it was made for, before somebody wrote another text for it
CAPTION = "neuroedit_caption"  # on a text strip made from a caption: its text


def generated(strip: Any) -> bool:
    """Whether NeuroEdit put this strip there, so that it is no footage."""
    return any(mark in strip for mark in (MIX, BED, DUB, CAPTION))
