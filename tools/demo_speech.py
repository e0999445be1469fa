"""Speaks the demo's lines into a WAV file and measures where they are heard. Runs under the worker's Python.

    python tools/demo_speech.py OUT.wav SECONDS      prints [[start, end], …] in seconds
"""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import demo_script
import numpy as np

from neuroedit_addon.worker.voice import espeak

PEAK = 0.6
ROOM_TONE = 0.0006  # about -64 dBFS: a quiet room, never digital silence
BLOCK = 0.010  # seconds over which the truth measures the voice
AUDIBLE = 10 ** (-50 / 20)  # RMS from which a block counts as voice
BREATH = 0.30  # seconds: a shorter gap inside a sentence is no pause


def main(file: Path, seconds: float) -> None:
    """Write the narration, `seconds` long, and print its truth."""
    voice = espeak()
    pieces, rate = [], 0
    for line in demo_script.LINES:
        spoken = voice.say(line.text, "en-us")
        rate = spoken.rate
        pieces += [np.zeros(round(line.pause * rate), np.float32), _trimmed(spoken.samples, rate)]
    voiced = np.concatenate(pieces)
    length = round(seconds * rate)
    if len(voiced) > length:
        sys.exit(f"The lines take {len(voiced) / rate:.1f} s, the film only {seconds:g} s.")
    voiced = np.pad(voiced, (0, length - len(voiced))) * (PEAK / np.abs(voiced).max())
    room = np.random.default_rng(1).normal(0.0, ROOM_TONE, length).astype(np.float32)
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((np.clip(voiced + room, -1, 1) * 32767).astype("<i2").tobytes())
    print(json.dumps(spans(voiced, rate)))


def spans(voice: np.ndarray, rate: int) -> list[tuple[float, float]]:
    """Where a voice without any noise is heard: seconds, half-open, gaps shorter than a breath closed."""
    size = round(BLOCK * rate)
    blocks = voice[: len(voice) // size * size].reshape(-1, size)
    heard = np.sqrt(np.mean(np.square(blocks, dtype=np.float64), axis=1)) > AUDIBLE
    edges = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(np.int8)))
    found: list[tuple[float, float]] = []
    for first, last in edges.reshape(-1, 2) * size / rate:
        if found and first - found[-1][1] < BREATH:
            found[-1] = (found[-1][0], round(float(last), 3))
        else:
            found.append((round(float(first), 3), round(float(last), 3)))
    return found


def _trimmed(samples: np.ndarray, rate: int) -> np.ndarray:
    """The voice without the silence that the engine puts around it, so that pauses are what the script says."""
    heard = np.flatnonzero(np.abs(samples) > AUDIBLE)
    return samples[heard[0] : heard[-1] + 1]


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
