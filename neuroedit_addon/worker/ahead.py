"""Runs a generator in a thread of its own, a few items ahead of whoever takes them.

Decoding, scaling and the networks all let go of Python's lock while they work, so that two threads of Python keep the
cores busy where one would leave the decoder waiting whenever a network thinks.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Generator
from typing import Any, TypeVar

Item = TypeVar("Item")

_LOOK = 0.1  # seconds after which a waiting maker looks whether anybody still wants what it makes


def ahead(items: Generator[Item, None, None], most: int) -> Generator[Item, None, None]:
    """The same items in the same order, made in another thread, at most `most` of them waiting.

    What the generator raises is raised here, after the items before it. When the taker stops early the generator is
    closed, and `ahead` returns only once its thread has ended.
    """
    ready: queue.Queue[tuple[Any, BaseException | None, bool]] = queue.Queue(max(1, most))
    unwanted = threading.Event()

    def put(what: tuple[Any, BaseException | None, bool]) -> bool:
        while not unwanted.is_set():
            with contextlib.suppress(queue.Full):
                ready.put(what, timeout=_LOOK)
                return True
        return False

    def make() -> None:
        try:
            with contextlib.closing(items):
                for item in items:
                    if not put((item, None, False)):
                        return
            put((None, None, True))
        except BaseException as problem:  # whatever it is belongs to the taker
            put((None, problem, True))

    maker = threading.Thread(target=make, name="ahead", daemon=True)
    maker.start()
    try:
        while True:
            item, problem, ended = ready.get()
            if problem is not None:
                raise problem
            if ended:
                return
            yield item
    finally:
        unwanted.set()
        maker.join()
