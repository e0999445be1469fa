"""Learning from edits, measured with simulated editors of eight tastes on films spliced of real findings."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.moments.trivial import average_precision, interval
from neuroedit_addon.errors import MediaError
from neuroedit_addon.findings import Curve, Findings, Loudness, Media, Shot, Span
from neuroedit_addon.planner.importance import HOP, importance, loudness_of, motion_of, spoken_of
from neuroedit_addon.planner.lesson import lesson
from neuroedit_addon.planner.personal import taste, with_taste
from neuroedit_addon.profile import Profile
from neuroedit_addon.worker.analyse import run

_HALVES, _SEEDS, _TESTS, _KEPT = 400, 5, 4, 0.3
_EDITS = (1, 3, 10)
_NOISE = 0.5  # standard deviations of a taste: nobody is consistent
_PICTURES, _SOUNDS = (".mp4", ".mov", ".mkv"), (".opus", ".ogg", ".wav", ".flac")
Floats = NDArray[np.float64]


def measure(footage: Path) -> list[dict[str, Any]]:
    """Average precision on an editor's next film before learning, and after 1, 3 and 10 of its films.

    Raises:
        MediaError: the footage holds nothing to splice films of.
    """
    pictures, sounds = _known(footage)
    rows = []
    for name, wants in TASTES.items():
        found: dict[int, list[float]] = {count: [] for count in (0, *_EDITS)}
        for seed in range(_SEEDS):
            for count, score in _editor(wants, pictures, sounds, seed).items():
                found[count].append(score)
        row: dict[str, Any] = {"taste": name, "neutral": float(np.mean(found[0]))}
        for count in _EDITS:
            row |= {f"after {count}": float(np.mean(found[count]))}
        gains = [after - before for after, before in zip(found[3], found[0], strict=True)]
        rows.append(row | interval(gains, "gain after 3"))
    rows.append({"taste": "no taste at all (random)", **_random(pictures, sounds)})
    return rows


def _editor(wants: Callable[[Findings], Floats] | None, pictures: Sequence[Findings], sounds: Sequence[Findings],
            seed: int) -> dict[int, float]:  # fmt: skip
    rng = np.random.default_rng((seed, 77))
    tests = [_spliced(pictures, sounds, rng, f"test{n}") for n in range(_TESTS)]
    truths = [_kept(film, wants, rng) for film in tests]
    scores = {0: _precision(tests, truths)}
    profile = Profile("editor")
    for number in range(max(_EDITS)):
        film = _spliced(pictures, sounds, rng, f"past{number}")
        wanted = _kept(film, wants, rng)
        spans = [(n * HOP, (n + 1) * HOP) for n in np.flatnonzero(wanted)]
        profile = profile.learnt(lesson([film], {film.media.path: spans}, str(number), str(number)))
        if number + 1 in _EDITS:
            own = taste(profile)
            scores[number + 1] = _precision([with_taste([film], own)[0] for film in tests], truths)
    return scores


def _random(pictures: Sequence[Findings], sounds: Sequence[Findings]) -> dict[str, Any]:
    found = [_editor(None, pictures, sounds, seed) for seed in range(_SEEDS)]
    row: dict[str, Any] = {"neutral": float(np.mean([f[0] for f in found]))}
    row |= {f"after {count}": float(np.mean([f[count] for f in found])) for count in _EDITS}
    return row | interval([f[3] - f[0] for f in found], "gain after 3")


def _precision(films: Sequence[Findings], truths: Sequence[NDArray[np.bool_]]) -> float:
    pairs = zip(films, truths, strict=True)
    return float(np.mean([average_precision(t.astype(float), np.array(importance(f).values)) for f, t in pairs]))


def _kept(film: Findings, wants: Callable[[Findings], Floats] | None, rng: np.random.Generator) -> NDArray[np.bool_]:
    """What an editor keeps: whole clips of 1.5 to 5 seconds, the best by the taste, never quite consistently."""
    value = rng.normal(size=_HALVES) if wants is None else _standard(wants(film))
    edges = np.cumsum(rng.integers(3, 11, _HALVES))
    edges = [0, *(int(e) for e in edges if e < _HALVES), _HALVES]
    clips = [(a, b, value[a:b].mean() + rng.normal(0, _NOISE)) for a, b in zip(edges, edges[1:], strict=False)]
    kept = np.zeros(_HALVES, bool)
    for first, after, _ in sorted(clips, key=lambda clip: -clip[2]):
        if kept.sum() >= _KEPT * _HALVES:
            break
        kept[first:after] = True
    return kept


def _standard(values: Floats) -> Floats:
    return (values - values.mean()) / max(float(values.std()), 1e-6)


def _of_looks(film: Findings, tell: Callable[[Shot, Sequence[Shot]], float]) -> Floats:
    made = np.zeros(_HALVES)
    for number, shot in enumerate(film.shots):
        made[int(shot.start / HOP) : int(shot.end / HOP)] = tell(shot, film.shots[:number])
    return made


def _saturated(shot: Shot, before: Sequence[Shot]) -> float:
    return shot.look.saturation if shot.look else 0.0


def _new(shot: Shot, before: Sequence[Shot]) -> float:
    """How far a shot's mean colour is from the nearest of all before."""
    if shot.look is None:
        return 0.0
    own = np.array(shot.look.mean)
    return min((float(np.abs(own - np.array(b.look.mean)).sum()) for b in before if b.look), default=1.0)


