"""What is drawn over the timeline, as plain numbers: spans and places in frames, heights from 0 to 1.

Knows nothing of Blender, so that it can be tested where there is no window.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ...findings import Findings
from ...plan import Plan

HATCHED = ("remove", "mute", "speed")


@dataclass(frozen=True)
class Piece:
    """A strip as it lies now.

    Attributes:
        left, right: frames, half-open.
        media_start: second of the file that `left` shows.
        frames: of the timeline for one second of the file.
        picture: whether it shows a picture; else it is a sound.
    """

    path: str
    left: int
    right: int
    media_start: float
    frames: float
    picture: bool

    def at(self, seconds: float) -> float:
        """The frame, with its fraction, at which a second of the file lies; it may be outside."""
        return self.left + (seconds - self.media_start) * self.frames

    @property
    def seconds(self) -> tuple[float, float]:
        """The half-open range of the file that is shown."""
        return self.media_start, self.media_start + (self.right - self.left) / self.frames


@dataclass
class Shapes:
    """Everything that is drawn.

    Attributes:
        speech, hatched: spans, in frames.
        importance: curves, each a list of (frame, height).
        shots: (frame, confidence) of each transition.
        beats: frames.
    """

    speech: list[tuple[float, float]] = field(default_factory=list)
    importance: list[list[tuple[float, float]]] = field(default_factory=list)
    shots: list[tuple[float, float]] = field(default_factory=list)
    hatched: list[tuple[float, float]] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What is to be shown of one file, sorted by time.

    Attributes:
        gone: spans in seconds that a plan removes, mutes or speeds up.
    """

    findings: Findings
    gone: tuple[tuple[float, float], ...] = ()


def known(found: Iterable[Findings], plan: Plan | None) -> dict[str, Known]:
    """Findings by their path, with what a plan does to each file."""
    result = {}
    for findings in found:
        path = findings.media.path
        numbers = [number for number, source in enumerate(plan.sources) if source.path == path] if plan else []
        gone = [(d.start, d.end) for number in numbers for d in plan.of(number, *HATCHED)] if plan else []
        result[path] = Known(findings, tuple(sorted(gone)))
    return result


def shapes(pieces: Sequence[Piece], facts: dict[str, Known]) -> Iterator[Shapes]:
    """The shapes, growing piece by piece; the last that is given is whole."""
    made = Shapes()
    pictured = {piece.path for piece in pieces if piece.picture}
    sounding = {piece.path for piece in pieces if not piece.picture}
    yield made
    for piece in pieces:
        fact = facts.get(piece.path)
        if fact is None or piece.right <= piece.left or piece.frames <= 0:
            continue
        # A picture and its sound are two strips; each tells its own half once.
        if piece.picture or piece.path not in pictured:
            _seen(made, piece, fact)
        if not piece.picture or piece.path not in sounding:
            _heard(made, piece, fact)
        yield made


def _seen(made: Shapes, piece: Piece, fact: Known) -> None:
    first, last = piece.seconds
    transitions, half = fact.findings.transitions, 0.5 / piece.frames  # a piece may begin half a frame beside one
    for transition in transitions[bisect_left(transitions, first - half, key=lambda t: t.start) :]:
        if transition.start >= last - half:
            break
        made.shots.append((max(piece.at(transition.start), piece.left), transition.confidence))
    made.hatched += [span for span in _inside(piece, fact.gone) if span[1] - span[0] >= 1]
    curve = fact.findings.importance
    if curve and curve.values:
        low, high = max(0, int(first / curve.hop)), min(len(curve.values), int(last / curve.hop) + 1)
        points = [(min(max(piece.at((i + 0.5) * curve.hop), piece.left), piece.right), curve.values[i])
                  for i in range(low, high)]  # fmt: skip
        if points:
            made.importance.append([(piece.left, points[0][1]), *points, (piece.right, points[-1][1])])


def _heard(made: Shapes, piece: Piece, fact: Known) -> None:
    first, last = piece.seconds
    made.speech += _inside(piece, [(span.start, span.end) for span in _near(fact.findings.speech, first, last)])
    beats = fact.findings.beats
    made.beats += [piece.at(beat) for beat in beats[bisect_left(beats, first) : bisect_left(beats, last)]]


def _near(spans: Sequence, first: float, last: float) -> Sequence:
    """The spans, sorted and disjoint, that touch [first, last)."""
    return spans[bisect_right(spans, first, key=lambda s: s.end) : bisect_left(spans, last, key=lambda s: s.start)]


def _inside(piece: Piece, spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans of seconds as frames, held inside the piece; those outside are left out."""
    kept = []
    for start, end in spans:
        left, right = max(piece.at(start), piece.left), min(piece.at(end), piece.right)
        if right > left:
            kept.append((left, right))
    return kept
