"""Edits made at random, with their truth: takes put behind one another by every transition, disturbed on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np

from neuroedit_addon.worker.shots_light import edges_agree
from neuroedit_addon.worker.shots_read_out import KINDS
from neuroedit_addon.worker.shots_windows import halved

from . import look, transitions
from .camera import Path, fixed, moving
from .disturbances import disturb
from .material import Film, Material
from .painted import blank
from .takes import Take

_ODDS = (0.48, 0.16, 0.12, 0.16, 0.08)
_TEMPI, _TEMPO_ODDS = (8, 14, 25, 45, 90, 500), (0.06, 0.14, 0.24, 0.24, 0.14, 0.18)
_BRISK = 14  # shots of fewer frames mostly change by cuts
_LEAST = {"cut": 0.03, "dissolve": 0.035, "fade": 0.012, "wipe": 0.03, "jump": 0.02}
"""Mean difference (0..1) of the shots on both sides below which nobody could tell: neither right nor wrong."""


_SAME_PLACE = 0.75
_VISIBLE, _JUMP_VISIBLE, _JUMP_LIVELY = 0.016, 0.025, 2.5


@dataclass(frozen=True)
class Truth:
    """One transition: kind (of `KINDS`, or "unsure"), first frame not wholly old, first wholly new."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Edit:
    """Pictures uint8 (n, 27, 48, 3) and what happens in them."""

    frames: np.ndarray
    truth: tuple[Truth, ...]


@dataclass
class _Piece:
    """One take's part of an edit: shown alone for [begin, end), mixed with its neighbours before and after."""

    take: Take
    still: bool
    seed: int
    when: float
    speed: float
    begin: int
    end: int
    before: int = 0
    after: int = 0
    kind: str = "cut"
    plain: bool = False
    odd: bool = field(default=False)


def compose(rng: np.random.Generator, material: Material, length: int, calm: bool = False) -> Edit:
    """A random edit of `length` frames.

    Args:
        calm: no disturbances and no bad film; for looking at the transitions alone.
    """
    lead = int(rng.integers(0, 24))
    pieces = _plan(rng, material, length + lead)
    rendered = [_render(rng, piece, material, calm) for piece in pieces]
    for index, (piece, following) in enumerate(zip(pieces, pieces[1:], strict=False)):
        if rng.random() < 0.12 and not (piece.plain or following.plain or "jump" in (piece.kind, following.kind)):
            rendered[index + 1] = look.like(rendered[index + 1], rendered[index])  # the palette gives nothing away
    frames = np.empty((length + lead + 128, *rendered[0].shape[1:]), np.float32)
    truth = []
    for index, piece in enumerate(pieces):
        pictures = rendered[index]
        frames[piece.begin : piece.end] = pictures[piece.before : piece.before + piece.end - piece.begin]
        if index + 1 < len(pieces) and piece.end < length + lead:
            new = rendered[index + 1]
            size = piece.after
            if size:
                old = pictures[-size:]
                frames[piece.end : piece.end + size] = _mix(rng, piece.kind, old, new[:size], pieces[index + 1])
            truth.append(_judge(piece, pieces[index + 1], pictures, new))
    frames = frames[lead : lead + length]
    if not calm:
        frames = look.film(rng, frames)
    truth = [_seen(t, frames, lead) for t in truth]
    kept = tuple(Truth(t.kind, t.start - lead, t.end - lead) for t in truth if t.end > lead and t.start < length + lead)
    kept = tuple(t for t in kept if not (t.start <= 0 and t.kind in ("cut", "jump")))
    return Edit(as_bytes(frames), kept)


def excerpt(rng: np.random.Generator, film: Film, length: int) -> Edit:
    """A stretch of a labelled film as it is, but graded and damaged as a whole; short films are run to their ends."""
    begin = int(rng.integers(max(len(film.small) - length, 0) + 1))
    part = halved(film.small[begin : begin + length])
    if len(part) < length:
        part = np.concatenate((part, np.repeat(part[-1:], length - len(part), 0)))
    part = look.grade(rng, part) if rng.random() < 0.7 else look.as_floats(part)
    if rng.random() < 0.25:
        part = disturb(rng, part, lambda n: np.repeat(part[:1], n, 0), 1)
    if rng.random() < 0.6:
        part = look.film(rng, part)
    truth = tuple(
        Truth(kind if sure and kind in KINDS else "unsure", start - begin, end - begin)
        for kind, start, end, sure in film.transitions
        if end - begin > 0 and start - begin < length
    )
    return Edit(as_bytes(part), tuple(t for t in truth if not (t.start <= 0 and t.kind == "cut")))


