"""Reframing, measured: whether the crop of 9:16 of 16:9 keeps the subject inside, and how calm it is beside centring
every picture. The subject's place is known: it is painted, or cut out of real footage and moved over other footage."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from neuroedit_addon.errors import MediaError
from neuroedit_addon.planner.crop_path import accelerations, crop_path
from neuroedit_addon.worker.analyser import LookFrame
from neuroedit_addon.worker.media import Reader
from neuroedit_addon.worker.source import source_of
from neuroedit_addon.worker.subject import HOP, SubjectFinder

_CROP, _WIDE, _SAMPLES = 81 / 256, 96, 150  # 30 s
_SUBJECTS = ("toy_monster", "toy_elf", "toy_pig")  # their middles are cut out
_GROUNDS = ("gopro_walk", "gopro_karma", "squirrel", "dashcam_lane")
_WAYS: dict[str, Callable[[float], float]] = {
    "to and fro": lambda second: 0.5 + 0.3 * math.sin(second / 3),
    "across": lambda second: min(0.15 + 0.7 * second / 30, 0.85),
    "still": lambda second: 0.3,
    "stops on the way": lambda second: 0.2 + 0.3 * min(second / 8, 1) + 0.25 * min(max(second - 20, 0) / 8, 1),
}
Pictures = Iterator[NDArray[np.uint8]]
Rows = list[dict[str, Any]]


def measure(footage: Path) -> Rows:
    """A row for each way of moving, painted over noise and cut out over real footage."""
    grounds = [_pictures(footage, name, _SAMPLES) for name in _GROUNDS]
    subjects = [_pictures(footage, name, 1)[0][14:40, 34:62] for name in _SUBJECTS]
    rows = []
    for name, way in _WAYS.items():
        painted = [_row(way, _painted(way, seed)) for seed in range(3)]
        cut_out = [_row(way, _cut_out(way, ground, subject)) for ground in grounds for subject in subjects]
        for kind, found in (("painted over noise", painted), ("real, over real footage", cut_out)):
            inside, calm = np.mean([one[0] for one in found]), [one[1] for one in found if one[1]]
            ratio = f"{np.median(calm):.0f} (least {min(calm):.1f})" if calm else "still"
            rows.append({"subject": kind, "way": name, "clips": len(found), "inside": f"{inside:.1%}",
                         "worst clip": f"{min(one[0] for one in found):.1%}", "calmer, times": ratio})  # fmt: skip
    return rows


def _row(way: Callable[[float], float], pictures: Pictures) -> tuple[float, float]:
    """The share of pictures with the subject's middle inside, and how many times calmer the crop is; 0: it is still."""
    finder = SubjectFinder()
    seen = [finder.place(picture)[0] for picture in pictures]
    truth = [way(number * HOP) for number in range(len(seen))]
    path, low, high = crop_path(seen, _CROP), _CROP / 2, 1 - _CROP / 2
    inside = np.mean([abs(a - min(max(b, low), high)) <= _CROP / 2 - 0.03 for a, b in zip(path.places, truth,
                                                                                      strict=True)])  # fmt: skip
    own, centred = _jerks(path.places), _jerks([min(max(place, low), high) for place in seen])
    return float(inside), centred / own if own > 1e-9 else 0.0


def _jerks(places: Sequence[float]) -> float:
    return math.sqrt(sum(change**2 for change in accelerations(places)) / max(len(places), 1))


def _painted(way: Callable[[float], float], seed: int) -> Pictures:
    chance = np.random.default_rng(seed)
    ground = cv2.GaussianBlur(chance.integers(0, 255, (54, _WIDE, 3)).astype(np.float32), (0, 0), 3)
    for number in range(_SAMPLES):
        picture = ground + chance.normal(0, 3, ground.shape)
        at, bob = int(way(number * HOP) * _WIDE), int(2 * math.sin(number * 1.7))
        picture[20 + bob : 40 + bob, max(0, at - 5) : at + 5] = (220, 60, 40) if number % 2 else (200, 80, 60)
        yield np.clip(picture, 0, 255).astype(np.uint8)


def _cut_out(way: Callable[[float], float], ground: Sequence[NDArray[np.uint8]],
             subject: NDArray[np.uint8]) -> Pictures:  # fmt: skip
    """Every picture of the ground, forth and back, with the subject bobbing over it as somebody who walks does."""
    high, wide = subject.shape[:2]
    mask = np.zeros((high, wide, 1), np.float32)
    cv2.ellipse(mask, (wide // 2, high // 2), (wide // 2 - 3, high // 2 - 2), 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), 1.0)[..., None]
    there_and_back = [*ground, *ground[-2:0:-1]] if len(ground) > 1 else list(ground)
    for number in range(_SAMPLES):
        picture = there_and_back[number % len(there_and_back)].astype(np.float32)
        at, top = int(way(number * HOP) * _WIDE) - wide // 2, 20 + int(2 * math.sin(number * 1.7))
        left, right = max(at, 0), min(at + wide, _WIDE)
        part, own = mask[:, left - at : right - at], subject[:, left - at : right - at]
        picture[top : top + high, left:right] += part * (own - picture[top : top + high, left:right])
        yield picture.astype(np.uint8)


def _pictures(footage: Path, name: str, most: int) -> list[NDArray[np.uint8]]:
    """Pictures of a clip, five a second, as the worker sees them."""
    file = next(iter(sorted(footage.rglob(f"{name}.mp4"))), None)
    if file is None:
        raise MediaError(f"{footage} holds no {name}.mp4.", "Name a folder with the footage of docs/training.md.")
    found: list[NDArray[np.uint8]] = []
    with Reader(source_of(str(file))) as reader:
        for event in reader:
            if isinstance(event, LookFrame) and event.time >= len(found) * HOP - 1e-6:
                found.append(event.rgb.copy())
                if len(found) >= most:
                    break
    return found
