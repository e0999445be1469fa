"""Collecting: every file below some folders into one data set, on all cores, again and again without doing it twice."""

from __future__ import annotations

import hashlib
import multiprocessing
import shutil
import signal
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.training.progress import Progress
from neuroedit_addon.errors import MediaError, OutputError

from . import manifest, sheet
from .flags import alike
from .gather import gather
from .sources import Source, walk


@dataclass(frozen=True)
class Tally:
    """What a collection did: sources taken now, skipped now, known from before, and all records of the data set."""

    taken: int
    skipped: int
    known: int
    records: int


def collect(places: Sequence[Path], dataset: Path, licence: str, jobs: int, quiet: bool = False) -> Tally:
    """Bring a data set up to date with what lies below `places`.

    Whatever is whole stays when this is interrupted; the next call goes on. A changed file is collected again.

    Raises:
        MediaError: a place does not exist, or nothing below them is footage.
        OutputError: the data set's folder cannot be written or the disk is full.
    """
    sources = list(walk(places, licence))
    if not sources:
        raise MediaError(f"No footage lies below {', '.join(str(p) for p in places)}.", "Name a folder with videos.")
    try:
        dataset.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(f"{dataset} cannot be made: {problem.strerror}.") from None
    for half in dataset.glob(".*.part"):
        shutil.rmtree(half, ignore_errors=True)
    records = manifest.read(dataset, missing_ok=True)
    todo = list(_todo(sources, dataset, records))
    bar = Progress(len(todo), quiet=quiet)
    before = sum(r["kind"] == "skipped" for r in records.values())
    for number, record in enumerate(_gathered(todo, dataset, jobs), 1):
        _without_twins(record, records, dataset)
        manifest.append(dataset, record)
        records[record["name"]] = record
        if record["kind"] == "skipped":
            bar.say(f"Skipped {record['source']}: {record['reason']}")
        bar(number, record["name"])
    sheet.write(dataset, records.values())
    skipped = sum(r["kind"] == "skipped" for r in records.values()) - before
    return Tally(len(todo) - skipped, skipped, len(sources) - len(todo), len(records))


def _todo(sources: Sequence[Source], dataset: Path, records: dict[str, dict[str, Any]]) -> list[tuple[Source, str]]:
    by_source = {r["source"]: r for r in records.values()}
    names = set(records)
    todo = []
    for source in sources:
        known = by_source.get(str(source.path))
        stat = source.path.stat()
        if known and (known["size"], known["changed"]) == (stat.st_size, stat.st_mtime_ns) and _whole(known, dataset):
            continue
        name = known["name"] if known else source.path.stem
        if not known and name in names:
            name += "-" + hashlib.sha256(str(source.path).encode()).hexdigest()[:8]
        names.add(name)
        todo.append((source, name))
    return todo


def _whole(record: dict[str, Any], dataset: Path) -> bool:
    return all((dataset / record[key]).exists() for key in ("small", "sound", "picture") if key in record)


def _gathered(todo: list[tuple[Source, str]], dataset: Path, jobs: int) -> Any:
    if jobs <= 1:
        yield from (gather(source, name, dataset) for source, name in todo)
        return
    # Fork would copy half-locked decoder threads; a broken decoder must not take the whole collection along.
    context = multiprocessing.get_context("spawn")
    queue = deque(todo)
    while queue:
        with ProcessPoolExecutor(jobs, context, _leave_interrupts) as pool:
            running: deque[tuple[Future[dict[str, Any]], tuple[Source, str]]] = deque()
            try:
                while queue or running:
                    while queue and len(running) < 3 * jobs:
                        running.append((pool.submit(gather, *queue[0], dataset), queue.popleft()))
                    # In the order of the sources: which of two twins stays does not hang on who was faster.
                    record = running[0][0].result()
                    running.popleft()
                    yield record
            except BrokenProcessPool:
                # One of them took the process down: each is tried alone, and the guilty one is skipped.
                for _, item in running:
                    yield _alone(item, dataset, context)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _alone(item: tuple[Source, str], dataset: Path, context: Any) -> dict[str, Any]:
    source, name = item
    with ProcessPoolExecutor(1, context, _leave_interrupts) as pool:
        try:
            return pool.submit(gather, source, name, dataset).result()
        except BrokenProcessPool:
            stat = source.path.stat()
            return {"name": name, "source": str(source.path), "size": stat.st_size, "changed": stat.st_mtime_ns,
                    "licence": source.licence, "kind": "skipped", "reason": "Decoding it crashes."}  # fmt: skip


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _without_twins(record: dict[str, Any], records: dict[str, dict[str, Any]], dataset: Path) -> None:
    """Turn a record of pictures that are in the data set already into a skipped one, and drop its files."""
    for other in records.values():
        if other["name"] == record["name"] or other["kind"] != record["kind"] or record["kind"] == "skipped":
            continue
        exact = other.get("sha256") == record["sha256"]
        if exact or (record.get("signature") and alike(record["signature"], other.get("signature", ""))):
            for key in ("small", "sound", "picture"):
                if key in record:
                    (dataset / record.pop(key)).unlink(missing_ok=True)
            for shot in record.pop("shots", ()):
                (dataset / shot["poster"]).unlink(missing_ok=True)
            record |= {"kind": "skipped", "flag": "duplicate", "reason": f"It shows the same as {other['name']}."}
            return
