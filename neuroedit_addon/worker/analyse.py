"""The verb "analyse": findings of every source, from the cache or by one decode that feeds all analysers.

Arguments: {"sources": [path or description, …], "cache": true, "cache_dir": folder or null for the platform's own}.
Says Progress, Log and one Found a source, in the order asked for; the result is {"sources": n, "cached": n}.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import cv2

from ..errors import Cancelled, UsageError
from ..findings import Findings
from ..messages import Found, Log, Message, Progress
from .analyser import Analyser, LookFrame
from .cache import Cache, default_folder, identify
from .colour_wanted import colour_judge
from .detectors import detectors, versions
from .look import LookMeter, with_looks
from .loudness import LoudnessMeter
from .media import Reader
from .shots_from import shots_from
from .source import Source, source_of

Say = Callable[[Message], None]
Stop = Callable[[], bool]

_EVERY = 0.2  # seconds between two progress messages
_FIELDS = {f.name for f in fields(Findings)}


def run(arguments: dict[str, Any], say: Say, cancelled: Stop) -> dict[str, Any]:
    """Do it.

    Raises:
        UsageError: no sources, or a description that makes no sense.
        MediaError: a source cannot be used; sources before it have been told.
        Cancelled: `cancelled` said so.
    """
    cv2.setNumThreads(1)  # the decoder's threads fill the cores
    sources = [source_of(spec) for spec in arguments.get("sources", ())]
    if not sources:
        raise UsageError("There is nothing to analyse.", "Name at least one file.")
    cache = _cache(arguments)
    identities = [identify(source) for source in sources]
    known = [cache.get(identity, source.path) for identity, source in zip(identities, sources, strict=True)]
    clock = _Clock(say, sources, known)
    for warning in (*detectors()[1], *colour_judge()[1]):
        say(Log("warning", warning))
    for source, identity, found in zip(sources, identities, known, strict=True):
        if found is None:
            found = analyse(source, identity.fingerprint, partial(clock.at, source), cancelled)
            cache.put(identity, found)
            clock.done(source, found.media.duration)
        for warning in found.warnings:
            say(Log("warning", f"{source.path}: {warning}"))
        say(Found(source.path, found.to_json()))
    for warning in cache.warnings:
        say(Log("warning", warning))
    return {"sources": len(sources), "cached": sum(k is not None for k in known)}


def analyse(source: Source, fingerprint: str = "", at: Callable[[float], None] = lambda second: None,
            cancelled: Stop = lambda: False) -> Findings:  # fmt: skip
    """The findings of one source, by one decode; `at` hears the second that has been reached.

    Raises:
        MediaError: the source cannot be used.
        Cancelled: `cancelled` said so.
    """
    look, loudness, colour = LookMeter(), LoudnessMeter(), colour_judge()[0]
    listeners: list[Analyser] = [look, *detectors()[0], *([colour] if colour else ())]
    with Reader(source, hear=loudness.hear) as reader:
        for event in reader:
            if cancelled():
                raise Cancelled
            if isinstance(event, LookFrame):
                for listener in listeners:
                    listener.picture(event)
            else:
                for listener in listeners:
                    listener.sound(event)
            at(reader.position)
        found: dict[str, Any] = {}
        for listener in listeners:
            found |= listener.finish()
        found |= loudness.finish()
        media = reader.media(fingerprint)
        end = reader.picture_end
        warnings = [*reader.warnings, *found.pop("warnings", ())]
    if unknown := set(found) - _FIELDS:
        raise AssertionError(f"analysers found {unknown}, which findings have no place for")
    shots = shots_from(found.get("transitions", ()), media, end)
    found["shots"] = with_looks(shots, found.get("transitions", ()), look)
    if colour:
        found["grades"] = colour.grades(shots, found.get("transitions", ()))
    return Findings(media=media, warnings=(*warnings, *_remarks(found)), analysers=versions(), **found)


def _remarks(found: dict[str, Any]) -> list[str]:
    loudness = found.get("loudness")
    if loudness is not None and loudness.integrated_lufs is None:
        return ["silent throughout"]
    return []


def _cache(arguments: dict[str, Any]) -> Cache:
    if not arguments.get("cache", True):
        return Cache(None, versions())
    folder = arguments.get("cache_dir")
    return Cache(Path(folder) if folder else default_folder(), versions())


class _Clock:
    """Says progress over all sources in media seconds, a few times a second, with the time left."""

    def __init__(self, say: Say, sources: list[Source], known: list[Findings | None]) -> None:
        self._say = say
        # Opens every unknown source, so that an unusable one is told before hours are spent on those before it.
        self._claimed = {id(s): _claimed(s) for s, k in zip(sources, known, strict=True) if k is None}
        self._before = 0.0
        self._start = time.monotonic()
        self._said = 0.0

    def at(self, source: Source, second: float) -> None:
        """The present source has been read up to `second`."""
        now = time.monotonic()
        if now - self._said < _EVERY:
            return
        self._said = now
        self._tell(source, self._before + min(second, self._claimed[id(source)] or second))

    def done(self, source: Source, duration: float) -> None:
        """A source has been read to its end."""
        self._claimed[id(source)] = duration
        self._before += duration
        self._tell(source, self._before)

    def _tell(self, source: Source, done: float) -> None:
        total = max(sum(self._claimed.values()), done)
        spent = time.monotonic() - self._start
        left = spent * (total - done) / done if done > 0 and spent > 0.5 else None
        self._say(Progress("analyse", round(done, 3), round(total, 3), left, source.path))


def _claimed(source: Source) -> float:
    with Reader(source) as reader:
        return reader.duration
