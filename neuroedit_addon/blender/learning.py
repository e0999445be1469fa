"""Reads a finished timeline as a lesson: what of its footage was kept, how loud it plays, what was judged by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import blake2s
from pathlib import Path
from typing import Any

import bpy

from ..errors import TimelineError
from ..findings import Findings, Media
from ..planner.lesson import lesson
from ..profile import Lesson
from . import compat, read, record

_ALIKE = 0.05  # volumes that differ by less are one


def footage(scene: Any) -> list[str]:
    """The media files that the edit is made of.

    Raises:
        MediaError: one of them does not exist.
        TimelineError: there is none.
    """
    paths = [path for path in read.sources(scene) if not path.startswith(read.STRIP)]
    if not paths:
        raise TimelineError(f"No footage lies on the sequencer of “{scene.name}”, so it teaches nothing.",
                            "Open a finished edit.")  # fmt: skip
    return paths


def lesson_of(scene: Any, found: Mapping[str, Findings]) -> Lesson:
    """What the timeline of a scene teaches.

    Args:
        found: findings of its `footage`, by path.

    Raises:
        TimelineError: it is NeuroEdit's own work, unchanged, or kept all or nothing of its footage.
    """
    judged = _judged(scene)
    if not judged and record.as_left(scene):
        raise TimelineError("This is NeuroEdit's own edit, unchanged, so it teaches nothing.",
                            "Accept or reject decisions, or change it by hand, and learn then.")  # fmt: skip
    name = bpy.data.filepath or "unsaved"
    title = Path(name).name if scene.name == "Scene" else f"{Path(name).name}, {scene.name}"
    key = blake2s(f"{name}\n{scene.name}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    films = [found[path] for path in footage(scene)]
    return lesson(films, _kept(scene, found), title, key, judged, _volumes(scene))


def _kept(scene: Any, found: Mapping[str, Findings]) -> dict[str, list[tuple[float, float]]]:
    """Media seconds that are seen (of files that are only heard: that are heard), merged, by path."""
    media = {path: found[path].media if path in found else Media(path, 1.0) for path in read.sources(scene)}
    timeline = read.read(scene, media)
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for number, path in enumerate(timeline.sources):
        clips = [clip for clip in timeline.clips if clip.source == number]
        seen = [clip for clip in clips if clip.picture] or clips
        for start, end in sorted(tuple(map(float, clip.media_span(timeline.fps))) for clip in seen):
            if spans[path] and start <= spans[path][-1][1] + 0.05:
                spans[path][-1] = (spans[path][-1][0], max(end, spans[path][-1][1]))
            else:
                spans[path].append((start, end))
    return {path: own for path, own in spans.items() if path in found}


def _volumes(scene: Any) -> dict[str, float]:
    """Linear volume of each file's sound, where all its strips have one and nothing moves it."""
    seen: dict[str, list[float]] = defaultdict(list)
    moved = {curve.data_path for curve in compat.fcurves_of(scene)}
    if any(".volume" in path for path in moved):
        return {}
    for strip in read.strips_to_edit(scene):
        if strip.type == "SOUND":
            seen[read.media_path(strip)].append(float(strip.volume))
    return {path: sum(v) / len(v) for path, v in seen.items() if max(v) - min(v) <= _ALIKE * max(v) and max(v) > 0}


def _judged(scene: Any) -> dict[str, list[tuple[float, float]]]:
    """Media seconds of removals that were accepted or rejected by hand, by path."""
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    project = getattr(scene, "neuroedit", None)
    for row in project.decisions if project else ():
        if row.decided and row.kind == "remove" and row.length > 0:
            spans[row.source].append((row.start, row.start + row.length))
    return dict(spans)


def taught(lessons: Sequence[Lesson]) -> str:
    """A sentence on what was learnt."""
    kept, dropped = (sum(getattr(one, name) for one in lessons) for name in ("kept", "dropped"))
    judged = sum(one.judged for one in lessons)
    more = f", {judged} judged by hand" if judged else ""
    return f"learnt from {kept:.0f} s that were kept and {dropped:.0f} s that were dropped{more}"
