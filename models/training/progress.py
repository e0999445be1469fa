"""A progress bar with the time left, on standard error: one line that rewrites itself, or plain lines in a log."""

from __future__ import annotations

import sys
import time


class Progress:
    """`bar(done, note)` as often as one likes; it writes five times a second at most (once a minute into a file)."""

    def __init__(self, total: int, done: int = 0, quiet: bool = False) -> None:
        self._total, self._first, self._quiet = max(total, 1), done, quiet
        self._began = self._written = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._pause = 0.2 if self._terminal else 60.0

    def __call__(self, done: int, note: str = "") -> None:
        """Show that `done` of the total are through."""
        now = time.monotonic()
        if self._quiet or (now - self._written < self._pause and done < self._total):
            return
        self._written = now
        rate = (done - self._first) / max(now - self._began, 1e-6)
        left = clock((self._total - done) / rate) if rate > 0 else "?"
        share = min(done / self._total, 1.0)
        bar = "█" * round(24 * share) + "·" * (24 - round(24 * share))
        text = f"{bar} {done}/{self._total}  {left} left  {note}"
        print(f"\r\x1b[2K{text}" if self._terminal else text, end="" if self._terminal else "\n", file=sys.stderr)
        sys.stderr.flush()

    def say(self, text: str) -> None:
        """A line of its own, which stays."""
        if not self._quiet:
            print(f"\r\x1b[2K{text}" if self._terminal else text, file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss or m:ss."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
