"""Corrections without a network, to measure ours beside: gray-world, shades-of-gray, white-patch, ffmpeg's filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import av
import numpy as np

from neuroedit_addon.worker.colour_difference import display, linear

Frames = Sequence[np.ndarray]
_TICK = Fraction(1, 25)


def gray_world(frames: Frames) -> list[np.ndarray]:
    """The mean of a clip becomes gray (Buchsbaum 1980)."""
    return _balanced(frames, 1)


def shades_of_gray(frames: Frames) -> list[np.ndarray]:
    """Its Minkowski mean of order 6 does (Finlayson, Trezzi 2004)."""
    return _balanced(frames, 6)


def white_patch(frames: Frames) -> list[np.ndarray]:
    """Its brightest red, green and blue become white (Land 1977); the last percent does not count."""
    top = np.percentile(np.concatenate([f.reshape(-1, 3) for f in frames]), 99, axis=0) / 255
    return [np.rint((f / np.maximum(top * 255, 1)).clip(0, 1) * 255).astype(np.uint8) for f in frames]


def ffmpeg(name: str, arguments: str = "") -> Callable[[Frames], list[np.ndarray]]:
    """A filter of ffmpeg, run on the clip's frames one after the other."""

    def run(frames: Frames) -> list[np.ndarray]:
        height, width = frames[0].shape[:2]
        graph = av.filter.Graph()
        source = graph.add_buffer(width=width, height=height, format="rgb24", time_base=_TICK)
        middle, sink = graph.add(name, arguments), graph.add("buffersink")
        source.link_to(middle)
        middle.link_to(sink)
        graph.configure()
        made = []
        for number, rgb in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            frame.pts, frame.time_base = number, _TICK
            graph.push(frame)
            made.append(graph.pull().to_ndarray(format="rgb24"))
        return made

    return run


def light_of(frames: Frames, order: float) -> np.ndarray:
    """The colour (3,) of the light, linear, by the Minkowski mean of neither black nor clipped pixels."""
    pixels = np.concatenate([f.reshape(-1, 3) for f in frames]) / 255
    usable = pixels[(pixels.max(1) < 0.98) & (pixels.max(1) > 0.02)]
    found = np.power(linear(usable if len(usable) > 20 else pixels), order).mean(0) ** (1 / order)
    return found / max(float(np.linalg.norm(found)), 1e-9)


def _balanced(frames: Frames, order: float) -> list[np.ndarray]:
    gain = 1 / np.maximum(light_of(frames, order), 1e-3)
    gain = gain / gain[1]
    return [np.rint(display((linear(f / 255) * gain).clip(0, 1)) * 255).astype(np.uint8) for f in frames]


PEERS: dict[str, Callable[[Frames], list[np.ndarray]]] = {
    "gray-world": gray_world, "shades-of-gray": shades_of_gray, "white-patch": white_patch,
    "ffmpeg normalize": ffmpeg("normalize", "smoothing=24"),
    "ffmpeg greyedge": ffmpeg("greyedge", "difford=1:minknorm=5:sigma=2"),
}  # fmt: skip
