"""Speaks: a small interface that every voice engine can fill, and espeak-ng, which is there on every platform.

espeak-ng's C interface (speak_lib.h, API revision 12) is called through ctypes; its library and data come from the
espeakng-loader wheel, so nothing has to be installed on the machine.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Protocol

import numpy as np

from ..errors import EnvironmentProblem, UsageError

NATURAL_WORDS_PER_MINUTE = 175  # espeakRATE's default; it accepts 80 to 450
_RETRIEVAL, _DONT_EXIT, _UTF8, _CHARACTERS, _IPA = 1, 0x8000, 1, 1, 2
_RATE, _PITCH, _RANGE = 1, 3, 4  # espeak_PARAMETER


@dataclass(frozen=True)
class Speaker:
    """One voice of an engine: the name to say it with, its languages (BCP 47, best first), what people call it."""

    name: str
    languages: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class Spoken:
    """What was said: float32 mono samples in -1..1, and how many of them make a second."""

    samples: np.ndarray
    rate: int

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / self.rate


class Voice(Protocol):
    """An engine that turns text into sound."""

    def list(self) -> tuple[Speaker, ...]:
        """All its speakers, sorted by name."""

    def say(self, text: str, voice: str = "en-us", rate: float = 1.0) -> Spoken:
        """Speak `text` as `voice`, `rate` times as fast as is natural for it.

        Raises:
            UsageError: the engine has no such voice, or cannot speak so fast or slow.
        """


@cache
def espeak() -> Espeak:
    """The espeak-ng of the espeakng-loader wheel, started once a process.

    Raises:
        EnvironmentProblem: the wheel is missing or does not start.
    """
    return Espeak()


class _EspeakVoice(ctypes.Structure):
    """espeak_VOICE of speak_lib.h."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),  # a priority byte, then the language's name, again and again, then 0
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """espeak-ng; it keeps one state a process, so calls from several threads take turns."""

    def __init__(self) -> None:
        try:
            import espeakng_loader

            library, data = espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
            self._library = ctypes.CDLL(str(library))
        except (ImportError, OSError) as problem:
            raise EnvironmentProblem(
                f"The voice espeak-ng cannot be loaded: {problem}.", "Install NeuroEdit again."
            ) from problem
        self._library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_EspeakVoice))
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
            ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        self._rate = self._library.espeak_Initialize(_RETRIEVAL, 0, str(data).encode(), _DONT_EXIT)
        if self._rate <= 0:
            raise EnvironmentProblem(
                f"The voice espeak-ng does not start with the data in {data}.", "Its path may be too long for it."
            )
        self._heard = bytearray()
        self._callback = _CALLBACK(self._hear)  # kept: the library holds only its address
        self._library.espeak_SetSynthCallback(self._callback)
        self._lock = Lock()

    def list(self) -> tuple[Speaker, ...]:
        """All speakers, sorted by name."""
        with self._lock:
            return self._listed()

    def _listed(self) -> tuple[Speaker, ...]:
        voices = self._library.espeak_ListVoices(None)
        found, number = [], 0
        while voices[number]:
            voice = voices[number].contents
            languages = _languages(voice.languages)
            found.append(Speaker(languages[0], languages, voice.name.decode("utf-8", "replace")))
            number += 1
        return tuple(sorted(found, key=lambda speaker: (speaker.name, speaker.title)))

    def say(self, text: str, voice: str = "en-us", rate: float = 1.0, pitch: int = 50, melody: int = 50) -> Spoken:
        """Speak `text`; `voice` is a language ("en-us"), or one with a variant ("en-us+f3").

        `pitch` and `melody` are 0 to 100: how high, and how lively.

        Its pitch flutters, as voices do: the same words differ by a few samples from one time to the next.
        """
        words_per_minute = round(NATURAL_WORDS_PER_MINUTE * rate)
        if not 80 <= words_per_minute <= 450:
            raise UsageError(f"espeak-ng cannot speak {rate:g} times as fast.", "Choose between 0.46 and 2.57.")
        encoded = text.encode("utf-8").replace(b"\0", b" ") + b"\0"
        with self._lock:
            self._choose(voice)
            for parameter, value in ((_RATE, words_per_minute), (_PITCH, pitch), (_RANGE, melody)):
                self._library.espeak_SetParameter(parameter, value, 0)
            self._heard.clear()
            self._library.espeak_Synth(encoded, len(encoded), 0, _CHARACTERS, 0, _UTF8, None, None)
            self._library.espeak_Synchronize()
            samples = np.frombuffer(bytes(self._heard), dtype="<i2").astype(np.float32) / 32768
        return Spoken(samples, self._rate)

    def phonemes(self, text: str, voice: str) -> str:
        """How `voice` pronounces a text, in the International Phonetic Alphabet; punctuation is not in it.

        Raises:
            UsageError: there is no such voice.
        """
        with self._lock:
            self._choose(voice)
            rest = ctypes.c_char_p(text.encode("utf-8").replace(b"\0", b" "))
            clauses = []
            while rest.value is not None:
                clauses.append(self._library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA) or b"")
        return " ".join(clause.decode("utf-8", "replace").strip() for clause in clauses if clause.strip())

    def _choose(self, voice: str) -> None:
        if not any(self._set(name) for name in self._names(voice)):
            raise UsageError(f"espeak-ng has no voice “{voice}”.", "Try en-us, en-gb, de, fr, es or ja.")

    def _names(self, voice: str) -> Iterator[str]:
        """What espeak-ng may know a voice by: some of those that it lists it finds only by their title (en-gb)."""
        yield voice
        base, plus, variant = voice.partition("+")
        listed = self._listed()
        for speaker in listed:
            if base.lower() == speaker.name.lower():
                yield speaker.title + plus + variant
        for speaker in listed:
            if base.lower() in speaker.languages:
                yield speaker.title + plus + variant
        if 2 <= base.find("-") <= 3:  # a language's code
            yield base.partition("-")[0] + plus + variant

    def _set(self, name: str) -> bool:
        return bool(self._library.espeak_SetVoiceByName(name.encode("utf-8")) == 0)

    def _hear(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: int | None) -> int:
        if samples and count > 0:
            self._heard += ctypes.string_at(samples, count * 2)
        return 0  # go on


def _languages(address: int) -> tuple[str, ...]:
    found = []
    while ctypes.string_at(address, 1) != b"\0":
        name = ctypes.string_at(address + 1)
        found.append(name.decode("utf-8", "replace"))
        address += len(name) + 2
    return tuple(found)
