"""Noun: what one run of the command line is asked to do, and where its results go."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import OutputError, UsageError
from ...profile import Profile
from ...settings import Settings
from ..render_format import FORMATS
from .wanted import Wanted

RENDERERS = ("auto", "blender", "fast")


@dataclass(frozen=True)
class Order:
    """One run.

    Attributes:
        inputs: files and folders as typed; one .blend, or none for the project that is open.
        outputs: as typed: films, .blend files, or one folder.
        findings: files (or folders) of findings to use instead of analysing.
        plan: plan to replay, or another editor's edit; plan_out: where to write the plan.
        exports: where to write the edit for other editors; report: where to write what was found and done, as HTML.
        temp_dir: where everything that passes is kept.
        renderer: one of RENDERERS.
        profile: whose taste chooses; None for nobody's.
        drop_like: a classifier (.onnx) of what to drop.
        wanted: files for voice-over, captions, music and stems.
    """

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)
    findings: tuple[Path, ...] = ()
    plan: Path | None = None
    plan_out: Path | None = None
    exports: tuple[Path, ...] = ()
    report: Path | None = None
    dry_run: bool = False
    cache: bool = True
    cache_dir: Path | None = None
    temp_dir: Path | None = None
    renderer: str = "auto"
    profile: Profile | None = None
    drop_like: Path | None = None
    wanted: Wanted = field(default_factory=Wanted)


@dataclass(frozen=True)
class Targets:
    """Where the results of one edit go."""

    films: tuple[Path, ...] = ()
    blends: tuple[Path, ...] = ()

    @property
    def all(self) -> tuple[Path, ...]:
        """Every file that will be written."""
        return (*self.films, *self.blends)


def wants_folder(outputs: Sequence[str]) -> bool:
    """Whether one film each is asked for.

    Raises:
        UsageError: a folder beside something else.
    """
    folders = [text for text in outputs if text.endswith(("/", os.sep)) or Path(text).is_dir()]
    if folders and len(outputs) > 1:
        raise UsageError("A folder and another output do not go together.", "Give -o FOLDER/ alone.")
    return bool(folders)


def targets(outputs: Sequence[str]) -> Targets:
    """The files of one edit.

    Raises:
        UsageError: an unknown suffix, or one file twice.
        OutputError: a folder that is missing or cannot be written.
    """
    films: list[Path] = []
    blends: list[Path] = []
    for text in outputs:
        path = Path(text).absolute()
        suffix = path.suffix.lower()
        if suffix not in (*FORMATS, ".blend"):
            known = ", ".join((*FORMATS, ".blend"))
            what = f"“{path.suffix}” is no kind of file that can be written" if suffix else f"{path.name} has no suffix"
            raise UsageError(f"{what}.", f"Choose one of {known}, or a folder (ending in a slash).")
        if path in (*films, *blends):
            raise UsageError(f"{path} is named twice.")
        (blends if suffix == ".blend" else films).append(path)
    found = Targets(tuple(films), tuple(blends))
    for path in found.all:
        require_writable(path)
    return found


def one_each(folder: str, sources: Iterable[Path]) -> dict[Path, Targets]:
    """FOLDER/NAME.mp4 for every source, in their order; the folder is not made yet.

    Raises:
        UsageError: two sources would become one film.
        OutputError: the folder cannot be made or written.
    """
    into = Path(folder).absolute()
    if into.exists() and not into.is_dir():
        raise OutputError(f"{into} is a file, not a folder.", "Choose another folder.")
    require_writable(into if not into.exists() else into / "x")
    made: dict[Path, Targets] = {}
    for source in sources:
        film = into / f"{source.stem}.mp4"
        if any(film in other.films for other in made.values()):
            raise UsageError(f"Two files would both become {film}.", "Rename one, or edit them one after the other.")
        made[source] = Targets((film,))
    return made


def require_writable(path: Path) -> None:
    """Check that a file can be written.

    Raises:
        OutputError: its folder is missing or read-only, or the path is a folder.
    """
    folder = path.parent
    if not folder.is_dir():
        raise OutputError(f"The folder {folder} does not exist.", "Make it first.")
    if path.is_dir():
        raise OutputError(f"{path} is a folder.", "Write a file's name, or end it with a slash.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"The folder {folder} cannot be written.", "Change its permissions or choose another.")
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"{path} cannot be written.", "Change its permissions or choose another name.")


def require_not_input(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Check that nothing is written over footage.

    Raises:
        OutputError: an output is an input, by whatever name.
    """
    inputs = [path for path in inputs if path.exists()]
    for output in outputs:
        for path in inputs:
            if output.exists() and os.path.samefile(output, path):
                raise OutputError(f"The output {output} is the input itself.", "Choose another name.")
