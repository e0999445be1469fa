"""Makes the project's environments: a venv for each Python, filled by pip with the pins of pyproject.toml.

Two starts at once wait for each other; a start that was broken off (Ctrl-C, kill, power) is taken up by the next.
Standard library only.
"""

import contextlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import _bpy_libraries
import _pins
from _pythons import Python

# Megabytes to download and on disk, measured on Linux with `pip download` and `du`.
SIZES = {
    "worker": (150, 480), "bpy": (370, 900), "train": (250, 1130), "test": (2, 10), "check": (25, 85),
    "benchmark": (40, 105), "keras": (10, 55), "beats": (105, 430),
}  # fmt: skip
_NO_NETWORK = re.compile(r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError|ReadTimeoutError")


class EnvironmentFailure(Exception):
    """The environment cannot be made; the text is one sentence for the user."""


def environments_folder() -> Path:
    """Where environments are kept: NEUROEDIT_ENV, or .venv in the checkout."""
    return Path(os.environ.get("NEUROEDIT_ENV") or _pins.ROOT / ".venv").absolute()


def python_of(folder: Path) -> Path:
    """The interpreter of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_ready(folder: Path, groups: tuple[str, ...]) -> bool:
    """Whether this is one of the project's environments, holds these groups at their present pins, and starts."""
    return all(_pins.is_stamped(folder, group) for group in groups) and _starts(folder)


def make_ready(base: Python, groups: tuple[str, ...]) -> Path:
    """The Python of an environment of `base`'s version with these groups; installs what is missing.

    Raises:
        EnvironmentFailure: no venv, no network, no room, a missing system library.
    """
    folder = environments_folder() / base.tag
    if not is_ready(folder, groups):
        with _lock(folder):
            if not is_ready(folder, groups):  # another start may have just finished it
                _make_venv(base, folder)
                _fill(folder, groups)
    return python_of(folder)


def clean_environ() -> dict[str, str]:
    """This process's environment variables without those that let other packages in."""
    dropped = {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__"}
    return {**{k: v for k, v in os.environ.items() if k not in dropped}, "PYTHONNOUSERSITE": "1"}


def _make_venv(base: Python, folder: Path) -> None:
    if _starts(folder) and _runs([str(python_of(folder)), "-I", "-m", "pip", "--version"]):
        return
    version = f"{base.version[0]}.{base.version[1]}"
    if not base.has_venv:
        raise EnvironmentFailure(
            f"The Python at {base.path} comes without venv, which NeuroEdit needs for its own packages; install it "
            f"(Debian, Ubuntu: sudo apt install python{version}-venv) or use a Python from python.org."
        )
    _say(f"Making the environment {folder} with Python {version}")
    made = subprocess.run(
        [base.path, "-I", "-m", "venv", "--clear", str(folder)], capture_output=True, text=True, env=clean_environ()
    )
    if made.returncode:
        words = (made.stderr or made.stdout).strip().splitlines() or ["no reason was given"]
        raise EnvironmentFailure(f"The environment {folder} cannot be made: {words[-1]}")


def _fill(folder: Path, groups: tuple[str, ...]) -> None:
    missing = [group for group in groups if not _pins.is_stamped(folder, group)]
    # What is there already is named again, so that pip keeps its versions while it adds the rest.
    kept = [group for group in SIZES if group not in missing and _pins.is_known(folder, group)]
    download, disk = (sum(SIZES[group][i] for group in missing) for i in (0, 1))
    _say(f"Installing {', '.join(missing)}: about {download} MB to download, {disk} MB on disk, this once")
    _mend(folder)
    log = folder.with_name(f"pip-{folder.name}.log")
    begun = folder / "neuroedit" / "installing"
    begun.parent.mkdir(exist_ok=True)
    begun.touch()
    requirements = [pin for group in (*kept, *missing) for pin in _pins.pins(group)]
    if _run_pip([str(python_of(folder)), "-I", "-m", "pip", "install", "--no-input", *requirements], log):
        raise EnvironmentFailure(f"{_reason(log)} (pip's whole log: {log})")
    if "bpy" in missing:
        problem = _bpy_libraries.problem(python_of(folder), clean_environ())
        if problem:
            raise EnvironmentFailure(problem)
    for group in (*kept, *missing):
        _pins.stamp(folder, group)
    begun.unlink()


def _run_pip(command: list[str], log: Path) -> int:
    """pip's exit code; its words go to the log and, on a terminal, as one passing line to the screen."""
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as out:
        pip = subprocess.Popen([*command, "--progress-bar", "off"], stdout=out, stderr=out, env=clean_environ())
        try:
            while pip.poll() is None:
                time.sleep(0.2)
                if sys.stderr.isatty():
                    _say(f"  {time.monotonic() - began:3.0f} s  {(_words(log) or [''])[-1][:90]}", passing=True)
        except BaseException:
            pip.terminate()
            pip.wait()
            _say("Broken off; the next start goes on from here.")
            raise
    if pip.returncode == 0:
        _say(f"Installed in {time.monotonic() - began:.0f} s")
    return pip.returncode


def _reason(log: Path) -> str:
    words = _words(log)
    errors = [line for line in words if line.startswith("ERROR")] or words or ["no reason was given"]
    offline = "the package index could not be reached: " if any(map(_NO_NETWORK.search, words)) else ""
    return f"pip could not install what NeuroEdit needs: {offline}{re.sub(r'^ERROR:? *', '', errors[-1])}"


def _words(log: Path) -> list[str]:
    return [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]


def _mend(folder: Path) -> None:
    """Forget packages that an installation broke off in the middle of, so that pip installs them whole."""
    if not (folder / "neuroedit" / "installing").exists():
        return
    for site in [*folder.glob("lib/python3*/site-packages"), *folder.glob("Lib/site-packages")]:
        for notes in site.glob("*.dist-info"):
            files = importlib.metadata.Distribution.at(notes).files
            if files is None or not all(Path(str(file.locate())).exists() for file in files):
                shutil.rmtree(notes)


def _starts(folder: Path) -> bool:
    return _runs([str(python_of(folder)), "-I", "-c", ""])


def _runs(command: list[str]) -> bool:
    with contextlib.suppress(OSError):
        return subprocess.run(command, capture_output=True).returncode == 0
    return False


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Held by one start at a time; the system lets go of it when its holder ends, however it ends."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        handle = folder.with_name(f"{folder.name}.lock").open("a+")
    except OSError as problem:
        raise EnvironmentFailure(
            f"The environment cannot be made in {folder.parent}: {problem.strerror}; name a folder that you may "
            "write to in the variable NEUROEDIT_ENV."
        ) from None
    with handle:
        if not _try_lock(handle):
            _say(f"Waiting for another start that is making {folder}")
            while not _try_lock(handle):
                time.sleep(0.5)
        yield


def _try_lock(handle: IO[str]) -> bool:
    try:
        if sys.platform == "win32":  # spelled so that type checkers follow it
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _say(line: str, passing: bool = False) -> None:
    """A line on standard error; on a terminal it wipes a passing one, which the next line wipes in turn."""
    start = "\r\x1b[K" if sys.stderr.isatty() else ""
    print(f"{start}{line}", end="" if passing else "\n", file=sys.stderr, flush=True)
