"""Adds an arrangement's clips up to one stereo track, block by block, so that hours fit in little memory.

pydub holds and overlays the blocks (its 32-bit segments with head room, because segments saturate); numpy does what
segments cannot: volumes that change within a block and starts between two milliseconds.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ..arrangement import Arrangement, Points, SoundClip
from ..errors import MediaError
from .mix_clip import RATE, ClipSound, curve

with warnings.catch_warnings():
    # pydub looks for an ffmpeg program, which is not needed here: PyAV decodes and encodes.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

BLOCK = 2 * RATE  # samples mixed at once
_HEAD_ROOM = 16.0  # 24 dB above full scale, 168 dB above the rounding of 32 bits
_FULL = 2.0**31

Offsets = dict[SoundClip, np.ndarray]
Hear = Callable[[SoundClip, int, np.ndarray], None]


def blocks(
    arrangement: Arrangement, clips: Sequence[SoundClip], warn: Callable[[str], None], hear: Hear | None = None,
    offsets: Offsets | None = None,
) -> Iterator[tuple[int, np.ndarray]]:
    """The mix of `clips` as (first sample, float32 (2, n)) blocks over the whole duration of the arrangement.

    Args:
        warn: called with a sentence for each clip that cannot be heard, or not to its end.
        hear: called with every clip's own part of each block, its volume included.
        offsets: is taken off the clips it names; those that should be in it are added as they end.
    """
    total = round(arrangement.duration * RATE)
    waiting = sorted(clips, key=lambda clip: clip.start, reverse=True)
    playing: list[ClipSound] = []
    known = offsets if offsets is not None else {}
    given = dict(known)
    try:
        for first in range(0, total, BLOCK):
            count = min(BLOCK, total - first)
            while waiting and waiting[-1].start * RATE < first + count:
                playing += _opened(waiting.pop(), warn, given)
            mixed = _overlaid(playing, first, count, hear)
            yield first, mixed * _master(arrangement.volume, first, count)
            for sound in [s for s in playing if min(s.stop, total) <= first + count]:
                if sound.offset is not None:
                    known.setdefault(sound.clip, sound.offset)
                sound.close()
                playing.remove(sound)
    finally:
        for sound in playing:
            sound.close()


def _opened(clip: SoundClip, warn: Callable[[str], None], offsets: Offsets) -> list[ClipSound]:
    try:
        return [ClipSound(clip, warn, offsets.get(clip))]
    except MediaError as problem:
        warn(f"{problem.sentence} “{clip.name or clip.path}” is silent in the mix.")
        return []


def _overlaid(playing: list[ClipSound], first: int, count: int, hear: Hear | None) -> np.ndarray:
    mixed: AudioSegment | None = None
    for sound in playing:
        samples = sound.read(first, count)
        if hear is not None:
            hear(sound.clip, first, samples)
        segment = _segment(samples)
        mixed = segment if mixed is None else mixed.overlay(segment)
    return _samples(mixed)[:, :count] if mixed is not None else np.zeros((2, count), np.float32)


def _segment(samples: np.ndarray) -> AudioSegment:
    # pydub counts in whole milliseconds, and an overlay would lose what is over.
    samples = np.pad(samples, ((0, 0), (0, -samples.shape[1] % (RATE // 1000))))
    scaled = np.clip(samples.T.astype(np.float64) * (_FULL / _HEAD_ROOM), -_FULL, _FULL - 1)
    return AudioSegment(data=scaled.astype("<i4").tobytes(), sample_width=4, frame_rate=RATE, channels=2)


def _samples(segment: AudioSegment) -> np.ndarray:
    whole = np.frombuffer(segment.raw_data, "<i4").reshape(-1, 2).T
    return (whole * (_HEAD_ROOM / _FULL)).astype(np.float32)


def _master(volume: Points, first: int, count: int) -> np.ndarray | np.float32:
    level = curve(volume, np.arange(first, first + count) / RATE) if len(volume) > 1 else volume[0][1]
    return np.asarray(level, np.float32)
