"""Mixes an arrangement down to one sound file at its target loudness, with stems and a report.

Two passes in constant memory: the clips are added up into a scratch file and measured; then gain and limiter are put
on, and the result is measured as it is written. Where it misses the target it is written again, corrected by what
was missing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..arrangement import STEMS, Arrangement, SoundClip
from ..errors import Cancelled, MediaError, OutputError, TimelineError, UsageError
from ..messages import Message, Progress
from ..mix_report import Levels, MixReport
from .coded import coded
from .limiter import HOP, RATE, per_sample
from .mix_level import Control, solve
from .mix_meter import MixMeter
from .mix_sum import BLOCK, Offsets, blocks
from .wav_file import WavFile

Step = Callable[[str, float], None]

_NEAR_ENOUGH = 0.05  # LU from the target at which nothing is written again
_MOST_TRIES = 4
_SAFETY = 0.05  # dB kept below the ceiling, for meters that oversample differently
_CODEC_SAFETY = 0.1  # and more of it for a codec, of which Blender may bring another version
_WITHIN = 0.3  # LU that count as reached


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """The worker's verb “mix”.

    Args:
        arguments: "arrangement" (`Arrangement.to_json`), "out" (a .wav or .flac path), and, when they differ from
            `mixdown`'s defaults, "target", "true_peak", "per_clip", "codec"; "stems": the path that names of stems
            begin with ("" for none), "stem_suffix".

    Returns:
        `MixReport.to_json`.
    """
    arrangement = Arrangement.from_json(arguments["arrangement"])

    def step(phase: str, share: float) -> None:
        if cancelled():
            raise Cancelled()
        say(Progress(phase, round(share * arrangement.duration, 2), arrangement.duration))

    known = ("target", "true_peak", "per_clip", "codec", "stem_suffix")
    chosen = {key: arguments[key] for key in known if key in arguments}
    if stems := arguments.get("stems"):
        chosen |= {"stems": True} if stems is True else {"stems": True, "stems_at": Path(stems)}
    return mixdown(arrangement, Path(arguments["out"]), step=step, **chosen).to_json()


def mixdown(arrangement: Arrangement, out: Path, target: float | None = -14.0, true_peak: float = -1.0,
            stems: bool = False, per_clip: bool = True, step: Step | None = None, codec: str = "",
            stems_at: Path | None = None, stem_suffix: str = "") -> MixReport:  # fmt: skip
    """Mix to a WAV or FLAC file at 48 kHz, stereo, 24 bits.

    Args:
        target: integrated loudness in LUFS; None leaves the level alone but for the ceiling.
        true_peak: ceiling in dBTP.
        stems: also write out_voice, out_music and out_effects, which add up to the mix.
        stems_at: what their names begin with instead of out's; `stem_suffix` (".wav", ".flac") instead of its suffix.
        codec: "aac" or "opus": loudness and peak are reached after this codec, too, which moves both.
        per_clip: measure every clip for the report.
        step: called now and then with what is done and which share of it; may raise to end it.

    Raises:
        TimelineError: nothing in the arrangement is to be heard.
        MediaError: not one of its files can be read.
        OutputError: the result cannot be written, or would overwrite one of the sources.
        UsageError: a target or ceiling that makes no sense.
    """
    _check(arrangement, out, target, true_peak)
    step = step or (lambda phase, share: None)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out.parent) as scratch:
            mixdown = _Mixdown(arrangement, out, target, true_peak, step, codec)
            mixdown.stems_at = (stems_at or out.with_suffix("")), stem_suffix or out.suffix
            return mixdown.run(scratch, stems, per_clip)
    except OSError as problem:
        raise OutputError(f"{out} cannot be written: {problem.strerror}.", "Choose another folder.") from problem


def _check(arrangement: Arrangement, out: Path, target: float | None, true_peak: float) -> None:
    if target is not None and not -70 < target < 0:
        raise UsageError(f"A mix of {target:g} LUFS makes no sense.", "Choose between -69 and -1; -14 is the web's.")
    if not -20 <= true_peak <= 0:
        raise UsageError(f"A true peak of {true_peak:g} dBTP makes no sense.", "Choose between -20 and 0.")
    if not arrangement.audible:
        raise TimelineError("Nothing on this timeline can be heard.", "Add sound, or unmute its strips and channels.")
    if any(Path(clip.path).resolve() == out.resolve() for clip in arrangement.clips):
        raise OutputError(f"{out} is one of the sounds that are mixed.", "Choose another name for the mix.")


class _Mixdown:
    """One mixdown on its way; a class because its passes share what was measured."""

    def __init__(self, arrangement: Arrangement, out: Path, target: float | None, ceiling: float, step: Step,
                 codec: str) -> None:  # fmt: skip
        self.arrangement, self.out, self.target, self.ceiling, self.step = arrangement, out, target, ceiling, step
        self.codec = codec
        self.stems_at = out.with_suffix(""), out.suffix
        self.samples = round(arrangement.duration * RATE)
        self.warnings = list(arrangement.warnings)
        self.meters: dict[int, MixMeter] = {}
        self.levels: dict[int, Levels] = {}
        self.offsets: Offsets = {}

    def run(self, scratch: BinaryIO, stems: bool, per_clip: bool) -> MixReport:
        """All passes."""
        before, control = self._add_up(scratch, per_clip)
        if self.offsets:
            paths = dict.fromkeys(clip.path for clip in self.offsets)
            self.warnings += [f"{path} has a constant offset (DC), which was taken out of the mix." for path in paths]
            before, control = self._add_up(scratch, per_clip)
        gain, after, lowered = self._write(scratch, control, before)
        written = self._stems(gain, lowered) if stems else ()
        clips = self.arrangement.audible
        names = [clip.name or Path(clip.path).name for clip in clips]
        levels = tuple((names[i], self.levels[i]) for i in sorted(self.levels))
        self._say_what_was_missed(after)
        return MixReport(
            str(self.out), self.arrangement.duration, self.target, self.ceiling, round(gain, 2),
            round(float(-lowered.min(initial=0.0)), 2), before, after, levels, written, tuple(self.warnings),
        )  # fmt: skip

    def _add_up(self, scratch: BinaryIO, per_clip: bool) -> tuple[Levels, Control]:
        scratch.seek(0)
        meter = MixMeter(control=True)
        clips = self.arrangement.audible
        place = {id(clip): i for i, clip in enumerate(clips)}
        silent: list[str] = []

        def hear(clip: SoundClip, first: int, samples: np.ndarray) -> None:
            # Each clip is measured over its own length only: silence around it must not count in its range.
            low = max(round(clip.start * RATE) - first, 0)
            high = min(round(clip.end * RATE) - first, samples.shape[1])
            number = place[id(clip)]
            if high > low:
                self.meters.setdefault(number, MixMeter()).hear(samples[:, low:high])
            last = first + samples.shape[1] >= min(round(clip.end * RATE), self.samples)
            if last and number in self.meters:
                self.levels[number] = self.meters.pop(number).finish()

        for first, block in blocks(self.arrangement, clips, silent.append, hear if per_clip else None, self.offsets):
            self.step("mixing", first / self.samples)
            meter.hear(block)
            scratch.write(block.tobytes())
        self.warnings += [sentence for sentence in dict.fromkeys(silent) if sentence not in self.warnings]
        if sum("is silent in the mix" in sentence for sentence in silent) == len(clips):
            raise MediaError(silent[0], "Check the files that the strips name.")
        return meter.finish(), meter.control()

    def _write(self, scratch: BinaryIO, control: Control, before: Levels) -> tuple[float, Levels, np.ndarray]:
        gain, ceiling, aim = 0.0, self.ceiling - _SAFETY, self.target
        for attempt in range(_MOST_TRIES):
            if aim is not None:
                gain = solved if (solved := solve(control, aim, ceiling)) is not None else 0.0
            lowered = np.concatenate([section.astype(np.float32) for _, section in control.reduction(gain, ceiling)])
            after = self._pass(scratch, gain, lowered, attempt)
            if self.codec:
                after = coded(self.out, self.codec, lambda share: self.step("listening through the codec", share))
            highest = self.ceiling - (_CODEC_SAFETY if self.codec else 0.0)
            over = (after.true_peak_dbtp if after.true_peak_dbtp is not None else -99.0) - highest
            missing = 0.0
            if self.target is not None and after.integrated_lufs is not None:
                missing = self.target - after.integrated_lufs
            if over <= 0 and (abs(missing) <= _NEAR_ENOUGH or self._out_of_reach(control, gain, ceiling, missing)):
                break
            ceiling -= max(over, 0.0) + (0.02 if over > 0 else 0.0)
            aim = None if aim is None else aim + missing
        return gain, after, lowered

    def _out_of_reach(self, control: Control, gain: float, ceiling: float, missing: float) -> bool:
        """Whether more gain would only feed the limiter."""
        louder, now = control.loudness(gain + 3, ceiling), control.loudness(gain, ceiling)
        return missing > 0 and (louder is None or now is None or louder - now < 0.02)

    def _pass(self, scratch: BinaryIO, gain: float, lowered: np.ndarray, attempt: int) -> Levels:
        meter = MixMeter()
        with WavFile(self.out) as file:
            for first, block in _raw(scratch, self.samples):
                self.step("levelling" if not attempt else "levelling again", first / self.samples)
                levelled = _levelled(block, first, gain, lowered)
                meter.hear(levelled)
                file.write(levelled)
        return meter.finish()

    def _stems(self, gain: float, lowered: np.ndarray) -> tuple[tuple[str, str], ...]:
        written = []
        for name in STEMS:
            clips = [clip for clip in self.arrangement.audible if clip.stem == name]
            if not clips:
                continue
            begin, suffix = self.stems_at
            path = begin.with_name(f"{begin.name}_{name}{suffix}")
            with WavFile(path) as file:
                for first, block in blocks(self.arrangement, clips, lambda _: None, None, self.offsets):
                    self.step(f"stem {name}", first / self.samples)
                    file.write(_levelled(block, first, gain, lowered))
            written.append((name, str(path)))
        return tuple(written)

    def _say_what_was_missed(self, after: Levels) -> None:
        if self.target is None:
            return
        if after.integrated_lufs is None:
            self.warnings.append("The mix is silent; its loudness was left alone.")
        elif abs(after.integrated_lufs - self.target) > _WITHIN:
            self.warnings.append(
                f"The mix reaches {after.integrated_lufs:.1f} LUFS, not {self.target:g}: "
                f"its peaks stand too far out. Clean up or level the voices first."
            )


def _raw(scratch: BinaryIO, samples: int) -> Iterator[tuple[int, np.ndarray]]:
    """The blocks of the scratch file."""
    scratch.seek(0)
    for first in range(0, samples, BLOCK):
        count = min(BLOCK, samples - first)
        yield first, np.frombuffer(scratch.read(count * 8), np.float32).reshape(2, count)


def _levelled(block: np.ndarray, first: int, gain: float, lowered: np.ndarray) -> np.ndarray:
    level = np.float32(10 ** (gain / 20))
    hops = lowered[max(first // HOP - 1, 0) : (first + block.shape[1]) // HOP + 2]
    if not hops.any():
        return block * level
    return block * (level * per_sample(lowered, first, block.shape[1]))
