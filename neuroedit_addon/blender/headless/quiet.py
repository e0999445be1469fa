"""Keeps Blender's own chatter away from what a program says: its standard output is for results only."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple


class Streams(NamedTuple):
    """The user's own streams."""

    out: IO[str]
    err: IO[str]


@contextmanager
def quiet(debug: bool) -> Iterator[Streams]:
    """Send descriptors 1 and 2, and what Python prints, to nobody (with `debug` to standard error).

    Yields the user's streams, for what a program itself has to say.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    former = sys.stdout, sys.stderr
    streams = Streams(*(_text(number, like) for number, like in zip(kept, former, strict=True)))
    sink = os.dup(2) if debug else os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    if not debug:
        os.dup2(sink, 2)
    os.close(sink)
    sys.stdout, sys.stderr = _text(1, former[0]), _text(2, former[1])
    try:
        yield streams
    finally:
        for stream in (*streams, sys.stdout, sys.stderr):
            stream.flush()
        _flush_c()
        sys.stdout, sys.stderr = former
        for number, target in zip(kept, (1, 2), strict=True):
            os.dup2(number, target)


def _flush_c() -> None:
    """Let what Blender's C code still holds go where the rest of it went, before the descriptors come back."""
    if os.name != "nt":
        ctypes.CDLL(None).fflush(None)


def _text(number: int, like: IO[str]) -> IO[str]:
    encoding = getattr(like, "encoding", None) or "utf-8"
    return open(number, "w", encoding=encoding, errors="replace", buffering=1, closefd=False)
