"""`tools/benchmark.py shots`: the shots network beside other people's detectors, on films it has never seen.

    python3 tools/benchmark_shots.py --footage FOLDER [--data dataset/]     the same, alone
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def measure(footage: Path, dataset: Path = Path("dataset")) -> dict[str, list[Row]]:
    """Tables by title, each a list of rows with the same keys.

    Args:
        footage: a folder with video/, photos/, test_only/video/ and annotations/.
        dataset: the data set of that footage; made when it is not there.

    Raises:
        MediaError: the footage is missing.
        ModelError: the shipped weights are missing or damaged.
        EnvironmentProblem: PySceneDetect is not installed.
    """
    from models.shots import measure as shots

    _collected(footage, dataset)
    product = _Product()
    films = shots.real_films(dataset)
    edits = shots.open_test(dataset)
    return {
        "Open test: scripted edits of test films": _open(product.find, edits, dataset),
        "Extent and confidence on the open test": _extent(product, edits),
        "Labelled real films": _real(product.find, films, footage),
        "Single takes and flashes": _alarms(product.find, films),
        "Evaluator parity: AutoShot's published predictions": _parity(footage),
        "Speed": _speed(),
    }


def markdown(tables: Mapping[str, Sequence[Row]]) -> str:
    """The tables as Markdown, a heading each."""
    return "\n\n".join(f"### {title}\n\n{_table(rows)}" for title, rows in tables.items() if rows)


def _collected(footage: Path, dataset: Path) -> None:
    from models.footage.collect import collect
    from models.footage.manifest import NAME

    if not (dataset / NAME).exists():
        places = [p for p in (footage / "video", footage / "photos", footage / "test_only" / "video") if p.exists()]
        collect(places or [footage], dataset, "unknown", jobs=1)


class _Product:
    """The shipped network as the product uses it."""

    def __init__(self) -> None:
        from models.shots.measure import detector
        from neuroedit_addon.worker.network import open_network
        from neuroedit_addon.worker.shots import NETWORK, settings, sigmoid

        session = open_network(NETWORK)
        self.thresholds, self.curves = settings(session)
        self.network = lambda frames: sigmoid(session.run(None, {"frames": frames})[0])
        self.find = detector(self.network, self.thresholds)


def _open(find: Any, edits: Any, dataset: Path) -> list[Row]:
    from models.shots.evaluate import total
    from models.shots.measure import on_edits, open_test, row
    from models.shots.peers import peers
    from models.shots.validation import compare

    rows = [row("NeuroEdit", on_edits(find, edits))]
    rows.append(row("NeuroEdit, other edits without disturbances", on_edits(find, open_test(dataset, calm=True))))
    tuning = [(edit.frames, edit) for edit in open_test(dataset, "validation", count=20)]
    for peer in peers():
        for name, settings in _ways(peer, tuning):
            counts = total(compare(peer.find(edit.frames, settings), edit) for edit in edits)
            rows.append(row(f"{name} {_told(settings)}".strip(), counts))
    return rows


def _extent(product: _Product, edits: Any) -> list[Row]:
    from models.shots.measure import confidence_error
    from models.shots.validation import judge, see

    outputs = [see(product.network, edit.frames) for edit in edits]
    start, end = judge(outputs, edits, product.thresholds).end_error()
    unsure = confidence_error(outputs, edits, product.thresholds, product.curves)
    return [
        {"": "median error of a gradual transition's start, frames", "measured": start, "promised": "at most 2"},
        {"": "median error of its end, frames", "measured": end, "promised": "at most 2"},
        {"": "expected calibration error", "measured": unsure, "promised": "under 0.05"},
    ]


def _real(find: Any, films: Any, footage: Path) -> list[Row]:
    from models.shots.evaluate import total
    from models.shots.measure import on_films, row
    from models.shots.peers import peers, pictures_of
    from models.shots.validation import compare, whole

    edited = [f for f in films if not f.single]
    rows = [row("NeuroEdit", total(on_films(find, edited).values()))]
    unseen = [f for f in edited if f.split != "train"]
    rows.append(row("NeuroEdit, films that did not train it", total(on_films(find, unseen).values())))
    paths = {path.stem: path for folder in ("video", "test_only/video") for path in (footage / folder).glob("*.*")
             if path.suffix in (".mp4", ".webm", ".mkv", ".mov")}  # fmt: skip
    pictures = {f.film.name: pictures_of(paths[f.film.name]) for f in edited if f.film.name in paths}
    tuning = [(pictures[f.film.name], whole(f.film)) for f in edited if f.split == "validation"]
    for peer in peers():
        for name, settings in _ways(peer, tuning):
            counts = total(compare(peer.find(pictures[f.film.name], settings), whole(f.film)) for f in edited)
            rows.append(row(f"{name} {_told(settings)}".strip(), counts))
    return rows


def _ways(peer: Any, tuning: Any) -> list[tuple[str, dict[str, float]]]:
    """A peer as it comes and, where it has anything to set, tuned."""
    tuned = [(f"{peer.name}, tuned", peer.tuned(tuning))] if peer.grid else []
    return [(peer.name, peer.as_it_comes()), *tuned]


def _alarms(find: Any, films: Any) -> list[Row]:
    from models.shots.measure import flashes, on_films

    single = [f for f in films if f.single]
    counts = on_films(find, single)
    frames = sum(len(f.film.small) for f in single)
    alarms = {name: c.false for name, c in counts.items() if c.false}
    told = ", ".join(f"{name} {count}" for name, count in alarms.items()) or "none"
    return [
        {"": f"{len(single)} single takes, {frames} frames", "false alarms": sum(alarms.values()), "where": told},
        {"": "200 flashes and strobes in them", "false alarms": flashes(find, films), "where": ""},
    ]


def _parity(footage: Path) -> list[Row]:
    import numpy as np

    from models.shots.evaluate import count_scenes, scenes_from_scores, total

    path = footage / "annotations" / "autoshot_test.json.gz"
    if not path.exists():
        return []
    with gzip.open(path) as file:
        known = json.load(file)
    rows = []
    for threshold in (0.296, 0.5):
        counts = total(count_scenes(scenes_from_scores(np.array(known["scores"][name]), threshold), scenes)
                       for name, scenes in known["scenes"].items())  # fmt: skip
        rows.append({"threshold": threshold, "tp": counts.hits, "fp": counts.false, "fn": counts.misses,
                     "F1": round(counts.f1, 4)})  # fmt: skip
    return rows


def _speed() -> list[Row]:
    import numpy as np

    from neuroedit_addon.worker.analyser import LookFrame
    from neuroedit_addon.worker.shots import ShotFinder

    pictures = np.random.default_rng(0).integers(0, 256, (64, 54, 96, 3), np.uint8)
    rows = []
    for threads in (1, 2):
        finder = ShotFinder(threads)
        began, worked = time.perf_counter(), time.process_time()
        for index in range(6400):
            finder.picture(LookFrame(index, index / 25, pictures[index % 64]))
        finder.finish()
        rows.append({"threads": threads, "frames a second": round(6400 / (time.perf_counter() - began)),
                     "frames a second of processor time": round(6400 / (time.process_time() - worked))})  # fmt: skip
    return rows


def _told(settings: Mapping[str, float]) -> str:
    return f"({', '.join(f'{value:g}' for value in settings.values())})" if settings else ""


def _table(rows: Sequence[Row]) -> str:
    from models.training.tables import table

    return table(rows)


def main(arguments: list[str]) -> int:
    """Print the tables."""
    import _environment

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--footage", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("dataset"))
    options = parser.parse_args(arguments)
    _environment.ensure("worker", "benchmark")
    print(markdown(measure(options.footage, options.data)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
