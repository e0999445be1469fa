"""`tools/benchmark.py mix` (and `sound`): the promises of dub and mix, beside ffmpeg's meter and Blender's mixdown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import benchmark_films
import benchmark_mix_hosts
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


def measure(file: Path | None, folder: Path) -> dict[str, Rows]:
    """Tables by title; recordings of NEUROEDIT_FOOTAGE/audio are measured, too, where it is set."""
    tables: dict[str, Rows] = {"EBU Tech 3341 and 3342: worst errors (LU, dB)": signals.table()}
    footage = Path(os.environ.get("NEUROEDIT_FOOTAGE", "")) / "audio"
    if os.environ.get("NEUROEDIT_FOOTAGE") and footage.is_dir():
        tables["Recordings, beside ffmpeg's ebur128 (allowed: 0.1 LU)"] = _recordings(footage)
    tables["Mixes after AAC at 192 kbit/s, by ffmpeg's meter (allowed: 0.3 LU, -1 dBTP)"] = _targets(folder)
    tables |= benchmark_mix_hosts.tables(folder)
    tables[f"A mix of {_HOURS} hours, two layers, 84 clips"] = _long(folder)
    return tables


def _recordings(folder: Path) -> Rows:
    rows = []
    for kind in sorted(path for path in folder.iterdir() if path.is_dir()):
        errors = []
        for path in sorted(kind.iterdir()):
            if path.suffix not in (".opus", ".wav", ".flac", ".ogg"):
                continue
            reference = signals.ffmpegs(path)["I"]
            measured = signals.of_file(path)
            if measured is not None and reference > -70:
                errors.append(abs(measured - reference))
        if errors:
            rows.append({"recordings": kind.name, "files": len(errors), "largest difference (LU)": max(errors),
                         "mean (LU)": float(np.mean(errors))})  # fmt: skip
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
    }]  # fmt: skip
