"""Edits that go to other editors, and come from them; and the page that shows one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ...cut_list import CutList, to_plan
from ...errors import OutputError, PlanError, UsageError
from ...findings import FORMAT as _FINDINGS
from ...findings import Findings, Media, read_json
from ...plan import Plan
from ...planner.cut_list_of import cut_list_of
from ...planner.describe import lines
from ...planner.edit_list import EditList
from ...planner.same_media import matched
from ...settings import Settings
from ...timeline import Timeline
from ..finishing.graded import Graded
from ..whole_file import whole_file
from .knowing import Knower
from .order import require_writable

SUFFIXES = (".otio", ".edl", ".fcpxml", ".json")


def require_places(exports: Sequence[Path], inputs: Sequence[Path], report: Path | None = None) -> None:
    """Check that edits and the report can be written before any work is done.

    Raises:
        UsageError: an unknown suffix.
        OutputError: a folder is missing or read-only, or a file would be written over footage.
    """
    for path in exports:
        if path.suffix.lower() not in SUFFIXES:
            raise UsageError(f"{path.name} has no suffix of an edit.", f"Use one of {', '.join(SUFFIXES)}.")
    for path in (*exports, *([report] if report else [])):
        require_writable(path.absolute())
        if any(path.absolute() == source.absolute() for source in inputs):
            raise OutputError(f"The output {path} is the input itself.", "Choose another name.")


def export(
    exports: Sequence[Path], plan: Plan, timeline: Timeline, edits: EditList, media: Sequence[Media], knower: Knower,
    warn: Callable[[str], None],
) -> None:  # fmt: skip
    """Write an edit in each format; what one cannot carry is told.

    Raises:
        PlanError: a format cannot hold this edit at all.
        OutputError: a file cannot be written.
    """
    rates = {m.path: m.fps for m in media}
    for path in exports:
        cuts, lost = cut_list_of(plan, timeline, edits, path.stem)
        with whole_file(path) as beside:
            lost += knower.ask("export_edit", cuts=cuts.to_json(), path=str(beside), rates=rates)["lost"]
        for sentence in lost:
            warn(f"{path.name}: {sentence}")


def report(
    path: Path, plan: Plan, found: Sequence[Findings], facts: Iterable[tuple[str, str]], knower: Knower,
    grades: Sequence[Graded] = (), look: str = "neutral",
) -> None:  # fmt: skip
    """Write what was found and done as a page of HTML that needs nothing but itself.

    Raises:
        OutputError: it cannot be written.
    """
    told = [line.partition("  ") for line in lines(plan)]
    head = [(name, fact.strip()) for name, _, fact in told] + list(facts)
    with whole_file(path) as beside:
        knower.ask("report", path=str(beside), title=path.stem, plan=plan.to_json(),
                   findings=[f.to_json() for f in found], lines=head, grades=[g.told() for g in grades],
                   look=look)  # fmt: skip


def read_plan(path: Path, media: Sequence[Media], fps: object, knower: Knower) -> Plan:
    """A plan, or another editor's edit as a plan, for this footage.

    Raises:
        PlanError: it cannot be read, or belongs to other footage.
    """
    document = read_json(path) if path.suffix.lower() not in SUFFIXES[:3] else {}
    if isinstance(document, dict) and "chunks" not in document and document:
        if document.get("format") == _FINDINGS:
            raise PlanError(f"{path} holds findings, not a plan.", "Give it with --findings.")
        return matched(Plan.from_json(document, str(path)), media)
    if not isinstance(document, dict):
        raise PlanError(f"{path} is neither a plan nor an edit of another editor.")
    asked = {"durations": {m.path: m.duration for m in media}, "rates": {m.path: m.fps for m in media}}
    cuts = CutList.from_json(knower.ask("import_edit", path=str(path), fps=str(fps), **asked)["cuts"])
    known = {m.path: m for m in media}
    used = {piece.source for piece in cuts.pieces}
    sources = tuple(replace(s, fingerprint=known[s.path].fingerprint) for s in cuts.sources)
    plan = to_plan(replace(cuts, sources=sources), f"as in {path.name}")
    # What the other editor does not show at all is left as it is: it may lie on tracks that it did not write.
    decisions = tuple(d for d in plan.decisions if d.source in used)
    return replace(plan, decisions=decisions, settings=Settings().to_json())
