"""Cleans a recorded voice, each step optional, into a new file; says what it did to the noise.

libavfilter does the work: highpass, bandreject at the mains' harmonics, adeclick, afftdn (told how loud the noise is in
the pauses), deesser, and speechnorm to level speakers to each other. Noise is measured as the loudness of the quietest
tenth of the recording's 100 ms windows, speech as that of the loudest third.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av import AudioFrame, AudioResampler
from av.filter import Graph

from ..errors import Cancelled, MediaError, OutputError, UsageError
from ..messages import Message, Progress
from .source import open_media
from .wav_file import RATE, WavFile

_WINDOW = RATE // 10
_HUM_HARMONICS = 6
_MOST_REDUCTION = 24  # dB of broadband noise reduction; more begins to gurgle
_SILENT = -100.0


@dataclass(frozen=True)
class Steps:
    """What to do.

    Attributes:
        highpass: cut rumble below this many hertz; 0 leaves it.
        hum: the mains' frequency, 50 or 60; 0 leaves it, -1 looks which of them hums, if any.
        noise: dB of broadband noise reduction; 0 for none.
        deess: how strongly sharp s sounds are softened, 0 to 1.
        declick: whether clicks are mended.
        level: whether quiet speakers are raised to loud ones.
    """

    highpass: float = 70.0
    hum: float = -1.0
    noise: float = 12.0
    deess: float = 0.0
    declick: bool = False
    level: bool = False


@dataclass(frozen=True)
class CleanUp:
    """What came of it: the new file, signal-to-noise in dB before and after, what was done and what to warn of."""

    path: str
    snr_before: float
    snr_after: float
    done: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """The worker's verb “clean”: "path", "out", and fields of `Steps` in "steps"; returns `CleanUp` as plain values."""

    def step(phase: str, second: float, total: float) -> None:
        if cancelled():
            raise Cancelled()
        say(Progress(phase, second, total))

    return asdict(clean(arguments["path"], Path(arguments["out"]), Steps(**arguments.get("steps", {})), step))


def clean(path: str, out: Path, steps: Steps = Steps(),
          step: Callable[[str, float, float], None] = lambda phase, second, total: None) -> CleanUp:  # fmt: skip
    """Clean the sound of a media file into `out` (.wav or .flac, 48 kHz, same length, at most two channels).

    Raises:
        MediaError: the file cannot be opened or has no sound.
        OutputError: the result cannot be written, or would be the original.
        UsageError: a step that makes no sense.
    """
    _check(path, out, steps)
    before = _Profile()
    for block, second, total in _blocks(path):
        step("listening", second, total)
        before.hear(block)
    if not before.levels:
        raise MediaError(f"{path} has no sound that can be decoded.", "Choose another file.")
    chain, done = _first_filters(steps, before)
    if steps.noise:
        # What is left when rumble and hum are gone is the noise that has to be known.
        left = before
        if chain:
            left = _Profile()
            for block in _filtered(path, chain, step):
                left.hear(block)
        chain.append(("afftdn", f"nr={steps.noise:g}:nf={min(max(left.floor, -80.0), -20.0):.1f}"))
        done.append(f"lowered noise by up to {steps.noise:g} dB")
    _last_filters(steps, chain, done)
    after = _Profile()
    with WavFile(out, before.channels) as file:
        chained = _filtered(path, chain, step) if chain else (block for block, _, _ in _blocks(path))
        for block in _as_long(chained, before.samples):
            after.hear(block)
            file.write(block)
    warnings = () if after.snr >= before.snr - 0.5 else (f"{path} was cleaner before; leave some steps out.",)
    return CleanUp(str(out), round(before.snr, 1), round(after.snr, 1), tuple(done), warnings)


def _check(path: str, out: Path, steps: Steps) -> None:
    if Path(path).resolve() == out.resolve():
        raise OutputError(f"{out} is the recording itself.", "Choose another name; the original is never changed.")
    if not 0 <= steps.noise <= _MOST_REDUCTION or not 0 <= steps.deess <= 1 or not 0 <= steps.highpass <= 400:
        raise UsageError("The clean-up's settings make no sense.", f"Noise 0 to {_MOST_REDUCTION} dB, de-ess 0 to 1.")
    if steps.hum not in (-1, 0, 50, 60):
        raise UsageError(f"Mains hum is at 50 or 60 Hz, not {steps.hum:g}.", "Use -1 to look for it.")


