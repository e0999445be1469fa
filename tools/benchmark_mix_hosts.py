"""Our mix beside Blender's own mixdown, and whole films from the command line, in every Blender that is here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import benchmark_films
import benchmark_hosts
import benchmark_mix_signals as signals
import numpy as np
from _install import clean_environ

from neuroedit_addon.arrangement import Arrangement
from neuroedit_addon.errors import NeuroEditError
from neuroedit_addon.worker.mix import mixdown
from neuroedit_addon.worker.voice import espeak

RATE = signals.RATE
PROGRAM = str(Path(__file__).resolve().parent / "benchmark_mix_in_blender.py")
AUTOEDIT = str(Path(__file__).resolve().parent / "autoedit.py")
STARTS = (1.01, 3.337, 5.5, 8.123)  # seconds of lines
SPEECH = ((2.0, 4.0), (4.5, 6.0), (9.0, 11.0))  # the first two are one for the music: the pause is short
_WINDOW = RATE // 10
_LINES = ("Good morning, and welcome to this talk.", "First we look at the numbers.", "Thank you for listening.")


def tables(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Parity, onset and ducking against Blender's mixdown; loudness and peak of rendered films."""
    files = _files(folder)
    parity, placing, films = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    for name, command in benchmark_hosts.hosts():
        inside = folder / "".join(c for c in name if c.isalnum())
        inside.mkdir()
        program = [PROGRAM if part == benchmark_hosts.PROGRAM else part for part in command]
        task = {"folder": str(inside), "files": {key: str(path) for key, path in files.items()}}
        task |= {"starts": STARTS, "speech": SPEECH}
        answer = benchmark_hosts.measure(name, program, task)
        title = f"{answer['blender']}, {name}"
        measured = [(case["name"], *_both(case, inside)) for case in json.loads(Path(answer["cases"]).read_bytes())]
        parity += [_parity(title, what, *rest) for what, *rest in measured if what.startswith("parity")]
        onsets = [(what, *rest) for what, *rest in measured if what.startswith("onset")]
        placing.append(_placing(title, onsets, next(rest for what, *rest in measured if what == "ducking")))
        films += _films(title, command, folder, inside)
    return {
        "Our mix beside Blender's own mixdown, every 100 ms (allowed: 0.5 dB)": parity,
        "Dub onset at eight frame rates, in frames from the line's time, and ducking by 12 dB, in dB": placing,
        "Films rendered by `autoedit.py talk.mp4 --dub lines.srt --music bed.wav --lufs L`, by ffmpeg's meter": films,
    }


