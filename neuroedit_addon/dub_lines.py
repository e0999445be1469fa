"""Noun: lines to be spoken, each with the time it has, and what came of speaking them."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

_RECIPE = "2"  # goes up whenever the same line would sound different


@dataclass(frozen=True)
class DubLine:
    """One line to speak.

    Attributes:
        text: as it is spoken.
        frame: timeline frame at which it begins.
        slot: seconds that it has; None for as long as it takes.
        limit: seconds until the next line begins; None when none follows or lines are laid one after another.
        voice: name of the speaker, as the voice engine knows it.
        language: BCP 47.
    """

    text: str
    frame: int
    slot: float | None
    limit: float | None
    voice: str
    language: str

    @property
    def key(self) -> str:
        """The same for the same sound: lines of the same key need not be spoken again."""
        slot = None if self.slot is None else round(self.slot, 3)
        return hashlib.sha1(repr((_RECIPE, self.text, self.voice, slot)).encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`."""
        return asdict(self)


@dataclass(frozen=True)
class DubTake:
    """One spoken line.

    Attributes:
        key: of its line.
        path: WAV file, 48 kHz; the first sound is at its start.
        seconds: how long it is.
        rate: how many times faster than natural the voice spoke.
        tempo: how many times faster the recording was made after that, at the same pitch.
        over: seconds that do not fit before the next line; the strip is trimmed by them.
        reason: what was done to make it fit, for people.
        lufs: its loudness; None when it is too short to have one.
    """

    key: str
    path: str
    seconds: float
    rate: float = 1.0
    tempo: float = 1.0
    over: float = 0.0
    reason: str = ""
    lufs: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`."""
        return asdict(self)
