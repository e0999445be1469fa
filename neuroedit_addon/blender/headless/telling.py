"""Tells how far a run is: a bar for people, JSON lines for programs, or nothing. Everything goes to standard error."""

from __future__ import annotations

import os
import sys
import time
from typing import IO

from ...messages import Log, Message, Progress, encode
from ...planner.describe import clock

HOW = ("bar", "json", "none")
_NAMES = {"analyse": "watching and listening", "edit": "editing", "render": "rendering",
          "levelling": "levelling the mix", "levelling again": "levelling the mix"}  # fmt: skip
_BETWEEN = 0.1  # seconds between two tellings of one phase
_WIDTH = 100


class Teller:
    """Takes messages of all phases.

    Args:
        how: one of HOW; a bar on something that is no terminal becomes one line a phase.
        debug: tell the log's lines, too.
        out: standard error as the user sees it.
    """

    def __init__(self, how: str = "bar", quiet: bool = False, debug: bool = False, out: IO[str] | None = None) -> None:
        self._out = out or sys.stderr
        self._how = "none" if quiet else how
        self._quiet, self._debug = quiet, debug
        self._terminal = self._out.isatty()
        self._drawn, self._last, self._phase = 0, 0.0, ""
        self._told = ("", "")

    def __call__(self, message: Message) -> None:
        if isinstance(message, Progress) and not self._due(message):
            return
        if self._how == "json":
            self._write(encode(message).decode("ascii"))
        elif isinstance(message, Progress):
            if self._how == "bar":
                self._draw(message)
        elif isinstance(message, Log) and ((message.level == "warning" and not self._quiet) or self._debug):
            self.clear()
            self._write(f"{message.level}: {message.text}\n")

    def warn(self, text: str) -> None:
        """A sentence that the user should read."""
        self(Log("warning", text))

    def clear(self) -> None:
        """Take the bar away."""
        if self._drawn:
            self._write("\r" + " " * self._drawn + "\r")
            self._drawn = 0
        self._phase = ""

    def _due(self, progress: Progress) -> bool:
        """Whether it is time to tell progress again; the first and last of a phase always are."""
        now, what = time.monotonic(), (progress.phase, progress.item)
        if what == self._told and now - self._last < _BETWEEN and progress.done < progress.total:
            return False
        self._told, self._last = what, now
        return True

    def _draw(self, progress: Progress) -> None:
        name = _NAMES.get(progress.phase, progress.phase)
        if not self._terminal:
            if name != self._phase:
                self._phase = name
                self._write(f"{name} {os.path.basename(progress.item)}\n")
            return
        self._phase = name
        share = min(progress.done / progress.total, 1.0) if progress.total else 0.0
        left = "" if progress.left is None else f"  {clock(progress.left)} left"
        line = f"{share:4.0%} [{'#' * int(share * 24):24}] {name}{left}  {os.path.basename(progress.item)}"
        line = line.replace("\n", " ")[:_WIDTH]
        self._write("\r" + line.ljust(self._drawn))
        self._drawn = len(line)

    def _write(self, text: str) -> None:
        encoding = self._out.encoding or "utf-8"
        self._out.write(text.encode(encoding, "replace").decode(encoding))
        self._out.flush()
