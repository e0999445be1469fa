"""Asks the worker what is in footage, or takes it from findings files; the worker's Python is found when needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ... import job
from ...errors import MediaError, PlanError
from ...findings import Findings, Media, read_json
from ...messages import Found, Log, Message, Progress, Request

WorkerPython = Callable[[], tuple[str, Sequence[str]]]
_SAME_LENGTH = 0.1  # seconds by which the lengths of one file may differ between two ways of counting


@dataclass(frozen=True)
class Knower:
    """The worker, and what it may remember.

    Attributes:
        python: gives the worker's interpreter and folders for its path.
        tell: hears its messages.
        cache, cache_dir: as the command line says.
    """

    python: WorkerPython
    tell: Callable[[Message], None]
    cache: bool = True
    cache_dir: Path | None = None

    def ask(self, verb: str, **arguments: Any) -> dict[str, Any]:
        """The result of a verb; its messages are told on, but for findings."""
        python, paths = self.python()
        return job.run(Request(verb, arguments), python, paths, self._hear).result

    def media(self, paths: Sequence[str]) -> list[Media]:
        """What files are, without analysing them.

        Raises:
            MediaError: one of them cannot be used.
        """
        return [_media(values) for values in self.ask("probe", sources=list(paths))["media"]]

    def findings(self, paths: Sequence[str]) -> list[Findings]:
        """The findings of files, in their order.

        Raises:
            MediaError: one of them cannot be used.
        """
        if not paths:
            return []
        found: list[Findings] = []
        warnings: list[Log] = []

        def hear(message: Message) -> None:
            if isinstance(message, Found):
                found.append(Findings.from_json(message.findings, message.path))
            elif isinstance(message, Log) and message.level == "warning":
                warnings.append(message)
            else:
                self._hear(message)

        cache_dir = str(self.cache_dir) if self.cache_dir else None
        arguments = {"sources": list(paths), "cache": self.cache, "cache_dir": cache_dir}
        python, folders = self.python()
        job.run(Request("analyse", arguments), python, folders, hear)
        told = {text for findings in found for text in findings.warnings}  # these stand in the plan's summary
        for warning in warnings:
            if not any(warning.text.endswith(text) for text in told):
                self.tell(warning)
        return found

    def findings_or_warn(self, paths: Sequence[str], optional: Callable[[str], bool]) -> list[Findings]:
        """As `findings`, but optional files that cannot be used are left out with a warning.

        Raises:
            MediaError: a file that is not optional cannot be used, or none is left.
        """
        if not any(optional(path) for path in paths):
            return self.findings(paths)
        usable: list[str] = []
        for path in paths:
            try:
                self.media([path])
                usable.append(path)
            except MediaError as problem:
                if not optional(path):
                    raise
                self.tell(Log("warning", f"Left out: {problem.sentence}"))
        if not usable:
            raise MediaError("None of this footage can be used.", "Open one of the files in a player.")
        return self.findings(usable)

    def _hear(self, message: Message) -> None:
        if isinstance(message, (Progress, Log)):
            self.tell(message)


def read_findings(files: Sequence[Path]) -> list[Findings]:
    """Findings from .json files, or from all in a folder.

    Raises:
        PlanError: one cannot be read or is not findings, or a folder holds none.
    """
    found: list[Findings] = []
    for file in files:
        parts = sorted(file.glob("*.json")) if file.is_dir() else [file]
        if not parts:
            raise PlanError(f"There are no findings in {file}.")
        found += [Findings.from_json(read_json(part), str(part)) for part in parts]
    return found


def matched_findings(given: Sequence[Findings], media: Sequence[Media]) -> dict[str, Findings]:
    """Findings by the path of the file among `media` that they are of, with that path.

    A file is known by its path or, when it was moved, by its fingerprint; it must still have the content that was
    analysed.

    Raises:
        PlanError: findings of a file that is not here, or that has changed since.
    """
    matched: dict[str, Findings] = {}
    for findings in given:
        was = findings.media
        here = next((m for m in media if m.path == was.path), None) or next(
            (m for m in media if _content(m) and _content(m) == _content(was)), None
        )
        if here is None:
            raise PlanError(f"The findings belong to {was.path}, which is not among this footage.", "Analyse again.")
        same = _content(here) == _content(was) if was.fingerprint else abs(here.duration - was.duration) < _SAME_LENGTH
        if not same:
            raise PlanError(f"{here.path} has changed since its findings were made.", "Analyse it again.")
        matched[here.path] = replace(findings, media=replace(was, path=here.path, fingerprint=here.fingerprint))
    return matched


def _content(media: Media) -> tuple[str, str]:
    """Size and hash of a fingerprint; the time between them changes when a file is copied."""
    size, _, rest = media.fingerprint.partition("-")
    return size, rest.rpartition("-")[2]


def _media(values: dict[str, Any]) -> Media:
    empty = {"format": "neuroedit-findings/1", "media": values}
    return Findings.from_json(empty, values.get("path", "media")).media
