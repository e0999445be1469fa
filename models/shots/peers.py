"""Other shot detectors, for the benchmark, as they come and tuned: PySceneDetect's four, ffmpeg's scdet, and the
classical detector that NeuroEdit had before its network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from neuroedit_addon.errors import EnvironmentProblem
from neuroedit_addon.worker.analyser import LookFrame
from neuroedit_addon.worker.shots_read_out import Found

from .classical import ClassicalShots
from .edit import Edit
from .evaluate import total
from .validation import compare

_WIDTH = 256  # PySceneDetect shrinks to about this before it looks
_FPS = 25.0
Settings = dict[str, float]


@dataclass(frozen=True)
class Peer:
    """A detector and the settings to try when tuning; the first value of each is the one it comes with."""

    name: str
    find: Callable[[np.ndarray, Settings], list[Found]]
    grid: dict[str, tuple[float, ...]]

    def as_it_comes(self) -> Settings:
        """Its own defaults."""
        return {key: values[0] for key, values in self.grid.items()}

    def tuned(self, material: Sequence[tuple[np.ndarray, Edit]]) -> Settings:
        """The settings of the grid with the best F1 over pairs of pictures and truth."""
        trials = [dict(zip(self.grid, values, strict=True)) for values in product(*self.grid.values())]
        return max(trials, key=lambda s: total(compare(self.find(pictures, s), edit) for pictures, edit in material).f1)


def peers() -> list[Peer]:
    """All of them.

    Raises:
        EnvironmentProblem: PySceneDetect is not installed.
    """
    try:
        from scenedetect import detectors
    except ImportError:
        raise EnvironmentProblem("PySceneDetect is not installed.", "Install the benchmark group.") from None
    least = (15, 2, 8)

    def of(kind: Any, key: str) -> Callable[[np.ndarray, Settings], list[Found]]:
        return lambda pictures, s: _scenedetect(kind(**{key: s["threshold"]}, min_scene_len=int(s["least"])), pictures)

    return [
        Peer("PySceneDetect content", of(detectors.ContentDetector, "threshold"),
             {"threshold": (27.0, 20.0, 31.0, 38.0), "least": least}),
        Peer("PySceneDetect adaptive", of(detectors.AdaptiveDetector, "adaptive_threshold"),
             {"threshold": (3.0, 2.0, 4.0, 5.0), "least": least}),
        Peer("PySceneDetect histogram", of(detectors.HistogramDetector, "threshold"),
             {"threshold": (0.2, 0.1, 0.3, 0.45), "least": least}),
        Peer("PySceneDetect hash", of(detectors.HashDetector, "threshold"),
             {"threshold": (0.35, 0.28, 0.4, 0.45), "least": least}),
        Peer("ffmpeg scdet", lambda pictures, s: _scdet(pictures, s["threshold"]),
             {"threshold": (10.0, 5.0, 7.0, 14.0, 20.0)}),
        Peer("classical (NeuroEdit's own, retired)", lambda pictures, _: _classical(pictures), {}),
    ]  # fmt: skip


def pictures_of(path: Path) -> np.ndarray:
    """All pictures of a film as PySceneDetect would look at them: uint8 (n, h, about 256, 3), RGB."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        return np.stack(list(_shrunk(container, stream)))


def _shrunk(container: Any, stream: Any) -> Iterator[np.ndarray]:
    for frame in container.decode(stream):
        picture = frame.to_ndarray(format="rgb24")
        height = max(round(picture.shape[0] * _WIDTH / picture.shape[1]), 1)
        yield cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_LINEAR)


def _scenedetect(detector: Any, pictures: np.ndarray) -> list[Found]:
    from scenedetect import FrameTimecode

    cuts: list[Any] = []
    for index, picture in enumerate(pictures):
        cuts += detector.process_frame(FrameTimecode(index, _FPS), np.ascontiguousarray(picture[..., ::-1]))
    cuts += detector.post_process(FrameTimecode(len(pictures) - 1, _FPS))
    return [Found("cut", frame, frame, 1.0) for frame in sorted({int(cut.frame_num) for cut in cuts})]


def _scdet(pictures: np.ndarray, threshold: float) -> list[Found]:
    height, width = pictures.shape[1:3]
    graph = av.filter.Graph()
    source = graph.add_buffer(width=width, height=height, format="rgb24", time_base=Fraction(1, 25))
    steps = (graph.add("format", "yuv420p"), graph.add("scdet", f"threshold={threshold}"), graph.add("buffersink"))
    for before, after in zip((source, *steps), steps, strict=False):
        before.link_to(after)
    graph.configure()
    found = []
    for index, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame.pts, frame.time_base = index, Fraction(1, 25)
        graph.push(frame)
        told = graph.pull().metadata
        if "lavfi.scd.time" in told:
            found.append(Found("cut", index, index, 1.0))
    return found


def _classical(pictures: np.ndarray) -> list[Found]:
    finder = ClassicalShots()
    for index, picture in enumerate(pictures):
        small = cv2.resize(picture, (96, 54), interpolation=cv2.INTER_AREA)
        finder.picture(LookFrame(index, index / _FPS, small))
    return [Found(t.kind, t.start_frame, t.end_frame, t.confidence) for t in finder.finish()["transitions"]]
