"""Loudness by ITU-R BS.1770-4 and EBU R 128, measured by libavfilter's ebur128 at the file's own rate and layout."""

from __future__ import annotations

from array import array
from fractions import Fraction

import av
from av import AudioFrame, AudioResampler
from av.filter import Graph

from ..findings import Loudness
from .true_peak import TruePeak

HOP = 0.1  # seconds between momentary values: the filter's own (EBU Tech 3341: at least 10 Hz)
_FLOOR = -120.0
_GATE = -70.0  # LUFS, BS.1770's absolute gate; the filter says so, too, when nothing passed it


class LoudnessMeter:
    """Hears every decoded sound frame of one file; `finish` once.

    The curve is aligned with the file's time: value i is the loudness of the 400 ms that end at (i + 1) * 0.1 s.

    Args:
        true_peak: whether to measure it too, which takes two thirds of the time; without, it is None.

    Attributes:
        highest_momentary, highest_short_term: the highest LUFS of 400 ms and of 3 s so far, read every 100 ms.
    """

    version = "ebur128/2"

    def __init__(self, true_peak: bool = True) -> None:
        self._graph: Graph | None = None
        self._shape: tuple[object, ...] = ()
        self._adapter: tuple[tuple[object, ...], AudioResampler] | None = None
        self._samples = 0
        self._momentary = array("f")
        self._metadata: dict[str, str] = {}
        self._peak = TruePeak() if true_peak else None
        self.highest_momentary = self.highest_short_term = _FLOOR

    def hear(self, frame: AudioFrame, time: float) -> None:
        """Take in a frame that starts at `time` seconds; gaps between frames count as silence."""
        shape = (frame.sample_rate, frame.layout.name, frame.format.name)
        if self._graph is None:
            self._open(frame)
            self._shape = shape
        missing = round((time - self._samples / self._rate) / HOP)
        if 0 < missing < 10 * 3600 / HOP:
            self._momentary.extend([_FLOOR] * missing)
            self._samples += round(missing * HOP * self._rate)
        frame.pts = None
        for piece in [frame] if shape == self._shape else self._as_before(frame, shape):
            self._measure(piece)

    def finish(self) -> dict[str, object]:
        """`loudness`, or nothing when there was no sound."""
        if self._graph is None:
            return {}
        self._graph.push(None)
        if self._peak is not None:
            self._peak.hear(None)
        self._pull()
        integrated = float(self._metadata.get("lavfi.r128.I", _GATE))
        return {"loudness": Loudness(
            integrated_lufs=integrated if integrated > _GATE else None,
            range_lu=float(self._metadata.get("lavfi.r128.LRA", 0)),
            true_peak_dbtp=self._peak.dbtp if self._peak is not None else None,
            hop=HOP,
            momentary_lufs=tuple(round(value, 2) for value in self._momentary),
        )}  # fmt: skip

    def _open(self, frame: AudioFrame) -> None:
        self._rate = frame.sample_rate
        self._graph = graph = Graph()
        source = graph.add_abuffer(sample_rate=frame.sample_rate, format=frame.format, layout=frame.layout,
                                   time_base=Fraction(1, frame.sample_rate))  # fmt: skip
        meter = graph.add("ebur128", "metadata=1:framelog=quiet")
        sink = graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        self._layout, self._format = frame.layout, frame.format

    def _measure(self, frame: AudioFrame) -> None:
        assert self._graph is not None
        frame.pts = None
        self._samples += frame.samples
        self._graph.push(frame)
        if self._peak is not None:
            self._peak.hear(frame)
        self._pull()

    def _as_before(self, frame: AudioFrame, shape: tuple[object, ...]) -> list[AudioFrame]:
        """A track whose rate or layout changes on the way goes on as it began."""
        if self._adapter is None or self._adapter[0] != shape:
            self._adapter = shape, AudioResampler(format=self._format, layout=self._layout, rate=self._rate)
        return self._adapter[1].resample(frame)

    def _pull(self) -> None:
        assert self._graph is not None
        while True:
            try:
                measured = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            if "lavfi.r128.M" not in measured.metadata:
                continue  # the end of the sound, shorter than a hop
            self._metadata = measured.metadata
            momentary = float(self._metadata["lavfi.r128.M"])
            self._momentary.append(max(momentary, _FLOOR) if momentary == momentary else _FLOOR)
            self.highest_momentary = max(self.highest_momentary, self._momentary[-1])
            short_term = float(self._metadata.get("lavfi.r128.S", _FLOOR))
            self.highest_short_term = max(self.highest_short_term, short_term)  # NaN is never the greater
