"""Promise: cameras of one talk become one film that shows who speaks, hears everybody, and jumps at no "mm-hm"."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("bpy")

import av
import bpy
from autoedit_runs import Runner
from media_files import Picture, Sound, film

from neuroedit_addon.blender import compat
from neuroedit_addon.worker.voice import espeak

RATE, SECONDS, LATE = 16_000, 22.0, 1.4
TURNS = [(0, 1.0, 6.5), (1, 7.5, 14.5), (0, 15.5, 21.0)]
MURMUR = (0, 10.5, 11.0)  # the first speaker agrees while the second one speaks
TEXTS = ("We went down to the river early in the morning and found that the old bridge had been closed. ",
         "Nobody had told us about it, so we walked along the bank for an hour until we came to the next village. ")
LOOKS = ((200, 40, 40), (40, 40, 200))


def _said(text: str, voice: str, seconds: float) -> np.ndarray:
    spoken = espeak().say(text * 4, voice)
    places = np.arange(round(seconds * RATE)) * spoken.rate / RATE
    return np.interp(places, np.arange(len(spoken.samples)), spoken.samples).astype(np.float32)


@pytest.fixture(scope="module")
def cameras(tmp_path_factory):
    """Two cameras: each hears its own speaker 14 dB louder than the other; the second begins 1.4 s later."""
    folder = tmp_path_factory.mktemp("talk")
    voices = np.zeros((2, round(SECONDS * RATE)), np.float32)
    for who, start, end in (*TURNS, MURMUR):
        said = _said(TEXTS[who], ("en-us+m3", "en-gb+f2")[who], end - start)
        voices[who, round(start * RATE) :][: len(said)] += 0.4 * said / np.abs(said).max()
    paths = []
    for own, start in ((0, 0.0), (1, LATE)):
        room = 3e-4 * np.random.default_rng(own).standard_normal(voices.shape[1])
        heard = voices[own] + 0.2 * voices[1 - own] + room

        def sing(times, heard=heard, start=start):
            return np.interp((times + start) * RATE, np.arange(len(heard)), heard).astype(np.float32)

        def paint(number, second, own=own):
            image = np.empty((72, 128, 3), np.uint8)
            image[:] = LOOKS[own]
            image[:, (number * 2) % 120 :][:, :6] = 128
            return image

        path = folder / f"camera {own}.mp4"
        film(path, SECONDS - start, Picture(paint=paint, fps=Fraction(25)), Sound(layout="mono", sing=sing))
        paths.append(path)
    return paths


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("own")


@pytest.fixture
def autoedit(own_folder, capfd):
    (own_folder / "temporary").rmdir() if (own_folder / "temporary").exists() else None
    return Runner(own_folder, capfd)  # one cache: the films are analysed once


def seen(path) -> list[int]:
    """Which camera each picture of a film is from."""
    with av.open(str(path)) as container:
        means = [frame.to_ndarray(format="rgb24").mean((0, 1)) for frame in container.decode(video=0)]
    return [int(mean[2] > mean[0]) for mean in means]


def loudness(path) -> np.ndarray:
    """RMS of each tenth of a second."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", RATE)
        sound = np.concatenate([out.to_ndarray()[0] for frame in container.decode(audio=0)
                                for out in resampler.resample(frame)])  # fmt: skip
    return np.sqrt((sound[: len(sound) // 1600 * 1600].reshape(-1, 1600) ** 2).mean(1))


def test_the_film_follows_the_speakers(cameras, tmp_path, autoedit):
    ran = autoedit(*cameras, "--preset", "podcast", "--min-cut", "30s", "-o", tmp_path / "talk.mp4",
                   "-o", tmp_path / "talk.blend")  # fmt: skip
    assert ran.code == 0, ran.err
    assert "3 shots follow who speaks" in ran.err
    shown = seen(tmp_path / "talk.mp4")
    assert len(shown) == pytest.approx(SECONDS * 25, abs=2)
    for who, start, end in TURNS:
        turn = shown[round((start + 0.2) * 25) : round(end * 25)]
        assert turn == [who] * len(turn)
    levels = loudness(tmp_path / "talk.mp4")
    for _, start, end in TURNS:  # each is heard by their own microphone
        assert np.median(levels[round(start * 10) + 5 : round(end * 10) - 5]) > 0.02
    strips = list(compat.strips_of(bpy.context.scene))
    mix = ("SOUND", 5)  # the preset mixes
    assert {(s.type, s.channel) for s in strips} == {("SOUND", 1), ("MOVIE", 2), ("SOUND", 3), ("MOVIE", 4), mix}


def test_pauses_go_from_all_cameras_at_once(cameras, tmp_path, autoedit):
    ran = autoedit(*cameras, "--multicam", "yes", "--no-split-shots", "-o", tmp_path / "talk.blend")  # fmt: skip
    assert ran.code == 0, ran.err
    strips = list(compat.strips_of(bpy.context.scene))
    for kind in ("MOVIE", "SOUND"):
        spans = sorted((compat.left(s), compat.right(s)) for s in strips if s.type == kind)
        assert all(a[1] == b[0] for a, b in zip(spans, spans[1:], strict=False))  # nothing missing, nothing twice
        assert spans[0][0] == 1
        assert spans[-1][1] == bpy.context.scene.frame_end + 1
    spoken = sum(end - start for _, start, end in TURNS)
    assert spoken * 25 <= bpy.context.scene.frame_end <= (spoken + 3 * 0.5 + 1) * 25
    pictures = sorted((compat.left(s), s.channel) for s in strips if s.type == "MOVIE")
    assert len({channel for _, channel in pictures}) == 2


def test_files_that_hear_different_things_are_no_cameras(cameras, tmp_path, autoedit):
    other = film(tmp_path / "other.mp4", 5.0, Picture(size=(96, 54)), Sound())
    ran = autoedit(cameras[0], other, "--multicam", "yes", "--dry-run")
    assert ran.code == 1
    assert "does not hear what" in ran.err
    ran = autoedit(cameras[0], other, "--preset", "podcast", "--dry-run")
    assert ran.code == 0, ran.err
    assert "follow who speaks" not in ran.err
