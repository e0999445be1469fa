"""How a step asks for what only the worker can do, without knowing how the worker is reached.

A step is a generator: it yields an `Ask`, and is sent the result of that verb. Headless answers one after the other
(`answered`); the window starts a job, goes on drawing, and sends the result when it is there.

    work = finish(scene, wishes, found)
    ask = next(work)
    while True:
        ask = work.send(result_of(ask.verb, ask.arguments))     # StopIteration.value is what came of it

Nothing is changed between an `Ask` and its result, so a step that is closed (`work.close()`) leaves no half strip.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Ask:
    """One request to the worker: a verb of worker/entry.py and its arguments, plain values."""

    verb: str
    arguments: dict[str, Any]


Step = Generator[Ask, dict[str, Any], Result]


def answered(work: Step[Result], ask: Callable[[Ask], dict[str, Any]]) -> Result:
    """Do the work, waiting for each answer.

    Raises:
        NeuroEditError: whatever `ask` or the work raised; the work has been closed.
    """
    try:
        request = next(work)
        while True:
            try:
                result = ask(request)
            except BaseException as problem:
                work.throw(problem)
                raise
            request = work.send(result)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    finally:
        work.close()
