"""Captions as text strips inside title-safe, and text strips as captions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..captions import Caption
from ..timeline import nearest_frame
from . import compat, tags
from .channels import channel_for
from .marks import CAPTION, VOICE

CHANNEL = "Captions"
_COLOUR = "COLOR_03"  # yellow
_TITLE_SAFE = 0.1  # of the height below and above (SMPTE ST 2046-1: 90 % is action-safe, 80 % title-safe)
_HEIGHT = 1 / 18  # of the picture's height that a line takes


def write(scene: Any, captions: Sequence[Caption], run: str) -> list[Any]:
    """A text strip for each caption, seconds counting from the scene's first frame.

    Text strips of earlier runs that nobody touched are replaced; touched ones stay, and their captions get no second.
    """
    strips = compat.strips_of(scene)
    with compat.editing(scene):
        channel = channel_for(scene, CHANNEL)
        touched = set()
        for strip in [s for s in strips if CAPTION in s]:
            if untouched(strip):
                strips.remove(strip)
            else:
                touched.add(strip[CAPTION])
        return [_new(scene, caption, channel, run) for caption in captions if caption.spoken not in touched]


def read(scene: Any) -> tuple[Caption, ...]:
    """The text strips of a scene as captions, sorted; muted ones and muted channels are left out.

    A strip's channel is its speaker, and a voice that was chosen for it its voice.
    """
    fps = _fps(scene)
    begin = scene.frame_start
    editor = scene.sequence_editor
    texts = [s for s in (editor.strips if editor else ()) if s.type == "TEXT" and s.text.strip()]
    heard = [s for s in texts if not s.mute and not editor.channels[s.channel].mute]
    captions = [
        Caption(float((compat.left(s) - begin) / fps), float((compat.right(s) - begin) / fps), s.text,
                editor.channels[s.channel].name, voice=str(s.get(VOICE, "")))
        for s in heard
    ]  # fmt: skip
    return tuple(sorted(captions, key=lambda caption: caption.start))


def _fps(scene: Any) -> Fraction:
    return Fraction(scene.render.fps) / Fraction(float(scene.render.fps_base)).limit_denominator(100_000)


def _new(scene: Any, caption: Caption, channel: int, run: str) -> Any:
    fps = _fps(scene)
    first = scene.frame_start + nearest_frame(caption.start, fps)
    after = max(first + 1, scene.frame_start + nearest_frame(caption.end, fps))
    strip = compat.new_effect(scene, caption.spoken[:50], "TEXT", channel, first, after)
    strip.text = caption.text
    strip.font_size = scene.render.resolution_y * _HEIGHT
    strip.location = (0.5, _TITLE_SAFE)
    strip.anchor_x, strip.anchor_y, strip.alignment_x = "CENTER", "BOTTOM", "CENTER"
    strip.wrap_width = 1 - 2 * _TITLE_SAFE
    strip.color = (1.0, 1.0, 1.0, 1.0)
    strip.use_box, strip.box_color, strip.box_margin = True, (0.0, 0.0, 0.0, 0.6), 0.01
    strip.blend_type = "ALPHA_OVER"
    strip[CAPTION] = caption.spoken
    tags.tag(strip, run, strip[CAPTION], _COLOUR)
    tags.seal(strip)
    strip["neuroedit_text"] = strip.text
    return strip


def untouched(strip: Any) -> bool:
    """Whether a caption is as it was made."""
    return tags.untouched(strip) and strip.get("neuroedit_text") == strip.text