def as_bytes(pictures: np.ndarray) -> np.ndarray:
    """0..1 to 0..255."""
    return (np.clip(pictures, 0, 1) * 255 + 0.5).astype(np.uint8)


def targets(truth: Iterable[Truth], length: int) -> tuple[np.ndarray, np.ndarray]:
    """What the network should say, float32 (length, 10), and how much each of these numbers counts, the same shape."""
    wanted, weight = np.zeros((length, 2 * len(KINDS)), np.float32), np.ones((length, 2 * len(KINDS)), np.float32)
    for t in truth:
        start, end = max(t.start, 0), min(t.end, length)
        if t.kind == "unsure":
            weight[max(t.start - 2, 0) : end + 2] = 0
            continue
        kind = KINDS.index(t.kind)
        middle = (t.start + max(t.end - 1, t.start)) // 2
        slack = (t.end - t.start) // 6 + (1 if t.end > t.start else 0)
        # Beside a gradual transition's middle, and what other kinds' middles say within it, is nobody's business.
        weight[max(middle - slack, 0) : max(middle + slack + 1, 0), kind] = 0
        if 0 <= middle < length:
            wanted[middle, kind] = weight[middle, kind] = 1
        wanted[start : max(end, t.start + 1), len(KINDS) + kind] = 1
    return wanted, weight


def _plan(rng: np.random.Generator, material: Material, length: int) -> list[_Piece]:
    tempo = float(rng.choice(_TEMPI, p=_TEMPO_ODDS))
    place, at, pieces = material.place(rng), 0, []
    odd = rng.random() < 0.5
    while not pieces or pieces[-1].end <= length:
        size = int(np.clip(rng.lognormal(np.log(tempo), 0.55), 3, 600))
        end = max(min(at + size, length + 1), at + 3)
        kind = str(rng.choice(KINDS, p=_ODDS)) if end <= length else "cut"
        kind = "cut" if size < _BRISK and kind != "jump" and rng.random() < 0.6 else kind
        after = _span(rng, kind, size)
        last = pieces[-1] if pieces else None
        if last and last.kind == "jump":
            piece = _jumped(rng, last, at, end)
        elif last and not last.plain and rng.random() < 0.09:
            piece = _Piece(blank(rng), False, 0, 0.0, 1.0, at, end, plain=True)
        else:
            take, still = material.take(rng, place if rng.random() < 0.85 else "")
            piece = _Piece(take, still, int(rng.integers(1 << 31)), rng.uniform(0, 500), _speed(rng), at, end, odd=odd)
        if last:
            piece.before = last.after
            if (piece.plain or last.plain) and last.kind not in ("cut", "jump"):
                last.kind = "dissolve"  # into or out of one colour: a fade, see _judge
            if last.plain and last.kind == "jump":
                last.kind = "cut"
        piece.kind, piece.after = ("cut", 0) if piece.plain and kind == "jump" else (kind, after)
        pieces.append(piece)
        at = end + piece.after
    return pieces


def _span(rng: np.random.Generator, kind: str, shot: int) -> int:
    if kind in ("cut", "jump"):
        return 0
    median = {"dissolve": 15, "fade": 22, "wipe": 14}[kind]
    least = {"dissolve": 2, "fade": 4, "wipe": 3}[kind]
    # ClipShots' gradual transitions have medians of 10 to 17 and a ninth decile of 28 to 34 frames.
    return int(np.clip(rng.lognormal(np.log(median), 0.65), least, min(100, 10 + 2 * shot)))


def _speed(rng: np.random.Generator) -> float:
    return float(rng.choice((0.25, 0.5, 1.0, 1.5, 2.0, 4.0), p=(0.07, 0.13, 0.5, 0.12, 0.12, 0.06)))


def _jumped(rng: np.random.Generator, last: _Piece, at: int, end: int) -> _Piece:
    skip = float(np.exp(rng.uniform(np.log(5), np.log(120)))) * (1 if rng.random() < 0.85 else -1)
    when = last.when + (last.end - last.begin) * last.speed + skip
    return _Piece(last.take, last.still, last.seed, when, last.speed, at, end, odd=last.odd)


