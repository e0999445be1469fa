"""One run of Auto Edit: gather, analyse, plan, apply, render. Every function here is one step of that line."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import bpy

from ...errors import MediaError, NeuroEditError, TimelineError, UsageError
from ...findings import Findings, Media
from ...messages import Message, Progress
from ...plan import Plan
from ...planner.kept_lines import with_lines
from ...planner.personal import taste, with_taste
from ...planner.resolve import resolve
from ...planner.spoken_decisions import with_spoken
from ...planner.statistics import statistics
from ...settings import Time
from ...timeline import Timeline
from .. import proxy_render, read
from ..apply import apply
from ..assemble import show_pictures_only
from ..faded_sound import faded
from ..finishing.grading import require_reference
from ..finishing.undoing import take_back
from ..finishing.wishes import Finished
from ..render import render
from ..whole_file import whole_file
from . import exchanging, several_cameras, unlike
from .finishing import Finisher, require_places
from .finishing import lines as facts
from .inputs import Inputs, gather
from .knowing import Knower, matched_findings, read_findings
from .order import Order, Targets, one_each, require_not_input, targets, wants_folder
from .project import edited_scene, fresh, has_project, open_project, save
from .sounds_beside import sounds_beside
from .stopping import Stopper
from .wanted import Material
from .wanted import read as read_wanted


@dataclass(frozen=True)
class Edit:
    """What came of one edit: the plan with its numbers, its findings, the files that were written, and `facts`, (title,
    fact) each, about what was done after the cut."""

    plan: Plan
    findings: tuple[Findings, ...]
    written: tuple[Path, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """All edits of a run, and what failed while others went on."""

    edits: tuple[Edit, ...]
    failed: tuple[NeuroEditError, ...] = ()


@dataclass(frozen=True)
class Session:
    """What every step needs: the order, the worker, the ear of the user, and the way to stop."""

    order: Order
    knower: Knower
    tell: Callable[[Message], None]
    warn: Callable[[str], None]
    stopper: Stopper
    material: Material = Material()

    def run(self) -> Outcome:
        """Do it all; one edit for each film. Of many films one that fails does not keep the others from being made.

        Raises:
            NeuroEditError: whatever went wrong; films that were finished before it stay.
        """
        order = self.order
        each = wants_folder(order.outputs)
        inputs = gather(order.inputs)
        exchanging.require_places(order.exports, inputs.files, order.report)
        for note in inputs.notes:
            self.warn(note)
        require_places(order.wanted, inputs.files)
        require_reference(order.settings)
        if each and len(inputs.files) > 1 and order.wanted.caption_files:
            raise UsageError("One file of captions cannot follow several films.", "Give -o FILM.mp4 with --captions.")
        material = read_wanted(order.wanted, self.knower, self.warn)
        return replace(self, material=material)._run(inputs, each)

    def _run(self, inputs: Inputs, each: bool) -> Outcome:
        order = self.order
        if not inputs.files:
            return Outcome((self._project(inputs, each),))
        if each and not order.dry_run:
            return self._one_each(inputs)
        goal = targets(order.outputs) if not each else Targets()
        require_not_input(self._written(goal), inputs.files)
        return Outcome((self._edit_files(inputs.files, inputs, goal),))

    def _project(self, inputs: Inputs, each: bool) -> Edit:
        if inputs.blend is None and not has_project():
            raise UsageError("There is nothing to edit.", "Name files, a folder, or a .blend.")
        named = inputs.blend or Path(bpy.data.filepath or "untitled.blend")
        goal = one_each(self.order.outputs[0], [named])[named] if each else targets(self.order.outputs)
        require_not_input(self._written(goal), [named])
        if inputs.blend:
            open_project(inputs.blend)
        scene = edited_scene()
        spoken_before = take_back(scene)  # what an earlier run made and nobody touched since is made anew
        paths = read.sources(scene)
        if not paths:
            raise TimelineError("No strip on the sequencer can be edited.", "Are they all locked or muted?")
        require_not_input(self._written(goal), map(Path, paths))
        found, media = self._know_strips(scene, paths)
        return self._edit(scene, found, media, goal, spoken_before)

    def _one_each(self, inputs: Inputs) -> Outcome:
        goals = one_each(self.order.outputs[0], inputs.files)
        for goal in goals.values():
            require_not_input(goal.all, inputs.files)
        if self.order.plan or self.order.plan_out or self.order.exports or self.order.report:
            raise UsageError("Plans, exports and reports are for one film.", "Give -o FILM.mp4 with them.")
        edits: list[Edit] = []
        failed: list[NeuroEditError] = []
        for path, goal in goals.items():
            try:
                edits.append(self._edit_files([path], inputs, goal))
            except (MediaError, TimelineError) as problem:
                if path in inputs.walked:
                    self.warn(f"Left out: {problem.sentence}")
                else:
                    failed.append(problem)
        if not edits and not failed:
            raise MediaError("None of this footage can be used.", "Open one of the files in a player.")
        return Outcome(tuple(edits), tuple(failed))

    def _edit_files(self, files: Sequence[Path], inputs: Inputs, goal: Targets) -> Edit:
        paths = [str(path) for path in files]
        alone = len(paths) == 1
        found, media = self._know(paths, lambda path: not alone and Path(path) in inputs.walked)
        lay = several_cameras.layer(self.order.settings, found, self.knower, self.warn)
        scene = fresh(media, Path(paths[0]).stem, lay)
        return self._edit(scene, found, media, goal)

    def _know_strips(self, scene: Any, paths: Sequence[str]) -> tuple[list[Findings], list[Media]]:
        """As `_know`; strips that are no files are looked at as small films that Blender renders of them."""
        with contextlib.ExitStack() as stack:
            with self.stopper.held():
                films = stack.enter_context(proxy_render.rendered(scene, paths, self.tell, self.stopper.asked))
            names = {film: name for name, film in films.items()}
            found, media = self._know([films.get(path, path) for path in paths], lambda path: False)
        found = [proxy_render.found_as(n, f) if (n := names.get(f.media.path)) else f for f in found]
        return found, [proxy_render.known_as(n, m) if (n := names.get(m.path)) else m for m in media]

    def _know(self, paths: Sequence[str], optional: Callable[[str], bool]) -> tuple[list[Findings], list[Media]]:
        """Findings and media of the footage, analysing only what no file tells; with a plan nothing is analysed."""
        if self.order.plan and self.order.settings.steps == ("cut",) and self.order.settings.aspect == "own":
            return [], self.knower.media(paths)
        if not self.order.findings:
            found = self.knower.findings_or_warn(paths, optional)
            return found, [f.media for f in found]
        media = self.knower.media(paths)
        told = matched_findings(read_findings(self.order.findings), media)
        rest = self.knower.findings([m.path for m in media if m.path not in told])
        told |= {findings.media.path: findings for findings in rest}
        found = [told[m.path] for m in media]
        return found, [f.media for f in found]

    def _edit(self, scene: Any, found: Sequence[Findings], media: Sequence[Media], goal: Targets,
              spoken_before: Sequence[str] = ()) -> Edit:  # fmt: skip
        done, finisher = Finished(), Finisher.new(self.order, self.material, self.knower)
        timeline = read.read(scene, {m.path: m for m in media})
        spoken = finisher.lines(scene)
        plan = self._plan(timeline, with_lines(found, timeline, spoken, scene.frame_start), media)
        edits = finisher.on_beats(resolve(plan, timeline), timeline, scene)
        if self.order.plan or self.order.settings.on_beats:
            plan = replace(plan, summary={**plan.summary, **statistics(timeline, edits)})
        if not self.order.dry_run:
            if goal.all or self.order.wanted.captions:
                self._require_something_left(plan)
                began, first, run = time.monotonic(), scene.frame_start, secrets.token_hex(4)
                self.tell(Progress("edit", 0, 1, None, scene.name))
                apply(scene, edits, timeline, run)
                if self.order.settings.duration != Time(seconds=0.0):
                    show_pictures_only(scene)
                self.tell(Progress("edit", 1, 1, time.monotonic() - began, scene.name))
                done = finisher.run(scene, first, edits, found, run, goal, spoken_before)
                for sentence in done.warnings:
                    self.warn(sentence)
                plan = with_spoken(plan, timeline, edits, (astuple(line) for line in done.spoken), first)
            written = self._write(scene, goal, finisher, done)
        if self.order.plan_out:
            write_plan(plan, self.order.plan_out)
        if not self.order.dry_run:
            exchanging.export(self.order.exports, plan, timeline, edits, media, self.knower, self.warn)
        if self.order.report:
            exchanging.report(self.order.report, plan, found, facts(done), self.knower, done.grades,
                              self.order.settings.look)
        return Edit(plan, tuple(found), () if self.order.dry_run else tuple(written), tuple(facts(done)))

    def _plan(self, timeline: Timeline, found: Sequence[Findings], media: Sequence[Media]) -> Plan:
        if not self.order.plan:
            profile = self.order.profile
            found = with_taste(found, taste(profile)) if profile else found
            dropped = unlike.curves(self.order.drop_like, found, self.knower)
            return unlike.plan(found, timeline, self.order.settings, dropped)
        return exchanging.read_plan(self.order.plan, media, timeline.fps, self.knower)

    def _require_something_left(self, plan: Plan) -> None:
        if plan.summary.get("duration_in") and not plan.summary.get("duration_out"):
            if self.order.settings.duration != Time(seconds=0.0):
                raise TimelineError("Nothing can be chosen: the footage is black or of one colour, and nobody speaks.",
                                    "Leave --duration out, or name other footage.")  # fmt: skip
            raise TimelineError("Nothing would be left of the footage.", "Lower --threshold or widen --margin.")

    def _write(self, scene: Any, goal: Targets, finisher: Finisher, done: Finished) -> list[Path]:
        """All outputs of one edit, or none of them."""
        written: list[Path] = []
        try:
            for output in goal.all:
                output.parent.mkdir(exist_ok=True)
                self.stopper.outputs.add(output.parent)
                if output in goal.films:
                    self._film(scene, output, finisher.folder)
                else:
                    with sounds_beside(output, finisher.folder):
                        save(output)
                written.append(output)
            finisher.write(done, written)
            return written
        except BaseException:
            for output in written:
                output.unlink(missing_ok=True)
            raise

    def _film(self, scene: Any, film: Path, folder: Path) -> None:
        with faded(scene, folder, self.knower.ask, self.warn), self.stopper.held():
            notes = render(scene, film, self.tell, self.stopper.asked, verify=self._verify(scene, film))
        for note in notes:
            self.warn(note)

    def _verify(self, scene: Any, output: Path) -> Callable[[Path, int, bool], None]:
        fps = float(read.scene_rate(scene))

        def verify(film: Path, frames: int, sound: bool) -> None:
            asked = {"path": str(film), "name": str(output), "frames": frames, "sound": sound, "seconds": frames / fps}
            self.knower.ask("check_film", **asked)

        return verify

    def _written(self, goal: Targets) -> tuple[Path, ...]:
        return () if self.order.dry_run else goal.all


def write_plan(plan: Plan, output: Path) -> None:
    """Write a plan as JSON, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    with whole_file(output) as beside:
        beside.write_text(json.dumps(plan.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
