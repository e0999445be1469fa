"""Every program of tools/ starts under any Python in an environment of its own, whatever happened to the last start."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[1] / "tools"
BOOT = ("_environment.py", "_install.py", "_pins.py", "_pythons.py", "_bpy_libraries.py")
# What people start says so in a line of its own; modules that belong to one of them do not.
PROGRAMS = sorted(
    path for path in TOOLS.glob("[a-z]*.py") if "\nimport _environment" in path.read_text(encoding="utf-8")
)
PROGRAM = """
import json, sys
import _environment
_environment.ensure("worker")
import tiny
print(json.dumps({"tiny": tiny.VERSION, "prefix": sys.prefix, "arguments": sys.argv[1:], "path": sys.path}))
sys.exit(7)
"""


def wheel(folder: Path, version: str) -> str:
    """A requirement that pip can install without any index."""
    notes = f"tiny-{version}.dist-info"
    path = folder / f"tiny-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("tiny.py", f"VERSION = '{version}'\n")
        file.writestr(f"{notes}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        file.writestr(f"{notes}/WHEEL", tag)
        file.writestr(f"{notes}/RECORD", f"tiny.py,,\n{notes}/METADATA,,\n{notes}/WHEEL,,\n{notes}/RECORD,,\n")
    return f"tiny @ {path.as_uri()}"


class Project:
    """A checkout with the project's own bootstrap, one program, and one package to install."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "tools").mkdir(parents=True)
        for name in BOOT:
            shutil.copy(TOOLS / name, root / "tools" / name)
        (root / "tools" / "program.py").write_text(PROGRAM, encoding="utf-8")
        self.pin(wheel(root, "1.0"))

    def pin(self, requirement: str) -> None:
        groups = {"worker": [requirement], "bpy": ["bpy==4.5.15; python_version == '3.11'"]}
        text = "[dependency-groups]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in groups.items())
        (self.root / "pyproject.toml").write_text(text, encoding="utf-8")

    @property
    def folder(self) -> Path:
        return self.root / ".venv" / f"cp3{sys.version_info[1]}"

    def command(self, *arguments: str) -> list[str]:
        return [getattr(sys, "_base_executable", sys.executable), str(self.root / "tools" / "program.py"), *arguments]

    def start(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environ = {k: v for k, v in os.environ.items() if k != "NEUROEDIT_ENV"} | variables
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, env=environ)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("check out"))
    first = made.start()
    assert first.returncode == 7, first.stderr
    assert "Installing worker" in first.stderr
    return made


def test_it_runs_in_its_environment_with_its_arguments_and_exit_code(project: Project) -> None:
    done = project.start("a b", "--flag=ü", "-x")
    said = json.loads(done.stdout)
    assert (done.returncode, said["arguments"]) == (7, ["a b", "--flag=ü", "-x"])
    assert Path(said["prefix"]) == project.folder
    assert done.stderr == ""


def test_other_peoples_packages_stay_out(project: Project, tmp_path: Path) -> None:
    (tmp_path / "tiny.py").write_text("VERSION = 'stranger'", encoding="utf-8")
    said = json.loads(project.start(PYTHONPATH=str(tmp_path)).stdout)
    assert said["tiny"] == "1.0"
    assert str(tmp_path) not in said["path"]


def test_changed_pins_are_installed(project: Project) -> None:
    project.pin(wheel(project.root, "2.0"))
    assert json.loads(project.start().stdout)["tiny"] == "2.0"
    project.pin(wheel(project.root, "1.0"))
    assert json.loads(project.start().stdout)["tiny"] == "1.0"


def test_an_installation_that_was_broken_off_is_mended(project: Project) -> None:
    site = next(project.folder.glob("[lL]ib*/**/site-packages"))
    (site / "tiny.py").unlink()
    (project.folder / "neuroedit" / "worker.txt").unlink()
    (project.folder / "neuroedit" / "installing").touch()
    assert json.loads(project.start().stdout)["tiny"] == "1.0"


def test_an_environment_whose_python_is_gone_is_made_again(project: Project) -> None:
    for path in (project.folder / ("Scripts" if os.name == "nt" else "bin")).glob("python*"):
        path.unlink()
    assert json.loads(project.start().stdout)["tiny"] == "1.0"


def test_two_starts_at_once_install_once(project: Project) -> None:
    shutil.rmtree(project.folder)
    both = [
        subprocess.Popen(project.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = [process.communicate() for process in both]
    assert [json.loads(out)["tiny"] for out, _ in told] == ["1.0", "1.0"]
    assert sum("Installing worker" in err for _, err in told) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
def test_a_start_that_was_killed_blocks_nobody(project: Project) -> None:
    holder = "import sys, time; sys.path.insert(0, sys.argv[1]); import _install; from pathlib import Path\n" \
             "with _install._lock(Path(sys.argv[2])): print('held', flush=True); time.sleep(60)"  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", holder, str(project.root / "tools"), str(project.folder)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    (project.folder / "neuroedit" / "worker.txt").unlink()
    waiting = subprocess.Popen(project.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    assert waiting.poll() is None, "it did not wait for the other start"
    process.send_signal(signal.SIGKILL)
    out, err = waiting.communicate(timeout=60)
    process.wait()
    assert json.loads(out)["tiny"] == "1.0"
    assert "Waiting for another start" in err


def test_what_cannot_be_installed_is_one_sentence_with_pips_reason(project: Project) -> None:
    project.pin("tiny @ file:///nowhere/tiny-3.0-py3-none-any.whl")
    done = project.start()
    project.pin(wheel(project.root, "1.0"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("pip could not install what NeuroEdit needs:")
    assert "tiny-3.0" in last


def test_a_folder_that_cannot_be_written_is_one_sentence(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = project.start(NEUROEDIT_ENV=str(tmp_path / "file" / "inside"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "NEUROEDIT_ENV" in done.stderr


def test_programs_can_be_read_by_python_3_8_up_to_the_version_check() -> None:
    assert len(PROGRAMS) > 5
    for path in (TOOLS / "_environment.py", *PROGRAMS):
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
        assert not any(type(node).__name__ in ("Match", "TryStar") for node in ast.walk(tree)), path


def old_python() -> str | None:
    """A Python from before 3.11, if there is one."""
    names = [f"python3.{minor}" for minor in range(8, 11)]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    places = [*filter(None, map(shutil.which, names)), *(str(p) for n in names for p in pyenv.glob(f"*/bin/{n}"))]
    return next((p for p in places if subprocess.run([p, "-c", ""], capture_output=True).returncode == 0), None)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_an_older_python_is_told_to_go(program: Path) -> None:
    python = old_python()
    if not python:
        pytest.skip("no Python older than 3.11 is here")
    done = subprocess.run([python, str(program), "--help"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("NeuroEdit needs Python 3.11 or newer")
    assert len(done.stderr.strip().splitlines()) == 1
