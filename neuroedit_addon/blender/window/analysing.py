"""Asks the worker what is in footage, a message at a time, so that the window stays alive."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ... import job
from ...errors import Cancelled, EnvironmentProblem, WorkerError
from ...findings import Findings
from ...messages import Cancelled as CancelledMessage
from ...messages import Done, Failed, Found, Log, Progress, Request
from .. import proxy_render
from . import knowledge, last, log
from .task import Stop, Tick

WorkerPython = Callable[[], tuple[str, list[str]]]


@dataclass(frozen=True)
class Desk:
    """What the worker needs from here: its Python (interpreter, folders), and where findings are cached ("": usual)."""

    python: WorkerPython
    cache_dir: str = ""


def ask(desk: Desk, verb: str, arguments: dict[str, Any], stop: Stop,
        hear: Callable[[Found], None] = lambda found: None) -> Generator[Tick, None, dict[str, Any]]:  # fmt: skip
    """Let a worker do a verb; returns its result. It is ended when this generator is closed.

    Raises:
        NeuroEditError: the worker's failure; Cancelled when `stop` said so.
    """
    python, folders = desk.python()
    work = job.Job(Request(verb, arguments), python, folders)
    of_files = tuple(map(str, arguments.get("sources", ())))  # what is odd about footage is for the log alone
    try:
        while True:
            progress, asked = None, stop()
            for message in work.poll(50):
                if isinstance(message, Done):
                    return message.result
                if isinstance(message, (Failed, CancelledMessage)):
                    raise _failure(message, work.log, named=not folders)
                if isinstance(message, Progress):
                    progress = message
                elif isinstance(message, Found):
                    hear(message)
                elif isinstance(message, Log):
                    log.write(f"{message.level}: {message.text}")
                    if message.level == "warning" and not message.text.startswith(of_files):
                        last.warn(message.text)
            if asked:
                raise Cancelled
            yield Tick(progress, waiting=True)
    finally:
        with suppress(OSError):
            work.cancel()  # a thread of it waits for the end, and kills what does not end
        log.write(work.log)


def analyse(scene: Any, paths: Sequence[str], desk: Desk, stop: Stop, anew: bool) -> Generator[Tick, None, None]:
    """Learn what is in the sources that are not known yet; strips that are no files are rendered small first.

    Args:
        anew: look again at what Blender renders, which may have changed without a sign.

    Raises:
        NeuroEditError: a source cannot be used, or the worker failed.
    """
    wanted = knowledge.unknown(paths, anew)
    if not wanted:
        return
    yield Tick(Progress("start", 0, 1))
    with proxy_render.rendered(scene, wanted, lambda progress: None, stop) as films:
        names = {film: name for name, film in films.items()}

        def hear(message: Found) -> None:
            found = Findings.from_json(message.findings, message.path)
            name = names.get(message.path, message.path)
            knowledge.learn(name, proxy_render.found_as(name, found) if message.path in names else found)

        arguments = {"sources": [films.get(path, path) for path in wanted], "cache_dir": desk.cache_dir or None}
        yield from ask(desk, "analyse", arguments, stop, hear)


def _failure(message: Failed | CancelledMessage, words: str, named: bool) -> Exception:
    """The worker's failure as the user meets it; `named`: the preferences name its Python."""
    if isinstance(message, CancelledMessage):
        return Cancelled()
    error = message.error()
    if isinstance(error, EnvironmentProblem) and named:
        return EnvironmentProblem(error.sentence, "Clear the line Python in the preferences to use Blender's own.")
    if isinstance(error, WorkerError):
        error.log = words
    return error
