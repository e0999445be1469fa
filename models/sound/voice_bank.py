"""Voices to mix from: recorded, synthesised, and both in other shapes; each excerpt knows where it speaks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuroedit_addon.worker.sound_features import HOP, RATE

from . import voices
from .espeak import VARIANTS, phrases, say
from .sources import Flags, Recording, Samples, speaking

_SPOKEN = 60
"""Synthesised sentences kept at a time; one is replaced whenever `renew` is called."""


class VoiceBank:
    """Excerpts of speech and song from a part's recordings and from espeak-ng."""

    def __init__(self, speech: Sequence[Recording], rng: np.random.Generator) -> None:
        self._speech, self._rng = speech, rng
        # Long recordings count more, but a speaker with one short clip is heard too.
        weights = np.array([len(r.samples) ** 0.5 for r in speech])
        self._weights = weights / weights.sum()
        self._phrases = phrases()
        self._spoken: list[tuple[Samples, Flags]] = []
        while len(self._spoken) < _SPOKEN:
            self.renew()

    def renew(self) -> None:
        """Let espeak-ng say something new in some language and voice."""
        rng = self._rng
        language, text = self._phrases[rng.integers(len(self._phrases))]
        if rng.random() < 0.5:  # numbers are read out in every language, and never run out
            text += f" {rng.integers(1, 99)}, {rng.integers(100, 9999)}. {text}"
        voice = language + VARIANTS[rng.integers(len(VARIANTS))]
        rate, pitch, melody = int(rng.integers(110, 260)), int(rng.integers(0, 100)), int(rng.integers(20, 100))
        said = say(text, voice, rate, pitch, melody)
        if len(said) > RATE // 2:
            self._spoken = [*self._spoken, (said, speaking(said))][-_SPOKEN:]

    def voice(self) -> tuple[Samples, Flags]:
        """All that one talker has to say, as recorded or changed in speed and size, or whispered."""
        rng = self._rng
        if rng.random() < 0.2:
            samples, where = self._spoken[rng.integers(len(self._spoken))]
        else:
            found = self._speech[rng.choice(len(self._speech), p=self._weights)]
            start = int(rng.integers(0, max(1, len(found.where) - 300)))
            samples, where = found.samples[start * HOP :][: 14 * RATE], found.where[start:][:1400]
        if rng.random() < 0.05:
            samples = voices.whisper(samples, rng)
        if rng.random() < 0.35:
            speed = float(np.clip(np.exp(rng.normal(0.03, 0.15)), 0.75, 1.45))
            samples = voices.resize(samples, speed)
            at = (np.arange(len(samples) // HOP) * speed).astype(int)
            where = where[np.minimum(at, len(where) - 1)]
        count = min(len(samples) // HOP, len(where))
        return samples[: count * HOP], where[:count]

    def song(self, length: int) -> Samples:
        """Somebody, or a choir, singing for `length` samples."""
        rng = self._rng
        out = np.zeros(length, np.float32)
        for _ in range(1 if rng.random() < 0.7 else int(rng.integers(2, 4))):
            samples, _ = self.voice()
            sung = voices.sing(samples[: int(length / 1.3)], rng, rng.uniform(1.3, 3.0))
            out[: len(sung)] += _even(sung)[:length]
        return out

    def babble(self, length: int, talkers: int) -> Samples:
        """Many people at once, none of them to be understood."""
        out = np.zeros(length, np.float32)
        for _ in range(talkers):
            samples, _ = self.voice()
            if len(samples):
                out += _even(np.resize(samples, length)) * self._rng.uniform(0.5, 1)
        return out


def _even(samples: Samples) -> Samples:
    return samples / (np.sqrt((samples**2).mean()) + 1e-6)
