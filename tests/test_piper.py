"""Piper voices speak, and broken ones are one sentence; text is written out as it is spoken."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime")
pytest.importorskip("espeakng_loader")

from neuroedit_addon.errors import MediaError, UsageError
from neuroedit_addon.worker.piper import PiperVoice, sentences
from neuroedit_addon.worker.spoken_text import spoken_text

SIGNS = {"^": [1], "$": [2], "_": [0], " ": [3], ".": [4], "h": [5], "ə": [6], "l": [7], "o": [8], "ʊ": [9]}


def _field(number: int, value: bytes | int) -> bytes:
    """One field of a protobuf message: a length-delimited one, or a number."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def _node(op: str, inputs: list[str], output: str, attribute: bytes = b"") -> bytes:
    node = b"".join(_field(1, name.encode()) for name in inputs) + _field(2, output.encode()) + _field(4, op.encode())
    return _field(1, node + (_field(5, attribute) if attribute else b""))


def _value(name: str, kind: int, *dims: str | int) -> bytes:
    shape = b"".join(_field(1, _field(1, d) if isinstance(d, int) else _field(2, d.encode())) for d in dims)
    return _field(1, name.encode()) + _field(2, _field(1, _field(1, kind) + _field(2, shape)))


def voice(folder: Path, inputs: tuple[str, ...] = ("input", "input_lengths", "scales")) -> Path:
    """A network with a Piper voice's borders, written by hand: one sample for each phoneme, times the noise scale."""
    cast = _field(1, b"to") + _field(3, 1) + _field(20, 2)
    zero = _field(1, 1) + _field(2, 7) + _field(8, b"zero") + _field(9, struct.pack("<q", 0))
    graph = (
        _node("Cast", [inputs[0]], "floats", cast) + _node("Gather", [inputs[2], "zero"], "noise")
        + _node("Mul", ["floats", "noise"], "samples") + _field(2, b"voice") + _field(5, zero)
        + _field(11, _value(inputs[0], 7, "batch", "phonemes")) + _field(11, _value(inputs[1], 7, "batch"))
        + _field(11, _value(inputs[2], 1, 3)) + _field(12, _value("samples", 1, "batch", "phonemes"))
    )  # fmt: skip
    path = folder / "voice.onnx"
    path.write_bytes(_field(1, 8) + _field(7, graph) + _field(8, _field(1, b"") + _field(2, 13)))
    path.with_name("voice.onnx.json").write_text(json.dumps({
        "audio": {"sample_rate": 16_000}, "espeak": {"voice": "en-us"}, "phoneme_id_map": SIGNS,
        "inference": {"noise_scale": 0.05},
    }))  # fmt: skip
    return path


def test_a_voice_says_its_phonemes_between_begin_and_end(tmp_path: Path) -> None:
    spoken = PiperVoice(voice(tmp_path)).say("Hello.")
    said = [0 if sign == "_" else SIGNS[sign][0] for sign in "^_h_ə_l_o_ʊ_._$"]
    assert spoken.rate == 16_000
    assert spoken.samples == pytest.approx(np.array(said, np.float32) * 0.05, abs=1e-6)


def test_sentences_are_spoken_one_by_one_with_a_pause(tmp_path: Path) -> None:
    one = PiperVoice(voice(tmp_path)).say("Hello.").samples
    two = PiperVoice(voice(tmp_path)).say("Hello. Hello.").samples
    assert len(two) == 2 * len(one) + 0.15 * 16_000
    assert sentences("One. Two! 3.5 is a number? …") == ("One.", "Two!", "3.5 is a number?")


def test_what_is_no_voice_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"missing\.onnx does not exist"):
        PiperVoice(tmp_path / "missing.onnx")
    path = voice(tmp_path)
    with pytest.raises(UsageError, match="cannot speak 9 times"):
        PiperVoice(path).say("Hello.", rate=9)
    voice(tmp_path, ("a", "b", "c"))
    with pytest.raises(MediaError, match="is no Piper voice"):
        PiperVoice(path)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(MediaError, match="cannot be opened as a voice"):
        PiperVoice(path)
    path.with_name("voice.onnx.json").write_text("{")
    with pytest.raises(MediaError, match="does not describe a Piper voice"):
        PiperVoice(path)


@pytest.mark.parametrize(
    ("text", "language", "spoken"),
    [
        ("5°C at 10:30, 3.5 km/h", "en-us", "5 degrees Celsius at 10 30, 3.5 kilometers per hour"),
        ("$1 or €2, 20%", "en", "1 dollar or 2 euros, 20 percent"),
        ("e.g. No. 5. No. Stop.", "en-gb", "for example number 5. No. Stop."),
        ("at 9:05 or 9:00", "en", "at 9 oh 5 or 9 o'clock"),
        ("um 10:30 Uhr, z. B. 20 %", "de", "um 10 Uhr 30, zum Beispiel 20 Prozent"),
        ("M. Dupont a 5 km", "fr", "Monsieur Dupont a 5 kilomètres"),
        ("今天20%", "zh", "今天百分之20"),
        ("see https://www.blender.org/a?b 🎉 now", "en", "see blender.org now"),
        ("5 km wide", "fi", "5 km wide"),
        ("1 km", "en", "1 kilometer"),
    ],
)
def test_text_is_written_out(text: str, language: str, spoken: str) -> None:
    assert spoken_text(text, language) == spoken