def _first_filters(steps: Steps, heard: _Profile) -> tuple[list[tuple[str, str]], list[str]]:
    """The filters (name, options), and the same for people."""
    chain: list[tuple[str, str]] = []
    done: list[str] = []
    if steps.highpass:
        chain.append(("highpass", f"f={steps.highpass:g}"))
        done.append(f"cut below {steps.highpass:g} Hz")
    hum = heard.hum() if steps.hum == -1 else steps.hum
    if hum:
        chain += [("bandreject", f"f={hum * n:g}:width_type=h:width=4") for n in range(1, _HUM_HARMONICS + 1)]
        done.append(f"took out the hum at {hum:g} Hz")
    if steps.declick:
        chain.append(("adeclick", ""))
        done.append("mended clicks")
    return chain, done


def _last_filters(steps: Steps, chain: list[tuple[str, str]], done: list[str]) -> None:
    if steps.deess:
        chain.append(("deesser", f"i={steps.deess:g}"))
        done.append("softened s sounds")
    if steps.level:
        chain.append(("speechnorm", "e=6:r=0.0005:f=0.0005:l=1"))
        done.append("levelled speakers")


class _Profile:
    """Levels of 100 ms windows, and the spectrum of the quiet ones."""

    def __init__(self) -> None:
        self.levels: list[float] = []
        self.samples = 0
        self.channels = 1
        self._rest = np.zeros(0, np.float32)
        self._quiet: list[tuple[float, np.ndarray]] = []

    def hear(self, block: np.ndarray) -> None:
        """Take in float32 (channels, n)."""
        self.channels, self.samples = len(block), self.samples + block.shape[1]
        mono = np.concatenate([self._rest, block.mean(0)])
        whole = len(mono) // _WINDOW * _WINDOW
        self._rest = mono[whole:]
        for window in mono[:whole].reshape(-1, _WINDOW):
            level = 10 * np.log10(float(np.mean(np.square(window))) + 1e-10)
            self.levels.append(level)
            # The quietest windows so far, enough for half a minute, tell what the noise is made of.
            if len(self._quiet) < 300 or level < self._quiet[-1][0]:
                self._quiet.append((level, np.square(np.abs(np.fft.rfft(window * np.hanning(_WINDOW), RATE)[:400]))))
                self._quiet.sort(key=lambda item: item[0])
                del self._quiet[300:]

    @property
    def floor(self) -> float:
        """Level of the noise in dBFS: of the quietest tenth, digital silence left out."""
        heard = sorted(level for level in self.levels if level > _SILENT + 1) or [_SILENT]
        return float(np.mean(heard[: max(1, len(heard) // 10)]))

    @property
    def snr(self) -> float:
        """Speech over noise in dB: the loudest third over the floor."""
        loud = sorted(self.levels)[-max(1, len(self.levels) // 3):]
        return float(10 * np.log10(np.mean(10 ** (np.array(loud) / 10)))) - self.floor

    def hum(self) -> float:
        """50 or 60 where the quiet windows hum, else 0: harmonics that stand 10 dB out of their neighbours."""
        share = max(1, len(self._quiet) // 3)
        spectrum = np.mean([power for _, power in self._quiet[:share]], axis=0)
        best = {mains: self._sticks_out(spectrum, mains) for mains in (50, 60)}
        mains = max(best, key=lambda one: best[one])
        return float(mains) if best[mains] > 10 else 0.0

    def _sticks_out(self, spectrum: np.ndarray, mains: int) -> float:
        """The second-highest of the first four harmonics over what lies between them, in dB (bins are 1 Hz)."""
        over = []
        for harmonic in range(1, 5):
            at = mains * harmonic
            # 100 ms windows are 20 Hz wide in the spectrum, so only half-way to the next harmonic is free of it.
            between = np.minimum(spectrum[at - mains // 2], spectrum[at + mains // 2])
            over.append(float(10 * np.log10(spectrum[at] / (between + 1e-20))))
        return sorted(over)[-2]


def _blocks(path: str) -> Iterator[tuple[np.ndarray, float, float]]:
    """Float32 (channels, n) at 48 kHz, the second at which the block begins, and how long the file claims to be."""
    position = 0
    for frame, total in _frames(path):
        block = frame.to_ndarray()
        yield block, position / RATE, total
        position += block.shape[1]


def _frames(path: str) -> Iterator[tuple[AudioFrame, float]]:
    with open_media(path) as container:
        if not container.streams.audio:
            raise MediaError(f"{path} has no sound.", "Choose another file.")
        stream = container.streams.audio[0]
        total = float((container.duration or 0) / av.time_base)
        layout = "mono" if stream.channels == 1 else "stereo"
        resampler = AudioResampler(format="fltp", layout=layout, rate=RATE)
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                continue
            for frame in frames:
                frame.pts = None
                yield from ((piece, total) for piece in resampler.resample(frame))
        yield from ((piece, total) for piece in resampler.resample(None))


def _filtered(
    path: str, chain: list[tuple[str, str]], step: Callable[[str, float, float], None]
) -> Iterator[np.ndarray]:
    """What comes out of the filters, in time with what went in."""
    graph: Graph | None = None
    position = late = skip = 0
    for frame, total in _frames(path):
        step("cleaning", position / RATE, total)
        position += frame.samples
        if graph is None:
            graph, late = _graph(frame, chain), _latency(frame, chain)
            skip = late
        frame.pts = None
        graph.push(frame)
        for block in _pulled(graph):
            yield block[:, skip:]
            skip = max(0, skip - block.shape[1])
    if graph is not None:
        graph.push(_silence(frame, late))
        graph.push(None)
        yield from _pulled(graph)


def _latency(like: AudioFrame, chain: list[tuple[str, str]]) -> int:
    """Samples by which the filters are late; afftdn is by 25 ms and does not say so."""
    noise = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    channels = np.tile(noise, (like.layout.nb_channels, 1))
    frame = AudioFrame.from_ndarray(channels, format="fltp", layout=like.layout.name)
    frame.rate = RATE
    graph = _graph(like, chain)
    graph.push(frame)
    graph.push(None)
    heard = np.concatenate([block[0] for block in _pulled(graph)])
    size = 4 * RATE
    likeness = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(noise, size)))
    late = int(np.argmax(np.abs(likeness[: RATE // 2])))
    # A few samples are the filters' phase, not a delay.
    return late if late > 32 else 0


def _silence(like: AudioFrame, samples: int) -> AudioFrame:
    empty = np.zeros((like.layout.nb_channels, max(samples, 1)), np.float32)
    frame = AudioFrame.from_ndarray(empty, format="fltp", layout=like.layout.name)
    frame.rate = RATE
    return frame


def _graph(frame: AudioFrame, chain: list[tuple[str, str]]) -> Graph:
    graph = Graph()
    last = graph.add_abuffer(sample_rate=RATE, format="fltp", layout=frame.layout, time_base=Fraction(1, RATE))
    for name, options in [*chain, ("aformat", f"sample_fmts=fltp:channel_layouts={frame.layout.name}")]:
        link = graph.add(name, options) if options else graph.add(name)
        last.link_to(link)
        last = link
    sink = graph.add("abuffersink")
    last.link_to(sink)
    graph.configure()
    return graph


def _pulled(graph: Graph) -> Iterator[np.ndarray]:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, AudioFrame)
        yield frame.to_ndarray()


def _as_long(blocks: Iterator[np.ndarray], samples: int) -> Iterator[np.ndarray]:
    """The blocks, cut or filled up with silence to `samples`: a cleaned file must take the place of its original."""
    missing, channels = samples, 1
    for block in blocks:
        channels = len(block)
        if missing > 0:
            yield block[:, :missing]
        missing -= block.shape[1]
    if missing > 0:
        yield np.zeros((channels, missing), np.float32)
