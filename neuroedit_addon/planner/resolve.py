"""A plan on a timeline becomes an edit list: seconds of media become whole frames, once and here only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil

from ..errors import PlanError, UsageError
from ..plan import Decision, Plan
from ..settings import Settings, Time
from ..timeline import Timeline
from .agreement import Stripe, agree
from .edit_list import EditList, Mute, Range, Split
from .rolls import rolled
from .same_media import sources_on
from .sections import REMOVE, Section, Spans, undecided, whole_runs
from .smallest import Run, without_slivers


def resolve(plan: Plan, timeline: Timeline) -> EditList:
    """What the plan means on this timeline, in whole frames.

    A decision is carried out if it is enabled and its confidence is at least the plan's `min_confidence`; any other
    leaves its span as it is. A frame goes only if every clip with sound that lies there lets it go (of different
    speeds the slowest wins); clips without sound, or in which nobody speaks, follow, and decide only where they lie
    alone. Frames without any clip stay. Each clip is muted and split by its own source's decisions.

    Raises:
        PlanError: the plan belongs to other footage, or its settings, a speed factor or a J-cut make no sense.
    """
    settings = _settings(plan)
    of = sources_on(plan, timeline)
    spans = {source: Spans(plan, source, settings.min_confidence) for source in sorted(set(of.values()))}
    known = [spans[of[clip.source]] if clip.source in of else None for clip in timeline.clips]
    sections = [
        own.sections(clip, timeline.fps) if own else [undecided(clip, clip.left, clip.right)]
        for clip, own in zip(timeline.clips, known, strict=True)
    ]
    ranges = tuple(_ranges(sections, settings, timeline.fps))
    splits = tuple(_splits(timeline, known, ranges))
    wishes = {d.id: _seconds(d) for d in plan.decisions if d.kind == "remove" and "picture" in d.params}
    if wishes:
        ranges = rolled(ranges, wishes, timeline, splits, max(1, _frames(settings.min_clip, timeline.fps)))
    fade = settings.fade.at(timeline.fps)
    scenes = tuple(_scenes(plan, timeline, splits)) if settings.mark_scenes else ()
    splits, marks = ((), splits) if settings.mark_shots else (splits, ())
    return EditList(timeline.fps, ranges, tuple(_mutes(timeline, sections)), splits, marks, fade, scenes)


def _ranges(sections: Sequence[Sequence[Section]], settings: Settings, fps: Fraction) -> Iterable[Range]:
    stripes = agree(sections)
    asked = {run for own in sections for run in whole_runs(own, True)}
    kept = {run for own in sections for run in whole_runs(own, False)}
    runs = without_slivers(stripes, asked, kept, _frames(settings.min_cut, fps), _frames(settings.min_clip, fps))
    return _within(runs, [stripe for stripe in stripes if stripe.factor != 1.0])


def _within(runs: Sequence[Run], stripes: Sequence[Stripe]) -> Iterable[Range]:
    """The stripes as ranges, each held inside the run that it belongs to, if that is still there."""
    at = 0
    for stripe in stripes:
        while at < len(runs) and runs[at][1] <= stripe.left:
            at += 1
        if at == len(runs):
            return
        left, right = max(stripe.left, runs[at][0]), min(stripe.right, runs[at][1])
        if right <= left:
            continue
        if stripe.factor == REMOVE:
            yield Range(left, right, "remove", decisions=stripe.decisions)
        else:
            yield Range(left, right, "speed", stripe.factor, stripe.decisions)


def _mutes(timeline: Timeline, sections: Sequence[Sequence[Section]]) -> Iterable[Mute]:
    for number, (clip, own) in enumerate(zip(timeline.clips, sections, strict=True)):
        if clip.sound:
            yield from (Mute(s.left, s.right, number, s.decision) for s in own if s.mute)


def _splits(timeline: Timeline, known: Sequence[Spans | None], ranges: Sequence[Range]) -> Iterable[Split]:
    """Splits where the edit makes no edge of its own."""
    lefts = [r.left for r in ranges]
    for number, (clip, spans) in enumerate(zip(timeline.clips, known, strict=True)):
        last = clip.left
        for frame, decision in spans.splits(clip, timeline.fps) if spans else ():
            at = bisect_right(lefts, frame) - 1
            if frame > last and not (at >= 0 and frame <= ranges[at].right):
                yield Split(frame, number, decision.id)
                last = frame


def _scenes(plan: Plan, timeline: Timeline, splits: Sequence[Split]) -> Iterable[int]:
    """Where the picture comes from another file than before, or a shot begins a scene."""
    begins = {decision.id for decision in plan.decisions if decision.params.get("scene")}
    found = {split.frame for split in splits if split.decision in begins}
    source = -1
    for clip in sorted((clip for clip in timeline.clips if clip.picture), key=lambda clip: clip.left):
        if clip.source != source:
            found.add(clip.left)
        source = clip.source
    yield from sorted(found)


def _frames(length: Time, fps: Fraction) -> int:
    return length.frames if length.frames is not None else ceil(length.at(fps) * float(fps) - 1e-6)


def _seconds(decision: Decision) -> float:
    value = decision.params["picture"]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -5 <= value <= 5:
        raise PlanError(f"Decision {decision.id} moves its picture by {value!r}.", "Give it seconds from -5 to 5.")
    return float(value)


def _settings(plan: Plan) -> Settings:
    try:
        return Settings.from_json(plan.settings, "The plan")
    except UsageError as problem:
        raise PlanError(problem.sentence, problem.cure) from None
