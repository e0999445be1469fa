"""A blurred picture behind one that leaves bars: a blur strip of it below it, enlarged, dark, and easy to tweak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import compat, tags
from .channels import LAST

_FILL, _RAISED = "neuroedit_fill", "neuroedit_raised"  # on a blur strip; on a scene: the channel that all rose from
_SOFT = 0.04  # of the film's shorter side that the blur reaches; a frame takes twice as long at 0.1
_OVER = 1.12  # enlarged by so much more than fills the film: what the blur makes of the picture's rim stays outside
_LIGHT = 0.7


def fill(scene: Any, strips: Sequence[Any], size: tuple[int, int]) -> int:
    """Lay a blur strip under each movie strip that leaves bars in a film of this size, and is the lowest picture there.

    All that lies on its channel and above rises by one where no channel below is free.

    Returns:
        how many were laid; 0 where the sequencer has no channel left.
    """
    barred = [strip for strip in strips if _factor(strip, size) > 1.01]
    lowest = [strip for strip in barred if not any(_covers(other, strip) for other in strips)]
    channel = _room(scene, lowest) if lowest else None
    if channel is None:
        return 0
    with compat.editing(scene):
        for strip in lowest:
            _lay(scene, strip, channel, size)
    return len(lowest)


def take_back(scene: Any) -> None:
    """Remove the blur strips, and let what rose for them sink again, unless somebody uses the channel."""
    strips = compat.strips_of(scene)
    with compat.editing(scene):
        for strip in [strip for strip in strips if _FILL in strip]:
            strips.remove(strip)
        channel = scene.get(_RAISED)
        if channel is None:
            return
        del scene[_RAISED]
        if not any(strip.channel == channel for strip in strips):
            _move(scene, range(channel + 1, LAST + 1), -1)


def shown(strip: Any) -> tuple[float, float]:
    """Width and height at which a strip is drawn, in pixels of the film."""
    element = strip.elements[0]
    return (max(element.orig_width * abs(strip.transform.scale_x), 1e-6),
            max(element.orig_height * abs(strip.transform.scale_y), 1e-6))  # fmt: skip


def _covers(other: Any, strip: Any) -> bool:
    """Whether another picture lies below a strip somewhere."""
    together = compat.left(other) < compat.right(strip) and compat.right(other) > compat.left(strip)
    return other.channel < strip.channel and together and not other.mute


def _factor(strip: Any, size: tuple[int, int]) -> float:
    """How much larger a strip must be to fill the film."""
    wide, high = shown(strip)
    return max(size[0] / wide, size[1] / high)


def _room(scene: Any, lowest: Sequence[Any]) -> int | None:
    """The channel below all of these strips, made free."""
    strips = compat.strips_of(scene)
    first = min(strip.channel for strip in lowest)
    if first > 1 and not any(strip.channel == first - 1 for strip in strips):
        return first - 1
    if max(strip.channel for strip in strips) >= LAST:
        return None
    with compat.editing(scene):
        _move(scene, range(LAST - 1, first - 1, -1), 1)
    scene[_RAISED] = first
    return first


def _move(scene: Any, numbers: range, by: int) -> None:
    """Move the strips and the names of channels up or down, in an order in which none meets another."""
    strips, channels = list(compat.strips_of(scene)), compat.channels_of(scene)
    for number in numbers:
        if not 1 <= number + by <= LAST:
            continue
        for strip in strips:
            if strip.channel == number:
                kept = tags.untouched(strip)
                strip.channel = number + by
                if kept:
                    tags.seal(strip)
        old, new = channels[number], channels[number + by]
        name = f"Channel {number + by}" if old.name == f"Channel {number}" else old.name
        new.lock, new.mute = old.lock, old.mute
        old.name, old.lock, old.mute = f"Channel {number}", False, False
        new.name = name  # names are unique, so the old one lets go of it first


def _lay(scene: Any, strip: Any, channel: int, size: tuple[int, int]) -> None:
    first, after = compat.left(strip), compat.right(strip)
    blur = compat.new_effect(scene, f"{strip.name} · fill", "GAUSSIAN_BLUR", channel, first, after, input1=strip)
    blur.channel = channel  # an effect is made above what it shows
    factor = _factor(strip, size) * _OVER
    blur.size_x = blur.size_y = _SOFT * min(size) / factor
    blur.transform.scale_x = blur.transform.scale_y = factor
    blur.transform.offset_x = -strip.transform.offset_x * factor
    blur.transform.offset_y = -strip.transform.offset_y * factor
    blur.color_multiply = _LIGHT
    blur.color_tag = "COLOR_06"
    blur[_FILL] = strip.name
