"""Promise: another aspect keeps the subject inside, still where it can be, smooth where it must move."""

from __future__ import annotations

import math
import random

import cv2
import numpy as np
import pytest

from neuroedit_addon.planner.crop_path import accelerations, crop_path
from neuroedit_addon.worker.subject import SubjectFinder

CROP = 81 / 256  # 9:16 of 16:9
WAYS = {
    "to and fro": lambda second: 0.5 + 0.3 * math.sin(second / 3),
    "across": lambda second: min(0.15 + 0.7 * second / 30, 0.85),
    "still": lambda second: 0.3,
}


def jerks(places) -> float:
    return math.sqrt(sum(change**2 for change in accelerations(places)) / max(len(places), 1))


@pytest.mark.parametrize("way", WAYS)
def test_a_tracked_subject_stays_inside_and_the_path_is_smooth(way):
    truth = [WAYS[way](number / 5) for number in range(150)]
    chance = np.random.default_rng(1)
    ground = cv2.GaussianBlur(chance.integers(0, 255, (54, 96, 3)).astype(np.float32), (0, 0), 3)
    finder, seen = SubjectFinder(), []
    for number, place in enumerate(truth):
        picture = ground + chance.normal(0, 3, ground.shape)
        at, bob = int(place * 96), int(2 * math.sin(number * 1.7))
        picture[20 + bob : 40 + bob, max(0, at - 5) : at + 5] = (220, 60, 40) if number % 2 else (200, 80, 60)
        seen.append(finder.place(np.clip(picture, 0, 255).astype(np.uint8))[0])
    path = crop_path(seen, CROP, 0.1)
    low, high = CROP / 2, 1 - CROP / 2
    inside = [abs(a - min(max(b, low), high)) <= CROP / 2 - 0.03 for a, b in zip(path.places, truth, strict=True)]
    centred = [min(max(place, low), high) for place in seen]
    assert sum(inside) >= 0.98 * len(inside)
    assert 5 * jerks(path.places) <= jerks(centred)
    assert path.still == (way == "still")


@pytest.mark.parametrize("seed", range(10))
def test_no_place_is_outside_of_the_picture(seed):
    chance = random.Random(seed)
    subject = [chance.random() for _ in range(chance.randrange(1, 80))]
    crop = chance.uniform(0.1, 0.95)
    path = crop_path(subject, crop)
    assert len(path.places) == len(subject)
    assert all(crop / 2 - 1e-4 <= place <= 1 - crop / 2 + 1e-4 for place in path.places)


def test_what_is_seen_for_a_moment_moves_nothing():
    subject = [0.4] * 40
    subject[20] = 0.95
    assert crop_path(subject, CROP).still


def test_the_whole_side_and_no_samples():
    assert crop_path([0.1, 0.9], 1.0).places == (0.5, 0.5)
    assert crop_path([], 0.3).places == ()


def test_a_face_is_followed_where_the_cascade_misses_it(monkeypatch):
    """Seen in every fifth picture alone, while something larger moves elsewhere."""
    rng = np.random.default_rng(2)
    face, ground = rng.integers(0, 255, (14, 14), np.uint8), rng.integers(90, 110, (54, 96), np.uint8)
    finder, told = SubjectFinder(), []

    def faces(_grey):
        return [(at + 7.0, 21.0, 7.0)] if finder._count % 5 == 0 else []

    monkeypatch.setattr(finder, "_faces", faces)
    for number in range(40):
        at = 10 + number // 2
        picture = ground.copy()
        picture[14:28, at : at + 14] = face
        picture[5:50, 60 + number % 3 * 4 : 80 + number % 3 * 4] = 255
        told.append(finder.place(np.repeat(picture[..., None], 3, 2))[0] * 96 - at - 7)
    assert max(map(abs, told)) < 2


def test_a_face_seen_once_does_not_take_the_place_of_another(monkeypatch):
    picture = np.repeat(np.random.default_rng(3).integers(0, 255, (54, 96, 1), np.uint8), 3, 2)
    finder = SubjectFinder()
    there, false = [(20.0, 20.0, 6.0)], [(70.0, 20.0, 12.0)]
    monkeypatch.setattr(finder, "_faces", lambda _grey: false if finder._count == 6 else there)
    assert max(finder.place(picture)[0] for _ in range(20)) < 0.3
