"""Speaks with a Piper voice that the user has: an .onnx file with its .onnx.json beside it, run by ONNX Runtime.

Piper's networks are VITS exported to ONNX (github.com/rhasspy/piper): phonemes from espeak-ng in, samples out. An ONNX
file holds a graph of known operations and numbers, so that opening one never runs foreign code.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import MediaError, UsageError
from .voice import Speaker, Spoken, espeak

_BEGIN, _PAD, _END = "^", "_", "$"
_CLAUSE = re.compile(r"([^.!?;:,。！？；：，、…]+)([.!?;:,。！？；：，、…]*)")
_PLAIN = {"。": ".", "！": "!", "？": "?", "；": ";", "：": ":", "，": ",", "、": ",", "…": "."}
_BETWEEN = 0.15  # seconds of silence between sentences
_SLOWEST, _FASTEST = 0.5, 2.5


def is_piper(name: str) -> bool:
    """Whether a voice's name is the path of a Piper voice."""
    return name.lower().endswith(".onnx")


@cache
def piper(path: str) -> PiperVoice:
    """The voice in a file, opened once a process.

    Raises:
        MediaError: the file or the .json beside it is missing, damaged, or no Piper voice.
    """
    return PiperVoice(Path(path))


@dataclass(frozen=True)
class _Recipe:
    """What a voice's .json says."""

    rate: int
    espeak_voice: str
    ids: dict[str, list[int]]
    noise: float
    length: float
    noise_w: float
    speakers: int
    from_text: bool


class PiperVoice:
    """One Piper voice; `say` takes its own path as the voice's name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._recipe = _recipe(path)
        self._session = _session(path)
        self._inputs = {item.name for item in self._session.get_inputs()}
        if not {"input", "input_lengths", "scales"} <= self._inputs:
            raise MediaError(f"{path} is no Piper voice.", "Its inputs should be input, input_lengths and scales.")

    def say(self, text: str, voice: str = "", rate: float = 1.0) -> Spoken:
        """Speak `text`, `rate` times as fast as the voice does by nature.

        Raises:
            UsageError: the rate is out of reach.
            MediaError: the network fails.
        """
        if not _SLOWEST <= rate <= _FASTEST:
            raise UsageError(f"A Piper voice cannot speak {rate:g} times as fast.", "Choose between 0.5 and 2.5.")
        pieces = []
        for sentence in sentences(text):
            if ids := self._ids(sentence):
                pieces += [self._samples(ids, rate), np.zeros(round(_BETWEEN * self._recipe.rate), np.float32)]
        return Spoken(np.concatenate(pieces[:-1]) if pieces else np.zeros(0, np.float32), self._recipe.rate)

    def _ids(self, sentence: str) -> list[int]:
        """Phonemes as the network's numbers, a pad behind each, between begin and end; empty when none is known."""
        known = self._recipe.ids
        found = [known[sign] for sign in self._phonemes(sentence) if sign in known]
        if not found:
            return []
        pad = known.get(_PAD, [0])
        ids = [*known.get(_BEGIN, []), *pad]
        for one in found:
            ids += [*one, *pad]
        return [*ids, *known.get(_END, [])]

    def _phonemes(self, sentence: str) -> str:
        if self._recipe.from_text:
            return unicodedata.normalize("NFD", sentence)
        said = []
        for words, marks in _CLAUSE.findall(sentence):
            spoken = espeak().phonemes(words, self._recipe.espeak_voice)
            said.append(spoken + _PLAIN.get(marks[:1], marks[:1]))
        return unicodedata.normalize("NFD", " ".join(said))

    def _samples(self, ids: list[int], rate: float) -> np.ndarray:
        recipe = self._recipe
        given: dict[str, Any] = {
            "input": np.array([ids], np.int64), "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([recipe.noise, recipe.length / rate, recipe.noise_w], np.float32),
        }  # fmt: skip
        if "sid" in self._inputs:
            given["sid"] = np.zeros(1, np.int64)
        try:
            samples = self._session.run(None, given)[0]
        except Exception as problem:  # ONNX Runtime has no common class of its errors
            raise MediaError(f"The voice {self.path} cannot speak: {problem}.", "Choose another voice.") from problem
        return np.clip(np.asarray(samples, np.float32).reshape(-1), -1.0, 1.0)

    def list(self) -> tuple[Speaker, ...]:
        """The voice itself."""
        return (Speaker(str(self.path), (self._recipe.espeak_voice,), self.path.stem),)


def sentences(text: str) -> tuple[str, ...]:
    """A text in sentences, each spoken in one breath."""
    found = re.split(r"(?<=[.!?…])\s+|(?<=[。！？])", text)
    return tuple(part.strip() for part in found if any(c.isalnum() for c in part)) or ((text,) if text.strip() else ())


def _recipe(path: Path) -> _Recipe:
    config = path.with_name(path.name + ".json")
    for file in (path, config):
        if not file.is_file():
            raise MediaError(f"{file} does not exist.", "A Piper voice is NAME.onnx with NAME.onnx.json beside it.")
    try:
        said = json.loads(config.read_text(encoding="utf-8"))
        how = said.get("inference", {})
        ids = {str(sign): [int(one) for one in ids] for sign, ids in said["phoneme_id_map"].items()}
        return _Recipe(
            int(said["audio"]["sample_rate"]), str(said.get("espeak", {}).get("voice", "en-us")), ids,
            float(how.get("noise_scale", 0.667)), float(how.get("length_scale", 1.0)), float(how.get("noise_w", 0.8)),
            int(said.get("num_speakers", 1)), said.get("phoneme_type") == "text",
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise MediaError(f"{config} does not describe a Piper voice: {problem}.", "Download the voice again.") from None


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # as above
        raise MediaError(f"{path} cannot be opened as a voice: {problem}.", "Download the voice again.") from problem
