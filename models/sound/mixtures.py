"""Ten seconds of life, made up: who speaks when, over what, in which room, with the truth for every 10 ms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuroedit_addon.worker.sound_features import HOP, RATE

from . import channel, music, noises
from .sources import Recording, Samples
from .voice_bank import VoiceBank
from .voices import resize

CLASSES = ("speech", "singing", "music", "noise")
SPEECH, SINGING, MUSIC, NOISE = range(4)
SECONDS = 10
FRAMES = SECONDS * RATE // HOP
_LENGTH = FRAMES * HOP
_KINDS = ("speech", "music", "noise")
_TUNES = 40
"""Synthesised pieces kept at a time."""


@dataclass
class Scene:
    """A mixture: `samples` (160000,), `truth` and `weight` (1000, 4): what is heard, and how sure that is."""

    samples: Samples
    truth: NDArray[np.float32]
    weight: NDArray[np.float32]


class Mixer:
    """Makes scenes from a part's recordings."""

    def __init__(self, recordings: Sequence[Recording], rng: np.random.Generator) -> None:
        self._rng = rng
        self._of = {kind: [r for r in recordings if r.kind == kind] for kind in (*_KINDS, "babble", "film")}
        self._bank = VoiceBank(self._of["speech"], rng)
        self._tunes = [music.compose(14, rng).samples for _ in range(_TUNES)]
        self._makers = {"n": self._noise, "m": self._music, "b": self._babble, "s": self._song, "f": self._film}

    def scene(self) -> Scene:
        """Something new."""
        rng = self._rng
        if rng.random() < 0.1:
            self._tunes[rng.integers(_TUNES)] = music.compose(14, rng).samples
        if rng.random() < 0.15:
            self._bank.renew()
        nothing = np.zeros((FRAMES, 4), np.float32)
        scene = Scene(np.zeros(_LENGTH, np.float32), nothing, np.ones_like(nothing))
        kind = rng.random()
        spoken = kind < 0.62
        if kind < 0.14:
            self._turns(scene)
        elif spoken:
            self._conversation(scene)
        if kind >= 0.14:
            plan = rng.choice(("", "n", "m", "nm", "b", "s", "f"), p=(0.22, 0.29, 0.33, 0.05, 0.06, 0.05, 0.0) if spoken
                              else (0.03, 0.41, 0.29, 0.05, 0.05, 0.11, 0.06))  # fmt: skip
            for letter in str(plan):
                first, last = self._stretch()
                self._background(scene, letter, spoken, first, last)
        if not scene.samples.any():  # a recorder that runs in an empty, silent place
            scene.samples += (10 ** rng.uniform(-7, -4.4) * rng.standard_normal(_LENGTH)).astype(np.float32)
            return scene
        if rng.random() < 0.6:
            scene.samples += (10 ** rng.uniform(-5.5, -3) * rng.standard_normal(_LENGTH)).astype(np.float32)
        scene.samples = channel.degrade(scene.samples, rng)
        loudest = float(np.abs(scene.samples).max()) + 1e-9
        scene.samples *= np.float32(10 ** (rng.uniform(-45, 0) / 20) / max(loudest, 0.02))
        return scene

    def _conversation(self, scene: Scene) -> None:
        rng = self._rng
        far, talkers = rng.random() < 0.35, 1 if rng.random() < 0.6 else int(rng.integers(2, 5))
        rooms = [channel.room(rng, far) if rng.random() < 0.6 else None for _ in range(talkers)]
        gains = 10 ** (-rng.uniform(0, 12 if talkers > 1 else 0.1, talkers) / 20)
        flowing = talkers == 1 and rng.random() < 0.5
        at = int(rng.integers(-200, 300)) if rng.random() < 0.7 else int(rng.integers(0, 800))
        while at < FRAMES:
            who = int(rng.integers(talkers))
            samples, where = self._bank.voice()
            if not flowing:
                keep = int(rng.integers(30, 500))
                samples, where = samples[: keep * HOP], where[:keep]
            if len(where) < 10:
                continue
            self._say(scene, at, samples, where, gains[who], rooms[who])
            pause = -int(rng.integers(0, 100)) if talkers > 1 and rng.random() < 0.3 else int(rng.exponential(90))
            at += max(len(where) + pause, 10)
        _doubt_edges(scene)

    def _turns(self, scene: Scene) -> None:
        """A programme: voices, tunes, noises one after another, as loud as each other, some voices over the next."""
        rng = self._rng
        at = -int(rng.integers(0, 200))
        while at < FRAMES:
            length = int(rng.integers(60, 450))
            turn = str(rng.choice(("v", "vm", "vn", "m", "n", "s"), p=(0.34, 0.12, 0.06, 0.2, 0.2, 0.08)))
            for letter in turn:
                if letter == "v":
                    samples, where = self._bank.voice()
                    begin = int(rng.integers(0, max(1, len(where) - length)))
                    samples, where = samples[begin * HOP :][: length * HOP], where[begin:][:length]
                    if len(where) >= 10:
                        self._say(scene, at, samples, where, 10 ** (-rng.uniform(0, 8) / 20), None)
                elif at + length > 40 and at < FRAMES - 40:
                    self._background(scene, letter, "v" in turn, max(at, 0), min(at + length, FRAMES))
            at += max(length + int(rng.choice((0, 0, rng.exponential(60), -rng.uniform(5, 40)))), 30)
        _doubt_edges(scene)

    def _stretch(self) -> tuple[int, int]:
        rng = self._rng
        if rng.random() >= 0.35:
            return 0, FRAMES
        first = int(rng.integers(0, FRAMES - 200))
        return first, min(int(rng.integers(first + 150, FRAMES + 300)), FRAMES)

    def _say(self, scene: Scene, at: int, samples: Samples, where: NDArray[np.bool_], gain: float,
             response: Samples | None) -> None:  # fmt: skip
        active = np.repeat(where, HOP)
        loud = np.sqrt((samples[active] ** 2).mean()) if active.any() else 1.0
        samples = _faded(samples * np.float32(0.1 * gain / (loud + 1e-6)), 80)
        if response is not None:
            samples = channel.reverberate(np.pad(samples, (0, len(response))), response)
        first, last = max(at, 0), min(at + len(where), FRAMES)
        if last > first:
            scene.truth[first:last, SPEECH] = np.maximum(scene.truth[first:last, SPEECH], where[first - at : last - at])
        begin, end = max(at * HOP, 0), min(at * HOP + len(samples), _LENGTH)
        if end > begin:
            scene.samples[begin:end] += samples[begin - at * HOP : end - at * HOP]

    def _background(self, scene: Scene, letter: str, spoken: bool, first: int, last: int) -> None:
        rng = self._rng
        length = (last - first) * HOP
        samples, doubtful = self._makers[letter](length)
        samples = samples[:length]
        ratio = rng.uniform(-6, 15 if rng.random() < 0.6 else 30) if spoken else rng.uniform(-10, 15)
        loud = np.sqrt((samples**2).mean()) + 1e-9
        samples = samples * np.float32(0.1 * 10 ** (-ratio / 20) / loud)
        fade = int(rng.choice((80, 800, 8000)))
        scene.samples[first * HOP : last * HOP] += _faded(samples, min(fade, length // 3))
        kind = MUSIC if letter in "ms" else NOISE
        scene.truth[first:last, kind] = 1.0
        if letter == "s":
            scene.truth[first:last, SINGING] = 1.0
        if "music" in doubtful:  # a film's own sound: anything but speech
            scene.truth[first:last, 1:], scene.weight[first:last, 1:] = 0.0, 0.0
        if "singing" in doubtful:
            scene.weight[first:last, SINGING] = 0.0
        if "speech" in doubtful:
            silent = scene.truth[:, SPEECH] == 0
            silent[:first], silent[last:] = False, False
            scene.weight[silent, SPEECH] = 0.2 if not spoken or ratio < 5 else 0.6
        if spoken and ratio > 22:
            scene.weight[first:last, kind] = 0.3

    def _noise(self, length: int) -> tuple[Samples, tuple[str, ...]]:
        if self._rng.random() < 0.55:
            return noises.make(length, self._rng), ()
        return self._excerpt("noise", length), ()

    def _music(self, length: int) -> tuple[Samples, tuple[str, ...]]:
        if self._rng.random() < 0.45:
            tune = self._tunes[self._rng.integers(_TUNES)]
            start = int(self._rng.integers(0, len(tune) - length)) if len(tune) > length else 0
            tune = resize(tune, self._rng.uniform(0.8, 1.25))[start:]
            return self._hall(_cover(tune, length)), ()
        return self._hall(self._excerpt("music", length)), ("singing",)

    def _song(self, length: int) -> tuple[Samples, tuple[str, ...]]:
        song = self._bank.song(length)
        if self._rng.random() < 0.75:
            played, _ = self._music(length)
            song = song + played / (np.sqrt((played**2).mean()) + 1e-6) * self._rng.uniform(0.2, 1.5)
        return self._hall(song), ()

    def _babble(self, length: int) -> tuple[Samples, tuple[str, ...]]:
        if self._of["babble"] and self._rng.random() < 0.4:
            return self._excerpt("babble", length), ("speech",)
        talkers = int(self._rng.integers(5, 13))
        return self._hall(self._bank.babble(length, talkers)), ("speech",) if talkers < 8 else ()

    def _film(self, length: int) -> tuple[Samples, tuple[str, ...]]:
        return (self._excerpt("film", length), ("music",)) if self._of["film"] else self._noise(length)

    def _excerpt(self, kind: str, length: int) -> Samples:
        found = self._of[kind][self._rng.integers(len(self._of[kind]))].samples
        speed = float(np.exp(self._rng.normal(0, 0.12))) if self._rng.random() < 0.5 else 1.0
        need = int(length * speed) + 8
        start = int(self._rng.integers(0, max(1, len(found) - need)))
        piece = found[start : start + need]
        if kind in ("noise", "music") and self._rng.random() < 0.15:
            piece = piece[::-1]  # backwards it is still a noise or a tune, and a new one
        return _cover(resize(piece, speed) if speed != 1.0 else piece, length)

    def _hall(self, samples: Samples) -> Samples:
        return channel.reverberate(samples, channel.room(self._rng, True)) if self._rng.random() < 0.25 else samples


def _doubt_edges(scene: Scene) -> None:
    """Where exactly a word begins nobody knows to the frame."""
    for edge in np.flatnonzero(np.diff(scene.truth[:, SPEECH]) != 0):
        scene.weight[max(0, edge) : edge + 2, SPEECH] = 0.3


def _cover(samples: Samples, length: int) -> Samples:
    """Exactly `length` samples, repeated if too short."""
    return np.resize(samples, length) if len(samples) < length else samples[:length]


def _faded(samples: Samples, count: int) -> Samples:
    out = samples.copy()
    count = min(count, len(out) // 2)
    if count:
        ramp = np.linspace(0, 1, count, dtype=np.float32)
        out[:count] *= ramp
        out[-count:] *= ramp[::-1]
    return out
