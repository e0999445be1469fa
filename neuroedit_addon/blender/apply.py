"""Carries an edit list out: splits, removes, moves and marks strips, by data calls only.

It never thinks: what to do stands in the edit list. Everything movable follows one time map, as with Premiere's
Extract: strips of all unlocked channels, effects, metas, keyframes, markers, the scene's frame range. Locked strips
and channels stay where they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..planner.edit_list import EditList
from ..planner.time_map import TimeMap
from ..timeline import Timeline
from . import compat, record, tags
from .animation import settle, wanted
from .placing import place
from .read import locked
from .shots_on_timeline import set_marks
from .splitting import chained, has_inputs, is_static, split_all

_SLICE = 4  # changes between two yields: a few milliseconds of work where there are thousands of strips


@dataclass(frozen=True)
class Report:
    """What was done: how many pieces the edited clips now have, strips removed, muted, sped up; the new frame range."""

    pieces: int
    removed: int
    muted: int
    sped_up: int
    start: int
    end: int


def apply(scene: Any, edits: EditList, timeline: Timeline, run: str) -> Report:
    """Carry out `edits`, made by `resolve` for `timeline`, on the scene it was read from; `run` marks the strips."""
    work = steps(scene, edits, timeline, run)
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value


def steps(scene: Any, edits: EditList, timeline: Timeline, run: str) -> Iterator[int]:
    """`apply` in slices of a few milliseconds: yields the number of changes made so far, returns the report."""
    with compat.editing(scene):
        movable = [strip for strip in compat.strips_of(scene) if not locked(scene, strip)]
        past = record.begin(scene, movable, run)
        made, rolled = 0, _rolled(edits, timeline, movable)
        splitting = split_all(scene, movable, edits.ranges, _own_cuts(edits, timeline), edits.picture_ranges, rolled)
        for made, _ in enumerate(splitting, start=1):
            if made % _SLICE == 0:
                yield made
        work = _Work(scene, edits, timeline, run, past)
        work.rolled = rolled
        for step in (work.mark_decisions, work.remove, work.move, work.finish):
            for _ in step():
                made += 1
                if made % _SLICE == 0:
                    yield made
        past["marks"] = [] if past["meta"] else set_marks(scene, edits, work.map)
        record.end(scene, past, work.map)
        return work.report()


def _own_cuts(edits: EditList, timeline: Timeline) -> dict[str, list[int]]:
    cuts: dict[str, list[int]] = defaultdict(list)
    for split in edits.splits:
        clip = timeline.clips[split.clip]
        for name in (*clip.picture, *clip.sound):
            cuts[name].append(split.frame)
    for mute in edits.mutes:
        for name in timeline.clips[mute.clip].sound:
            cuts[name] += [mute.left, mute.right]
    return cuts


def _rolled(edits: EditList, timeline: Timeline, movable: Sequence[Any]) -> set[str]:
    """The strips that follow J and L cuts: pictures of the edited clips on which no effect lies."""
    if not any(span.picture for span in edits.ranges):
        return set()
    return {name for clip in timeline.clips for name in clip.picture} - chained(movable)


class _Work:
    """The part after splitting, when every strip lies wholly inside or wholly outside of each range."""

    def __init__(self, scene: Any, edits: EditList, timeline: Timeline, run: str, past: dict[str, Any]) -> None:
        self.scene, self.edits, self.run = scene, edits, run
        self.map, self.pictures = TimeMap.of(edits), TimeMap(edits.picture_ranges)
        self.rolled: set[str] = set()
        self.strips = [s for s in compat.strips_of(scene) if not locked(scene, s)]
        self.strips.sort(key=compat.left)
        self.origins = {
            name: index for index, clip in enumerate(timeline.clips) for name in (*clip.picture, *clip.sound)
        }
        self.removed = self.muted = self.sped_up = 0
        self.whole = {name: tuple(state[:2]) for name, state in past["strips"].items()}
        self.own_by: dict[int, Any] = {}
        self.own: list[Any] = []
        self.walls = [s for s in compat.strips_of(scene) if locked(scene, s)]

    def map_of(self, strip: Any) -> TimeMap:
        """The map that a strip follows."""
        return self.pictures if self.rolled and strip.get(tags.ORIGIN) in self.rolled else self.map

    def mark_decisions(self) -> Iterator[None]:
        """Tag the pieces of the edited clips and mute what is to be muted."""
        splits = {(split.clip, split.frame): split.decision for split in self.edits.splits}
        mutes = {(mute.clip, mute.left): mute.decision for mute in self.edits.mutes}
        quiet = sorted((mute.clip, mute.left, mute.right) for mute in self.edits.mutes)
        quiet_at = defaultdict(list)
        for clip, left, right in quiet:
            quiet_at[clip].append((left, right))
        for strip in self.strips:
            origin = strip.get(tags.ORIGIN, "")
            clip = self.origins.get(origin)
            left, right = compat.left(strip), compat.right(strip)
            whole = self.whole.get(origin, (left, right)) == (left, right)
            times = self.map_of(strip)
            if clip is None or whole and not times.touched(left, right):
                continue
            decision = mutes.get((clip, left)) or splits.get((clip, left)) or _range_before(times, left)
            tags.tag(strip, self.run, decision, tags.KEPT)
            if strip.type == "SOUND":
                self._fade(strip, left, right, quiet_at.get(clip, ()))
            if strip.type == "SOUND" and any(a <= left < b for a, b in quiet_at.get(clip, ())):
                strip.mute, strip.color_tag = True, tags.QUIET
                self.muted += 1
            self.own_by[strip.as_pointer()] = strip
            yield

    def _fade(self, strip: Any, left: int, right: int, quiet: Sequence[tuple[int, int]]) -> None:
        """Note on a piece of sound that it fades where a cut was made (mix_read carries it out)."""
        if self.edits.fade <= 0:
            return
        ranges = self.map.touched(left - 1, right + 1)
        if any(r.right == left or r.left == left for r in ranges) or any(left in span for span in quiet):
            strip[tags.FADE_IN] = self.edits.fade
        if any(r.left == right or r.right == right for r in ranges) or any(right in span for span in quiet):
            strip[tags.FADE_OUT] = self.edits.fade

    def remove(self) -> Iterator[None]:
        """Take out what lies inside removed ranges; effects go with their inputs."""
        strips, gone = compat.strips_of(self.scene), set()
        for strip in self.strips:
            left, right = compat.left(strip), compat.right(strip)
            after = self.map_of(strip).moved(left, right)
            # A joint has no length; a sped-up range always keeps a frame.
            if after[1] <= after[0] and right > left and not has_inputs(strip):
                gone.add(strip.as_pointer())
                strips.remove(strip)
                self.removed += 1
                yield
        # Effects have gone with their inputs, so what is left is looked up anew.
        self.strips = sorted((s for s in strips if not locked(self.scene, s)), key=compat.left)
        self.own = [strip for pointer, strip in self.own_by.items() if pointer not in gone]

    def move(self) -> Iterator[None]:
        """Bring every strip to its place, from left to right so that none meets another on the way."""
        moves = [(s, compat.left(s), compat.right(s)) for s in self.strips if not has_inputs(s)]
        keys = wanted(self.scene, moves, self.map)
        for strip, left, right in moves:
            times = self.map_of(strip)
            touched = times.touched(left, right)
            new_left, new_right = times.moved(left, right)
            if touched and touched[0].action == "speed" and not is_static(strip):
                place(self.scene, strip, new_left, self.walls)
                compat.play_over(self.scene, strip, new_right - new_left, (right - left) / (new_right - new_left))
                strip.color_tag = tags.FAST
                self.sped_up += 1
            elif is_static(strip):
                compat.set_right(strip, left + new_right - new_left)
                place(self.scene, strip, new_left, self.walls)
            elif new_left != left:
                place(self.scene, strip, new_left, self.walls)
            yield
        settle(self.scene, keys)

    def finish(self) -> Iterator[None]:
        """Names, markers, the frame range, and the seals that tell later what was touched by hand."""
        pieces: dict[str, list[Any]] = defaultdict(list)
        for strip in self.own:
            pieces[strip[tags.ORIGIN]].append(strip)
        for origin, group in pieces.items():
            for number, strip in enumerate(sorted(group, key=compat.left), start=1):
                if len(group) > 1:
                    strip.name = f"{origin} · {number:03}"
                    yield
        if meta := compat.open_meta(self.scene):
            # Beyond an open meta nothing moves; it is as long as what is left in it.
            compat.set_right(meta, max(compat.left(meta) + 1, self.map.frame_after(compat.right(meta))))
        else:
            self._move_scene()
        for strip in self.own:
            tags.seal(strip)
            yield

    def _move_scene(self) -> None:
        for marker in self.scene.timeline_markers:
            marker.frame = self.map.frame_after(marker.frame)
        if self.edits.ranges:
            self.scene.frame_end = max(self.scene.frame_start, self.map.frame_after(self.scene.frame_end + 1) - 1)
            self.scene.frame_start = self.map.frame_after(self.scene.frame_start)

    def report(self) -> Report:
        """The numbers."""
        return Report(
            len(self.own), self.removed, self.muted, self.sped_up, self.scene.frame_start, self.scene.frame_end
        )


def _range_before(times: TimeMap, frame: int) -> str:
    found = times.touched(frame - 1, frame + 1)
    return found[0].decisions[0] if found and found[0].decisions else ""
