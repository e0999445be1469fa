"""Speaks the lines of a dub, each to a WAV file that fits its time; what was spoken before is not spoken again."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from av import AudioFrame

from ..dub_lines import DubLine, DubTake
from ..errors import Cancelled, MediaError, NeuroEditError, OutputError, UsageError, WorkerError
from ..findings import Loudness
from ..messages import Log, Message, Progress
from .loudness import LoudnessMeter
from .piper import is_piper, piper
from .spoken_text import spoken_text
from .timefit import RATE, SLACK, fit
from .voice import Speaker, Voice, espeak
from .wav_file import WavFile

Tell = Callable[[str], None]

# What people write, and what espeak-ng calls it.
_CALLED = {"zh": "cmn", "zh-cn": "cmn", "zh-hans": "cmn", "zh-tw": "cmn", "zh-hk": "yue", "en": "en-us", "no": "nb",
           "pt-pt": "pt", "iw": "he"}  # fmt: skip


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """The worker's verb “dub”.

    Args:
        arguments: "lines" (`DubLine.to_json` each), "folder" for their files, "known": folders with files of lines
            that were spoken earlier; or "voices": true to list them.

    Returns:
        "takes" (`DubTake.to_json` each) and "warnings"; or "voices": [{"name", "languages", "title"}].
    """
    if arguments.get("voices"):
        listed = [{"name": s.name, "languages": list(s.languages), "title": s.title} for s in speakers()]
        return {"voices": listed}
    lines = [DubLine(**line) for line in arguments["lines"]]
    warnings: list[str] = []

    def step(done: int) -> None:
        if cancelled():
            raise Cancelled()
        say(Progress("speaking", done, len(lines)))

    def tell(sentence: str) -> None:
        warnings.append(sentence)
        say(Log("warning", sentence))

    known = [Path(folder) for folder in arguments.get("known", ())]
    takes = speak(lines, Path(arguments["folder"]), tell, step=step, known=known)
    return {"takes": [take.to_json() for take in takes], "warnings": warnings}


def speak(lines: Sequence[DubLine], folder: Path, tell: Tell, voice: Voice | None = None,
          step: Callable[[int], None] | None = None, known: Sequence[Path] = ()) -> list[DubTake]:  # fmt: skip
    """A take for every line that can be spoken, in order.

    A line whose file is in `folder` already, or in one of the `known` ones, is not spoken again. One that cannot be
    spoken, or does not fit, is told of, and the others go on.

    Raises:
        UsageError: not one of them can be spoken.
        EnvironmentProblem: there is no voice engine.
        OutputError: the folder cannot be written.
    """
    takes: list[DubTake] = []
    problems: list[NeuroEditError] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, line in enumerate(lines):
            if step is not None:
                step(number)
            try:
                engine = voice or engine_of(line.voice)
                take = _spoken_before(line, folder, known) or _speak(engine, line, folder)
                if not speaks(engine, line):
                    tell(f"“{line.text[:60]}” is in {line.language}, which the voice {line.voice} does not speak: give "
                         "it another voice, or none.")  # fmt: skip
            except (UsageError, MediaError, WorkerError) as problem:
                problems.append(problem)
                tell(f"“{line.text[:60]}” cannot be spoken: {problem}")
                continue
            if take.over:
                tell(f"“{line.text[:60]}” is {take.over:.2f} s too long for its place: shorten the text.")
            takes.append(take)
    except OSError as problem:
        raise OutputError(f"{folder} cannot be written: {problem.strerror}.", "Choose another folder.") from problem
    if problems and not takes:
        raise UsageError(f"Not one line can be spoken: {problems[0].sentence}", problems[0].cure)
    return takes


def engine_of(name: str) -> Voice:
    """The engine that speaks as `name`: Piper for the path of an .onnx file, else espeak-ng.

    Raises:
        MediaError: the file is missing or no Piper voice.
        EnvironmentProblem: the engine does not start.
    """
    return piper(name) if is_piper(name) else espeak()


def speaks(engine: Voice, line: DubLine) -> bool:
    """Whether the voice speaks a line's language. Letters of its own tell a language; Latin ones may be anything, and
    a voice that is not listed too."""
    if not any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in line.text):
        return True
    name = _CALLED.get(line.voice.lower(), line.voice).partition("+")[0].lower()
    known = {language.partition("-")[0] for speaker in engine.list() for language in speaker.languages
             if name in (speaker.name.lower(), *speaker.languages)}  # fmt: skip
    wanted = _CALLED.get(line.language.lower(), line.language).partition("-")[0]
    return not known or wanted in known


@cache
def speakers() -> tuple[Speaker, ...]:
    """The voices that make a sound; a few of the wheel's are listed and silent."""
    engine = espeak()
    return tuple(speaker for speaker in engine.list() if _sounds(engine, speaker.name))


def _sounds(engine: Voice, name: str) -> bool:
    try:
        return bool(abs(engine.say("a 1", name).samples).max(initial=0.0) > 0.01)
    except NeuroEditError:
        return False


def _spoken_before(line: DubLine, folder: Path, known: Sequence[Path]) -> DubTake | None:
    for other in known:
        if not (folder / f"{line.key}.wav").is_file() and (other / f"{line.key}.wav").is_file():
            for suffix in (".wav", ".json"):
                shutil.copyfile(other / f"{line.key}{suffix}", folder / f"{line.key}{suffix}")
    try:
        take = DubTake(**json.loads((folder / f"{line.key}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    path = folder / f"{line.key}.wav"
    # The folder may have moved with the project since.
    return _limited(replace(take, path=str(path)), line) if take.key == line.key and path.is_file() else None


def _speak(engine: Voice, line: DubLine, folder: Path) -> DubTake:
    name = _CALLED.get(line.voice.lower(), line.voice)
    words = spoken_text(line.text, line.language)
    fitted = fit(lambda rate: engine.say(words, name, rate), line.slot)
    if not len(fitted.samples):
        raise UsageError(f"It makes no sound as “{line.voice}”.", "Choose another voice for it.")
    path = folder / f"{line.key}.wav"
    with WavFile(path, channels=1) as file:
        file.write(fitted.samples[None, :])
    take = DubTake(
        line.key, str(path), round(fitted.seconds, 6), fitted.rate, fitted.tempo, reason=fitted.reason,
        lufs=_loudness(fitted.samples),
    )
    beside = folder / f"{line.key}.json.part"
    beside.write_text(json.dumps(take.to_json()), encoding="utf-8")
    beside.replace(folder / f"{line.key}.json")
    return _limited(take, line)


def _loudness(samples: np.ndarray) -> float | None:
    meter = LoudnessMeter(true_peak=False)
    frame = AudioFrame.from_ndarray(samples.astype(np.float32)[None, :], format="fltp", layout="mono")
    frame.rate = RATE
    meter.hear(frame, 0.0)
    measured = meter.finish().get("loudness")
    return measured.integrated_lufs if isinstance(measured, Loudness) else None


def _limited(take: DubTake, line: DubLine) -> DubTake:
    """The take with what does not fit before the next line, which may have moved since it was spoken."""
    over = 0.0 if line.limit is None else round(take.seconds - line.limit, 3)
    if over <= SLACK:
        return take
    return replace(take, over=over, reason=f"{take.reason}, and still {over:.2f} s too long: shorten the text")
