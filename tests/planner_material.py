"""Footage for the planner's tests: made of numbers, by hand or at random (hypothesis)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import settings as _limit
from hypothesis import strategies as st

from neuroedit_addon.findings import Audio, Findings, Media, Span, Transition
from neuroedit_addon.settings import Settings, Time
from neuroedit_addon.timeline import Clip, Timeline

RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60000, 1001)]
# NEUROEDIT_EXAMPLES=1000 looks longer.
bounded = _limit(max_examples=int(os.environ.get("NEUROEDIT_EXAMPLES", "40")), deadline=None)
TALK = "/footage/talk.mp4"


def heard(
    speech: Sequence[tuple[float, float] | tuple[float, float, float]] = (),
    shots: Sequence[tuple[float, float] | tuple[float, float, float]] = (),
    duration: float = 20.0,
    path: str = TALK,
    audio: bool = True,
) -> Findings:
    """Findings of one file: (start, end[, confidence]) of speech, (start, end[, confidence]) of transitions."""
    return Findings(
        Media(path, duration, "25", round(duration * 25), 64, 64, False, Audio(48000, 2) if audio else None, path),
        transitions=tuple(
            Transition("cut" if s[0] == s[1] else "dissolve", s[0], s[1], round(s[0] * 25), round(s[1] * 25),
                       s[2] if len(s) > 2 else 0.9)
            for s in shots
        ),
        speech=tuple(Span(*s) if len(s) > 2 else Span(*s, 0.9) for s in speech),
    )  # fmt: skip


def clip(left: int, right: int, media_start: Fraction | float = 0, source: int = 0, speed: Fraction | int = 1,
         sound: bool = True, picture: bool = True) -> Clip:  # fmt: skip
    """A clip with strips of made-up names."""
    return Clip(
        source, left, right, Fraction(media_start), Fraction(speed), (f"P{left}",) if picture else (),
        (f"S{left}",) if sound else (),
    )  # fmt: skip


def timeline(*clips: Clip, fps: Fraction | int = 25, sources: Sequence[str] = (TALK,)) -> Timeline:
    """A timeline with these clips."""
    return Timeline(Fraction(fps), tuple(sources), tuple(sorted(clips, key=lambda c: c.left)))


times = st.integers(0, 1200).map(lambda frames: Time(seconds=frames / 1000)) | st.integers(0, 30).map(
    lambda frames: Time(frames=frames)
)
seconds = st.floats(0, 24, allow_nan=False).map(lambda value: round(value, 4))
confidences = st.sampled_from([0.1, 0.3, 0.45, 0.5, 0.7, 0.9, 1.0])
spans = st.lists(
    st.builds(lambda a, length, c: (a, round(a + length, 4), c), seconds, st.floats(0.001, 3), confidences), max_size=14
)
points = st.lists(
    st.builds(lambda a, b, c: (a, round(a + b, 4), c), seconds, st.sampled_from([0, 0, 0.5, 1.2]), confidences),
    max_size=20,
)
settings = st.builds(
    Settings, margin_start=times, margin_end=times, min_cut=times, min_clip=times, min_shot=times,
    threshold=st.sampled_from([0.2, 0.5, 0.8]), min_confidence=st.sampled_from([0.0, 0.5, 0.75]),
    silence_action=st.sampled_from(["remove", "remove", "mute", "speed", "split"]),
    cut_all_silent=st.booleans(), split_at=st.sampled_from(["start", "middle", "end"]),
)  # fmt: skip


@st.composite
def one_clip(draw: st.DrawFn) -> Timeline:
    """One clip that shows all or a part of a 24 s file, at any speed."""
    fps = draw(st.sampled_from(RATES))
    speed = draw(st.sampled_from([Fraction(1), Fraction(1), Fraction(2), Fraction(1001, 1000), Fraction(2, 3)]))
    start = draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(5)]))
    most = int((24 - start) / speed * fps)
    left = draw(st.integers(-50, 100))
    return timeline(clip(left, left + draw(st.integers(1, most)), start, speed=speed), fps=fps)


@st.composite
def layouts(draw: st.DrawFn, sources: int = 3) -> Timeline:
    """Clips of several 40 s files anywhere: gaps, overlaps, parts, the same part twice, with and without sound."""
    fps = draw(st.sampled_from(RATES))
    clips = draw(
        st.lists(
            st.builds(
                clip, st.integers(0, 300), st.integers(301, 500), st.sampled_from([0, Fraction(1, 3), 2.5, 6]),
                st.integers(0, sources - 1), st.sampled_from([1, 1, Fraction(3, 2)]), st.booleans(), st.booleans(),
            ),
            min_size=1, max_size=6,
        )
    )  # fmt: skip
    return timeline(*clips, fps=fps, sources=[f"/footage/{n}.mp4" for n in range(sources)])
