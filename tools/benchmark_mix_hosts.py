"""Our mix beside Blender's own mixdown: levels, onsets, ducking; and rendered films; in every Blender that is here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import benchmark_films
import benchmark_hosts
import benchmark_mix_films
import benchmark_mix_signals as signals
import numpy as np

from neuroedit_addon.arrangement import Arrangement
from neuroedit_addon.worker.mix import mixdown

RATE = signals.RATE
PROGRAM = str(Path(__file__).resolve().parent / "benchmark_mix_in_blender.py")
STARTS = (1.01, 3.337, 5.5, 8.123)  # seconds of lines
SPEECH = ((2.0, 4.0), (4.5, 6.0), (9.0, 11.0))  # the first two are one for the music: the pause is short
_WINDOW = RATE // 10
PARITY = "Our mix beside Blender's own mixdown, every 100 ms (allowed: 0.5 dB)"
ONSETS = "Dub onset, in frames from the line's time (allowed: 1)"
DUCKING = "Music under speech, lowered by 12 dB (allowed: 0.5 dB)"
FILMS = "Films rendered by `autoedit.py talk.mp4 --dub lines.srt --music bed.wav --lufs L`, by ffmpeg's meter"
Row = dict[str, Any]


def tables(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Parity, onset and ducking against Blender's mixdown; loudness and peak of rendered films."""
    files = _files(folder)
    parity, onsets, ducking, films = list[Row](), list[Row](), list[Row](), list[Row]()
    for number, (name, command) in enumerate(benchmark_hosts.hosts()):
        inside = folder / "".join(c for c in name if c.isalnum())
        inside.mkdir()
        program = [PROGRAM if part == benchmark_hosts.PROGRAM else part for part in command]
        task = {"folder": str(inside), "files": {key: str(path) for key, path in files.items()}}
        task |= {"starts": STARTS, "speech": SPEECH}
        answer = benchmark_hosts.measure(name, program, task)
        title = f"{answer['blender']}, {name}"
        for case in json.loads(Path(answer["cases"]).read_bytes()):
            kind, _, what = case["name"].partition(": ")
            ours, theirs = _both(case, inside)
            if kind == "parity":
                parity.append(_parity(title, what, ours, theirs, case))
            elif kind == "onset":
                onsets.append(_onset(title, what, ours, theirs, case["fps"]))
            else:
                ducking += [_ducking(title, "our mix", ours), _ducking(title, "Blender's mixdown", theirs)]
        films += benchmark_mix_films.films(title, command, folder, inside, whole=number == 0)
    return {PARITY: parity, ONSETS: onsets, DUCKING: ducking, FILMS: films}


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
        "surround": signals.write(folder / "surround.wav", np.stack([talk * part / 6 for part in range(1, 7)])),
        "cd": _coded(folder / "stereo.wav", folder / "cd.wav", "pcm_s16le", "44100"),
        "aac": _coded(folder / "stereo.wav", folder / "stereo.m4a", "aac", "48000"),
    }


def _coded(source: Path, out: Path, codec: str, rate: str) -> Path:
    benchmark_films.run(["-i", str(source), "-c:a", codec, "-ar", rate, str(out)])
    return out


def _both(case: dict[str, Any], folder: Path) -> tuple[np.ndarray, np.ndarray]:
    arrangement = Arrangement.from_json(case["arrangement"])
    mixdown(arrangement, folder / "ours.wav", target=None, true_peak=0.0, per_clip=False)
    length = round(arrangement.duration * RATE)
    return _read(folder / "ours.wav", length), _read(Path(case["theirs"]), length)


def _read(path: Path, length: int) -> np.ndarray:
    with av.open(str(path)) as file:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        found = [piece.to_ndarray() for frame in file.decode(audio=0) for piece in resampler.resample(frame)]
    sound = np.concatenate(found, 1)[:, :length]
    return np.pad(sound, ((0, 0), (0, length - sound.shape[1])))


def _parity(title: str, what: str, ours: np.ndarray, theirs: np.ndarray, case: dict[str, Any]) -> Row:
    """Left out are the ends of strips, which Blender puts between its blocks of 1024 samples, up to 22 ms late."""
    clips = Arrangement.from_json(case["arrangement"]).clips
    edges = [edge for clip in clips for edge in (clip.start, clip.end)]
    count = ours.shape[1] // _WINDOW
    kept = [n for n in range(count) if not any(edge - 0.1 < n / 10 < edge + 0.022 for edge in edges)]
    one, other = (np.maximum(_levels(sound, count), -60)[:, kept] for sound in (ours, theirs))
    worst = float(np.abs(one - other).max())
    return {"Blender": title, "timeline": what, "windows": one.size, "largest difference (dB)": worst,
            "within": worst <= 0.5}  # fmt: skip


def _levels(sound: np.ndarray, count: int) -> np.ndarray:
    windows = sound[:, : count * _WINDOW].reshape(2, count, _WINDOW).astype(np.float64)
    return 10 * np.log10(np.square(windows).mean(-1) + 1e-12)


def _onset(title: str, rate: str, ours: np.ndarray, theirs: np.ndarray, fps: float) -> Row:
    """How far, in frames, the first sound of a line is at most from the time that the line names."""
    row: Row = {"Blender": title, "frames a second": rate}
    for who, sound in (("our mix", np.abs(ours).max(0)), ("Blender's mixdown", np.abs(theirs).max(0))):
        first = [round((start - 0.3) * RATE) for start in STARTS]
        heard = [(at + int(np.argmax(sound[at:] > 0.01))) / RATE for at in first]
        row[f"frames away, {who}"] = max(abs(a - b) * fps for a, b in zip(heard, STARTS, strict=True))
    return row | {"within": row["frames away, our mix"] <= 1}


def _ducking(title: str, who: str, sound: np.ndarray) -> Row:
    """By how much a steady tone is lower at the first word, and until the last one after a short pause."""
    sound = sound[0]
    free = _level(sound, SPEECH[1][1] + 1.2, SPEECH[2][0] - 0.5)
    before = _level(sound, SPEECH[0][0] - 0.02, SPEECH[0][0]) - free
    between = [_level(sound, at, at + 0.05) - free for at in np.arange(SPEECH[0][0], SPEECH[1][1] - 0.05, 0.05)]
    deepest, highest = min(between), max(between)
    return {"Blender": title, "in": who, "20 ms before the first word (dB)": before, "highest until the last": highest,
            "lowest": deepest, "within": all(abs(dB + 12) <= 0.5 for dB in (before, deepest, highest))}  # fmt: skip


def _level(sound: np.ndarray, start: float, end: float) -> float:
    part = sound[round(start * RATE) : round(end * RATE)].astype(np.float64)
    return float(10 * np.log10(np.mean(np.square(part)) + 1e-12))
