"""What a film is made for: its size, its codecs and the loudness that is asked for there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .render_format import FORMATS, Format
from .render_sound import SOUNDS

_SAME_SHAPE = 0.02  # aspects that differ by less are the same: 1.78 and 16:9
_MOST_PERCENT = 32_000  # Blender's limit is a little higher


@dataclass(frozen=True)
class Kind:
    """A preset of the panel Output.

    Attributes:
        title, about: as shown.
        size: pixels across and down; None for the scene's own.
        fill: where the shapes differ, cut off what is too much; else show all, with bars.
        lufs: the loudness that is usual there; None where none is.
        suffixes: of the files that it may be, the usual one first.
        form: codecs, where the suffix does not choose them.
    """

    title: str
    about: str
    size: tuple[int, int] | None = None
    fill: bool = False
    lufs: float | None = None
    suffixes: tuple[str, ...] = tuple(FORMATS)
    form: Format | None = None


KINDS = {
    "OWN": Kind("As the Scene Is", "The scene's own size and rate"),
    "WEB_1080": Kind("Web 1080p", "1920 × 1080 for the web, usually at -14 LUFS", (1920, 1080), lufs=-14.0),
    "WEB_2160": Kind("Web 2160p", "3840 × 2160 for the web, usually at -14 LUFS", (3840, 2160), lufs=-14.0),
    "VERTICAL": Kind("Vertical 9:16", "1080 × 1920 for phones; the middle of wider pictures is kept", (1080, 1920),
                     fill=True, lufs=-14.0),
    "SQUARE": Kind("Square", "1080 × 1080; the middle of wider pictures is kept", (1080, 1080), fill=True, lufs=-14.0),
    "BROADCAST": Kind("Broadcast", "1920 × 1080, ProRes 422 HQ, uncompressed sound, usually at -23 LUFS (EBU R 128)",
                      (1920, 1080), lufs=-23.0, suffixes=(".mov",),
                      form=Format("QUICKTIME", "PRORES", "PCM", "422_HQ")),
    "SOUND": Kind("Audio Only", "The sound alone: wav (24 bits), flac or mp3", suffixes=tuple(SOUNDS)),
}  # fmt: skip


def with_suffix(film: str, kind: Kind) -> str:
    """The film's name with a suffix that its kind may have."""
    path = Path(film)
    if path.suffix.lower() in kind.suffixes or not path.name.strip("/"):
        return film
    known = path.suffix.lower() in (*FORMATS, *SOUNDS)
    return (film[: -len(path.suffix)] if known else film) + kind.suffixes[0]


def other_shape(render: Any, kind: Kind) -> bool:
    """Whether the film has another shape than the scene."""
    if not kind.size:
        return False
    own, wanted = render.resolution_x / render.resolution_y, kind.size[0] / kind.size[1]
    return abs(own / wanted - 1) > _SAME_SHAPE


@contextmanager
def in_shape(scene: Any, kind: Kind) -> Iterator[None]:
    """Inside, the scene renders at the kind's size.

    Blender's percentage is what scales strips, texts and offsets alike, so the size comes about by it; it is a whole
    number, and what is left over is cut off at the sides or becomes part of the bars (a few hundredths at most).
    """
    if not kind.size:
        yield
        return
    render = scene.render
    former = render.resolution_x, render.resolution_y, render.resolution_percentage
    factors = kind.size[0] / former[0], kind.size[1] / former[1]
    if kind.fill or not other_shape(render, kind):
        percents = range(math.ceil(max(factors) * 100 - 1e-6), _MOST_PERCENT)
    else:
        percents = range(math.floor(min(factors) * 100 + 1e-6), 0, -1)
    percent, sides = next((percent, sides) for percent in percents if (sides := _sides(kind.size, percent)))
    render.resolution_x, render.resolution_y = sides
    render.resolution_percentage = percent
    try:
        yield
    finally:
        render.resolution_x, render.resolution_y, render.resolution_percentage = former



def _sides(size: tuple[int, int], percent: int) -> tuple[int, int] | None:
    """Resolutions of which Blender makes this even size at a percentage; it rounds down, and films to even sizes."""
    across, down = (-(-side * 100 // percent) for side in size)
    made = int(across * (percent / 100)), int(down * (percent / 100))
    return (across, down) if (made[0] // 2 * 2, made[1] // 2 * 2) == size else None
