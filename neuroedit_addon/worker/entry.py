"""The worker's first line: takes one request from standard input, answers with messages on standard output.

Started as `[python, "-I", "…/neuroedit_addon/worker/entry.py", FOLDER…]`; the folders are added to the module path.
Closing standard input cancels, and so does the parent's death, which closes it.
"""

from __future__ import annotations

import os
import sys
import threading

# Before anything heavy is imported: what libraries print goes to the log, standard output belongs to the messages.
_OUT = os.dup(1)
os.dup2(2, 1)
if os.name == "nt":
    import msvcrt

    msvcrt.setmode(_OUT, os.O_BINARY)  # type: ignore[attr-defined,unused-ignore]
    msvcrt.setmode(0, os.O_BINARY)  # type: ignore[attr-defined,unused-ignore]

# The given folders come after the standard library and before whatever else this Python has installed.
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_SITE = next((i for i, folder in enumerate(sys.path) if folder.endswith("-packages")), len(sys.path))
sys.path[_SITE:_SITE] = [_ROOT, *sys.argv[1:]]

# The decoder's threads fill the processors: matrix products in several threads would wait for one another, spinning.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import faulthandler  # noqa: E402
import importlib  # noqa: E402
import traceback  # noqa: E402

from neuroedit_addon import errors  # noqa: E402
from neuroedit_addon.messages import (  # noqa: E402
    LAST,
    Cancelled,
    Done,
    Failed,
    Message,
    Request,
    decode_request,
    encode,
)  # fmt: skip

# verb: module of neuroedit_addon.worker whose run(arguments, say, cancelled) -> result does it
VERBS = {"analyse": "analyse", "classify": "classify", "subject": "subject",
         "probe": "probe", "environment": "environment",
         "check_film": "film_check", "film_levels": "film_levels",
         "mix": "mix", "dub": "dub", "clean": "cleanup",
         "export_edit": "exchange.verbs", "import_edit": "exchange.verbs", "sync": "sync",
         "report": "report", "match": "match"}  # fmt: skip

_POLITE = 0.25  # seconds a verb has to end by itself after a cancel
_MOST_REQUEST = 64 * 1024 * 1024


class Voice:
    """Writes messages, one at a time, and lets exactly one last message through."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = False

    def say(self, message: Message) -> None:
        """Send a message; after the last one nothing is sent any more."""
        with self._lock:
            if self._ended:
                return
            self._ended = isinstance(message, LAST)
            line = encode(message)
            try:
                while line:
                    line = line[os.write(_OUT, line):]
            except OSError:
                os._exit(1)  # nobody listens


def main() -> int:
    """Serve one request; the exit code is for people, the parent reads the last message."""
    faulthandler.enable()
    voice = Voice()
    line, ended = _first_line()
    cancelled = threading.Event()
    if not ended:
        threading.Thread(target=_watch, args=(voice, cancelled), daemon=True).start()
    try:
        voice.say(_serve(decode_request(line), voice, cancelled))
    except BaseException as problem: # whatever happened, the parent gets one last message
        voice.say(_failure(problem, cancelled))
    # Decoding threads and the watcher, which is blocked in a read, must not hold up the end.
    sys.stderr.flush()
    os._exit(0)


def _serve(request: Request, voice: Voice, cancelled: threading.Event) -> Message:
    if request.verb not in VERBS:
        raise errors.WorkerError(f"The worker does not know the verb “{request.verb}”.")
    module = importlib.import_module(f"neuroedit_addon.worker.{VERBS[request.verb]}")
    result = module.run(request.arguments, voice.say, cancelled.is_set)
    return Cancelled() if cancelled.is_set() else Done(result)


def _failure(problem: BaseException, cancelled: threading.Event) -> Message:
    if cancelled.is_set() or isinstance(problem, (errors.Cancelled, KeyboardInterrupt)):
        return Cancelled()
    traceback.print_exception(problem)
    if isinstance(problem, errors.NeuroEditError):
        return Failed(type(problem).__name__, problem.sentence, problem.cure)
    if isinstance(problem, ImportError):
        return Failed("EnvironmentProblem", f"The analysis needs the Python package “{problem.name}”, which is missing "
                      f"or broken: {problem}.", "Install NeuroEdit again.")  # fmt: skip
    if isinstance(problem, MemoryError):
        return Failed("WorkerError", "The analysis ran out of memory.", "Close other programs and try again.")
    return Failed("WorkerError", f"The analysis failed: {type(problem).__name__}: {problem}.",
                  "Run with --debug and report what the log says.")  # fmt: skip


def _first_line() -> tuple[bytes, bool]:
    """The request line, and whether the input has ended already."""
    line = b""
    while not line.endswith(b"\n") and len(line) < _MOST_REQUEST:
        piece = os.read(0, 65536)
        if not piece:
            return line, True
        line += piece
    return line, False


def _watch(voice: Voice, cancelled: threading.Event) -> None:
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    cancelled.set()
    # A verb looks at the flag between frames; one that is stuck in a library is not waited for.
    threading.Event().wait(_POLITE)
    voice.say(Cancelled())
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
