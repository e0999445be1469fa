"""Dub lines begin on their frame, never overlap, fit where they can, and only changed lines are spoken again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sounds
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroedit_addon import subtitles
from neuroedit_addon.captions import Caption, Captions
from neuroedit_addon.dub_lines import DubLine, DubTake
from neuroedit_addon.errors import OutputError, UsageError
from neuroedit_addon.planner.dub import Placed, Voices, place, plan
from neuroedit_addon.planner.language import guess
from neuroedit_addon.worker import dub
from neuroedit_addon.worker.timefit import FASTEST, RATE, fit, stretched
from neuroedit_addon.worker.voice import Speaker, Spoken

FPS = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60)]


class Clock:
    """A voice that speaks fifteen letters a second, as a tone, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, float]] = []

    def list(self) -> tuple[Speaker, ...]:
        return (Speaker("tone", ("en",), "Tone"),)

    def say(self, text: str, voice: str = "tone", rate: float = 1.0) -> Spoken:
        self.asked.append((text, voice, rate))
        if voice == "nobody":
            raise UsageError("There is no voice “nobody”.")
        return Spoken(sounds.tone(len(text) / 15 / rate, 200, 0.3, 22_050).astype(np.float32), 22_050)


def _line(text: str, slot: float | None = 2.0, limit: float | None = 3.0, voice: str = "tone") -> DubLine:
    return DubLine(text, 10, slot, limit, voice, "en")


@pytest.mark.parametrize(
    ("seconds", "rate", "longest", "over"),
    [
        (1.0, 1.0, 1.0, 0.0),  # short lines are not dragged out
        (2.2, 1.1, 2.0, 0.0),  # spoken faster
        (3.0, 1.25, 2.4, 0.0),  # as fast as it goes, then into the pause
        (6.0, 1.25, 4.8, 1.8),  # and even so too long
    ],
)
def test_fitting(tmp_path: Path, seconds: float, rate: float, longest: float, over: float) -> None:
    line = _line("x" * round(seconds * 15), slot=2.0, limit=3.0)
    take = dub.speak([line], tmp_path, lambda sentence: None, Clock())[0]
    assert take.rate == pytest.approx(rate, abs=0.03)
    assert take.seconds == pytest.approx(longest, abs=0.05)
    assert take.over == pytest.approx(over, abs=0.05)
    assert ("too long" in take.reason) == (over > 0)
    assert ("into the pause" in take.reason) == (longest > 2)


def test_a_voice_of_one_speed_is_stretched_at_the_same_pitch() -> None:
    fitted = fit(lambda rate: Clock().say("x" * 33), 2.0)
    assert fitted.rate == 1.0
    assert fitted.tempo == pytest.approx(1.1, abs=0.02)
    assert fitted.seconds == pytest.approx(2.0, abs=0.05)
    middle = fitted.samples[RATE // 2 : RATE // 2 * 3]
    assert np.abs(np.fft.rfft(middle * np.hanning(len(middle)))).argmax() == pytest.approx(200, abs=3)


@pytest.mark.parametrize("tempo", [0.85, 1.1, 1.25])
def test_stretching_keeps_onset_and_length(tempo: float) -> None:
    sound = np.concatenate([np.zeros(4800), sounds.tone(1.0), np.zeros(4800)]).astype(np.float32)
    result = stretched(sound, tempo)
    assert len(result) == pytest.approx(len(sound) / tempo, rel=0.03)
    assert np.nonzero(np.abs(result) > 0.02)[0][0] / RATE == pytest.approx(0.1 / tempo, abs=0.03)


def test_only_changed_lines_are_spoken_again(tmp_path: Path) -> None:
    voice, told = Clock(), list[str]()
    lines = [_line("one"), _line("two"), _line("three")]
    first = dub.speak(lines, tmp_path, told.append, voice)
    assert len(voice.asked) == 3
    voice.asked.clear()
    changed = [replace(lines[0], frame=99, limit=5.0), replace(lines[1], text="2"), lines[2]]
    again = dub.speak(changed, tmp_path, told.append, voice)
    assert [text for text, *_ in voice.asked] == ["2"]
    assert again[0] == first[0]
    assert again[1].path != first[1].path
    (tmp_path / f"{lines[2].key}.wav").unlink()
    dub.speak(changed, tmp_path, told.append, voice)
    assert [text for text, *_ in voice.asked] == ["2", "three"]
    for other in (replace(lines[0], voice="deep"), replace(lines[0], slot=1.0)):
        assert other.key != lines[0].key


def test_lines_that_cannot_be_spoken_do_not_stop_the_others(tmp_path: Path) -> None:
    told: list[str] = []
    takes = dub.speak([_line("one", voice="nobody"), _line("two"), _line("x" * 90)], tmp_path, told.append, Clock())
    assert [take.key for take in takes] == [_line("two").key, _line("x" * 90).key]
    assert "cannot be spoken" in told[0]
    assert "1.80 s too long" in told[1]
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("text", "language", "voice", "lacks"),
    [
        ("你好，世界", "cmn", "tone", True),
        ("Привет", "ru", "tone+f3", True),
        ("Bonjour à tous", "fr", "tone", False),  # Latin letters may be anything
        ("Ελλάδα", "en", "tone", False),  # its own language, the user says
        ("你好", "cmn", "unlisted", False),
    ],
)
def test_a_voice_that_lacks_the_language_is_told_of_and_speaks(
    tmp_path: Path, text: str, language: str, voice: str, lacks: bool
) -> None:
    told: list[str] = []
    assert len(dub.speak([DubLine(text, 0, None, None, voice, language)], tmp_path, told.append, Clock())) == 1
    assert ["does not speak" in sentence for sentence in told] == [True] * lacks


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        dub.speak([_line("one")], tmp_path / "file", print, Clock())


