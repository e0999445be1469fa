"""Decides which line is spoken when, by whom, and how long it may take; and where strips lie in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from ..captions import Caption, Captions
from ..dub_lines import DubLine, DubTake
from ..errors import UsageError
from ..timeline import nearest_frame
from .language import guess

PAUSE = 0.4  # seconds between the paragraphs of a script


@dataclass(frozen=True)
class Voices:
    """Who speaks.

    Attributes:
        language: of texts whose letters do not tell (BCP 47); also the voice where `voice` is empty.
        voice: for everybody without a voice of their own ("" for the language's).
        speakers: voices by the name of the speaker in the subtitles, or of the text strip's channel.
    """

    language: str = "en-us"
    voice: str = ""
    speakers: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(voice: str, language: str) -> Voices:
        """From the settings: "de", "Anna=en-gb+f3,Ben=de" or both, "Anna=en-gb+f3,de" (for all others).

        Raises:
            UsageError: two voices for everybody.
        """
        named = [part.partition("=") for part in voice.split(",") if part.strip()]
        speakers = {name.strip(): of.strip() for name, equals, of in named if equals}
        others = [name.strip() for name, equals, _ in named if not equals]
        if len(others) > 1:
            raise UsageError(f"“{voice}” names several voices for everybody.", "Write Anna=en-gb+f3,Ben=de,en-us.")
        return Voices(language, others[0] if others else "", speakers)


@dataclass(frozen=True)
class Placed:
    """A take on the timeline: frames [left, right), cut short by `over` seconds before the next."""

    line: DubLine
    take: DubTake
    left: int
    right: int

    @property
    def over(self) -> float:
        """Seconds of it that are not heard."""
        return self.take.over


def plan(captions: Captions, fps: Fraction, voices: Voices = Voices(), gap: float = 0.08) -> tuple[DubLine, ...]:
    """The lines to speak, in order.

    Lines that begin on the same frame are one line. A line has until its caption ends, may run on until `gap` seconds
    before the next one begins, and never further.
    """
    starts = _joined(captions.lines, fps)
    lines = []
    for place, (frame, caption) in enumerate(starts):
        slot: float | None = max(caption.duration, 0.0)
        limit: float | None = None
        if not captions.timed:
            slot = None
        elif place + 1 < len(starts):
            distance = float((starts[place + 1][0] - frame) / fps)
            # Even between lines a frame apart something of the first is left.
            limit = max(distance - gap, float(1 / fps))
            slot = min(slot or 0.0, limit)
        speaker, text = _named(caption, voices)
        language = guess(text, voices.language)
        voice = caption.voice or voices.speakers.get(speaker) or voices.voice
        lines.append(DubLine(text, frame, slot, limit, voice or language, language))
    return tuple(lines)


def _named(caption: Caption, voices: Voices) -> tuple[str, str]:
    """Who says a line and what: “Anna: Hello” is Anna's where she has a voice, and her name is not spoken."""
    name, colon, rest = caption.spoken.partition(":")
    if colon and rest.strip() and name.strip() in voices.speakers:
        return name.strip(), rest.strip()
    return caption.speaker, caption.spoken


def _joined(captions: Sequence[Caption], fps: Fraction) -> list[tuple[int, Caption]]:
    starts: list[tuple[int, Caption]] = []
    for caption in sorted(captions, key=lambda c: (c.start, c.line)):
        frame = nearest_frame(max(caption.start, 0.0), fps)
        if not any(letter.isalnum() for letter in caption.text):
            continue  # "♪", "…": nothing that a voice could say
        if starts and starts[-1][0] == frame:
            before = starts[-1][1]
            text = f"{before.text}\n{caption.text}"
            end = max(before.end, caption.end)
            starts[-1] = (frame, replace(before, end=end, text=text, speaker=before.speaker or caption.speaker,
                                         voice=before.voice or caption.voice))  # fmt: skip
        else:
            starts.append((frame, caption))
    return starts


def place(lines: Sequence[DubLine], takes: Sequence[DubTake], fps: Fraction) -> tuple[Placed, ...]:
    """Where each spoken line lies: on its first frame, or, for a script, after the one before. None overlap.

    Lines without a take (they could not be spoken) are left out.
    """
    found = {take.key: take for take in takes}
    placed: list[Placed] = []
    pause = ceil(PAUSE * fps)
    for number, line in enumerate(lines):
        take = found.get(line.key)
        if take is None:
            continue
        left = line.frame
        if line.slot is None and placed:
            left = placed[-1].right + pause
        right = left + max(1, ceil(Fraction(take.seconds) * fps))
        if line.limit is not None and number + 1 < len(lines):
            right = min(right, max(lines[number + 1].frame, left + 1))
        placed.append(Placed(line, take, left, right))
    return tuple(placed)
