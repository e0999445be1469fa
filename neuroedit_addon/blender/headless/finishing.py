"""What follows the cut, headless: steps are answered one after the other; their files are put where they belong."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import subtitles
from ...captions import Captions
from ...errors import OutputError
from ...findings import Findings
from ...planner.edit_list import EditList
from ...planner.music_bed import lay
from ...planner.on_beats import film_beats, on_beats
from ...planner.time_map import TimeMap
from ...timeline import Timeline
from .. import write_captions
from ..finishing.asking import Ask, answered
from ..finishing.finish import finish
from ..finishing.wishes import Finished, Wishes
from ..render_format import FORMATS
from .knowing import Knower
from .order import Order, Targets, require_writable
from .wanted import BURN, STRIPS, Material, Wanted


@dataclass(frozen=True)
class Finisher:
    """Does what is wished for after one cut.

    Attributes:
        folder: where new sounds lie until the run is over.
    """

    order: Order
    material: Material
    knower: Knower
    folder: Path

    @staticmethod
    def new(order: Order, material: Material, knower: Knower) -> Finisher:
        """With a new folder among the temporary files."""
        return Finisher(order, material, knower, Path(tempfile.mkdtemp(prefix="sound-")))

    def lines(self, scene: Any) -> Captions | None:
        """What will be spoken, before the cut."""
        if self.order.wanted.dub == STRIPS:
            return Captions(write_captions.read(scene))
        return self.material.lines

    def on_beats(self, edits: EditList, timeline: Timeline, scene: Any) -> EditList:
        """The edit with its cuts on the beats of the music, if that is wished for."""
        settings, music = self.order.settings, self.material.music
        if not settings.on_beats or music is None:
            return edits
        longest = float((scene.frame_end + 1 - scene.frame_start) / edits.fps)
        beats = film_beats(lay(longest, music.media.duration, music.beats), music.beats)
        return on_beats(edits, timeline, beats, settings.min_clip, scene.frame_start)

    def run(self, scene: Any, first: int, edits: EditList, found: Sequence[Findings], run: str, goal: Targets,
            spoken_before: Sequence[str]) -> Finished:  # fmt: skip
        """Finish a scene that has just been cut; `first` was its first frame before.

        Raises:
            NeuroEditError: as the steps do.
        """
        wanted, name = self.order.wanted, (goal.all[0].stem if goal.all else scene.name)
        wishes = Wishes(
            settings=self.order.settings, folder=self.folder, run=run, lines=self.material.lines,
            strips_speak=wanted.dub == STRIPS, shown=self.material.shown, captions=BURN in wanted.captions,
            music=self.material.music, stems=self.folder / "stems" / name if wanted.stems else None,
            stem_suffix=wanted.stem_suffix, codec=codec(goal), spoken_before=tuple(spoken_before),
        ).after(TimeMap.of(edits), edits.fps, first)  # fmt: skip
        return answered(finish(scene, wishes, {f.media.path: f for f in found}), self._answer)

    def write(self, done: Finished, written: list[Path]) -> None:
        """Captions and stems; each that is there is added to `written`.

        Raises:
            OutputError: one cannot be written.
        """
        for path in self.order.wanted.caption_files:
            subtitles.write(path, done.captions)
            written.append(path)
        for file in done.files:
            folder = self.order.wanted.stems
            assert folder is not None
            folder = folder.absolute()
            folder.mkdir(exist_ok=True)
            written.append(Path(shutil.move(file, folder / file.name)))

    def _answer(self, ask: Ask) -> dict[str, Any]:
        return self.knower.ask(ask.verb, **ask.arguments)


def require_places(wanted: Wanted, inputs: Iterable[Path]) -> None:
    """Check that captions and stems can be written.

    Raises:
        OutputError: a folder is missing or read-only, or footage would be written over.
    """
    for path in wanted.caption_files:
        require_writable(path)
        if any(path == source.absolute() for source in (*inputs, *wanted.inputs)):
            raise OutputError(f"The output {path} is the input itself.", "Choose another name.")
    if wanted.stems and wanted.stems.exists() and not wanted.stems.is_dir():
        raise OutputError(f"{wanted.stems} is a file, not a folder.", "Choose another folder for the stems.")
    if wanted.stems:
        require_writable(wanted.stems / "x" if wanted.stems.exists() else wanted.stems)


def codec(goal: Targets) -> str:
    """What the film's sound will be coded with; "" without a film."""
    return FORMATS[goal.films[0].suffix.lower()].sound.lower() if goal.films else ""


def lines(done: Finished) -> list[tuple[str, str]]:
    """What was done, for the summary: (title, fact)."""
    rows = [("Finish", note) for note in done.notes]
    if done.mix:
        limited = f", limited by up to {done.mix.limited_db:.1f} dB" if done.mix.limited_db > 0.05 else ""
        rows += [("Sound before", str(done.mix.before)),
                 ("Sound", f"{done.mix.after} (gain {done.mix.gain_db:+.1f} dB{limited})")]  # fmt: skip
        rows += [("  of which", f"{name}: {levels}") for name, levels in loudest(done)]
    return rows


def loudest(done: Finished, most: int = 8) -> list[tuple[str, Any]]:
    """The loudest strips and their levels; of a strip that was cut into pieces its loudest piece."""
    found: dict[str, Any] = {}
    for name, levels in done.mix.clips if done.mix else ():
        whole = name.partition(" · ")[0]
        heard = levels.integrated_lufs
        if heard is not None and (whole not in found or heard > found[whole].integrated_lufs):
            found[whole] = levels
    ranked: Callable[[tuple[str, Any]], float] = lambda item: -item[1].integrated_lufs  # noqa: E731
    return sorted(found.items(), key=ranked)[:most]