def _motion(film: Findings) -> Floats:
    return np.array(motion_of(film, _HALVES))


def _faces(film: Findings) -> Floats:
    return np.array(film.faces.values) if film.faces else np.zeros(_HALVES)


def _speech(film: Findings) -> Floats:
    return np.array(spoken_of(film, _HALVES))


def _calm(film: Findings) -> Floats:
    """Little motion in a colourful picture in which nobody is seen or heard."""
    colour = _standard(_of_looks(film, _saturated))
    return colour - _standard(_motion(film)) - 2 * (_faces(film) > 0) - 2 * (_speech(film) > 0.5)


TASTES: dict[str, Callable[[Findings], Floats]] = {
    "fast action": _motion,
    "faces": _faces,
    "calm landscapes": _calm,
    "loud moments": lambda film: np.array(loudness_of(film, _HALVES)),
    "dialogue": _speech,
    "colour": lambda film: _of_looks(film, _saturated),
    "novelty": lambda film: _of_looks(film, _new),
    "long takes": lambda film: _of_looks(film, lambda shot, _: shot.end - shot.start),
}


def _known(footage: Path) -> tuple[list[Findings], list[Findings]]:
    files = sorted(f for f in footage.rglob("*") if "test_only" not in f.parts)
    pictures = [f for f in files if f.suffix.lower() in _PICTURES]
    sounds = [f for f in files if f.suffix.lower() in _SOUNDS]
    sounds = sounds[:: max(1, len(sounds) // 30)]
    found: list[Findings] = []
    with tempfile.TemporaryDirectory() as cache:
        for file in [*pictures, *sounds]:
            try:
                run({"sources": [str(file)], "cache_dir": cache},
                    lambda m: found.append(Findings.from_json(m.findings)) if hasattr(m, "findings") else None,
                    lambda: False)  # fmt: skip
            except MediaError as problem:
                print(f"left out: {problem}", flush=True)
    seen = [f for f in found if f.media.frames and f.motion and f.media.duration >= 3]
    heard = [f for f in found if f.media.audio and f.loudness and f.media.duration >= 3]
    if not seen or not heard:
        raise MediaError(f"{footage} holds no film or no sound of three seconds.", "Name a folder with both.")
    return seen, heard


def _spliced(pictures: Sequence[Findings], sounds: Sequence[Findings], rng: np.random.Generator, name: str) -> Findings:
    """A film of 200 seconds: parts of 3 to 20 seconds of any picture, over parts of any sound."""
    motion: list[float] = []
    faces: list[float] = []
    worth: list[float] = []
    shots: list[Shot] = []
    while len(motion) < _HALVES:
        source = pictures[int(rng.integers(len(pictures)))]
        count = int(source.media.duration / HOP)
        length = min(int(rng.integers(6, 41)), count, _HALVES - len(motion))
        first, at = int(rng.integers(0, count - length + 1)), len(motion) * HOP
        start, end = first * HOP, (first + length) * HOP
        for shot in source.shots or (Shot(0.0, source.media.duration, 0, 1),):
            left, right = max(shot.start, start), min(shot.end, end)
            if right > left:
                shots.append(Shot(at + left - start, at + right - start, 0, 0, shot.look))
        part = slice(first, first + length)
        motion += motion_of(source, count)[part]
        faces += _long(source.faces.values if source.faces else (), count)[part]
        worth += _long(importance(source).values, count)[part]
    speech: list[Span] = []
    loud: list[float] = []
    music: list[Span] = []
    while len(loud) < _HALVES * 5:
        source = sounds[int(rng.integers(len(sounds)))]
        assert source.loudness is not None
        values = source.loudness.momentary_lufs
        length = min(int(rng.integers(30, 200)), len(values), _HALVES * 5 - len(loud))
        first = int(rng.integers(0, len(values) - length + 1))
        shift = len(loud) * 0.1 - first * 0.1
        for spans, into in ((source.speech, speech), (source.music, music)):
            held = ((max(s.start, first * 0.1), min(s.end, (first + length) * 0.1)) for s in spans)
            into += [Span(a + shift, b + shift) for a, b in held if b > a]
        loud += values[first : first + length]
    return Findings(
        Media(f"/{name}.mp4", _HALVES * HOP), shots=tuple(shots), speech=tuple(speech), music=tuple(music),
        loudness=Loudness(-20.0, 5.0, -1.0, 0.1, tuple(loud)), motion=Curve(HOP, tuple(motion)),
        faces=Curve(HOP, tuple(faces)), importance=Curve(HOP, tuple(worth)),
    )  # fmt: skip


def _long(values: Sequence[float], count: int) -> list[float]:
    last = values[-1] if values else 0.0
    return [*values[:count], *[last] * (count - len(values))]
