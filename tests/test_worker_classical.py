"""The classical detectors: small, but no toys. Truth comes from how the material was made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("av")

from neuroedit_addon.errors import ModelError
from neuroedit_addon.findings import Span, Transition
from neuroedit_addon.worker import detectors
from neuroedit_addon.worker.analyser import LookFrame, SoundBlock
from neuroedit_addon.worker.shots_classical import ClassicalShots
from neuroedit_addon.worker.speech_classical import ClassicalSpeech

FPS = 25
RNG = np.random.default_rng(3)
SCENES = [RNG.integers(30, 226, (54, 400, 3), np.uint8).astype(np.float32) for _ in range(4)]
SCENES = [np.cumsum(scene - scene.mean(), axis=1) / 60 % 180 + 40 for scene in SCENES]


def panned(scene: int, number: int) -> np.ndarray:
    return SCENES[scene][:, number % 300 : number % 300 + 96]


def transitions(frames: list[np.ndarray]) -> tuple[Transition, ...]:
    finder = ClassicalShots()
    for index, image in enumerate(frames):
        finder.picture(LookFrame(index, index / FPS, np.clip(image, 0, 255).astype(np.uint8)))
    return finder.finish()["transitions"]


def test_cuts_at_their_very_frame() -> None:
    frames = [panned(n // 40, n) for n in range(160)]
    found = transitions(frames)
    assert [(t.kind, t.start_frame, t.end_frame) for t in found] == [("cut", n, n) for n in (40, 80, 120)]
    assert [t.start for t in found] == [n / FPS for n in (40, 80, 120)]
    assert all(0.5 <= t.confidence <= 1 for t in found)


def test_a_pan_is_no_cut() -> None:
    assert transitions([panned(0, 3 * n) for n in range(90)]) == ()


def test_a_flash_is_no_cut() -> None:
    frames = [panned(0, n) for n in range(80)]
    frames[40] = np.full((54, 96, 3), 255, np.float32)
    assert transitions(frames) == ()


def test_a_fade_through_black() -> None:
    down = [panned(0, n) * (1 - n / 20) for n in range(20)]
    up = [panned(1, n) * (n / 20) for n in range(1, 21)]
    frames = [panned(0, 0)] * 30 + down + [np.zeros((54, 96, 3))] * 10 + up + [panned(1, 20)] * 30
    [fade] = transitions(frames)
    assert fade.kind == "fade"
    assert abs(fade.start_frame - 31) <= 2
    assert abs(fade.end_frame - 79) <= 3


def test_very_short_films() -> None:
    assert transitions([]) == ()
    assert transitions([panned(0, 0)]) == ()
    assert [t.start_frame for t in transitions([panned(0, 0), panned(1, 0)])] in ([], [1])


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


def test_they_stand_in_where_a_network_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ModelError("The network shots.onnx cannot be read.", "Install NeuroEdit again.")

    (_, shots, lost), sound = detectors._CHOICES
    monkeypatch.setattr(detectors, "_CHOICES", ((missing, shots, lost), sound))
    [first, second], warnings = detectors.detectors()
    assert isinstance(first, ClassicalShots)
    assert not isinstance(second, ClassicalSpeech)
    [warning] = warnings
    assert "shots.onnx" in warning
    assert "misses dissolves" in warning
    assert detectors.versions()["shots-classical"]


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
