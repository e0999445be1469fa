"""Ctrl-C at any moment: the run ends soon, with nothing left behind, even while Blender's own code is busy."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ...errors import Cancelled
from ..whole_file import prefix

CODE = Cancelled.exit_code
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

    def install(self) -> None:
        """Listen from now on; called once, in the main thread."""
        read, write = os.pipe()
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, args=(read,), name="neuroedit-stop", daemon=True).start()
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._hear)

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
        os.read(read, 1)
        self._asked.set()
        deadline = time.monotonic() + _GRACE
        threading.Thread(target=_end_at, args=(deadline, self), daemon=True).start()
        os.read(read, 1)  # asked for twice: now
        _end_at(0.0, self)


def _end_at(deadline: float, stopper: Stopper) -> None:
    time.sleep(max(0.0, deadline - time.monotonic()))
    stopper.clear()
    with suppress(OSError, ValueError):
        sys.stderr.write("\nCancelled; nothing was changed.\n")
        sys.stderr.flush()
    os._exit(CODE)
