"""The whole edit as slices: look, analyse, take the last edit back, plan, write, note what was decided."""

from __future__ import annotations

import secrets
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy

from ...errors import Cancelled, TimelineError
from ...findings import Findings
from ...messages import Progress
from ...plan import Plan
from ...planner.describe import clock
from ...planner.edit_list import EditList
from ...planner.kept_lines import with_lines
from ...planner.make_plan import plan_and_edits
from ...planner.resolve import resolve
from ...planner.statistics import statistics
from ...planner.verdicts import carried
from ...settings import Settings
from ...timeline import Timeline
from .. import compat, read, record, tags
from ..apply import steps
from ..finishing.undoing import take_back
from ..finishing.wishes import Finished
from . import analysing, finishing, guard, knowledge, last, review, scenes, taught
from .task import Outcome, Stop, Tick, Work

_INSIDE = ("cut", "grade")  # steps that make sense inside a meta strip


@dataclass(frozen=True)
class Order:
    """What the user asked for.

    Attributes:
        scene: its session_uid.
        settings: the choices.
        verdicts: decisions that the user accepted or rejected, by id.
        again: plan the scene's last edit anew, with the strips that it was made of; else edit what is selected now.
        desk: the worker.
        named: files for what follows the cut.
        aside: leave the scene as it is and edit a copy of it.
    """

    scene: int
    settings: Settings
    verdicts: Mapping[str, bool]
    again: bool
    desk: analysing.Desk
    named: finishing.Named = finishing.Named()
    aside: bool = False


def edit(order: Order, stop: Stop) -> Work:
    """Carry the order out.

    Raises:
        NeuroEditError: what stands in the way; if it came up while strips were written, they are half done.
    """
    scene = scenes.by_uid(order.scene)
    order = _inside(order, scene)
    names = review.edited_strips(scene) if order.again else selected_names(scene)
    yield from _learn(order, stop)
    seen = guard.undos()
    yield Tick(Progress("edit", 0, 1), writing=True)
    if not order.aside or order.again:
        return (yield from _write(order, names, seen, stop))
    made = scenes.copied(scenes.by_uid(order.scene))
    number = scenes.uid(made)
    scenes.show(made)
    yield Tick(writing=True)
    try:
        return (yield from _write(replace(order, scene=number), names, seen, stop))
    except BaseException:
        scenes.show(scenes.by_uid(order.scene))
        bpy.data.scenes.remove(scenes.by_uid(number))
        raise


def _write(order: Order, names: set[str], seen: int, stop: Stop) -> Work:
    """Take the last edit back, plan, and write; `seen` undos were known when it began."""
    scene = scenes.by_uid(order.scene)
    had, spoken_before = record.exists(scene), take_back(scene)
    kept = had and record.exists(scene)
    if kept and order.again:
        raise TimelineError("The edit was changed by hand since, so it cannot be made anew.",
                            "Undo those changes, or press Auto Edit to edit the timeline as it is now.")  # fmt: skip
    _select(scene, names)
    yield Tick(writing=True)
    only = bool(names)
    timeline, plan, edits, verdicts = _plan(order, scene, only)
    _require_something(plan)
    run, first = secrets.token_hex(4), scene.frame_start
    total = max(1, 2 * (len(edits.ranges) + len(edits.splits)))
    for done in steps(scene, edits, timeline, run):
        yield Tick(Progress("edit", min(done, total), total), writing=True)
        _require_undisturbed(seen, stop)
    found = {path: findings for path in timeline.sources if (findings := knowledge.of(path))}
    wishes = finishing.wishes(order.named, order.settings, run, spoken_before)
    finish = finishing.finish_edit(scene, first, edits, found, wishes, order.desk, stop)
    done = yield from undisturbed(finish, seen, stop)
    _require_undisturbed(seen, stop)
    plan = replace(plan, summary={**plan.summary, **_finish_facts(done)})
    review.keep_verdicts(scene, verdicts)
    yield from undisturbed(review.note(scene, plan, timeline, edits, names), seen, stop)
    knowledge.keep_basis(order.scene, knowledge.Basis(timeline, plan))
    return _told(plan, kept)


def _inside(order: Order, scene: Any) -> Order:
    """The order as it can be carried out inside a meta strip that is open: sound is mixed for a whole timeline."""
    if not compat.open_meta(scene):
        return order
    if order.aside and not order.again:
        raise TimelineError("A meta strip is open, and a copy of the scene would have it closed.",
                            "Close it with Tab first, or edit in place.")  # fmt: skip
    steps = tuple(step for step in order.settings.steps if step in _INSIDE)
    if not steps:
        raise TimelineError("Dub and mix work on the whole timeline.", "Close the meta strip with Tab first.")
    if steps != order.settings.steps:
        last.warn("Dub and mix work on the whole timeline and were left out: a meta strip is open.")
    return replace(order, settings=order.settings.changed({"steps": steps}))


def selected_names(scene: Any) -> set[str]:
    """Names of the strips to which the user's selection belongs, as they were before the last edit."""
    return {strip.get(tags.ORIGIN, strip.name) for strip in read.strips_to_edit(scene) if strip.select}


