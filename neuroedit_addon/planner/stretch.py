"""What of a media file lies on the timeline, counted in timeline frames, so that no rounding is left for later.

The planner's rules work on whole cells: one cell is what one timeline frame shows. A rule that holds in cells holds
in frames, whatever the frame rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, lcm

from ..settings import Time
from ..timeline import Clip, Timeline, nearest_frame

# Strips may outlast their media by rounding; what a user holds for longer is no footage.
_HELD = Fraction(1, 10)
# A boundary this close to a cell's edge (in cells) lies on it: floats came from decimals.
_ON_EDGE = 1e-6


@dataclass(frozen=True)
class Stretch:
    """An unbroken part of one media file that clips show, `cells` cells long.

    Attributes:
        start, end: seconds of the media, exact.
        step: media seconds in one cell.
        cells: how many there are (the last may be cut short by `end`).
        edges: cells, ascending, at which clips begin or end, 0 and `cells` included.
        coarsest: cells that one frame of its fastest clip shows, at least 1.
        one_grid: whether the frames of all its clips begin where cells begin.
        audible: whether a clip with sound is among them.
        pictured: whether a clip with a picture is among them.
    """

    start: Fraction
    end: Fraction
    step: Fraction
    cells: int
    edges: tuple[int, ...]
    coarsest: Fraction
    one_grid: bool
    audible: bool
    pictured: bool

    def second(self, cell: int) -> float:
        """The media second at which a cell begins, within the stretch."""
        if cell >= self.cells:
            return float(self.end)
        first, step, a_second = self._ticks
        return max(0, first + cell * step) / a_second  # of integers: correctly rounded, and quicker than fractions

    @cached_property
    def _ticks(self) -> tuple[int, int, int]:
        a_second = lcm(self.start.denominator, self.step.denominator)
        return int(self.start * a_second), int(self.step * a_second), a_second

    def whole_cells(self, length: Time, fps: Fraction, least: int = 0) -> int:
        """The fewest cells that are `length`, and `least` frames, long in every clip, however their frames fall."""
        frames = length.frames if length.frames is not None else ceil(length.at(fps) * float(fps) - _ON_EDGE)
        frames = max(frames, least)
        if self.one_grid or frames == 0:
            return frames
        return ceil((frames + 1) * self.coarsest)

    def cells_of(self, length: Time, fps: Fraction) -> float:
        """A length on the timeline, in cells."""
        return length.at(fps) * float(fps)


def stretches(timeline: Timeline, sources: Sequence[int], duration: float) -> list[Stretch]:
    """The stretches of one media file, in its order; clips that touch or overlap share one.

    Args:
        sources: indices in `Timeline.sources` that are this file.
        duration: of the media, seconds; what a strip holds beyond its end is left out.
    """
    chosen = set(sources)
    clips = sorted((c for c in timeline.clips if c.source in chosen and c.right > c.left), key=lambda c: c.media_start)
    groups: list[list[Clip]] = []
    reach = Fraction(0)
    for clip in clips:
        start, end = clip.media_span(timeline.fps)
        # Clips that were one before somebody split them may differ by a rounding.
        if groups and start <= reach + clip.speed / timeline.fps / 2:
            groups[-1].append(clip)
            reach = max(reach, end)
        else:
            groups.append([clip])
            reach = end
    made = (_stretch(group, timeline.fps, duration) for group in groups)
    return [stretch for stretch in made if stretch is not None]


def _stretch(clips: Sequence[Clip], fps: Fraction, duration: float) -> Stretch | None:
    step = clips[0].speed / fps
    start = clips[0].media_start
    if start < 0:
        start += nearest_frame(-start, 1 / step) * step
    spans = [clip.media_span(fps) for clip in clips]
    end, known = max(after for _, after in spans), Fraction(duration)
    if end > known + _HELD:
        end = start + ceil((known - start) / step) * step
    cells = ceil((end - start) / step)
    if cells <= 0:
        return None
    edges = {nearest_frame((point - start) / step, Fraction(1)) for span in spans for point in span}
    return Stretch(
        start=start, end=end, step=step, cells=cells,
        edges=tuple(sorted({0, cells, *(edge for edge in edges if 0 < edge < cells)})),
        coarsest=max(Fraction(1), max(clip.speed for clip in clips) / clips[0].speed),
        one_grid=all(clip.speed == clips[0].speed for clip in clips)
        and all(((clip.media_start - start) / step).denominator == 1 for clip in clips),
        audible=any(clip.sound for clip in clips),
        pictured=any(clip.picture for clip in clips),
    )  # fmt: skip
