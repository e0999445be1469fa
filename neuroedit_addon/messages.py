"""Bridge: what the worker and its parent say to each other, one JSON object a line, a closed set of kinds.

The parent writes one `Request` line and then keeps the pipe open: closing it cancels. The worker answers with any
number of `Progress`, `Found` and `Log`, and ends with exactly one of `Done`, `Failed`, `Cancelled`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from .errors import KINDS, NeuroEditError, WorkerError

PROTOCOL = 1


@dataclass(frozen=True)
class Request:
    """What the worker shall do: a verb ("analyse", …) with its arguments as plain values."""

    verb: str
    arguments: dict[str, Any] = field(default_factory=dict)
    protocol: int = PROTOCOL


@dataclass(frozen=True)
class Progress:
    """How far it is: `done` of `total` in `unit`s; seconds left, or None while unknown."""

    phase: str
    done: float
    total: float
    left: float | None = None
    item: str = ""


@dataclass(frozen=True)
class Found:
    """The findings of one file (`Findings.to_json`), with the path that was asked for."""

    path: str
    findings: dict[str, Any]


@dataclass(frozen=True)
class Log:
    """A line for the user to read ("warning") or for the log ("info", "debug")."""

    level: str
    text: str


@dataclass(frozen=True)
class Done:
    """The last message of a worker that finished; `result` depends on the verb."""

    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failed:
    """The last message of a worker that could not finish; `kind` is a class name of errors.py."""

    kind: str
    sentence: str
    cure: str = ""

    def error(self) -> NeuroEditError:
        """The same failure as an exception."""
        return KINDS.get(self.kind, NeuroEditError)(self.sentence, self.cure)


@dataclass(frozen=True)
class Cancelled:
    """The last message of a worker whose input was closed."""


Message = Progress | Found | Log | Done | Failed | Cancelled
LAST = (Done, Failed, Cancelled)
_KINDS: dict[str, type] = {kind.__name__.lower(): kind for kind in (Progress, Found, Log, Done, Failed, Cancelled)}


def encode(message: Message | Request) -> bytes:
    """One line, ASCII only (paths with any character survive any locale), newline at the end."""
    return json.dumps({"message": type(message).__name__.lower(), **asdict(message)}).encode("ascii") + b"\n"


def decode(line: bytes) -> Message:
    """The message in one line.

    Raises:
        WorkerError: the line is not a message.
    """
    try:
        values = json.loads(line)
        return _KINDS[values.pop("message")](**values)
    except (ValueError, KeyError, TypeError, AttributeError):
        shown = line[:80].decode("utf-8", "replace").strip()
        raise WorkerError(f"The analysis process said something that is no message: “{shown}”.") from None


def decode_request(line: bytes) -> Request:
    """The request in the first line of a worker's input.

    Raises:
        WorkerError: the line is not a request, or of another protocol.
    """
    try:
        values = json.loads(line)
        if values.pop("message") != "request":
            raise ValueError
        request = Request(**values)
    except (ValueError, KeyError, TypeError, AttributeError):
        sentence = "The worker was started without a request."
        raise WorkerError(sentence, "It is started by NeuroEdit, not by hand.") from None
    if request.protocol != PROTOCOL:
        raise WorkerError(f"The request speaks protocol {request.protocol}, this worker {PROTOCOL}.")
    return request
