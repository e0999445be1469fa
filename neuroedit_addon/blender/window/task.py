"""One thing at a time: a task is a generator that works in slices of milliseconds, driven by an operator's timer.

A task's state lives here, outside of Blender's data, so that undo, redo and other files do not touch it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from ...messages import Progress

SLICE = 0.02  # seconds that a task may hold up the window at a time
IDLE = 0.02  # seconds to wait for the worker where nothing else runs


@dataclass(frozen=True)
class Tick:
    """Where a task is.

    Attributes:
        progress: to be shown; None leaves what is shown.
        waiting: for another process: there is nothing to do before the next timer.
        writing: strips are being changed, so the user's clicks and keys must wait.
    """

    progress: Progress | None = None
    waiting: bool = False
    writing: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the user is told: a level of Blender's reports ("INFO", "WARNING") and a sentence."""

    level: str
    sentence: str


Work = Generator[Tick, None, Outcome]
Stop = Callable[[], bool]


class Task:
    """A generator at work.

    Attributes:
        title: what it does, for the panel ("Auto Edit").
        progress: the last that was told.
        writing: whether strips are being changed right now.
        touched: whether strips have been changed, so that breaking off must take something back.
        began: time.monotonic() of its start.
    """

    def __init__(self, title: str, work: Callable[[Stop], Work]) -> None:
        self.title = title
        self.progress: Progress | None = None
        self.writing = self.touched = False
        self.began = time.monotonic()
        self.outcome: Outcome | None = None
        self._cancelled = False
        self._work = work(self.cancelled)

    def cancel(self) -> None:
        """Ask it to stop; it does at its next slice."""
        self._cancelled = True

    def cancelled(self) -> bool:
        """Whether it shall stop."""
        return self._cancelled

    def step(self, seconds: float = SLICE) -> bool:
        """Work for about this long; says whether it is done, `outcome` then tells how it ended.

        Raises:
            NeuroEditError, or whatever else the work raised.
        """
        until = time.perf_counter() + seconds
        while True:
            try:
                tick = next(self._work)
            except StopIteration as done:
                self.outcome = done.value
                return True
            self.writing = tick.writing
            self.touched |= tick.writing
            self.progress = tick.progress or self.progress
            if tick.waiting or time.perf_counter() >= until:
                return False

    def close(self) -> None:
        """End it where it is; workers that it started end, too."""
        self._work.close()


_current: Task | None = None


def current() -> Task | None:
    """The task at work."""
    return _current


def begin(task: Task) -> None:
    """Make this the task at work."""
    global _current
    assert _current is None
    _current = task


def end() -> None:
    """No task is at work any more; the one that was is closed."""
    global _current
    task, _current = _current, None
    if task:
        task.close()