def _random_captions(seed: int) -> Captions:
    """Subtitles as bad as they come: overlapping, empty, backwards, doubled, out of order."""
    random = np.random.default_rng(seed)
    blocks, start = [], 0.0
    for number in range(random.integers(1, 30)):
        start = max(0.0, start + random.normal(1.5, 2.0))
        end = start + random.choice([0.0, -1.0, 0.04, 0.5, 2.0, 5.0])
        text = "x" * random.integers(0, 80) + random.choice(["", " 你好", " – no", "\n♪"])
        blocks.append(f"{number}\n{subtitles._stamp(start)} --> {subtitles._stamp(max(end, 0))}\n{text}\n")
        if random.random() < 0.1:
            blocks.append(blocks[-1])
    return subtitles.parse("\n".join([*blocks, "0\n00:09:00,000 --> 00:09:01,000\nlast\n"]))


def _instant(line: DubLine) -> DubTake:
    """The take that the time-fit makes of a line, without making its sound: `fit` on a voice of known length."""
    natural = len(line.text) / 15
    slot = natural if line.slot is None else line.slot
    seconds = natural if natural <= slot else max(slot, natural / FASTEST)
    return DubTake(line.key, "x.wav", seconds, over=max(0.0, seconds - (line.limit or seconds)))


def test_a_thousand_random_subtitle_files_never_overlap_and_begin_on_their_frame() -> None:
    for seed in range(1000):
        fps = FPS[seed % len(FPS)]
        captions = _random_captions(seed)
        lines = plan(captions, fps)
        placed = place(lines, [_instant(line) for line in lines], fps)
        assert len(placed) == len(lines)
        _assert_sound(placed, captions, fps)


def _assert_sound(placed: tuple[Placed, ...], captions: Captions, fps: Fraction) -> None:
    starts = [float(caption.start) for caption in captions.lines]
    for one in placed:
        assert min(abs(one.left / fps - start) for start in starts) <= 1 / fps
        assert one.right > one.left
    assert all(a.right <= b.left for a, b in zip(placed, placed[1:], strict=False))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_same_with_sound(seed: int) -> None:
    """The lengths that the property above assumes are those that the time-fit makes."""
    lines = plan(_random_captions(seed), Fraction(25))[:3]
    for line in lines:
        fitted = fit(lambda rate, line=line: Clock().say(line.text, rate=rate), line.slot)
        assert fitted.seconds <= _instant(line).seconds + 0.06


def test_a_script_is_laid_one_line_after_another() -> None:
    captions = subtitles.script(["one", "", "two two", "", "three"])
    lines = plan(captions, Fraction(25))
    placed = place(lines, [DubTake(line.key, "x", 1.0) for line in lines], Fraction(25))
    assert [(p.left, p.right) for p in placed] == [(0, 25), (35, 60), (70, 95)]


def test_voices_by_speaker_and_language() -> None:
    texts = (("Hi", "Ann"), ("Ho", "Bob"), ("你好", ""), ("♪", ""))
    captions = Captions(tuple(Caption(n, n + 0.5, text, speaker) for n, (text, speaker) in enumerate(texts)))
    lines = plan(captions, Fraction(25), Voices("de", "", {"Ann": "en-us+f3"}))
    assert [(line.voice, line.language) for line in lines] == [("en-us+f3", "de"), ("de", "de"), ("cmn", "cmn")]


@pytest.mark.parametrize(("text", "default", "language"), [
    ("Hello", "en-gb", "en-gb"), ("今天", "en", "cmn"), ("今日は", "en", "ja"), ("Привіт", "uk", "uk"),
    ("Привет", "en", "ru"), ("안녕", "en", "ko"), ("مرحبا", "en", "ar"), ("OK 好", "en", "cmn"), ("🙂", "fr", "fr"),
])  # fmt: skip
def test_languages_are_guessed_from_letters(text: str, default: str, language: str) -> None:
    assert guess(text, default) == language


@pytest.mark.parametrize(("language", "text"), [("en-us", "Hello there, this is a test."), ("zh", "你好，世界。"),
                                               ("de", "Guten Tag, das ist ein Versuch.")])  # fmt: skip
def test_espeak_speaks_lines_that_begin_at_once(tmp_path: Path, language: str, text: str) -> None:
    pytest.importorskip("espeakng_loader")
    take = dub.speak([DubLine(text, 0, 1.2, 3.0, language, language)], tmp_path, print)[0]
    sound = sounds.read(Path(take.path))[0]
    loud = np.nonzero(np.abs(sound) > 0.02)[0]
    assert loud[0] / RATE < 1 / 60
    assert take.seconds == pytest.approx(len(sound) / RATE, abs=1e-3)
    assert take.rate <= FASTEST


def test_voices_without_sound_are_not_listed() -> None:
    pytest.importorskip("espeakng_loader")
    from neuroedit_addon.worker.voice import espeak

    listed = {speaker.name for speaker in dub.speakers()}
    assert {"cmn", "en-us", "de"} <= listed
    assert len(listed) < len({speaker.name for speaker in espeak().list()})
