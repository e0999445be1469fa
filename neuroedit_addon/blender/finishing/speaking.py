"""The step "dub": lines are spoken and laid down, the voice under them is lowered, captions are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ...caption_layout import lay_out
from ...captions import Caption, Captions
from ...dub_lines import DubTake
from ...findings import Findings
from ...planner import dub, heard
from ...planner.duck import ORIGINAL_VOICE, duck
from ...settings import Settings
from .. import compat, mix_read, read, write_captions, write_dub, write_mix
from ..marks import DUB, STEM
from .asking import Ask, Step
from .loudness import factor, voices_lufs
from .wishes import Finished, Spoken, Wishes

Found = Mapping[str, Findings]
_REMOVED = -90.0  # dB


def speak(scene: Any, wishes: Wishes, found: Found, done: Finished) -> Step[Finished]:
    """Speak the lines, if there are any, and show captions, if they are wished for.

    Raises:
        UsageError: not one line could be spoken.
        EnvironmentProblem: there is no voice.
        OutputError: the folder cannot be written.
    """
    lines = _lines(scene, wishes)
    if lines is not None and lines.lines:
        done = yield from _voice_over(scene, wishes, found, lines, done)
    shown = wishes.shown or _as_spoken(lines, done.spoken) or Captions(write_captions.read(scene))
    captions, warnings = lay_out(shown.lines)
    if wishes.captions:
        write_captions.write(scene, captions, wishes.run)
        done = done.with_notes([_count(len(captions), "caption")], warnings)
    return replace(done, captions=tuple(captions))


def _lines(scene: Any, wishes: Wishes) -> Captions | None:
    if not wishes.strips_speak:
        return wishes.lines
    texts = write_captions.read(scene)
    return Captions(tuple(sorted((*(wishes.lines.lines if wishes.lines else ()), *texts), key=lambda c: c.start)))


def _voice_over(scene: Any, wishes: Wishes, found: Found, captions: Captions, done: Finished) -> Step[Finished]:
    fps = read.scene_rate(scene)
    settings = wishes.settings
    lines = dub.plan(captions, fps, dub.Voices.of(settings.voice, settings.language))
    result = yield Ask("dub", {
        "lines": [line.to_json() for line in lines], "folder": str(wishes.folder / "dub"),
        "known": list(wishes.spoken_before),
    })  # fmt: skip
    takes = [DubTake(**take) for take in result["takes"]]
    placed = dub.place(lines, takes, fps)
    write_dub.write(scene, placed, wishes.run, _volumes(placed, found))
    spoken = tuple(
        Spoken(one.line.text, float(one.left / fps), float(one.right / fps), one.over, one.take.reason)
        for one in placed
    )
    _lower_original(scene, found, spoken, settings)
    late = [one for one in spoken if one.end > _seconds(scene, fps) + 0.1]
    warnings = [f"{_count(len(late), 'line')} of the voice-over lies beyond the film's end and is not heard whole."]
    notes = [f"{_count(len(placed), 'line')} spoken"]
    return replace(done, spoken=spoken).with_notes(notes, warnings if late else ())


def _volumes(placed: Sequence[dub.Placed], found: Found) -> dict[str, float]:
    """Volumes by key of the line with which each voice is as loud as those that are heard in the footage."""
    wanted = voices_lufs(found)
    heard_of: dict[str, list[float]] = {}
    for one in placed:
        if one.take.lufs is not None:
            heard_of.setdefault(one.line.voice, []).append(one.take.lufs)
    mean = {voice: sum(values) / len(values) for voice, values in heard_of.items()}
    return {one.line.key: factor(wanted, mean.get(one.line.voice)) for one in placed}


def _lower_original(scene: Any, found: Found, spoken: Sequence[Spoken], settings: Settings) -> None:
    """Volume keyframes on the strips in which somebody speaks already; room tone and music stay as they are."""
    if settings.original == "keep":
        return
    depth = settings.dub_depth if settings.original == "lower" else _REMOVED
    how = replace(ORIGINAL_VOICE, depth=depth)
    spans = [(one.start, one.end) for one in spoken]
    arrangement = mix_read.read(scene)
    talking = {name for name, stem in heard.stems(arrangement, found).items() if stem == "voice"}
    clips = {clip.name: clip for clip in arrangement.audible if clip.name in talking}
    for strip in compat.strips_of(scene):
        clip = clips.get(strip.name)
        if clip is None or DUB in strip or STEM in strip:
            continue
        write_mix.duck(scene, [strip], duck(spans, how, max(clip.start, 0.0), clip.end))


def _as_spoken(lines: Captions | None, spoken: Sequence[Spoken]) -> Captions | None:
    """The lines themselves; a script's at the times at which they came to be spoken."""
    if lines is None or lines.timed:
        return lines
    return Captions(tuple(Caption(one.start, one.end, one.text) for one in spoken))


def _seconds(scene: Any, fps: Fraction) -> float:
    return float((scene.frame_end + 1 - scene.frame_start) / fps)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"
