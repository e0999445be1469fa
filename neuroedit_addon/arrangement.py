"""Noun: every sound of a timeline as it lies there, ready to be mixed by a process that knows nothing of strips.

All seconds are of the timeline, counted from the first frame that is rendered, unless they are said to be the media's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from .errors import PlanError

FORMAT = "neuroedit-arrangement/1"
STEMS = ("voice", "music", "effects")

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class SoundClip:
    """One piece of one media file's sound.

    Attributes:
        path: absolute.
        start: second at which it is first heard; below zero when it began before the first rendered frame.
        duration: seconds for which it is heard.
        media_start: second of the file's sound (0 is its first sample) that is heard at `start`.
        speed: media seconds that pass in one timeline second.
        keep_pitch: whether a changed speed leaves the pitch as it is.
        gain: (second, linear factor) points, joined by straight lines and level outside.
        pan: (second, position) points; -1 is left, 1 right. Only one-channel sound is placed.
        mono: add the channels up to one first.
        fade_in, fade_out: seconds, along a sine, so that two pieces that overlap by as much cross at equal power.
        muted: not heard.
        stem: one of STEMS.
        name: of its strip.
    """

    path: str
    start: float
    duration: float
    media_start: float = 0.0
    speed: float = 1.0
    keep_pitch: bool = False
    gain: Points = ((0.0, 1.0),)
    pan: Points = ((0.0, 0.0),)
    mono: bool = False
    fade_in: float = 0.0
    fade_out: float = 0.0
    muted: bool = False
    stem: str = "effects"
    name: str = ""

    @property
    def end(self) -> float:
        """Second from which it is not heard any more."""
        return self.start + self.duration


@dataclass(frozen=True)
class Arrangement:
    """All of it: how long the film is, the clips, the master's volume points, and what could not be carried over."""

    duration: float
    clips: tuple[SoundClip, ...]
    volume: Points = ((0.0, 1.0),)
    warnings: tuple[str, ...] = ()

    @property
    def audible(self) -> tuple[SoundClip, ...]:
        """The clips that are heard at all."""
        return tuple(c for c in self.clips if not c.muted and c.end > 0 and c.duration > 0 and c.start < self.duration)

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`, `format` first."""
        return {"format": FORMAT, **asdict(self)}

    @staticmethod
    def from_json(values: Any, name: str = "The arrangement") -> Arrangement:
        """The inverse of `to_json`.

        Raises:
            PlanError: not an arrangement, or with a value that makes no sense; `name` is in the sentence.
        """
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise PlanError(f"{name} is not in the format {FORMAT}.", "Make it again with this NeuroEdit.")
        try:
            clips = tuple(_clip(clip) for clip in values["clips"])
            return Arrangement(
                float(values["duration"]), clips, points(values["volume"]), tuple(values.get("warnings", ()))
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise PlanError(f"{name} is damaged: {problem}.", "Make it again with this NeuroEdit.") from problem


def points(values: Sequence[Sequence[float]]) -> Points:
    """Points from plain lists, sorted by second.

    Raises:
        ValueError: there is none, or one is no pair of numbers.
    """
    result = tuple(sorted((float(second), float(value)) for second, value in values))
    if not result:
        raise ValueError("a curve without points")
    return result


def thinned(curve: Sequence[tuple[float, float]], tolerance: float = 1e-4) -> Points:
    """The same curve with fewer points, nowhere further than `tolerance` from it.

    The swinging door of process recorders: a point is kept when no single line from the last kept one passes all
    points since then near enough.
    """
    if len(curve) < 3:
        return points(curve or [(0.0, 1.0)])
    kept = [curve[0]]
    low, high = float("-inf"), float("inf")
    for point, after in zip(curve[1:], curve[2:], strict=False):
        low, high = _narrowed(kept[-1], point, low, high, tolerance)
        slope = (after[1] - kept[-1][1]) / max(after[0] - kept[-1][0], 1e-12)
        if not low <= slope <= high:
            kept.append(point)
            low, high = float("-inf"), float("inf")
    return points([*kept, curve[-1]])


def _narrowed(
    anchor: tuple[float, float], point: tuple[float, float], low: float, high: float, tolerance: float
) -> tuple[float, float]:
    """The slopes from `anchor` that pass `point` within `tolerance` and were allowed before."""
    run = max(point[0] - anchor[0], 1e-12)
    return max(low, (point[1] - tolerance - anchor[1]) / run), min(high, (point[1] + tolerance - anchor[1]) / run)


def _clip(values: dict[str, Any]) -> SoundClip:
    known = {f.name for f in fields(SoundClip)}
    plain = {key: value for key, value in values.items() if key in known}
    return SoundClip(**{**plain, "gain": points(plain["gain"]), "pan": points(plain["pan"])})
