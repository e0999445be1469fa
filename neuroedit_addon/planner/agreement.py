"""Where several clips lie on one another: what happens to a frame that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .sections import Section


@dataclass(frozen=True)
class Stripe:
    """Frames [left, right), on which clips lie, that all meet the same fate.

    Attributes:
        factor: 1 kept, infinity removed, else how many times faster.
        decisions: ids behind it.
    """

    left: int
    right: int
    factor: float
    decisions: tuple[str, ...]


def agree(clips: Sequence[Sequence[Section]]) -> list[Stripe]:
    """The fate of every frame on which a clip lies, ascending; neighbours of one fate are one stripe.

    The most careful voter decides: a frame goes only if all voters let it go. Clips without a vote (no sound, or
    nobody speaks in them) decide only where no voter lies.
    """
    events = sorted(
        [(s.left, 1, number, s) for number, sections in enumerate(clips) for s in sections]
        + [(sections[-1].right, 0, number, None) for number, sections in enumerate(clips) if sections],
        key=lambda event: event[:2],
    )
    lying: dict[int, Section] = {}
    stripes: list[Stripe] = []
    pending: list[str] = []
    left, factor = 0, 1.0
    open_ = False
    for place, (frame, _, clip, section) in enumerate(events):
        if section is None:
            del lying[clip]
        else:
            lying[clip] = section
        if place + 1 < len(events) and events[place + 1][0] == frame:
            continue
        fate = _fate(lying)
        if open_ and (not lying or fate != factor):
            stripes.append(Stripe(left, frame, factor, tuple(dict.fromkeys(pending))))
            open_ = False
        if lying and not open_:
            left, factor, pending, open_ = frame, fate, [], True
        if fate != 1.0:
            pending += [s.decision for s in lying.values() if s.factor != 1.0 and s.decision]
    return stripes


def _fate(lying: dict[int, Section]) -> float:
    if len(lying) == 1:
        return next(iter(lying.values())).factor
    votes = [section.factor for section in lying.values() if section.votes]
    return min(votes or [section.factor for section in lying.values()], default=1.0)