def _files(folder: Path) -> dict[str, Path]:
    random = np.random.default_rng(5)
    noise = np.convolve(random.normal(0, 0.2, 12 * RATE), np.hanning(24) / 12, "same")
    syllables = np.repeat(random.choice([0.1, 0.4, 1.0], 60), RATE // 5)
    talk = noise * np.convolve(syllables, np.hanning(960) / 480, "same")
    tone = signals.sine([(-12, 30)], 440)
    return {
        "stereo": signals.write(folder / "stereo.wav", np.stack([talk, np.roll(talk, 7000) * 0.7])),
        "mono": signals.write(folder / "mono.wav", talk[None]),
        "take": signals.write(folder / "take.wav", signals.sine([(-12, 1)], 700)[None]),
        "music": signals.write(folder / "music.wav", np.stack([tone, tone])),
    }


def _both(case: dict[str, Any], folder: Path) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    arrangement = Arrangement.from_json(case["arrangement"])
    mixdown(arrangement, folder / "ours.wav", target=None, true_peak=0.0, per_clip=False)
    length = round(arrangement.duration * RATE)
    return _read(folder / "ours.wav", length), _read(Path(case["theirs"]), length), case


def _read(path: Path, length: int) -> np.ndarray:
    with av.open(str(path)) as file:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        found = [piece.to_ndarray() for frame in file.decode(audio=0) for piece in resampler.resample(frame)]
    sound = np.concatenate(found, 1)[:, :length]
    return np.pad(sound, ((0, 0), (0, length - sound.shape[1])))


def _parity(title: str, what: str, ours: np.ndarray, theirs: np.ndarray, case: dict[str, Any]) -> dict[str, Any]:
    """Left out are the ends of strips, which Blender puts between its blocks of 1024 samples, up to 22 ms late."""
    clips = Arrangement.from_json(case["arrangement"]).clips
    edges = [edge for clip in clips for edge in (clip.start, clip.end)]
    count = ours.shape[1] // _WINDOW
    kept = [n for n in range(count) if not any(edge - 0.1 < n / 10 < edge + 0.022 for edge in edges)]
    one, other = (np.maximum(_levels(sound, count), -60)[:, kept] for sound in (ours, theirs))
    return {"Blender": title, "timeline": what.partition(": ")[2], "windows": one.size,
            "largest difference (dB)": float(np.abs(one - other).max())}  # fmt: skip


def _levels(sound: np.ndarray, count: int) -> np.ndarray:
    windows = sound[:, : count * _WINDOW].reshape(2, count, _WINDOW).astype(np.float64)
    return 10 * np.log10(np.square(windows).mean(-1) + 1e-12)


def _placing(title: str, onsets: list[tuple[Any, ...]], ducking: list[Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"Blender": title}
    for place, who in enumerate(("our mix", "Blender's mixdown")):
        worst = 0.0
        for _, *rest in onsets:
            sound, fps = np.abs(rest[place]).max(0), rest[2]["fps"]
            for start in STARTS:
                first = round((start - 0.3) * RATE)
                heard = first + int(np.argmax(sound[first:] > 0.01))
                worst = max(worst, abs(heard / RATE - start) * fps)
        sound = ducking[place][0]
        free = _level(sound, SPEECH[1][1] + 1.2, SPEECH[2][0] - 0.5)
        before = _level(sound, SPEECH[0][0] - 0.02, SPEECH[0][0] + 0.02) - free
        between = _level(sound, SPEECH[0][1], SPEECH[1][0]) - free
        row |= {f"latest onset, {who}": worst, f"at the first word, {who}": before, f"between words, {who}": between}
    return row


def _level(sound: np.ndarray, start: float, end: float) -> float:
    part = sound[round(start * RATE) : round(end * RATE)].astype(np.float64)
    return float(10 * np.log10(np.mean(np.square(part)) + 1e-12))


def _films(title: str, command: list[str], folder: Path, inside: Path) -> list[dict[str, Any]]:
    talk, lines = _talk(folder), folder / "lines.srt"
    lines.write_text("1\n00:00:01,000 --> 00:00:03,000\nGuten Morgen.\n\n2\n00:00:06,000 --> 00:00:08,000\nDanke.\n")
    rows = []
    for target, suffix in ((-14, ".mp4"), (-23, ".mkv")):
        out = inside / f"film{suffix}"
        words = [str(talk), "--dub", str(lines), "--voice", "de", "--music", str(folder / "music.wav"),
                 f"--lufs={target}", "--no-cache", "-q", "-o", str(out)]  # fmt: skip
        program = [AUTOEDIT if part == benchmark_hosts.PROGRAM else part for part in command]
        done = subprocess.run([*program, *words], capture_output=True, text=True, env=clean_environ())
        if done.returncode or not out.is_file():
            raise NeuroEditError(f"autoedit failed in {title}: {(done.stderr.strip() or 'nothing said')[-300:]}")
        measured = signals.ffmpegs(out)
        rows.append({"Blender": title, "film": suffix, "target (LUFS)": float(target), "integrated": measured["I"],
                     "true peak (dBTP)": measured["TP"],
                     "within": abs(measured["I"] - target) <= 0.3 and measured["TP"] <= -1.0})  # fmt: skip
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def _talk(folder: Path) -> Path:
    """Ten seconds of a spoken film with pauses; made once."""
    film = folder / "talk.mp4"
    if not film.exists():
        sound = np.zeros(10 * RATE, np.float32)
        for start, line in zip((0.5, 4.5, 7.8), _LINES, strict=True):
            spoken = espeak().say(line, "en-us")
            times = np.arange(round(spoken.duration * RATE)) / RATE * spoken.rate
            said = np.interp(times, np.arange(len(spoken.samples)), spoken.samples).astype(np.float32)
            first = round(start * RATE)
            sound[first : first + len(said)] = said[: len(sound) - first]
        voice = signals.write(folder / "voice.wav", np.stack([sound, sound]))
        benchmark_films.run(["-f", "lavfi", "-t", "10", "-i", "testsrc2=s=192x108:r=25", "-i", str(voice), "-c:v",
                             "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", os.fspath(film)])  # fmt: skip
    return film
