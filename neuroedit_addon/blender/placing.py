"""Puts a strip at a frame without pushing others away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import compat

_CHANNELS = 128


def place(scene: Any, strip: Any, frame: int, walls: Sequence[Any] = ()) -> None:
    """Move a strip so that it begins at `frame`; into the next free channel where one of `walls` is in its way."""
    by = frame - compat.left(strip)
    left, right = frame, compat.right(strip) + by
    if any(s.channel == strip.channel and compat.left(s) < right and left < compat.right(s) for s in walls):
        strip.channel = _free_channel(scene, strip, left, right)
    if by:
        compat.shift(strip, by)


def _free_channel(scene: Any, strip: Any, left: int, right: int) -> int:
    taken = {
        other.channel
        for other in compat.strips_of(scene)
        if other != strip and compat.left(other) < max(right, compat.right(strip)) and compat.right(other) > left
    }
    for channel in range(strip.channel + 1, _CHANNELS + 1):
        if channel not in taken and not compat.channels_of(scene)[channel].lock:
            return channel
    return strip.channel
