"""The classical speech detector: small, but no toy. Truth comes from how the material was made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("av")

from neuroedit_addon.errors import ModelError
from neuroedit_addon.findings import Span
from neuroedit_addon.worker import detectors
from neuroedit_addon.worker.analyser import SoundBlock
from neuroedit_addon.worker.speech_classical import ClassicalSpeech

RNG = np.random.default_rng(3)


def voice(seconds: float) -> np.ndarray:
    """Something like a voice: a gliding buzz, shaped by two formants, in syllables."""
    times = np.arange(int(seconds * 16_000)) / 16_000
    phase = 2 * np.pi * np.cumsum(120 + 30 * np.sin(2 * np.pi * 0.7 * times)) / 16_000
    buzz = sum(np.sin(k * phase) / k * (1 + 3 * (4 <= k <= 6) + 2 * (9 <= k <= 12)) for k in range(1, 25))
    syllables = 0.35 + 0.65 * np.sin(np.pi * 4 * times) ** 2
    return (0.1 * buzz * syllables).astype(np.float32)


def speech_in(samples: np.ndarray) -> tuple[Span, ...]:
    detector = ClassicalSpeech()
    for first in range(0, len(samples), 3001):
        detector.sound(SoundBlock(first, samples[first : first + 3001].astype(np.float32)))
    return detector.finish().get("speech", ())


@pytest.mark.parametrize("noise", [0.0, 0.002, 0.01])
def test_speech_between_silences(noise: float) -> None:
    silence = np.zeros(32_000, np.float32)
    sound = np.concatenate([silence, voice(3), silence, voice(2), silence])
    sound = sound + RNG.normal(0, noise, len(sound))
    spans = [s for s in speech_in(sound) if s.confidence > 0.5]
    assert len(spans) == 2
    for span, (start, end) in zip(spans, [(2, 5), (7, 9)], strict=True):
        assert abs(span.start - start) < 0.15
        assert abs(span.end - end) < 0.15


def test_nothing_is_said_in_silence_and_noise() -> None:
    assert speech_in(np.zeros(160_000)) == ()
    assert [s for s in speech_in(RNG.normal(0, 0.05, 160_000)) if s.confidence > 0.5] == []
    assert speech_in(np.zeros(100)) == ()
    assert ClassicalSpeech().finish() == {}


def test_what_is_left_where_a_network_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ModelError("The network cannot be read.", "Install NeuroEdit again.")

    before = detectors.versions()
    (_, nothing, no_shots), (_, speech, simpler), *_ = detectors._CHOICES
    monkeypatch.setattr(detectors, "_CHOICES", ((missing, nothing, no_shots), (missing, speech, simpler)))
    chosen, warnings = detectors.detectors()
    assert [type(c) for c in chosen] == [ClassicalSpeech]
    assert len(warnings) == 2
    assert "shots are not looked for" in warnings[0]
    assert "Install NeuroEdit again." in warnings[0]
    assert "takes music for speech" in warnings[1]
    assert "shots" in before
    assert "shots" not in detectors.versions()  # so that these findings are not taken for whole ones later


def test_speech_of_real_footage(footage: Path) -> None:
    """Voices with long pauses, labelled: nine tenths of the speech are found, and nine tenths of the pauses."""
    from neuroedit_addon.worker.media import Reader

    path = footage / "audio" / "mixed" / "devmix13_long_pauses.opus"
    detector = ClassicalSpeech()
    for event in Reader(path):
        detector.sound(event)
    rows = [line.split("\t") for line in path.with_suffix(".tsv").read_text(encoding="utf-8").splitlines()]
    truth = marked([(float(a), float(b)) for a, b, what in rows if what == "speech"])
    found = marked([(s.start, s.end) for s in detector.finish()["speech"] if s.confidence > 0.5])
    assert (truth & found).sum() > 0.9 * truth.sum()
    pauses = ~truth[: int(float(rows[-1][1]) * 100)]
    assert (pauses & ~found[: len(pauses)]).sum() > 0.9 * pauses.sum()


def marked(spans: list[tuple[float, float]]) -> np.ndarray:
    marks = np.zeros(60_000, bool)
    for start, end in spans:
        marks[round(start * 100) : round(end * 100)] = True
    return marks
