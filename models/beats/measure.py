"""How well beats are found, beside librosa, with mir_eval as the referee."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.sound import sources
from models.sound.music import compose
from neuroedit_addon.errors import EnvironmentProblem
from neuroedit_addon.findings import Span
from neuroedit_addon.worker.beats import BeatTracker
from neuroedit_addon.worker.sound_features import RATE, log_mel

from .grooves import groove

Beats = NDArray[np.float64]
Tracker = Callable[[NDArray[np.float32]], Beats]
KNOWN_TEMPO = {"music/librosa_sorohanro_-_solo-trumpet-06_hq": 90.0, "music/tone_conga_loop_110": 110.0,
               "music/tone_conga_loop_220": 220.0}  # fmt: skip
"""Recordings whose names or makers tell their tempo."""
_LOOPS, _GROOVES, _SECONDS = 60, 60, 24
_SHORTEST = 12.0


def tables(data: Path | None) -> dict[str, list[dict[str, Any]]]:
    """Tables by title.

    Args:
        data: the footage folder; without it only synthesised music is measured.

    Raises:
        EnvironmentProblem: mir_eval or librosa is not installed.
        MediaError: a recording of known tempo is missing.
    """
    trackers = {"NeuroEdit": ours, "librosa beat_track": librosa_tracker()}
    made = {"synthesised loops": _composed(4242, _LOOPS, lambda rng: compose(_SECONDS, rng, steady=True)),
            "synthesised grooves": _composed(4243, _GROOVES, lambda rng: groove(_SECONDS, rng))}  # fmt: skip
    found = {"Synthesised music with exact beats": [
        {"music": name, "tracker": tracker, **scores((track(s), beats) for s, beats in pieces)}
        for name, pieces in made.items() for tracker, track in trackers.items()
    ]}  # fmt: skip
    if data is not None:
        found["Recordings of known tempo: F against the grid of that tempo that fits best"] = [
            {"recording": name.rpartition("/")[2], "tempo": tempo,
             **{tracker: on_grid(track(sound), tempo, len(sound) / RATE) for tracker, track in trackers.items()}}
            for name, tempo in KNOWN_TEMPO.items() for sound in (_long_enough(sources.read(sources.path(data, name))),)
        ]  # fmt: skip
    return found


def ours(samples: NDArray[np.float32]) -> Beats:
    """Beats as the analysis finds them, were all of it music."""
    tracker = BeatTracker()
    tracker.add(log_mel(samples))
    return np.array(tracker.finish([Span(0.0, len(samples) / RATE)]))


def librosa_tracker() -> Tracker:
    """librosa's, at its defaults.

    Raises:
        EnvironmentProblem: it is not installed.
    """
    try:
        import librosa
    except ImportError:
        raise EnvironmentProblem("librosa is not installed.", "pip install librosa mir_eval") from None

    def track(samples: NDArray[np.float32]) -> Beats:
        return np.asarray(librosa.beat.beat_track(y=samples, sr=RATE, units="time")[1], np.float64)

    return track


def scores(pairs: Iterable[tuple[Beats, Beats]]) -> dict[str, float]:
    """Means of mir_eval's F, CMLt and AMLt over (found, true).

    Raises:
        EnvironmentProblem: mir_eval is not installed.
    """
    referee = _referee()
    f, correct, allowed = [], [], []
    for found, true in pairs:
        found, true = referee.trim_beats(found), referee.trim_beats(true)
        f.append(referee.f_measure(true, found))
        _, total, _, any_level = referee.continuity(true, found)
        correct.append(total)
        allowed.append(any_level)
    return {"F": float(np.mean(f)), "CMLt": float(np.mean(correct)), "AMLt": float(np.mean(allowed))}


def on_grid(found: Beats, tempo: float, seconds: float) -> float:
    """F against evenly spaced beats, at the phase that suits the beats best."""
    referee, beat = _referee(), 60.0 / tempo
    grids = (np.arange(phase, seconds, beat) for phase in np.arange(0, beat, 0.01))
    return max(float(referee.f_measure(grid, found)) for grid in grids)


def _referee() -> Any:
    try:
        import mir_eval
    except ImportError:
        raise EnvironmentProblem("mir_eval is not installed.", "pip install librosa mir_eval") from None
    return mir_eval.beat


def _composed(seed: int, count: int, make: Callable[[np.random.Generator], Any]) -> list[tuple[Any, Beats]]:
    rng = np.random.default_rng(seed)
    pieces = [make(rng) for _ in range(count)]
    return [(piece.samples, piece.beats[piece.beats < _SECONDS]) for piece in pieces]


def _long_enough(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Loops are played over and over."""
    times = max(1, int(np.ceil(_SHORTEST * RATE / max(len(samples), 1))))
    return np.tile(samples, times)
