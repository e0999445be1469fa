"""The choice of moments: how long it takes, how well the network finds planted ones, how fast it learns a taste; the
crop of another shape; the classifier beside Keras; whether our evaluators agree with the published ones.

`measure(footage)` gives tables by title.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import benchmark_classifier
import benchmark_reframe
import benchmark_tastes as tastes
import numpy as np

from models.moments.evaluate import STRIDE, against, agreement, f_score
from models.moments.material import part_of, pieces
from models.moments.planted import Film, film
from models.moments.trivial import TRIVIAL, compared
from neuroedit_addon.errors import EnvironmentProblem
from neuroedit_addon.planner.select import Footage, Wish, choose
from neuroedit_addon.worker.analyser import LookFrame
from neuroedit_addon.worker.media import Reader
from neuroedit_addon.worker.moment_features import normalised
from neuroedit_addon.worker.moments import NETWORK, MomentFinder
from neuroedit_addon.worker.network import open_network
from neuroedit_addon.worker.source import source_of

_FPS = 25
_TIMED = ("bbb_1", "tos_battle", "gopro_walk")
_WISHES = (15, 30, 60, 300, 1200)  # seconds
Rows = list[dict[str, Any]]


def measure(footage: Path) -> dict[str, Rows]:
    """Tables by title; those on people's annotations only where `footage`/annotations holds them.

    Raises:
        EnvironmentProblem: h5py is missing, in which the annotations are kept.
    """
    tables = {"An hour of footage, chosen from": planning(), "Scoring beside decoding, processor time": share(footage)}
    tables["Planted moments in films of held-out footage: five draws of 60 films, 95 % interval"] = planted(footage)
    tables["Simulated editors: average precision on the next film after 1, 3 and 10 edits"] = tastes.measure(footage)
    tables["Another shape: 9:16 of 16:9, subjects whose place is known"] = benchmark_reframe.measure(footage)
    title = "A classifier of one's own beside Keras: photographs of clothes against others, five seeds"
    tables[title] = benchmark_classifier.on_footage(footage)
    annotations = footage / "annotations"
    if (annotations / "ydata-tvsum50.mat").exists():
        tables["TVSum, 50 films, 20 people each: rank correlation with people"] = tvsum(annotations)
    if results := sorted(annotations.glob("summe_split*_result.h5")):
        tables["SumMe: stored summaries, their F-scores computed again"] = summe(results)
    return tables


def planted(footage: Path) -> Rows:
    """The shipped network beside what needs none."""
    session = open_network(NETWORK)
    parts = [[p for p in kind if part_of(p.name) == "test"] or kind for kind in pieces(footage)]

    def films(seed: int) -> list[Film]:
        rng = np.random.default_rng((90_000, seed))
        return [film(*parts, rng) for _ in range(60)]

    def network(one: Film, _: np.random.Generator) -> Any:
        return session.run(None, {"features": normalised(one.rows)[None]})[0][0]

    return compared({"moments": network, **TRIVIAL}, films)


def share(footage: Path) -> Rows:
    """Seconds of processor time for scoring an hour like each clip, and what share of decoding it that is."""
    rows = []
    for name in _TIMED:
        files = sorted(footage.rglob(f"{name}.mp4"))
        if not files:
            continue
        began = time.process_time()
        with Reader(source_of(str(files[0]))) as reader:
            events = [replace(e, rgb=e.rgb.copy()) if isinstance(e, LookFrame) else e for e in reader]
        decoding, finder = time.process_time() - began, MomentFinder()
        began = time.process_time()
        for event in events:
            (finder.picture if isinstance(event, LookFrame) else finder.sound)(event)  # type: ignore[operator]
        finder.finish()
        scoring = time.process_time() - began
        hours = max(e.time for e in events if isinstance(e, LookFrame)) / 3600
        rows.append({"clip": files[0].name, "decoding, s an hour": round(decoding / hours),
                     "scoring, s an hour": round(scoring / hours, 1),
                     "share": f"{scoring / decoding:.1%}"})  # fmt: skip
    return rows


def planning() -> Rows:
    """Milliseconds of processor time to fill a target from an hour with 600 shots, speech and beats."""
    hour = _hour()
    rows = []
    for seconds in _WISHES:
        times = []
        for _ in range(3):
            began = time.process_time()
            clips = choose(hour, Wish(seconds * _FPS, round(1.5 * _FPS), 8 * _FPS, _FPS))
            times.append((time.process_time() - began) * 1000)
        film = sum(right - left for left, right in clips) / _FPS
        rows.append({"target, s": seconds, "film, s": round(film, 2), "clips": len(clips), "ms": round(min(times))})
    return rows


def _hour() -> Footage:
    rng = random.Random(1)
    frames = 3600 * _FPS
    whole, at = [], 0
    while at < frames - 500:
        at += rng.randrange(20, 300)
        whole.append((at, at + rng.randrange(25, 250)))
        at = whole[-1][1]
    shots = tuple(sorted(rng.sample(range(1, frames), 600)))
    values = tuple(rng.random() ** 2 for _ in range(7200))
    looks = tuple((shot, (rng.random(), rng.random())) for shot in (0, *shots))
    return Footage(((0, frames),), 0, _FPS / 2, values, shots, tuple(whole), tuple(range(0, frames, 12)), looks)


def tvsum(annotations: Path) -> Rows:
    """What people reach, and what needs no eyes at all."""
    rng = np.random.default_rng(0)
    found: dict[str, list[tuple[float, float]]] = {}
    for people in _people(annotations / "ydata-tvsum50.mat"):
        count = people.shape[1]
        found.setdefault("people among themselves (published .1774, .2042)", []).append(agreement(people))
        found.setdefault("centre", []).append(against(-np.abs(np.arange(count) - count / 2), people))
        found.setdefault("uniform (all alike)", []).append(against(np.zeros(count), people))
        found.setdefault("random", []).append(against(rng.random(count), people))
        found.setdefault("mean of the people (upper bound)", []).append(against(people.mean(0), people))
    means = {name: np.mean(values, axis=0) for name, values in found.items()}
    return [{"scores": name, "tau": f"{tau:.4f}", "rho": f"{rho:.4f}"} for name, (tau, rho) in means.items()]


def _people(file: Path) -> Iterator[np.ndarray]:
    with _hdf5(file) as data:
        for reference in data["tvsum50"]["user_anno"][:, 0]:
            scores = np.array(data[reference])
            yield (scores if len(scores) == 20 else scores.T)[:, ::STRIDE]


def summe(results: list[Path]) -> Rows:
    """The largest difference from the F-scores that were published with the summaries."""
    rows = []
    for file in results:
        with _hdf5(file) as data:
            stored = {name: float(film["fscore"][()]) / 100 for name, film in data.items()}
            again = {name: f_score(film["machine_summary"][()], film["user_summary"][()], highest=True)
                     for name, film in data.items()}  # fmt: skip
        worst = max(abs(stored[name] - again[name]) for name in stored)
        rows.append({"split": file.stem, "films": len(stored), "stored F": float(np.mean([*stored.values()])),
                     "computed F": float(np.mean([*again.values()])), "worst difference": f"{worst:.1g}"})  # fmt: skip
    return rows


def _hdf5(file: Path) -> Any:
    try:
        import h5py
    except ImportError:
        raise EnvironmentProblem("h5py is missing, which reads people's annotations.", "pip install h5py") from None
    return h5py.File(file)
