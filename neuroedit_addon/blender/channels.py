"""Finds channels for what NeuroEdit adds, so that its strips lie together and on nobody else's channel."""

from __future__ import annotations

from typing import Any

from ..errors import TimelineError
from . import compat

LAST = 128  # Blender's own limit


def channel_for(scene: Any, name: str) -> int:
    """The channel of that name, or a free one above all strips, which gets it.

    Raises:
        TimelineError: the sequencer has no channel left.
    """
    strips = compat.strips_of(scene)
    channels = compat.channels_of(scene)
    for number in range(1, LAST + 1):
        if channels[number].name == name:
            return number
    number = max((strip.channel for strip in strips), default=0) + 1
    while number <= LAST and channels[number].name != f"Channel {number}":
        number += 1
    if number > LAST:
        raise TimelineError("The sequencer has no free channel left.", "Move strips down to free one.")
    channels[number].name = name
    return number
