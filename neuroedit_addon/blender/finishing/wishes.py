"""Noun: what is wished for after the cut, with everything already read that came from files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from ...captions import Caption, Captions
from ...findings import Findings
from ...mix_report import MixReport
from ...planner.captions_after import captions_after
from ...planner.time_map import TimeMap
from ...settings import Settings
from .graded import Graded


@dataclass(frozen=True)
class Wishes:
    """All of them.

    Attributes:
        settings: its `steps` say what is done; see `Settings` for the rest.
        folder: where new sound files go; it is made when there are some.
        run: marks the strips of this run.
        lines: what is spoken, film seconds; None for nothing.
        strips_speak: speak the text strips of the timeline, too.
        shown: captions that are shown without being spoken; None for those that are spoken (or lie there).
        captions: whether captions become text strips.
        music: findings of the music file; None for no music.
        stems: where voice, music and effects go as files of their own, with the name they begin with.
        stem_suffix: ".wav" or ".flac".
        codec: what the film's sound will be coded with ("aac", "opus"; "" for not at all), so that the mix keeps below
            its true peak even after that.
        spoken_before: folders with lines that were spoken earlier.
        moved: where the cuts have moved frames, as `after` knows it.
    """

    settings: Settings
    folder: Path
    run: str
    lines: Captions | None = None
    strips_speak: bool = False
    shown: Captions | None = None
    captions: bool = False
    music: Findings | None = None
    stems: Path | None = None
    stem_suffix: str = ".wav"
    codec: str = ""
    spoken_before: tuple[str, ...] = ()
    moved: TimeMap = field(default_factory=TimeMap)

    def after(self, time_map: TimeMap, fps: Fraction, first: int) -> Wishes:
        """The same, with lines and captions where the cuts have moved them; `first` is the film's first frame."""
        return replace(
            self, lines=_after(self.lines, time_map, fps, first), shown=_after(self.shown, time_map, fps, first),
            moved=time_map,
        )


def _after(captions: Captions | None, time_map: TimeMap, fps: Fraction, first: int) -> Captions | None:
    if captions is None or not captions.timed:  # a script has no times that a cut could move
        return captions
    return replace(captions, lines=tuple(captions_after(captions.lines, time_map, fps, first)))


@dataclass(frozen=True)
class Spoken:
    """A line as it was spoken: text, film seconds, seconds that were cut off, and what was done to make it fit."""

    text: str
    start: float
    end: float
    over: float
    reason: str


@dataclass(frozen=True)
class Finished:
    """What came of it.

    Attributes:
        spoken: the voice-over's lines.
        captions: as they are shown, film seconds.
        mix: levels before and after; None when nothing was mixed.
        notes: what was done, phrases for the summary.
        warnings: sentences.
        files: new files that the timeline does not need (stems).
        grades: the shots whose colours were looked at (`grading.Graded`).
    """

    spoken: tuple[Spoken, ...] = ()
    captions: tuple[Caption, ...] = ()
    mix: MixReport | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = field(default=())
    grades: tuple[Graded, ...] = ()

    def with_notes(self, notes: Sequence[str] = (), warnings: Sequence[str] = ()) -> Finished:
        """The same with more to tell."""
        return replace(self, notes=(*self.notes, *notes), warnings=(*self.warnings, *warnings))
