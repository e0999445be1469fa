"""Lays recordings of one event on a fresh scene as a finished multicam cut: ordinary strips, one after another.

Each angle has a channel for its pictures and one for its sound. The sound is that of whoever speaks, and stays theirs
while a reaction is seen. Every piece is placed by itself, so a device whose clock drifts is in sync in all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..angles import Angle
from ..findings import Media
from ..planner.follow_speaker import Shown
from ..timeline import nearest_frame
from . import compat, tags
from .assemble import fit
from .read import scene_rate

_ASIDE = 100  # above all cameras: new strips are whole files, which would lie over others until they are trimmed


def lay_angles(scene: Any, media: Sequence[Media], angles: Sequence[Angle], shown: Sequence[Shown],
               heard: Sequence[Shown], fade: float) -> None:  # fmt: skip
    """Put the pieces of all angles on the scene, from frame 1.

    Args:
        media: the files, in the order of `angles`.
        shown: whose picture is seen when; heard: whose sound is heard when, with the same beginning.
        fade: seconds of the cross-fade where one sound gives way to another.
    """
    fps, begin = scene_rate(scene), shown[0].start

    def frame(second: float) -> int:
        return 1 + nearest_frame(Fraction(second - begin), fps)

    cuts = sorted({frame(s.start) for s in shown} | {frame(s.end) for s in shown})
    with compat.editing(scene):
        for piece in shown:
            _picture(scene, media[piece.angle], piece.angle, frame(piece.start), frame(piece.end),
                     _content(angles[piece.angle], piece.start, begin), fps)  # fmt: skip
        before: tuple[Shown, Any] | None = None
        for piece in heard:
            if media[piece.angle].audio is None:
                continue
            edges = [frame(piece.start), *(c for c in cuts if frame(piece.start) < c < frame(piece.end)),
                     frame(piece.end)]  # fmt: skip
            for left, right in zip(edges, edges[1:], strict=False):
                content = _content(angles[piece.angle], begin + (left - 1) / float(fps), begin)
                strip = _sound(scene, media[piece.angle], piece.angle, left, right, content, fps)
                if strip is None:
                    continue
                if before and before[0].angle != piece.angle and compat.right(before[1]) == left and fade > 0:
                    before[1][tags.FADE_OUT] = strip[tags.FADE_IN] = fade
                before = piece, strip
        if any(item.rate not in (None, fps) for item in media):
            compat.show_nearest_pictures(scene)
        scene.frame_start, scene.frame_end = 1, max(1, frame(shown[-1].end) - 1)
        scene.frame_current = 1


def _content(angle: Angle, second: float, begin: float) -> Fraction:
    """Second of the timeline at which the file would begin, were it in sync at `second` of the common clock."""
    return Fraction(second - begin) - Fraction(angle.own(second))


def _picture(scene: Any, media: Media, angle: int, left: int, right: int, content: Fraction, fps: Fraction) -> None:
    at = 1 + nearest_frame(content + Fraction(media.picture_start), fps)
    strip = compat.new_movie_at_scene_rate(scene, media.path, _ASIDE, at)
    strip.name = Path(media.path).name
    strip.color_tag = "NONE"
    if _trimmed(scene, strip, left, right, 2 * angle + 2):
        fit(scene, strip, media)


def _sound(scene: Any, media: Media, angle: int, left: int, right: int, content: Fraction, fps: Fraction) -> Any:
    exact = content + Fraction(media.sound_start)
    at = 1 + nearest_frame(exact, fps)
    name = f"{Path(media.path).name} sound"
    strip = compat.strips_of(scene).new_sound(name=name, filepath=media.path, channel=_ASIDE, frame_start=at)
    lag = compat.picture_lag(media.rate, fps) if media.rate and media.rate != fps else Fraction(0)
    strip.sound_offset = float(exact - Fraction(at - 1) / fps + lag)
    return strip if _trimmed(scene, strip, left, right, 2 * angle + 1) else None


def _trimmed(scene: Any, strip: Any, left: int, right: int, channel: int) -> bool:
    """Whether anything of the strip lies on frames [left, right); it is cut to them, or taken away."""
    left, right = max(left, compat.left(strip)), min(right, compat.right(strip))
    if right <= left:
        compat.strips_of(scene).remove(strip)
        return False
    compat.set_left(strip, left)
    compat.set_right(strip, right)
    strip.channel = channel
    return True
