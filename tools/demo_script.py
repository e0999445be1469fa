"""The script of the demo film: what is shown, how one shot gives way to the next, and what is said. Plain data.

The truth about the picture is computed from it; the truth about the sound is measured on the spoken lines.
"""

from __future__ import annotations

from dataclasses import dataclass

FPS = 24
SIZE = (640, 360)


@dataclass(frozen=True)
class Shot:
    """A still, shown for `frames` while the camera moves over it.

    Attributes:
        zoom: enlargement at the first and the last frame.
        slide: where the picture's middle lies at the first and last frame, as a share of the frame's width.
        into: how it gives way to the next shot: "cut", "dissolve" or "fade" (through black).
        flash: a frame of the shot at which a flash goes off for two frames, or None. It is no transition.
    """

    view: str
    frames: int
    zoom: tuple[float, float] = (1.0, 1.12)
    slide: tuple[float, float] = (0.0, 0.0)
    into: str = "cut"
    flash: int | None = None


@dataclass(frozen=True)
class Line:
    """Something said, and the seconds of silence before it."""

    pause: float
    text: str


GRADUAL_FRAMES = {"dissolve": 24, "fade": 24}
SHOTS = (
    Shot("title", 96, (1.0, 1.1)),
    Shot("marbles_wide", 120, (1.14, 1.14), (-0.06, 0.06)),
    Shot("marbles_near", 84, (1.16, 1.02)),
    Shot("portrait", 132, (1.02, 1.22), into="dissolve"),
    Shot("rings", 108, (1.2, 1.0)),
    Shot("city", 96, (1.15, 1.15), (0.06, -0.06)),
    Shot("stairs", 120, (1.02, 1.18)),
    Shot("portrait", 84, (1.7, 1.55), (0.12, 0.08), into="fade"),
    Shot("neon", 132, (1.0, 1.35)),
    Shot("wave_wide", 108, (1.12, 1.12), (-0.05, 0.05), flash=50),
    Shot("wave_low", 72, (1.05, 1.15)),
    Shot("dunes", 132, (1.15, 1.15), (0.07, -0.07)),
    Shot("city", 60, (1.6, 1.75), (-0.1, -0.12)),
    Shot("title", 96, (1.25, 1.0)),
)
LINES = (
    Line(1.2, "Welcome. Everything you see in this film was drawn by Blender, and everything you hear was spoken by "
              "a machine."),
    Line(2.4, "Nobody filmed it, and nobody has edited it yet."),
    Line(1.6, "It has what raw footage has: hard cuts, a dissolve, a fade to black, a flash that is not a cut, and "
              "many pauses."),
    Line(3.2, "Somebody who talks without a script stops to think."),
    Line(2.8, "And then goes on."),
    Line(2.0, "NeuroEdit listens for those pauses, and takes them out."),
    Line(2.2, "It looks for the places where one shot gives way to the next, and splits the strips there."),
    Line(2.6, "Picture and sound stay together, to the frame."),
    Line(1.8, "What remains is a shorter film, and every strip of it is yours to change."),
)  # fmt: skip


def total_frames() -> int:
    """Length of the film."""
    return sum(shot.frames for shot in SHOTS)


def starts() -> tuple[int, ...]:
    """The frame in the middle of the transition into each shot (its first frame after a cut)."""
    found, at = [], 0
    for shot in SHOTS:
        found.append(at)
        at += shot.frames
    return tuple(found)


def transitions() -> tuple[tuple[str, int, int], ...]:
    """Kind, first frame that is not wholly the old shot, first frame that is wholly the new one."""
    found = []
    for shot, at in zip(SHOTS, starts()[1:], strict=False):
        half = GRADUAL_FRAMES.get(shot.into, 0) // 2
        found.append((shot.into, at - half, at + half))
    return tuple(found)


def flashes() -> tuple[tuple[int, int], ...]:
    """First frame of each flash and the first after it."""
    return tuple(
        (start + shot.flash, start + shot.flash + 2)
        for shot, start in zip(SHOTS, starts(), strict=True) if shot.flash is not None
    )  # fmt: skip
