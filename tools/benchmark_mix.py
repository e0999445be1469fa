"""`tools/benchmark.py mix` (and `sound`): the promises of dub and mix, beside ffmpeg's meter and Blender's mixdown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import benchmark_films
import benchmark_mix_hosts as hosts
import benchmark_mix_lines
import benchmark_mix_signals as signals
import numpy as np

from neuroedit_addon.arrangement import Arrangement, SoundClip
from neuroedit_addon.settings import LOUDNESS
from neuroedit_addon.worker.mix import mixdown

RATE = signals.RATE
Rows = list[dict[str, Any]]
_HOURS = 2
_MIX_ALONE = """
import json, re, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from neuroedit_addon.arrangement import Arrangement
from neuroedit_addon.worker.mix import mixdown
began = time.process_time(), time.perf_counter()
report = mixdown(Arrangement.from_json(json.load(sys.stdin)), Path(sys.argv[1]), -16.0)
status = Path("/proc/self/status")
peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text()).group(1)) / 1024 if status.exists() else float("nan")
print(json.dumps([report.after.integrated_lufs, time.process_time() - began[0], time.perf_counter() - began[1], peak]))
"""


SIGNALS = "EBU Tech 3341 and 3342: worst errors (LU, dB)"
RECORDINGS = "Recordings, beside ffmpeg's ebur128 (allowed: 0.1 LU)"
CODED = "Mixes after AAC at 192 kbit/s, by ffmpeg's meter (allowed: 0.3 LU, -1 dBTP)"
LINES = f"Lines of {benchmark_mix_lines.FILES:,} random subtitle files, spoken"
LONG = f"A mix of {_HOURS} hours, two layers, 84 clips (allowed: 20 times real time or more, 700 MB)"
# What each table holds, in the order of the summary.
_PROMISES = {
    SIGNALS: "meter within the documents' own tolerances",
    RECORDINGS: "meter within 0.1 LU of ffmpeg's ebur128 on every recording",
    CODED: "mix within 0.3 LU of its target and at most -1.0 dBTP, presets by sources",
    hosts.FILMS: "rendered film within 0.3 LU of its target and at most -1.0 dBTP",
    hosts.ONSETS: "dub onset within one frame",
    LINES: "no overlap in 1,000 random subtitle files",
    hosts.DUCKING: "ducking within 0.5 dB of its depth before the first word and between words",
    hosts.PARITY: "mix within 0.5 dB of Blender's own mixdown in each 100 ms",
    LONG: "two hours mixed 20 times faster than real time in under 700 MB",
}


def measure(file: Path | None, folder: Path) -> dict[str, Rows]:
    """Tables by title; recordings of NEUROEDIT_FOOTAGE/audio are measured, too, where it is set."""
    tables: dict[str, Rows] = {SIGNALS: signals.table()}
    footage = Path(os.environ.get("NEUROEDIT_FOOTAGE", "")) / "audio"
    if os.environ.get("NEUROEDIT_FOOTAGE") and footage.is_dir():
        tables[RECORDINGS] = _recordings(footage)
    tables[LINES] = benchmark_mix_lines.table()
    tables[LONG] = _long(folder)
    tables[CODED] = _targets(folder)
    tables |= hosts.tables(folder)
    return {"In short": _short(tables), **tables}


def _short(tables: dict[str, Rows]) -> Rows:
    """A row a promise: how many of its measurements keep it."""
    return [
        {"promise": promise, "measured": len(rows), "kept": sum(bool(row["within"]) for row in rows)}
        for title, promise in _PROMISES.items() if (rows := tables.get(title))
    ]  # fmt: skip


def _recordings(folder: Path) -> Rows:
    rows = []
    for kind in sorted(path for path in folder.iterdir() if path.is_dir()):
        errors, silent = [], 0
        for path in sorted(kind.iterdir()):
            if path.suffix not in (".opus", ".wav", ".flac", ".ogg"):
                continue
            reference = signals.ffmpegs(path)["I"]
            measured = signals.of_file(path)
            if measured is not None and reference > -70:
                errors.append(abs(measured - reference))
            else:  # below the absolute gate there is no loudness: both must say so
                silent += measured is None and not reference > -70
        if errors:
            files = len(errors) + silent
            rows.append({"recordings": kind.name, "files": files, "of them silent": silent,
                         "largest difference (LU)": max(errors), "mean (LU)": float(np.mean(errors)),
                         "within": max(errors) <= 0.1})  # fmt: skip
    return rows


def _targets(folder: Path) -> Rows:
    """Every preset on quiet, loud, clipped, one-channel and 5.1 sources."""
    rows = []
    for name, sound in _sources().items():
        path = signals.write(folder / "source.wav", sound)
        clip = SoundClip(str(path), 0.0, sound.shape[1] / RATE, name=name)
        for preset, target in LOUDNESS.items():
            out, film = folder / "mix.wav", folder / "mix.mp4"
            mixdown(Arrangement(clip.duration, (clip,)), out, target, codec="aac", per_clip=False)
            benchmark_films.run(["-i", str(out), "-c:a", "aac", "-b:a", "192k", str(film)])
            measured = signals.ffmpegs(film)
            within = abs(measured["I"] - target) <= 0.3 and measured["TP"] <= -1.0
            rows.append({"source": name, "preset": preset, "target (LUFS)": target, "integrated": measured["I"],
                         "true peak (dBTP)": measured["TP"], "within": within})  # fmt: skip
    return rows


def _sources() -> dict[str, np.ndarray]:
    random = np.random.default_rng(1)
    noise = np.convolve(random.normal(0, 0.3, 15 * RATE), np.hanning(24) / 12, "same")
    syllables = np.repeat(random.choice([0.02, 0.1, 0.4, 1.0], 76), RATE // 5)[: len(noise)]
    talk = noise * np.convolve(syllables, np.hanning(960) / 480, "same")
    stereo = np.stack([talk, np.roll(talk, 3000) * 0.8])
    return {
        "quiet": stereo * 0.01, "loud": stereo * 0.9, "clipped": np.clip(stereo * 12, -1, 1), "one channel": talk[None],
        "5.1": np.stack([talk * gain for gain in (0.5, 0.5, 0.8, 0.2, 0.3, 0.3)]),
    }  # fmt: skip


def _long(folder: Path) -> Rows:
    """In a process of its own, so that its peak memory is the mix's."""
    seconds = 600
    sources = [signals.write(folder / f"long{n}.wav", np.tile(_sources()["loud"], (1, seconds // 15))) for n in (1, 2)]
    clips = [
        SoundClip(str(sources[n % 2]), n * _HOURS * 3600 / 84, 2 * _HOURS * 3600 / 84, media_start=float(n),
                  gain=((0.0, 0.5),), name=f"clip {n}")
        for n in range(84)
    ]  # fmt: skip
    arrangement = Arrangement(float(_HOURS * 3600), tuple(clips))
    root = str(Path(__file__).resolve().parents[1])
    command = [sys.executable, "-c", _MIX_ALONE, str(folder / "long.wav"), root]
    given = json.dumps(arrangement.to_json())
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, text=True, check=True)
    loudness, busy, wall, peak = json.loads(done.stdout)
    return [{
        "integrated (target -16)": loudness, "times real time, processor": arrangement.duration / busy,
        "times real time, wall": arrangement.duration / wall, "peak memory (MB)": peak,
        "within": arrangement.duration / wall >= 20 and not peak > 700,
    }]  # fmt: skip
