"""espeak-ng speaks through ctypes, anywhere, without anything installed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytest.importorskip("espeakng_loader", reason="the voice's wheel is not installed here")

from neuroedit_addon.errors import UsageError
from neuroedit_addon.worker.voice import espeak


def test_what_it_says_can_be_heard() -> None:
    spoken = espeak().say("Nobody filmed it, and nobody has edited it yet.")
    assert spoken.samples.dtype == np.float32
    assert spoken.samples.ndim == 1
    assert 16000 <= spoken.rate <= 48000
    assert 2.0 < spoken.duration < 5.0
    assert 0.1 < np.abs(spoken.samples).max() <= 1.0


def test_the_same_words_take_the_same_time() -> None:
    first, second = (espeak().say("the same words, said again and again") for _ in range(2))
    assert first.duration == pytest.approx(second.duration, rel=0.01)


def test_rate_is_a_factor_of_its_natural_speed() -> None:
    text = "a sentence that is long enough for the pauses around it not to matter very much at all"
    natural, fast = espeak().say(text).duration, espeak().say(text, rate=1.5).duration
    assert natural / fast == pytest.approx(1.5, rel=0.15)


def test_speakers_are_listed_and_can_be_used() -> None:
    speakers = espeak().list()
    names = [speaker.name for speaker in speakers]
    assert names == sorted(names)
    assert {"en-us", "de", "ja", "es"} <= set(names)
    german = next(speaker for speaker in speakers if speaker.name == "de")
    assert (german.languages[0], german.title) == ("de", "German")
    assert espeak().say("Guten Tag", german.name).duration > 0.4


def test_a_variant_of_a_voice_sounds_different() -> None:
    assert not np.array_equal(espeak().say("hello", "en-us").samples, espeak().say("hello", "en-us+f3").samples)


@pytest.mark.parametrize(
    ("text", "voice"), [("日本語を話します", "ja"), ("naïve café — “quoted” 🎬", "fr"), ("a\0b", "en-us")]
)
def test_any_characters_may_be_said(text: str, voice: str) -> None:
    assert espeak().say(text, voice).duration > 0.3


def test_nothing_to_say_is_almost_nothing() -> None:
    assert espeak().say("").duration < 0.1


def test_a_voice_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(UsageError, match="no voice “klingon-x”"):
        espeak().say("hello", "klingon-x")


@pytest.mark.parametrize("rate", [0.2, 9.0])
def test_a_speed_that_it_cannot_speak_is_one_sentence(rate: float) -> None:
    with pytest.raises(UsageError, match="cannot speak"):
        espeak().say("hello", rate=rate)


def test_threads_take_turns() -> None:
    texts = ["and again " * number for number in range(1, 9)]
    alone = [espeak().say(text).duration for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: espeak().say(text).duration, texts))
    assert together == pytest.approx(alone, rel=0.02)
    assert alone == sorted(alone)
