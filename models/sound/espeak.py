"""Speech from espeak-ng in many languages and voices, to learn from.

It is the worker's voice: the library keeps one state a process, and stops for ever when it is started twice.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from neuroedit_addon.errors import UsageError
from neuroedit_addon.worker.sound_features import RATE
from neuroedit_addon.worker.voice import NATURAL_WORDS_PER_MINUTE, espeak

PHRASES = Path(__file__).with_name("phrases.tsv")
VARIANTS = ("", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+m8", "+f1", "+f2", "+f3", "+f4", "+f5", "+klatt",
            "+klatt2", "+klatt3", "+whisper", "+whisperf", "+croak")  # fmt: skip


def phrases() -> list[tuple[str, str]]:
    """(language, sentence) pairs."""
    lines = PHRASES.read_text(encoding="utf-8").splitlines()
    return [(language, text) for language, text in (line.split("\t") for line in lines if line)]


def say(text: str, voice: str, words_per_minute: int, pitch: int, melody: int) -> NDArray[np.float32]:
    """Speak.

    Args:
        voice: a language and perhaps a variant, "de+f2".
        words_per_minute: 80 to 450.
        pitch, melody: 0 to 100: how high, and how lively.

    Returns:
        Mono at 16 kHz, full scale 1; empty if espeak-ng does not know the voice.
    """
    try:
        spoken = espeak().say(text, voice, words_per_minute / NATURAL_WORDS_PER_MINUTE, pitch, melody)
    except UsageError:
        return np.zeros(0, np.float32)
    return resample_poly(spoken.samples, RATE, spoken.rate).astype(np.float32)
