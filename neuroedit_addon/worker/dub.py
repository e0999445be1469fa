"""Speaks the lines of a dub, each to a WAV file that fits its time; what was spoken before is not spoken again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ..dub_lines import DubLine, DubTake
from ..errors import Cancelled, NeuroEditError, OutputError, UsageError, WorkerError
from ..messages import Log, Message, Progress
from .timefit import SLACK, fit
from .voice import Speaker, Voice, espeak
from .wav_file import WavFile

Tell = Callable[[str], None]

# What people write, and what espeak-ng calls it.
_CALLED = {"zh": "cmn", "zh-cn": "cmn", "zh-hans": "cmn", "zh-tw": "cmn", "zh-hk": "yue", "en": "en-us", "no": "nb",
           "pt-pt": "pt", "iw": "he"}  # fmt: skip


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """The worker's verb “dub”.

    Args:
        arguments: "lines" (`DubLine.to_json` each) and "folder" for their files; or "voices": true to list them.

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

    takes = speak(lines, Path(arguments["folder"]), tell, step=step)
    return {"takes": [take.to_json() for take in takes], "warnings": warnings}


def speak(lines: Sequence[DubLine], folder: Path, tell: Tell, voice: Voice | None = None,
          step: Callable[[int], None] | None = None) -> list[DubTake]:  # fmt: skip
    """A take for every line that can be spoken, in order.

    A line whose file is in `folder` already is not spoken again. One that cannot be spoken, or does not fit, is told
    of, and the others go on.

    Raises:
        EnvironmentProblem: there is no voice engine.
        OutputError: the folder cannot be written.
    """
    engine = voice or espeak()
    takes: list[DubTake] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, line in enumerate(lines):
            if step is not None:
                step(number)
            take = _spoken_before(line, folder) or _speak(engine, line, folder, tell)
            if take is None:
                continue
            if take.over:
                tell(f"“{line.text[:60]}” is {take.over:.2f} s too long for its place: shorten the text.")
            takes.append(take)
    except OSError as problem:
        raise OutputError(f"{folder} cannot be written: {problem.strerror}.", "Choose another folder.") from problem
    return takes


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


def _spoken_before(line: DubLine, folder: Path) -> DubTake | None:
    try:
        take = DubTake(**json.loads((folder / f"{line.key}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    path = folder / f"{line.key}.wav"
    # The folder may have moved with the project since.
    return _limited(replace(take, path=str(path)), line) if take.key == line.key and path.is_file() else None


def _speak(engine: Voice, line: DubLine, folder: Path, tell: Tell) -> DubTake | None:
    name = _CALLED.get(line.voice.lower(), line.voice)
    try:
        fitted = fit(lambda rate: engine.say(line.text, name, rate), line.slot)
    except (UsageError, WorkerError) as problem:
        tell(f"“{line.text[:60]}” cannot be spoken: {problem}")
        return None
    if not len(fitted.samples):
        tell(f"“{line.text[:60]}” makes no sound as “{line.voice}”; choose another voice for it.")
        return None
    path = folder / f"{line.key}.wav"
    with WavFile(path, channels=1) as file:
        file.write(fitted.samples[None, :])
    take = DubTake(
        line.key, str(path), round(fitted.seconds, 6), fitted.rate, fitted.tempo, reason=fitted.reason
    )
    beside = folder / f"{line.key}.json.part"
    beside.write_text(json.dumps(take.to_json()), encoding="utf-8")
    beside.replace(folder / f"{line.key}.json")
    return _limited(take, line)


def _limited(take: DubTake, line: DubLine) -> DubTake:
    """The take with what does not fit before the next line, which may have moved since it was spoken."""
    over = 0.0 if line.limit is None else round(take.seconds - line.limit, 3)
    if over <= SLACK:
        return take
    return replace(take, over=over, reason=f"{take.reason}, and still {over:.2f} s too long: shorten the text")