def _learn(order: Order, stop: Stop) -> Generator[Tick, None, None]:
    scene = scenes.by_uid(order.scene)
    paths = read.sources(scene, selected_only=not order.again)
    if not paths:
        raise TimelineError("No strip on the sequencer can be edited.", _why_none(scene))
    finishing.require_sense(order.named, order.settings)
    yield from analysing.analyse(scene, paths, order.desk, stop, anew=not order.again)
    yield from finishing.learn_music(scenes.by_uid(order.scene), order.named, order.settings, order.desk, stop)


def _why_none(scene: Any) -> str:
    if not len(compat.strips_of(scene)):
        return "Drop some footage on the timeline first."
    return "Are they all locked or muted, or is none of them footage?"


def _select(scene: Any, names: set[str]) -> None:
    """Select the strips of these names (all stay as they are when there is none)."""
    if names:
        for strip in compat.strips_of(scene):
            strip.select = strip.name in names


def _plan(order: Order, scene: Any, selected_only: bool) -> tuple[Timeline, Plan, EditList, dict[str, bool]]:
    paths = read.sources(scene, selected_only)
    found = {path: knowledge.of(path) for path in paths}
    lacking = [path for path, findings in found.items() if findings is None]
    if lacking:
        raise TimelineError(f"{lacking[0]} changed while it was being edited.", "Press Auto Edit again.")
    timeline = read.read(scene, {path: f.media for path, f in found.items() if f}, selected_only)
    spoken = finishing.lines_before(order.named, order.settings, scene)
    known = with_lines([findings for findings in found.values() if findings], timeline, spoken, scene.frame_start)
    known, basis = taught.as_liked(scene, known), knowledge.basis_of(order.scene)
    return timeline, *decide(known, timeline, order.settings, order.verdicts, basis.plan if basis else None)


def decide(
    known: Sequence[Findings],
    timeline: Timeline,
    settings: Settings,
    verdicts: Mapping[str, bool],
    earlier: Plan | None = None,
) -> tuple[Plan, EditList, dict[str, bool]]:
    """The plan with the user's own verdicts, its numbers, what it means in frames, and the verdicts on its decisions.

    What the user accepted is carried out however uncertain it is; its confidence is told as it was.

    Args:
        earlier: the plan that the verdicts were on; without it they are carried to the same decisions only.
    """
    plan, edits = plan_and_edits(known, timeline, settings)
    if not verdicts:
        return plan, edits, {}
    if earlier:
        verdicts = carried(verdicts, earlier, plan)
    plan = plan.with_enabled(dict(verdicts))
    sure = tuple(replace(d, confidence=1.0) if verdicts.get(d.id) else d for d in plan.decisions)
    edits = resolve(replace(plan, decisions=sure), timeline)
    return replace(plan, summary={**plan.summary, **statistics(timeline, edits)}), edits, dict(verdicts)


def _require_something(plan: Plan) -> None:
    if plan.summary.get("duration_in") and not plan.summary.get("duration_out"):
        raise TimelineError("Nothing would be left of the footage.", "Lower the threshold or widen the margins.")


def undisturbed(work: Generator[Tick, None, Any], seen: int, stop: Stop) -> Generator[Tick, None, Any]:
    """The same work, given up before it touches anything again when something was undone."""
    while True:
        try:
            tick = next(work)
        except StopIteration as done:
            return done.value
        try:
            yield tick
            _require_undisturbed(seen, stop)
        except BaseException:
            work.close()
            raise


def _require_undisturbed(seen: int, stop: Stop) -> None:
    if guard.undos() != seen:
        raise TimelineError("Something was undone while the edit was being written, so it was taken back.",
                            "Press Auto Edit again.")  # fmt: skip
    if stop():
        raise Cancelled


def _finish_facts(done: Finished) -> dict[str, Any]:
    """What came of the steps after the cut, for the panel."""
    return {
        "finished": list(done.notes),
        "remarks": list(done.warnings),
        "loudness": [str(done.mix.before), str(done.mix.after)] if done.mix else [],
    }


def _told(plan: Plan, kept_by_hand: bool) -> Outcome:
    facts = plan.summary
    counts = [
        (facts["cuts"], "cut", "cuts"),
        (facts["splits"], "split", "splits"),
        (facts["sped_up"], "stretch sped up", "stretches sped up"),
        (facts["muted"], "stretch muted", "stretches muted"),
    ]
    done = ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in counts if number)
    if not done and not facts["finished"]:
        warnings = facts.get("warnings", ())
        return Outcome("WARNING", f"Nothing to change: {warnings[0]}." if warnings else "Nothing to change.")
    parts = [f"{done}: {clock(facts['duration_in'])} became {clock(facts['duration_out'])}"] if done else []
    said = "; ".join([*parts, *facts["finished"], *(["mixed"] if facts["loudness"] else [])])
    if kept_by_hand:
        said += "; the last edit was changed by hand, so it was kept and edited further"
    return Outcome("INFO", said)
