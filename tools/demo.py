"""Makes the sample that `autoedit.py --demo` edits: a minute of film whose truth is known.

    sample = demo.make(Path("neuroedit-demo"))      # sample.film, sample.truth
    print(demo.compare(sample.truth, findings, plan))

Speech comes from espeak-ng, pictures and the film from Blender, each in a process of its own. A second call with the
same folder makes nothing; one that was broken off goes on with the stills that are there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import _environment
import demo_script
from demo_compare import Distance, Truth, compare

from neuroedit_addon.errors import EnvironmentProblem, NeuroEditError, OutputError

__all__ = ["Distance", "Sample", "Truth", "compare", "make"]
TOOLS = Path(__file__).resolve().parent
_SOURCES = ("demo_script.py", "demo_speech.py", "demo_film.py", "demo_scenes.py", "demo_shapes.py")
Report = Callable[[float, float, str], None]


@dataclass(frozen=True)
class Sample:
    """The film and what is true of it (also written beside it as truth.json)."""

    film: Path
    truth: Truth


def make(folder: Path, report: Report = lambda done, total, what: None) -> Sample:
    """The sample in `folder`, made if it is not there: about a minute and a half on two cores.

    Args:
        report: called with done, total and what is being made.

    Raises:
        OutputError: the folder cannot be written.
        NeuroEditError: a part could not be made; its log stays in the folder.
    """
    film, truth_file, making = folder / "demo.mp4", folder / "truth.json", folder / "making"
    made_from = _digest()
    sample = _made_before(film, truth_file, made_from)
    if sample:
        return sample
    try:
        if making.exists() and _read(making / "made_from") != made_from:
            shutil.rmtree(making)
        making.mkdir(parents=True, exist_ok=True)
        (making / "made_from").write_text(made_from, encoding="utf-8")
    except OSError as problem:
        raise OutputError(f"The demo cannot be made in {folder}: {problem.strerror}.") from problem
    report(0, 1, "speaking")
    speech = _speak(making)
    _render(making, report)
    truth = Truth.of_script(speech)
    os.replace(making / "film.mp4", film)
    truth_file.write_text(json.dumps({**truth.to_json(), "made_from": made_from}, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(making)
    return Sample(film, truth)


def _made_before(film: Path, truth_file: Path, made_from: str) -> Sample | None:
    if not film.is_file():
        return None
    try:
        values = json.loads(_read(truth_file) or "{}")
        return Sample(film, Truth.from_json(values)) if values.get("made_from") == made_from else None
    except (ValueError, KeyError, TypeError):
        return None


def _digest() -> str:
    """Changes when the film would."""
    return hashlib.sha256(b"".join((TOOLS / name).read_bytes() for name in _SOURCES)).hexdigest()[:16]


def _speak(making: Path) -> list[tuple[float, float]]:
    try:
        python, _ = _environment.worker_python()
    except _environment.EnvironmentFailure as failure:
        raise EnvironmentProblem(str(failure)) from failure
    seconds = demo_script.total_frames() / demo_script.FPS
    command = [python, "-I", str(TOOLS / "demo_speech.py"), str(making / "speech.wav"), f"{seconds:g}"]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if said.returncode:
        raise NeuroEditError(f"The demo's speech could not be made: {(said.stderr.strip() or '?').splitlines()[-1]}")
    return [(start, end) for start, end in json.loads(said.stdout)]


def _render(making: Path, report: Report) -> None:
    script = str(TOOLS / "demo_film.py")
    if _environment.inside_blender():
        command = [sys.modules["bpy"].app.binary_path, "-b", "--factory-startup", "--python", script, "--", str(making)]
    else:
        command = [sys.executable, script, str(making)]
    log = making / "log.txt"
    last: deque[str] = deque(maxlen=1)
    with tempfile.TemporaryDirectory(prefix="neuroedit-demo-") as temp, log.open("w", encoding="utf-8") as out:
        environ = {**os.environ, "TMPDIR": temp, "TEMP": temp, "TMP": temp}
        blender = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=out, env=environ, text=True, encoding="utf-8", errors="replace"
        )
        try:
            assert blender.stdout is not None
            for line in blender.stdout:
                done, _, rest = line.partition("/")
                total, _, what = rest.partition(" ")
                if done.isdigit() and total.isdigit():
                    report(int(done), int(total), what.strip())
                else:
                    out.write(line)
                    last.append(line.strip())
        except BaseException:
            blender.kill()
            raise
        finally:
            blender.wait()
    if blender.returncode or not (making / "film.mp4").is_file():
        raise NeuroEditError(
            f"The demo film could not be rendered ({(last or ['Blender said nothing'])[0]}).", f"The log is {log}."
        )


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
