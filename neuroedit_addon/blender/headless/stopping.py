"""Ctrl-C at any moment: the run ends soon, with nothing left behind, even while Blender's own code is busy."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ...errors import Cancelled
from ..whole_file import prefix

CODE = Cancelled.exit_code
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_GRACE = 3.0  # seconds that a run has to end by itself


class Stopper:
    """Hears signals. In Python code they become KeyboardInterrupt; inside `held` they only set the flag.

    Blender swallows exceptions of its handlers and runs no Python for as long as a frame takes, so a thread ends the
    process if it has not ended by itself; it clears `leftovers` first.

    Attributes:
        leftovers: folders to remove whole when the process ends the hard way.
        outputs: folders in which half-written files of this process may lie.
    """

    def __init__(self) -> None:
        self.leftovers: set[Path] = set()
        self.outputs: set[Path] = set()
        self._asked = threading.Event()
        self._held = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear signals while in here; only in the main thread."""
        read, write = os.pipe()
        os.set_blocking(write, False)
        former_fd = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, args=(read,), name="neuroedit-stop", daemon=True).start()
        numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
        former = [(number, signal.signal(number, self._hear)) for number in numbers]
        try:
            yield
        finally:
            for number, handler in former:
                # None is a handler of C code, which Python cannot put back: Blender's own, which ends a render.
                signal.signal(number, signal.SIG_DFL if handler is None else handler)
            signal.set_wakeup_fd(former_fd)
            os.close(write)

    def asked(self) -> bool:
        """Whether somebody wants the run to end."""
        return self._asked.is_set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """While in here a signal interrupts nothing; what runs looks at `asked`."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        if self.asked():
            raise Cancelled

    def clear(self) -> None:
        """Remove what a run leaves behind."""
        for folder in self.leftovers:
            shutil.rmtree(folder, ignore_errors=True)
        for folder in self.outputs:
            for file in folder.glob(f"{prefix()}*"):
                with suppress(OSError):
                    file.unlink()

    def _hear(self, *_: Any) -> None:
        self._asked.set()
        if not self._held:
            raise KeyboardInterrupt

    def _watch(self, read: int) -> None:
        heard = os.read(read, 1)  # nothing once nobody listens any more
        if heard:
            self._asked.set()
            timer = threading.Timer(_GRACE, _end, [self])
            timer.daemon = True
            timer.start()
            if os.read(read, 1):  # asked for twice: now
                _end(self)
            timer.cancel()
        os.close(read)


def _end(stopper: Stopper) -> None:
    stopper.clear()
    with suppress(OSError, ValueError):
        sys.stderr.write("\nCancelled; nothing was changed.\n")
        sys.stderr.flush()
    os._exit(CODE)
