"""Films made by one command, talk, voice-over, music and loudness, and what ffmpeg's meter says of them."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import benchmark_films
import benchmark_hosts
import benchmark_mix_signals as signals
import numpy as np
from _install import clean_environ

from neuroedit_addon.errors import NeuroEditError
from neuroedit_addon.settings import LOUDNESS
from neuroedit_addon.worker.voice import espeak

RATE = signals.RATE
AUTOEDIT = str(Path(__file__).resolve().parent / "autoedit.py")
SOURCES = ("quiet", "loud", "clipped", "one channel", "5.1")
_LINES = ("Good morning, and welcome to this talk.", "First we look at the numbers.", "Thank you for listening.")
_DUB = "1\n00:00:01,000 --> 00:00:03,000\nGuten Morgen.\n\n2\n00:00:06,000 --> 00:00:08,000\nDanke.\n"


def films(title: str, command: list[str], folder: Path, inside: Path, whole: bool) -> list[dict[str, Any]]:
    """A row a film: every preset on every source, or, unless `whole`, every source and every preset once.

    Args:
        command: starts the host, see benchmark_hosts.
        folder: where the sources lie, or are made, and music.wav.
        inside: where the films go.

    Raises:
        NeuroEditError: a film was not made.
    """
    lines = folder / "lines.srt"
    lines.write_text(_DUB, encoding="utf-8")
    rows = []
    for source, preset, suffix in _pairs(whole):
        out, target = inside / f"film{suffix}", LOUDNESS[preset]
        words = [str(_talk(folder, source)), "--dub", str(lines), "--voice", "de", "--music", str(folder / "music.wav"),
                 f"--lufs={preset}", "--no-cache", "-q", "-o", str(out)]  # fmt: skip
        program = [AUTOEDIT if part == benchmark_hosts.PROGRAM else part for part in command]
        done = subprocess.run([*program, *words], capture_output=True, text=True, env=clean_environ())
        if done.returncode or not out.is_file():
            raise NeuroEditError(f"autoedit failed in {title}: {(done.stderr.strip() or 'nothing said')[-300:]}")
        measured = signals.ffmpegs(out)
        rows.append({"Blender": title, "talk": source, "preset": preset, "film": suffix, "target (LUFS)": target,
                     "integrated": measured["I"], "true peak (dBTP)": measured["TP"],
                     "within": abs(measured["I"] - target) <= 0.3 and measured["TP"] <= -1.0})  # fmt: skip
        print(rows[-1], file=sys.stderr, flush=True)
        out.unlink()
    return rows


def _pairs(whole: bool) -> Iterator[tuple[str, str, str]]:
    if whole:
        yield from ((source, preset, ".mp4") for source, preset in itertools.product(SOURCES, LOUDNESS))
    else:
        yield from zip(SOURCES, itertools.cycle(LOUDNESS), itertools.cycle((".mkv", ".mp4")), strict=False)


def _talk(folder: Path, source: str) -> Path:
    """Ten seconds of a spoken film with pauses; made once."""
    film = folder / f"talk {source}.mp4"
    if not film.exists():
        voice = signals.write(folder / "voice.wav", _channels(_spoken(), source))
        benchmark_films.run(["-f", "lavfi", "-t", "10", "-i", "testsrc2=s=192x108:r=25", "-i", str(voice), "-c:v",
                             "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", os.fspath(film)])  # fmt: skip
    return film


def _channels(sound: np.ndarray, source: str) -> np.ndarray:
    peak = float(np.abs(sound).max())
    match source:
        case "quiet":
            return np.stack([sound, sound]) * (0.005 / peak)
        case "loud":
            return np.stack([sound, sound]) * (1.0 / peak)
        case "clipped":
            return np.clip(np.stack([sound, sound]) * (12.0 / peak), -1, 1)
        case "one channel":
            return sound[None]
    return np.stack([sound * part for part in (0.3, 0.3, 1.0, 0.1, 0.2, 0.2)])


def _spoken() -> np.ndarray:
    sound = np.zeros(10 * RATE, np.float32)
    for start, line in zip((0.5, 4.5, 7.8), _LINES, strict=True):
        spoken = espeak().say(line, "en-us")
        times = np.arange(round(spoken.duration * RATE)) / RATE * spoken.rate
        said = np.interp(times, np.arange(len(spoken.samples)), spoken.samples).astype(np.float32)
        first = round(start * RATE)
        sound[first : first + len(said)] = said[: len(sound) - first]
    return sound
