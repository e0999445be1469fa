"""Turns transitions into shots."""

from __future__ import annotations

from collections.abc import Sequence

from ..findings import Media, Shot, Transition


def shots_from(transitions: Sequence[Transition], media: Media, end: float) -> tuple[Shot, ...]:
    """The shots between the transitions of a file with `media.frames` pictures, the last of which ends at `end`.

    Gradual transitions are split in their middle. Every shot has at least one picture; together they cover the file.
    """
    if not media.frames:
        return ()
    borders = [(0.0, 0)]
    for change in transitions:
        frame = (change.start_frame + change.end_frame) // 2
        time = (change.start + change.end) / 2
        if borders[-1][1] < frame < media.frames:
            borders.append((time, frame))
    borders.append((end, media.frames))
    return tuple(
        Shot(start, stop, first, last) for (start, first), (stop, last) in zip(borders, borders[1:], strict=False)
    )
