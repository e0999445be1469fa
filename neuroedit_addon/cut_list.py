"""Noun: a finished edit as other editors know it: pieces of media files, one after another, with markers.

Made from a plan (`from_plan`), and turned into a plan again (`to_plan`) after another program has changed it.
Times are seconds; other formats' frames are made by worker/exchange.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from .plan import Decision, Plan, Source
from .timeline import nearest_frame


@dataclass(frozen=True)
class Piece:
    """A kept stretch of one source: media seconds, and how many times faster than life it plays."""

    source: int
    start: float
    end: float
    speed: float = 1.0

    @property
    def length(self) -> float:
        """Seconds in the edit."""
        return (self.end - self.start) / self.speed


@dataclass(frozen=True)
class Marker:
    """A point of a source worth finding again: media second, name, and a sentence."""

    source: int
    time: float
    name: str
    note: str = ""


@dataclass(frozen=True)
class CutList:
    """The edit: pieces in playing order at `fps` frames a second."""

    name: str
    fps: Fraction
    sources: tuple[Source, ...]
    pieces: tuple[Piece, ...]
    markers: tuple[Marker, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`; the rate is text."""
        return {**asdict(self), "fps": str(self.fps)}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> CutList:
        """The inverse of `to_json`."""
        return CutList(
            values["name"], Fraction(values["fps"]), tuple(Source(**s) for s in values["sources"]),
            tuple(Piece(**p) for p in values["pieces"]), tuple(Marker(**m) for m in values.get("markers", ())),
        )  # fmt: skip

    def in_frames(self) -> list[tuple[Piece, int, int, int, int]]:
        """Each piece with its media frames [in, out) and edit frames [in, out), all at `fps`.

        Neighbouring pieces of one source share their frame, so nothing is shown twice and nothing is lost; pieces
        shorter than half a frame vanish.
        """
        rows, record = [], 0
        for piece in self.pieces:
            first, after = nearest_frame(piece.start, self.fps), nearest_frame(piece.end, self.fps)
            if after <= first:
                continue
            length = max(1, round((after - first) / piece.speed))
            rows.append((piece, first, after, record, record + length))
            record += length
        return rows


def from_plan(plan: Plan, fps: Fraction, name: str) -> CutList:
    """What a plan leaves of its sources, in their order; rejected decisions count as kept.

    A split makes two pieces; mute is not a thing of pictures, so muted spans are kept and marked.
    """
    pieces: list[Piece] = []
    markers: list[Marker] = []
    for source in range(len(plan.sources)):
        splits = sorted(d.start for d in plan.of(source, "split") if d.enabled)
        pieces += _divide(_merge(_kept(plan, source)), splits)
        markers += [
            Marker(source, d.start, d.kind, d.reason)
            for d in plan.of(source)
            if d.kind in ("mute", "caption", "dub") and d.enabled or not d.enabled and d.kind != "keep"
        ]
    return CutList(name, fps, plan.sources, tuple(pieces), tuple(markers))


def _kept(plan: Plan, source: int) -> Iterable[Piece]:
    for decision in plan.of(source, "keep", "mute", "speed", "remove"):
        if decision.kind == "remove" and decision.enabled:
            continue
        factor = float(decision.params.get("factor", 1.0)) if decision.kind == "speed" and decision.enabled else 1.0
        yield Piece(source, decision.start, decision.end, factor)


def _merge(pieces: Iterable[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if joined and abs(joined[-1].end - piece.start) < 1e-6 and joined[-1].speed == piece.speed:
            piece = Piece(piece.source, joined.pop().start, piece.end, piece.speed)
        joined.append(piece)
    return joined


def _divide(pieces: Sequence[Piece], splits: Sequence[float]) -> Iterable[Piece]:
    at = 0
    for piece in pieces:
        start = piece.start
        while at < len(splits) and splits[at] <= start + 1e-6:
            at += 1
        while at < len(splits) and splits[at] < piece.end - 1e-6:
            yield Piece(piece.source, start, splits[at], piece.speed)
            start = splits[at]
            at += 1
        yield Piece(piece.source, start, piece.end, piece.speed)


def to_plan(cuts: CutList, reason: str) -> Plan:
    """A plan that keeps these pieces and removes all else of their sources.

    Pieces are put into the order of their media; `reason` goes into every decision. Where two pieces of a source
    touch, a split keeps them apart; where they overlap, the later one gives way.
    """
    decisions: list[Decision] = []
    for index, source in enumerate(cuts.sources):
        at = 0.0
        for piece in sorted((p for p in cuts.pieces if p.source == index), key=lambda p: p.start):
            start, end = max(piece.start, at), min(piece.end, source.duration)
            if end <= start:
                continue
            if start > at:
                decisions.append(_decision("remove", index, at, start, reason))
            elif decisions and decisions[-1].source == index and decisions[-1].kind != "remove":
                decisions.append(_decision("split", index, start, start, reason))
            kind = "keep" if piece.speed == 1.0 else "speed"
            params = {} if kind == "keep" else {"factor": piece.speed}
            decisions.append(_decision(kind, index, start, end, reason, params))
            at = end
        if at < source.duration:
            decisions.append(_decision("remove", index, at, source.duration, reason))
    return Plan(cuts.sources, tuple(decisions))


def _decision(kind: str, source: int, start: float, end: float, reason: str, params: dict | None = None) -> Decision:
    return Decision(f"{kind}-{source}-{start:.3f}", kind, source, start, end, 1.0, reason, True, params or {})
