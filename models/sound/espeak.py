"""Speech from espeak-ng in many languages and voices, to learn from; the library is called straight, without a program.

espeak-ng's C interface: speak_lib.h (espeak_Initialize in retrieval mode, a callback receives 16-bit samples).
"""

from __future__ import annotations

import ctypes
from pathlib import Path

import espeakng_loader
import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from neuroedit_addon.errors import EnvironmentProblem
from neuroedit_addon.worker.sound_features import RATE

PHRASES = Path(__file__).with_name("phrases.tsv")
VARIANTS = ("", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+m8", "+f1", "+f2", "+f3", "+f4", "+f5", "+klatt",
            "+klatt2", "+klatt3", "+whisper", "+whisperf", "+croak")  # fmt: skip
_RETRIEVAL, _UTF8, _RATE, _PITCH, _RANGE = 1, 1, 1, 3, 4

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def phrases() -> list[tuple[str, str]]:
    """(language, sentence) pairs."""
    lines = PHRASES.read_text(encoding="utf-8").splitlines()
    return [(language, text) for language, text in (line.split("\t") for line in lines if line)]


class Espeak:
    """One voice box for a process; not for several threads."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._rate = self._library.espeak_Initialize(_RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0)
        if self._rate <= 0:
            raise EnvironmentProblem("espeak-ng does not start.", "Install the package espeakng-loader again.")
        self._blocks: list[NDArray[np.int16]] = []
        self._callback = _Callback(self._receive)  # kept alive as long as the library may call it
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str, rate: int = 165, pitch: int = 50, melody: int = 50) -> NDArray[np.float32]:
        """Speak.

        Args:
            voice: a language and perhaps a variant, "de+f2".
            rate: words a minute, 80 to 450.
            pitch, melody: 0 to 100: how high, and how lively.

        Returns:
            Mono at 16 kHz, full scale 1; empty if espeak-ng does not know the voice.
        """
        self._blocks.clear()
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return np.zeros(0, np.float32)
        for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, melody)):
            self._library.espeak_SetParameter(parameter, value, 0)
        data = text.encode()
        self._library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 0, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        if not self._blocks:
            return np.zeros(0, np.float32)
        samples = np.concatenate(self._blocks).astype(np.float32) / 32768.0
        return resample_poly(samples, RATE, self._rate).astype(np.float32)

    def _receive(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: object) -> int:
        if count > 0:
            self._blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0
