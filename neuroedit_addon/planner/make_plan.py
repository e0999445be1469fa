"""Findings and settings in, a plan out: rules only, so the same input always gives the same plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from hashlib import blake2s
from typing import Any

from ..findings import Findings, Span
from ..plan import KINDS, Decision, Plan, Source
from ..settings import BUILT_STEPS, Settings
from ..timeline import Timeline
from .describe import clock
from .edit_list import EditList
from .moments import Moments, best_moments, kept_cells
from .resolve import resolve
from .rolls import wished
from .scenes import scene_starts
from .shots import shot_splits
from .silence import Part, parts
from .statistics import statistics
from .stretch import Stretch, stretches
from .takes import confidence as take_confidence
from .takes import divided
from .talk import hardly_talk
from .why_chosen import Reasons
from .worth import reason_of, worth_keeping

FOLLOWS = "follows"
TRANSITION = "transition"
SCENE = "scene"


def make_plan(findings: Sequence[Findings], timeline: Timeline, settings: Settings) -> Plan:
    """What to change on `timeline`, knowing what was found in its media files.

    Decisions are sorted by source, start, end, and the order of `plan.KINDS`; the span decisions of one source are
    disjoint and cover exactly what of it lies on the timeline; boundaries lie on frames of the timeline.

    A file in which nobody speaks is kept whole, with `params["follows"]` true: it is cut along with what else lies
    there, as music or B-roll is, but never has a say; so is a film with a few words among music and action (talk.py).
    `settings.cut_all_silent` treats them as any other.

    Args:
        findings: of the timeline's sources, matched by path; others are ignored.

    Raises:
        PlanError: never for findings and timelines that keep their own promises.
    """
    return plan_and_edits(findings, timeline, settings)[0]


def plan_and_edits(
    findings: Sequence[Findings], timeline: Timeline, settings: Settings
) -> tuple[Plan, EditList]:
    """`make_plan` together with what `resolve` makes of it, for the time of one."""
    known = {f.media.path: f for f in reversed(findings)}
    paths = [path for path in dict.fromkeys(timeline.sources) if path in known]
    sources, decisions, warnings = list[Source](), list[Decision](), list[str]()
    choosing = "cut" in settings.steps and settings.duration.at(timeline.fps) > 0
    chosen = best_moments({path: known[path] for path in paths}, timeline, settings) if choosing else None
    warnings += chosen.notes if chosen else ()
    for number, path in enumerate(paths):
        media = known[path].media
        sources.append(Source(path, media.fingerprint, media.duration))
        own, notes = _decide(number, known[path], timeline, settings, chosen)
        decisions += own
        warnings += [f"{_name(path)}: {note}" for note in (*known[path].warnings, *notes)]
    used = {timeline.sources[clip.source] for clip in timeline.clips}
    warnings += [f"{_name(path)}: not analysed, so it stays as it is" for path in sorted(used - known.keys())]
    warnings += [f"{step} is not built yet" for step in settings.steps if step not in BUILT_STEPS]
    plan = Plan(tuple(sources), tuple(decisions), settings.to_json())
    edits = resolve(plan, timeline)
    return replace(plan, summary=_summary(plan, timeline, edits, settings, warnings)), edits


def _decide(
    number: int, findings: Findings, timeline: Timeline, settings: Settings, chosen: Moments | None
) -> tuple[list[Decision], list[str]]:
    """The sorted decisions of one source, and what the user should know about them."""
    indices = [i for i, path in enumerate(timeline.sources) if path == findings.media.path]
    found = stretches(timeline, indices, findings.media.duration)
    maker = _Maker(number, findings, settings, timeline.fps)
    if chosen is not None and findings.media.path in chosen.material:
        clips = [clip for clip in timeline.clips if clip.source in indices]
        picked = [d for s in found for d in maker.moments(s, kept_cells(s, clips, chosen.ranges, timeline.fps))]
        return sorted(picked, key=lambda d: (d.start, d.end, _ORDER[d.kind])), []
    known = [worth_keeping(s, findings, settings) for s in found]
    heard = any(known)
    cutting = "cut" in settings.steps
    dropped = findings.breaths if settings.breaths == "drop" else ()
    divided = [
        parts(s, [span for spans in worth.values() for span in spans], settings, timeline.fps, dropped)
        for s, worth in zip(found, known, strict=True)
    ]
    spoken = any(part.spoken for pieces in divided for part in pieces)
    notes = []
    if settings.keep == ("speech",) and not settings.cut_all_silent and (share := hardly_talk(findings)) is not None:
        spoken = False
        notes.append(f"speech is {share:.0%} of it and the rest about as loud, so nothing is cut")
    elif cutting and heard and not spoken:
        nothing = "nobody speaks" if settings.keep == ("speech",) else f"there is no {' or '.join(settings.keep)}"
        notes.append(f"{nothing}, so {'all of it' if settings.cut_all_silent else 'nothing'} is cut")
    if cutting and not heard and findings.media.audio is None:
        notes.append("there is no sound, so no silence is cut")
    made: list[Decision] = []
    for stretch, worth, pieces in zip(found, known, divided, strict=True):
        if not (cutting and worth and (spoken or settings.cut_all_silent)):
            made.append(maker.whole(stretch, heard, spoken))
            made += maker.shots(stretch, (), ()) if cutting else ()
        else:
            made += maker.cut(stretch, pieces, worth)
    made.sort(key=lambda d: (d.start, d.end, _ORDER[d.kind]))
    return made, notes


_ORDER = {kind: place for place, kind in enumerate(KINDS)}


class _Maker:
    """Makes the decisions of one source."""

    def __init__(self, number: int, findings: Findings, settings: Settings, fps: Fraction) -> None:
        self.number, self.findings, self.settings, self.fps = number, findings, settings, fps
        identity = findings.media.fingerprint or findings.media.path
        self.identity = blake2s(identity.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        action = settings.silence_action
        self.action = "keep" if action == "split" else action
        self.params: dict[str, Any] = {"factor": settings.silence_speed} if action == "speed" else {}

    def decision(self, kind: str, start: float, end: float, confidence: float, reason: str,
                 params: dict[str, Any] | None = None) -> Decision:  # fmt: skip
        """One decision; its id names kind, file and start, so it is the same one in the next plan."""
        word = "shot" if params and TRANSITION in params else kind  # a silence may end where a shot begins
        name = f"{word}-{self.identity}-{start:.3f}"
        return Decision(name, kind, self.number, start, end, confidence, reason, True, params or {})

    def whole(self, stretch: Stretch, heard: bool, spoken: bool) -> Decision:
        """A stretch that is kept as it is."""
        reason = "kept whole" if spoken else "nobody speaks" if heard else "no sound"
        params = {} if spoken else {FOLLOWS: True}
        return self.decision("keep", stretch.second(0), stretch.second(stretch.cells), 1.0, reason, params)

    def moments(self, stretch: Stretch, kept: Sequence[tuple[int, int]]) -> Iterable[Decision]:
        """A stretch of which the best moments are kept."""
        gone, at, why = [], 0, Reasons(self.findings)
        for left, right in [*kept, (stretch.cells, stretch.cells)]:
            if left > at:
                gone.append((at, left))
                reason = "not among the best moments"
                yield self.decision("remove", stretch.second(at), stretch.second(left), 1.0, reason)
            if right > left:
                start, end = stretch.second(left), stretch.second(right)
                yield self.decision("keep", start, end, 1.0, why(start, end))
            at = right
        yield from self.shots(stretch, gone, ())

    def cut(self, stretch: Stretch, pieces: Sequence[Part], worth: dict[str, Sequence[Span]]) -> list[Decision]:
        """A stretch in which silence is dealt with; `worth` says why parts are kept."""
        if not any(p.spoken for p in pieces) and stretch.cells < stretch.whole_cells(self.settings.min_cut, self.fps):
            kept = self.decision("keep", stretch.second(0), stretch.second(stretch.cells), 1.0, "too short to cut")
            return [kept, *self.shots(stretch, (), ())]
        made: list[Decision] = []
        removing, only_speech = self.action == "remove", list(worth) == ["speech"]
        rolls = wished(stretch, pieces, self.findings.transitions, self.settings, self.fps) if removing else {}
        for number, (left, right, spoken, confidence) in enumerate(pieces):
            start, end = stretch.second(left), stretch.second(right)
            if spoken:
                why = "speech" if only_speech else reason_of(worth, start, end)
                made += self._spoken(stretch, pieces[number], why)
            else:
                what = "still" if "motion" in worth else "silence"
                reason = f"{what} {end - start:.{1 if end - start >= 0.1 else 2}f} s"
                params = {"picture": rolls[number]} if number in rolls else dict(self.params)
                made.append(self.decision(self.action, start, end, confidence, reason, params))
        silent = [p for p in pieces if not p.spoken and p.confidence >= self.settings.min_confidence]
        if self.settings.silence_action == "split":
            made += self._silence_splits(stretch, pieces)
            edges = [cell for p in silent for cell in (p.left, p.right)]
            return made + self.shots(stretch, (), edges)
        gone = [(p.left, p.right) for p in silent] if self.action in ("remove", "speed") else []
        return made + self.shots(stretch, gone, ())

    def _spoken(self, stretch: Stretch, part: Part, why: str) -> Iterable[Decision]:
        """A kept part, with proposals to drop the earlier takes in it."""
        takes = self.findings.takes if self.settings.retakes else ()
        for left, right, take in divided(part, stretch, takes, self.settings, self.fps):
            start, end = stretch.second(left), stretch.second(right)
            if take is None:
                yield self.decision("keep", start, end, part.confidence, why)
            else:
                reason = f"said again at {clock(take.again_start)}"
                yield self.decision("remove", start, end, take_confidence(take), reason)

    def _silence_splits(self, stretch: Stretch, pieces: Sequence[Part]) -> Iterable[Decision]:
        for before, after in zip(pieces, pieces[1:], strict=False):
            at = stretch.second(after.left)
            silent = before if after.spoken else after
            reason = "silence ends" if after.spoken else "silence begins"
            yield self.decision("split", at, at, silent.confidence, reason)

    def shots(self, stretch: Stretch, gone: Sequence[tuple[int, int]], edges: Sequence[int]) -> list[Decision]:
        """The splits at the shots of a stretch."""
        if not (self.settings.split_shots and stretch.pictured):
            return []
        made, scenes = [], set(scene_starts(self.findings)) if self.settings.mark_scenes else set()
        for cell, transition in shot_splits(
            stretch, self.findings.transitions, gone, edges, self.settings, self.fps
        ):
            at = stretch.second(cell)
            reason = f"shot begins ({transition.kind})"
            params: dict[str, Any] = {TRANSITION: transition.kind}
            if any(transition.start <= scene <= transition.end for scene in scenes):
                params[SCENE] = True
            made.append(self.decision("split", at, at, transition.confidence, reason, params))
        return made


def _summary(
    plan: Plan, timeline: Timeline, edits: EditList, settings: Settings, warnings: Iterable[str]
) -> dict[str, Any]:
    summary = statistics(timeline, edits)
    notes = list(warnings)
    weak = sum(d.confidence < settings.min_confidence for d in plan.decisions if d.kind != "keep")
    if weak:
        notes.append(f"{weak} decision{'s' * (weak > 1)} below the confidence of {settings.min_confidence:g}: "
                     "proposed, not carried out")  # fmt: skip
    if summary["duration_in"] and not summary["duration_out"]:
        notes.append("nothing is left of the timeline")
    return {**summary, "warnings": notes}


def _name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2] or path
