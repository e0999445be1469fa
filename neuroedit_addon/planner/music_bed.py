"""Lays a piece of music under a film: trimmed, or looped from bar line to bar line, and faded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_CROSSFADE = 1.0  # seconds over which music without beats runs into itself
_AT_BEAT = 0.03  # seconds over which it does at a bar line, where the ear expects something new
_BAR = 4  # beats, unless the downbeats are known


@dataclass(frozen=True)
class Piece:
    """One piece of the music: film seconds, the second of the music at which it begins, and its fades in seconds."""

    start: float
    duration: float
    media_start: float
    fade_in: float = 0.0
    fade_out: float = 0.0

    @property
    def end(self) -> float:
        """Film second at which it ends."""
        return self.start + self.duration

    def points(self, level: float = 1.0) -> tuple[tuple[float, float], ...]:
        """Its volume as points (film second, factor)."""
        top_from, top_to = self.start + self.fade_in, self.end - self.fade_out
        if top_from > top_to:
            top_from = top_to = (top_from + top_to) / 2
        points = [(self.start, 0.0 if self.fade_in else level), (top_from, level), (top_to, level),
                  (self.end, 0.0 if self.fade_out else level)]  # fmt: skip
        return tuple(dict(points).items())


def lay(film: float, music: float, beats: Sequence[float] = (), fade_in: float = 0.5, fade_out: float = 3.0,
        downbeats: Sequence[float] = ()) -> tuple[Piece, ...]:  # fmt: skip
    """The pieces of a piece of music of `music` seconds under a film of `film` seconds.

    Long music ends with the film; short music is repeated: from the last bar line to the first where beats are known,
    else with a crossfade. The first piece fades in, the last out.

    Args:
        beats: seconds of the music, ascending; every fourth is a bar line unless `downbeats` says which are.
    """
    if film <= 0 or music <= 0:
        return ()
    bars = [second for second in (downbeats or beats[::_BAR]) if 0 <= second < music]
    at_bars = len(bars) >= 2 and bars[-1] - bars[0] >= 2.0
    overlap = _AT_BEAT if at_bars else min(_CROSSFADE, music / 4)
    begin, stop = (bars[0], bars[-1]) if at_bars else (0.0, music - overlap)
    pieces, start, media = list[Piece](), 0.0, 0.0
    while start < film and len(pieces) < 10_000:
        last = media + film - start <= music
        # A repeated piece plays `overlap` beyond the joint, where the next one fades in under it.
        duration = film - start if last else min(stop - media + overlap, film - start)
        pieces.append(Piece(start, duration, media, fade_in=overlap if pieces else 0.0, fade_out=overlap))
        if last:
            break
        start, media = start + stop - media, begin
    return _faded(pieces, film, fade_in, fade_out)


def _faded(pieces: list[Piece], film: float, fade_in: float, fade_out: float) -> tuple[Piece, ...]:
    first, last = pieces[0], pieces[-1]
    room = film / 2
    pieces[0] = Piece(first.start, first.duration, first.media_start, min(fade_in, room), first.fade_out)
    if len(pieces) > 1:
        fade_out = min(fade_out, max(last.duration - last.fade_in, 0.0))
    last = pieces[-1]
    pieces[-1] = Piece(last.start, last.duration, last.media_start, last.fade_in, min(fade_out, room))
    return tuple(pieces)
