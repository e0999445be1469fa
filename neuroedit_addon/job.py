"""Bridge: starts the worker, hands over its messages, cancels it; whatever befalls it becomes one last message.

    done = run(Request("analyse", {"sources": ["talk.mp4"]}), python, paths, print)     # blocking
    job = Job(request, python, paths);  …  for message in job.poll(): …                 # from a timer

The worker is another process with its own Python; standard library only.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from .errors import Cancelled as CancelledError
from .errors import EnvironmentProblem, NeuroEditError, WorkerError
from .messages import LAST, Cancelled, Done, Failed, Message, Request, decode, encode

ENTRY = Path(__file__).resolve().parent / "worker" / "entry.py"

_LOG_LINES = 200
_LONGEST_LINE = 256 * 1024 * 1024  # the findings of a day of footage are a tenth of that
_TICK = 0.2  # a wait without an end could not be interrupted on Windows
_GRACE = 3.0  # seconds a worker has to end by itself once its input is closed or its last message is out


class Job:
    """One worker at work.

    Args:
        request: what it shall do.
        python: the interpreter that runs it.
        paths: folders that it adds to its module path.
        command: another program that speaks the worker's language, to be started in its place; whatever else it
            says before it begins to, as Blender does, goes to the log.

    Raises:
        errors.EnvironmentProblem: the interpreter cannot be started.
    """

    def __init__(self, request: Request, python: str | os.PathLike[str], paths: Sequence[str] = (),
                 command: Sequence[str] = ()) -> None:  # fmt: skip
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._last: Message | None = None
        self._babbles = bool(command)
        self._process = _start(list(command) or [os.fspath(python), "-I", "-X", "utf8", str(ENTRY), *paths])
        self._log_thread = threading.Thread(target=self._read_log, name="neuroedit-worker-log", daemon=True)
        self._thread = threading.Thread(target=self._read_messages, name="neuroedit-worker", daemon=True)
        self._log_thread.start()
        self._thread.start()
        with suppress(OSError):  # it is dead already; the reading thread says why
            _pipe(self._process.stdin).write(encode(request))
            _pipe(self._process.stdin).flush()

    @property
    def finished(self) -> bool:
        """Whether the last message has been handed over."""
        return self._last is not None

    @property
    def log(self) -> str:
        """The tail of the worker's log."""
        return "\n".join(self._log)

    def poll(self, most: int = 1000) -> list[Message]:
        """The messages since the last call, without waiting; the very last is Done, Failed or Cancelled."""
        found: list[Message] = []
        while len(found) < most and not self.finished:
            try:
                found.append(self._take(block=False))
            except queue.Empty:
                break
        return found

    def wait(self, timeout: float | None = None) -> Message | None:
        """The next message, waiting for it; None when `timeout` seconds have passed or all have been handed over."""
        if self.finished:
            return None
        try:
            return self._take(block=True, timeout=timeout)
        except queue.Empty:
            return None

    def cancel(self) -> None:
        """Ask the worker to stop; its last message follows within half a second. May be called twice."""
        with suppress(OSError):
            _pipe(self._process.stdin).close()

    def kill(self) -> None:
        """End the worker and whatever it started, now."""
        _kill(self._process)

    def _take(self, block: bool, timeout: float | None = None) -> Message:
        message = self._messages.get(block, timeout)
        if isinstance(message, LAST):
            self._last = message
            self.cancel()
        return message

    def _read_messages(self) -> None:
        last: Message | None = None
        try:
            while last is None and (line := _pipe(self._process.stdout).readline(_LONGEST_LINE)):
                if self._babbles and not line.startswith(b"{"):
                    self._log.append(line.decode("utf-8", "replace").rstrip())
                    continue
                message = decode(line)
                if isinstance(message, LAST):
                    last = message
                else:
                    self._messages.put(message)
        except WorkerError as problem:
            self.kill()
            last = Failed("WorkerError", problem.sentence, problem.cure)
        except (OSError, ValueError) as problem:
            last = Failed("WorkerError", f"The analysis process cannot be heard any more: {problem}.")
        code = self._reap(patient=last is not None)
        self._log_thread.join(_GRACE)
        self._messages.put(last or Failed("WorkerError", _how_it_ended(code), _CURE))

    def _reap(self, patient: bool) -> int | None:
        """Wait for the end of the process; its exit code. One that does not go is killed."""
        if patient:
            self.cancel()
        try:
            code = self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        _kill(self._process)  # whatever it started and left behind
        return code

    def _read_log(self) -> None:
        for line in _pipe(self._process.stderr):
            self._log.append(line.decode("utf-8", "replace").rstrip())


_CURE = "Try again; if it happens again, run with --debug and report what the log says."


def run(request: Request, python: str | os.PathLike[str], paths: Sequence[str] = (),
        on_message: Callable[[Message], None] = lambda message: None) -> Done:  # fmt: skip
    """Let a worker do `request` and wait for it; every message but the last goes to `on_message`.

    Raises:
        errors.NeuroEditError: the worker's failure, of the kind it named; WorkerError (with the log's tail) when it
            died; Cancelled when it was cancelled. Ctrl-C cancels it and becomes errors.Cancelled, too.
    """
    job = Job(request, python, paths)
    try:
        while not job.finished:
            message = job.wait(_TICK)
            if message is None:
                continue
            if isinstance(message, Done):
                return message
            if isinstance(message, Cancelled):
                raise CancelledError
            if isinstance(message, Failed):
                raise _failure(message, job.log)
            on_message(message)
        raise WorkerError("The analysis process ended without a word.", _CURE, job.log)
    except KeyboardInterrupt:
        job.cancel()
        while not job.finished and job.wait(_GRACE) is not None:
            pass
        raise CancelledError from None
    finally:
        if not job.finished:
            job.kill()


def _failure(message: Failed, log: str) -> NeuroEditError:
    error = message.error()
    if isinstance(error, WorkerError):
        error.log = log
    return error


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    options: dict[str, Any] = {}
    if os.name == "nt":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP  # type: ignore[attr-defined,unused-ignore]
    else:
        options["start_new_session"] = True  # Ctrl-C reaches the parent alone, which then closes the input
    # "-I" keeps PYTHONPATH and the user's site-packages out; the variables go, too, for what a worker may start.
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "__PYVENV"))}
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=environ, **options)  # fmt: skip
    except (OSError, ValueError) as problem:
        raise EnvironmentProblem(
            f"The Python at {command[0]} cannot be started: {getattr(problem, 'strerror', None) or problem}.",
            "Choose another Python for the analysis in the preferences.",
        ) from problem


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError, ValueError):  # gone already
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _how_it_ended(code: int | None) -> str:
    if code is not None and code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"The analysis process was ended by the system ({name}) before it had finished."
    return f"The analysis process ended (exit code {code}) before it had finished."


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
