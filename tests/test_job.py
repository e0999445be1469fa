"""The bridge: whatever befalls the worker becomes one clear failure with the log's tail."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from neuroedit_addon import job as bridge
from neuroedit_addon.errors import Cancelled, EnvironmentProblem, MediaError, WorkerError
from neuroedit_addon.job import Job, run
from neuroedit_addon.messages import Cancelled as CancelledMessage
from neuroedit_addon.messages import Done, Failed, Log, Request

REQUEST = Request("analyse", {"sources": []})


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A worker that runs the given lines; `tell(text)` writes a line to standard output."""

    def with_lines(lines: str) -> None:
        entry = tmp_path / "entry.py"
        head = "import sys, os, json, time\nrequest = sys.stdin.readline()\ndef tell(m): print(m, flush=True)\n"
        entry.write_text(head + textwrap.dedent(lines), encoding="utf-8")
        monkeypatch.setattr(bridge, "ENTRY", entry)

    return with_lines


def test_messages_arrive_in_order_and_the_result_is_returned(worker) -> None:
    worker("""
        tell('{"message": "log", "level": "info", "text": "a"}')
        tell('{"message": "log", "level": "info", "text": "b"}')
        tell('{"message": "done", "result": {"n": 2}}')
    """)
    heard = []
    assert run(REQUEST, sys.executable, on_message=heard.append) == Done({"n": 2})
    assert heard == [Log("info", "a"), Log("info", "b")]


def test_a_failure_becomes_the_error_it_names(worker) -> None:
    worker("""tell('{"message": "failed", "kind": "MediaError", "sentence": "a.mp4 is empty.", "cure": "Copy it."}')""")
    with pytest.raises(MediaError, match=r"a.mp4 is empty. Copy it."):
        run(REQUEST, sys.executable)


def test_a_killed_worker_is_one_clear_failure(worker) -> None:
    worker("""
        sys.stderr.write("last words\\n"); sys.stderr.flush()
        os.kill(os.getpid(), 9)
    """)
    if os.name == "nt":
        pytest.skip("Windows has no signals")
    with pytest.raises(WorkerError, match="SIGKILL") as caught:
        run(REQUEST, sys.executable)
    assert "last words" in caught.value.log


def test_a_crash_is_one_clear_failure_with_the_log(worker) -> None:
    worker("raise ValueError('boom')")
    with pytest.raises(WorkerError, match="exit code 1") as caught:
        run(REQUEST, sys.executable)
    assert "ValueError: boom" in caught.value.log


def test_garbage_is_one_clear_failure(worker) -> None:
    worker("""
        tell("Segfaulting gracefully")
        time.sleep(60)
    """)
    began = time.monotonic()
    with pytest.raises(WorkerError, match="no message: “Segfaulting gracefully”"):
        run(REQUEST, sys.executable)
    assert time.monotonic() - began < 10


def test_an_end_without_a_last_message_is_a_failure(worker) -> None:
    worker("""tell('{"message": "log", "level": "info", "text": "a"}')""")
    with pytest.raises(WorkerError, match="exit code 0"):
        run(REQUEST, sys.executable)


def test_a_worker_that_does_not_go_is_killed(worker, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    worker(f"""
        open({str(mark)!r}, "w").write(str(os.getpid()))
        tell('{{"message": "done", "result": {{}}}}')
        sys.stdout.flush()
        time.sleep(60)
    """)
    began = time.monotonic()
    assert run(REQUEST, sys.executable) == Done({})
    assert time.monotonic() - began < 10
    if os.name != "nt":
        with pytest.raises(ProcessLookupError):
            os.kill(int(mark.read_text()), 0)


def test_no_such_python() -> None:
    with pytest.raises(EnvironmentProblem, match="cannot be started"):
        run(REQUEST, "/no/such/python")


def test_polling_ends_with_exactly_one_last_message(worker) -> None:
    worker("""
        for i in range(500): tell('{"message": "log", "level": "info", "text": "x"}')
        tell('{"message": "done", "result": {}}')
        tell('{"message": "done", "result": {}}')
    """)
    job, heard = Job(REQUEST, sys.executable), []
    while not job.finished:
        heard += job.poll(most=50)
        time.sleep(0.001)
    assert len(heard) == 501
    assert heard[-1] == Done({})
    assert job.poll() == []
    assert job.wait() is None


def test_cancelling_closes_the_input(worker) -> None:
    worker("""
        sys.stdin.read()
        tell('{"message": "cancelled"}')
    """)
    job = Job(REQUEST, sys.executable)
    job.cancel()
    job.cancel()
    assert job.wait(10) == CancelledMessage()


def test_a_cancelled_worker_raises_cancelled(worker) -> None:
    worker("""tell('{"message": "cancelled"}')""")
    with pytest.raises(Cancelled):
        run(REQUEST, sys.executable)


def test_interrupting_cancels_the_worker(worker, tmp_path: Path) -> None:
    mark = tmp_path / "closed"
    worker(f"""
        tell('{{"message": "log", "level": "info", "text": "a"}}')
        sys.stdin.read()
        open({str(mark)!r}, "w").close()
        tell('{{"message": "cancelled"}}')
    """)

    def interrupt(message: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Cancelled):
        run(REQUEST, sys.executable, on_message=interrupt)
    assert mark.exists()


def test_a_listener_that_fails_leaves_no_worker_behind(worker, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    worker(f"""
        open({str(mark)!r}, "w").write(str(os.getpid()))
        tell('{{"message": "log", "level": "info", "text": "a"}}')
        time.sleep(60)
    """)

    def fail(message: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(REQUEST, sys.executable, on_message=fail)
    if os.name != "nt":
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and _lives(int(mark.read_text())):
            time.sleep(0.02)
        assert not _lives(int(mark.read_text()))


def test_the_users_python_settings_stay_outside(worker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a stranger was imported')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    worker("""tell(json.dumps({"message": "done", "result": {"left": os.environ.get("PYTHONPATH")}}))""")
    assert run(REQUEST, sys.executable) == Done({"left": None})


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_the_worker_ends_with_its_parent(worker, tmp_path: Path) -> None:
    mark = tmp_path / "ended"
    worker(f"""
        tell('{{"message": "log", "level": "info", "text": "a"}}')
        sys.stdin.read()
        open({str(mark)!r}, "w").close()
    """)
    root = str(Path(__file__).resolve().parents[1])
    program = f"""
import os, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from neuroedit_addon import job
from neuroedit_addon.messages import Request
job.ENTRY = Path({str(bridge.ENTRY)!r})
job.run(Request("analyse"), sys.executable, on_message=lambda m: os.kill(os.getpid(), 9))
"""
    assert subprocess.run([sys.executable, "-c", program]).returncode == -9
    deadline = time.monotonic() + 5
    while not mark.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert mark.exists()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_failed_start_is_said_by_polling_too(worker) -> None:
    worker("sys.exit(3)")
    job = Job(REQUEST, sys.executable)
    message = job.wait(10)
    assert isinstance(message, Failed)
    assert message.kind == "WorkerError"
