"""What follows the cut, in the window: lines, music and captions as the panels name them, in slices."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy

from ... import subtitles
from ...captions import Captions
from ...errors import MediaError, OutputError, UsageError
from ...findings import Findings
from ...planner.edit_list import EditList
from ...planner.time_map import TimeMap
from ...settings import Settings
from .. import write_captions
from ..finishing import grading
from ..finishing.asking import Result, Step
from ..finishing.finish import finish
from ..finishing.wishes import Finished, Wishes
from ..render_format import FORMATS
from . import analysing, knowledge, log
from .task import Stop, Tick


@dataclass(frozen=True)
class Named:
    """What the panels name beside the settings.

    Attributes:
        lines: a file of lines to speak; "" for none.
        texts: speak the text strips of the timeline, too.
        captions: show captions as text strips.
        music: a file to lay under the film; "" for none.
        film: what will be written, for its sound's codec.
    """

    lines: str = ""
    texts: bool = False
    captions: bool = False
    music: str = ""
    film: str = ""

    @staticmethod
    def of(project: Any) -> Named:
        """As a scene's panels have it, with absolute paths."""
        path = bpy.path.abspath
        return Named(path(project.lines), project.texts, project.captions, path(project.music), path(project.film))


def require_sense(named: Named, settings: Settings) -> None:
    """Check before anything is done that what is named can be used.

    Raises:
        UsageError: there is nothing to speak.
        MediaError: a file is missing, or holds no lines.
    """
    if "dub" in settings.steps:
        if not (named.lines or named.texts or named.captions):
            raise UsageError("There is nothing to speak or to show.", "Choose a file of lines in the panel Dub.")
        if named.lines:
            subtitles.read(Path(named.lines))
    grading.require_reference(settings)
    if "mix" in settings.steps and named.music and not Path(named.music).is_file():
        raise MediaError(f"The music {named.music} does not exist.", "Choose another file in the panel Sound.")


def learn_music(scene: Any, named: Named, settings: Settings, desk: analysing.Desk, stop: Stop) -> Generator[Tick]:
    """Analyse the music, if there shall be some.

    Raises:
        MediaError: it has no sound.
    """
    if "mix" not in settings.steps or not named.music:
        return
    yield from analysing.analyse(scene, [named.music], desk, stop, anew=False)
    found = knowledge.of(named.music)
    if found is None or found.media.audio is None:
        raise MediaError(f"{named.music} has no sound.", "Choose a file with music in the panel Sound.")


def finish_edit(
    scene: Any,
    first: int,
    edits: EditList,
    found: Mapping[str, Findings],
    wishes: Wishes,
    desk: analysing.Desk,
    stop: Stop,
) -> Generator[Tick, None, Finished]:
    """Do what is wished for on a scene that was just cut; `first` was its first frame before.

    Raises:
        NeuroEditError: as the steps do; what they have written until then is on the timeline.
    """
    done = yield from driven(finish(scene, wishes.after(TimeMap.of(edits), edits.fps, first), found), desk, stop)
    for sentence in done.warnings:
        log.write(f"warning: {sentence}")
    return done


def driven(work: Step[Result], desk: analysing.Desk, stop: Stop) -> Generator[Tick, None, Result]:
    """Do a step, letting the worker answer what it asks; what comes of it.

    Raises:
        NeuroEditError: as the step does.
    """
    try:
        request = next(work)
        while True:
            answer = yield from _writing(analysing.ask(desk, request.verb, request.arguments, stop))
            request = work.send(answer)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    finally:
        work.close()


def wishes(named: Named, settings: Settings, run: str, spoken_before: tuple[str, ...]) -> Wishes:
    """What the panels ask for.

    Raises:
        OutputError: there is no folder for new sounds.
    """
    form = FORMATS.get(Path(named.film).suffix.lower())
    return Wishes(
        settings=settings,
        folder=sound_folder(run) if {"dub", "mix"} & set(settings.steps) else Path(),
        run=run,
        lines=subtitles.read(Path(named.lines)) if named.lines and "dub" in settings.steps else None,
        strips_speak=named.texts,
        captions=named.captions,
        music=knowledge.of(named.music) if named.music else None,
        codec=form.sound.lower() if form else "",
        spoken_before=spoken_before,
    )


def mix_wishes(settings: Settings, folder: Path, film: str, stems: Path | None, suffix: str) -> Wishes:
    """What a mix alone needs to know.

    Args:
        film: what will be written, for its sound's codec.
        stems: the folder for stems, None for none.
    """
    form = FORMATS.get(Path(film).suffix.lower())
    return Wishes(
        settings, folder, folder.name, stems=stems and stems / (Path(film).stem or "film"), stem_suffix=suffix,
        codec=form.sound.lower() if form else "",
    )


def lines_before(named: Named, settings: Settings, scene: Any) -> Captions | None:
    """What will be spoken, before the cut; no cut takes the time it needs."""
    if "dub" not in settings.steps:
        return None
    if named.lines:
        return subtitles.read(Path(named.lines))
    return Captions(write_captions.read(scene)) if named.texts else None


def sound_folder(run: str) -> Path:
    """Where a run's new sounds lie: beside the project, or with Blender's own data while it is not saved.

    Raises:
        OutputError: neither can be written.
    """
    if bpy.data.filepath:
        project = Path(bpy.data.filepath)
        folder = project.with_name(f"{project.stem} sounds") / run
    else:
        folder = Path(bpy.utils.user_resource("DATAFILES")) / "neuroedit" / run
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(
            f"New sounds cannot be written to {folder}: {problem.strerror}.", "Save the project elsewhere."
        ) from problem
    return folder


def _writing(work: Generator[Tick, None, Any]) -> Generator[Tick, None, Any]:
    """The same, with the user's clicks and keys held back: half of an edit is on the timeline."""
    while True:
        try:
            tick = next(work)
        except StopIteration as done:
            return done.value
        try:
            yield replace(tick, writing=True)
        except BaseException:
            work.close()
            raise
