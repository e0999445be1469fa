"""Files for what follows the cut: lines to speak, captions, music, stems; their words on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from ... import subtitles
from ...captions import Captions
from ...errors import MediaError, UsageError
from ...findings import Findings
from ...settings import STEPS, Settings
from .knowing import Knower

STRIPS, BURN = "strips", "burn"
_CAPTIONS = (".srt", ".vtt")


@dataclass(frozen=True)
class Wanted:
    """As named on the command line.

    Attributes:
        dub: file of lines to speak, or STRIPS for the text strips of the timeline; "" for nothing.
        subtitles: file of lines that are shown instead of the spoken ones.
        captions: files to write captions to; BURN for text strips in the picture.
        music: sound file to lay under the film.
        stems: folder for voice, music and effects alone; stem_suffix: their kind.
    """

    dub: str = ""
    subtitles: Path | None = None
    captions: tuple[str, ...] = ()
    music: Path | None = None
    stems: Path | None = None
    stem_suffix: str = ".wav"

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files that are read, which no output may replace."""
        named = (Path(self.dub) if self.dub not in ("", STRIPS) else None, self.subtitles, self.music)
        return tuple(path for path in named if path is not None)

    @property
    def caption_files(self) -> tuple[Path, ...]:
        """Files that are written."""
        return tuple(Path(name).absolute() for name in self.captions if name != BURN)


@dataclass(frozen=True)
class Material:
    """What those files hold."""

    lines: Captions | None = None
    shown: Captions | None = None
    music: Findings | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser the flags of `Wanted`."""
    group = parser.add_argument_group("words, music and sound files")
    group.add_argument(
        "--dub", metavar="FILE", default="",
        help=f"speak these lines: .srt, .vtt, or a script with blank lines; “{STRIPS}” speaks the timeline's texts",
    )  # fmt: skip
    group.add_argument("--list-voices", action="store_true", help="say which voices --voice may name, and end")
    group.add_argument("--subtitles", type=Path, metavar="FILE", help="lines for captions, without speaking them")
    group.add_argument(
        "--captions", action="append", default=[], metavar=f"{BURN}|FILE",
        help=f"“{BURN}” shows captions in the picture; FILE.srt or FILE.vtt writes them as they lie after the cuts",
    )  # fmt: skip
    group.add_argument("--music", type=Path, metavar="FILE", help="music under the film: trimmed or looped, and ducked")
    group.add_argument("--stems", type=Path, metavar="FOLDER", help="write voice, music and effects of the mix here")
    group.add_argument("--stem-format", choices=("wav", "flac"), default="wav", help="what stems are written as")


def wanted(options: argparse.Namespace) -> Wanted:
    """What the words name.

    Raises:
        UsageError: captions of an unknown kind, or a file twice.
    """
    for name in options.captions:
        if name != BURN and Path(name).suffix.lower() not in _CAPTIONS:
            raise UsageError(f"Captions cannot be written as {name}.", f"Say {BURN}, or name a .srt or .vtt file.")
    if len(set(options.captions)) < len(options.captions):
        raise UsageError("The same captions are asked for twice.")
    return Wanted(
        options.dub, options.subtitles, tuple(options.captions), options.music, options.stems, f".{options.stem_format}"
    )


def settings_for(wanted: Wanted, settings: Settings, given: Mapping[str, Any]) -> Settings:
    """The settings with the steps that the words imply, unless steps were named.

    Raises:
        UsageError: something was named for a step that is left out.
    """
    asked = {"dub": bool(wanted.dub or wanted.captions or wanted.subtitles), "mix": bool(wanted.music or wanted.stems)}
    groups = {item.name: item.metadata["group"] for item in fields(Settings)}
    asked["mix"] |= any(groups[name] in ("music", "mix") for name in given)
    asked["grade"] = any(groups[name] == "grade" for name in given)
    if settings.on_beats and not wanted.music:
        raise UsageError("There are no beats without music.", "Name a file with --music, or leave --on-beats out.")
    if "steps" not in given:
        return replace(settings, steps=tuple(s for s in STEPS if s in settings.steps or asked.get(s)))
    for step in ("dub", "grade", "mix"):
        if asked[step] and step not in settings.steps:
            raise UsageError(f"What was named needs the step {step}.", f"Add {step} to --steps, or leave --steps out.")
    if "dub" in settings.steps and not asked["dub"]:
        raise UsageError("There is nothing to speak or to show.", f"Name --dub FILE, or --dub {STRIPS}.")
    return settings


def read(wanted: Wanted, knower: Knower, warn: Callable[[str], None]) -> Material:
    """Read and analyse what was named.

    Raises:
        MediaError: a file is missing, cannot be read, or has no lines or no sound.
    """
    lines = shown = None
    if wanted.dub not in ("", STRIPS):
        lines = _captions(Path(wanted.dub), warn)
    if wanted.subtitles:
        shown = _captions(wanted.subtitles, warn)
    return Material(lines, shown, _music(wanted.music, knower) if wanted.music else None)


def _captions(path: Path, warn: Callable[[str], None]) -> Captions:
    captions = subtitles.read(path)
    for sentence in captions.warnings:
        warn(sentence)
    return captions


def _music(path: Path, knower: Knower) -> Findings:
    media = knower.media([str(path.absolute())])[0]
    if media.audio is None:
        raise MediaError(f"{path} has no sound.", "Name a file with music.")
    return knower.findings([media.path])[0]
