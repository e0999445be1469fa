"""The worker process: one request, messages only, exactly one last message, and a quick end when it is cancelled."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("av")

from media_files import Sound, film, silence, text_named_mp4

from neuroedit_addon.findings import Findings
from neuroedit_addon.job import ENTRY
from neuroedit_addon.messages import Cancelled, Done, Failed, Found, Log, Message, Progress, Request, decode, encode


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-I", str(ENTRY)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)  # fmt: skip


def talk(line: bytes) -> list[Message]:
    """All messages to a request whose input stays open until the worker ends."""
    with start() as worker:
        worker.stdin.write(line)
        worker.stdin.flush()
        return [decode(answer) for answer in worker.stdout]


def analyse(*sources: object, **arguments: object) -> list[Message]:
    return talk(encode(Request("analyse", {"sources": [str(s) if isinstance(s, Path) else s for s in sources],
                                           "cache": False, **arguments})))  # fmt: skip


def test_findings_come_and_then_one_last_message(tmp_path: Path) -> None:
    path = film(tmp_path / "日本.mp4", 3.0)
    *before, last = analyse(path)
    assert last == Done({"sources": 1, "cached": 0})
    [found] = [m for m in before if isinstance(m, Found)]
    assert found.path == str(path)
    findings = Findings.from_json(found.findings)
    assert findings.media.frames == 75
    assert findings.shots
    assert findings.shots[0].look is not None
    assert findings.shots[-1].end_frame == 75
    assert findings.loudness is not None
    assert findings.motion is not None
    assert Findings.from_json(json.loads(json.dumps(findings.to_json()))) == findings


def test_progress_rises_to_its_total(tmp_path: Path) -> None:
    steps = [m for m in analyse(film(tmp_path / "a.mp4", 2.0), film(tmp_path / "b.mp4", 1.0))
             if isinstance(m, Progress)]  # fmt: skip
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert steps[-1].done == pytest.approx(steps[-1].total)
    assert steps[-1].total == pytest.approx(3, abs=0.1)
    assert {Path(step.item).name for step in steps} == {"a.mp4", "b.mp4"}


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"", "WorkerError"),
        (b"hello\n", "WorkerError"),
        (b'{"message": "request", "verb": "analyse", "protocol": 99}\n', "WorkerError"),
        (encode(Request("juggle")), "WorkerError"),
        (encode(Request("analyse")), "UsageError"),
        (encode(Request("analyse", {"sources": ["/no/such/film.mp4"], "cache": False})), "MediaError"),
        (encode(Request("analyse", {"sources": [{"fps": 2}], "cache": False})), "UsageError"),
    ],
)
def test_what_cannot_be_done_fails_once(line: bytes, kind: str) -> None:
    with start() as worker:
        worker.stdin.write(line or b"\n")
        worker.stdin.flush()
        answers = [decode(answer) for answer in worker.stdout]
    [last] = answers
    assert isinstance(last, Failed)
    assert last.kind == kind
    assert last.sentence.endswith(".")


def test_a_bad_file_is_told_before_any_good_one_is_read(tmp_path: Path) -> None:
    messages = analyse(film(tmp_path / "a.mp4", 2.0), text_named_mp4(tmp_path / "b.mp4"))
    [last] = messages
    assert isinstance(last, Failed)
    assert last.kind == "MediaError"
    assert "b.mp4" in last.sentence


def test_closing_the_input_cancels_within_half_a_second(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 60.0)
    with start() as worker:
        worker.stdin.write(encode(Request("analyse", {"sources": [str(path)] * 40, "cache": False})))
        worker.stdin.flush()
        assert isinstance(decode(worker.stdout.readline()), Progress)
        began = time.monotonic()
        worker.stdin.close()
        answers = [decode(answer) for answer in worker.stdout]
        worker.wait()
    assert time.monotonic() - began < 0.5
    assert [m for m in answers if not isinstance(m, (Progress, Found, Log))] == [Cancelled()]
    assert answers[-1] == Cancelled()


STUCK = """
import importlib.util, sys, time, types
spec = importlib.util.spec_from_file_location("entry", {entry!r})
sys.argv = sys.argv[:1]
entry = importlib.util.module_from_spec(spec)
spec.loader.exec_module(entry)
stuck = types.ModuleType("neuroedit_addon.worker.stuck")
def run(arguments, say, cancelled):
    from neuroedit_addon.messages import Log
    say(Log("info", "here"))
    time.sleep(60)
stuck.run = run
sys.modules["neuroedit_addon.worker.stuck"] = stuck
entry.VERBS["stick"] = "stuck"
entry.main()
"""


def test_a_worker_that_is_stuck_in_a_library_is_cancelled_all_the_same() -> None:
    command = [sys.executable, "-I", "-c", STUCK.format(entry=str(ENTRY))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        worker.stdin.write(encode(Request("stick")))
        worker.stdin.flush()
        assert decode(worker.stdout.readline()) == Log("info", "here")
        began = time.monotonic()
        worker.stdin.close()
        answers = [decode(answer) for answer in worker.stdout]
        worker.wait()
    assert time.monotonic() - began < 0.5
    assert answers == [Cancelled()]


def test_silence_is_said(tmp_path: Path) -> None:
    quiet = film(tmp_path / "quiet.mp4", 1.0, sound=Sound(sing=silence))
    told = [m.text for m in analyse(quiet) if isinstance(m, Log) and m.level == "warning"]
    assert told == [f"{quiet}: silent throughout"]


def test_memory_stays_under_the_promise(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    analyse(film(tmp_path / "a.mp4", 20.0))
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    scale = 1 if sys.platform == "darwin" else 1024
    if after > before:
        assert after * scale < 500e6