def _render(rng: np.random.Generator, piece: _Piece, material: Material, calm: bool) -> np.ndarray:
    """The piece's pictures from the first frame in which it has a share to the last."""
    size = piece.before + piece.end - piece.begin + piece.after
    when = piece.when + (np.arange(size) - piece.before) * piece.speed
    if not calm and rng.random() < 0.06:
        when = piece.when + np.cumsum(piece.speed * np.linspace(*rng.choice((0.2, 1, 1, 5), 2), size))
    pictures = piece.take.frames(when, _path(rng, piece, size))
    if piece.plain:
        return look.as_floats(pictures)
    pictures = look.grade(np.random.default_rng(piece.seed), pictures)
    if calm or not (piece.odd or rng.random() < 0.15):
        return pictures

    def other(count: int) -> np.ndarray:
        take, still = material.take(rng)
        path = moving(rng, count) if still else fixed(rng, count)
        return look.as_floats(take.frames(rng.uniform(0, 300) + np.arange(count), path))

    return disturb(rng, pictures, other, int(rng.poisson(0.4 + size / 120)))


def _path(rng: np.random.Generator, piece: _Piece, size: int) -> Path:
    # A jump keeps its take's camera when the seed says so; otherwise the new part is framed differently.
    own = np.random.default_rng(piece.seed) if rng.random() < 0.7 else rng
    if piece.plain:
        return fixed(own, size)
    if piece.still:
        return moving(own, size, lively=1.5 if own.random() < 0.2 else 1.0) if own.random() < 0.85 else fixed(own, size)
    return moving(own, size) if own.random() < 0.45 else fixed(own, size)


def _mix(rng: np.random.Generator, kind: str, old: np.ndarray, new: np.ndarray, following: _Piece) -> np.ndarray:
    if kind == "wipe":
        return transitions.wipe(rng, old, new)
    if kind == "fade":
        black = rng.random()
        colour = np.zeros(3) if black < 0.72 else np.ones(3) if black < 0.92 else rng.random(3)
        return transitions.through(rng, old, new, colour.astype(np.float32))
    return transitions.dissolve(rng, old, new)


def _seen(t: Truth, frames: np.ndarray, lead: int) -> Truth:
    """The truth, or "unsure" where nobody could see it in the finished pictures, darkened and noisy as they are."""

    def cells(frame: int) -> np.ndarray:
        picture = frames[min(max(frame - lead, 0), len(frames) - 1)]
        return cv2.resize(picture, (12, 9), interpolation=cv2.INTER_AREA)

    if t.end <= lead or t.start >= lead + len(frames):
        return t
    before, after = cells(t.start - 1), cells(t.end)
    apart = float(np.abs(after - before).mean())
    if t.kind == "fade":
        apart = max(apart, *(float(np.abs(side - cells((t.start + t.end) // 2)).mean()) for side in (before, after)))
    least = _VISIBLE
    if t.kind == "jump":
        stir = max(np.abs(before - cells(t.start - 2)).mean(), np.abs(cells(t.start + 1) - after).mean())
        least = max(_JUMP_VISIBLE, _JUMP_LIVELY * float(stir))
    return Truth("unsure", t.start, t.end) if apart < least else t


def _judge(piece: _Piece, following: _Piece, old: np.ndarray, new: np.ndarray) -> Truth:
    """The truth of a transition, or "unsure" where the pictures of both sides hardly differ."""
    size = piece.after
    start, end = piece.end, piece.end + size
    kind = piece.kind
    if kind == "dissolve" and (piece.plain or following.plain):
        kind = "fade"
    shown = piece.before + piece.end - piece.begin
    last, first = old[shown - 1], new[size]
    apart = float(np.abs(last - first).mean())
    if kind == "jump":
        before = float(np.abs(old[shown - 1] - old[max(shown - 2, 0)]).mean())
        behind = float(np.abs(new[size] - new[min(size + 1, len(new) - 1)]).mean())
        if apart < 0.02 + 1.5 * max(before, behind):
            return Truth("unsure", start, end)
    elif kind != "fade" and edges_agree(as_bytes(last), as_bytes(first)) > _SAME_PLACE:
        return Truth("unsure", start, end)  # one take on both sides: nobody could tell it from a change of light
    if kind == "fade" and not (piece.plain or following.plain):
        apart = max(apart, float(last.mean()), float(first.mean()))
    return Truth("unsure" if apart < _LEAST[kind] else kind, start, end)
