"""Starts every program of tools/ in the project's own environment, made on first use. Standard library only.

    import _environment
    _environment.ensure("worker", "bpy")      # returns in an environment that has these groups, or does not return

The groups and their pinned versions are `[dependency-groups]` of pyproject.toml. Environments are folders named by
their Python (.venv/cp311, .venv/cp313); NEUROEDIT_ENV names another folder to keep them in.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before anything is imported that an older Python cannot read
    sys.exit(
        "NeuroEdit needs Python 3.11 or newer, and this is {}.{} ({}); start the same command with python3.11 or "
        "python3.13, or get one from python.org.".format(*sys.version_info[:2], sys.executable)
    )

import os
import subprocess
from pathlib import Path

import _pythons
from _install import EnvironmentFailure, clean_environ, environments_folder, is_ready, make_ready, python_of
from _pins import ROOT, bpy_versions, is_stamped, satisfied_here

# Any Python that the worker's packages have wheels for, the best tested first.
_WORKER_VERSIONS = ((3, 13), (3, 11), (3, 12), (3, 14))


def ensure(*groups: str) -> None:
    """Return inside an environment with these groups installed; otherwise make it and start this program again in it.

    Inside the Blender application it returns at once: bpy is there, and the worker has its own Python
    (`worker_python`). The checkout's root is importable afterwards. On any failure the program ends with one
    sentence on standard error and exit code 1 (130 when interrupted).
    """
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    if inside_blender() or all(is_stamped(Path(sys.prefix), group) for group in groups) or satisfied_here(groups):
        return
    try:
        python = environment_for(groups)
    except KeyboardInterrupt:
        sys.exit(130)
    except EnvironmentFailure as failure:
        sys.exit(str(failure))
    program = [os.path.abspath(sys.argv[0]), *sys.argv[1:]]
    _become([str(python), *program] if python else _pythons.blender_command(program))


def environment_for(groups: tuple[str, ...]) -> Path | None:
    """The Python of an environment with these groups, made when needed; None when only a Blender can run them.

    Raises:
        EnvironmentFailure: with one sentence for the user.
    """
    here = _pythons.this_python()
    versions = bpy_versions() if "bpy" in groups else (here.version, *_WORKER_VERSIONS)
    suits = here.version in versions
    if suits and (here.has_venv or is_ready(environments_folder() / here.tag, groups)):
        return make_ready(here, groups)
    other = _pythons.find(versions)
    if other or suits:  # a Python that suits but has no venv is told so by make_ready
        return make_ready(other or here, groups)
    if set(groups) <= {"bpy", "worker"} and _pythons.find_blender():
        return None
    names = " and ".join(f"{major}.{minor}" for major, minor in reversed(versions))
    raise EnvironmentFailure(
        f"Blender's Python module exists for Python {names}, this is {here.version[0]}.{here.version[1]}, and no "
        f"other Python or Blender 4.5 or newer was found here: install Python {versions[0][0]}.{versions[0][1]} "
        "(python.org, a package manager, pyenv) or Blender (blender.org) and start the same command again."
    )


def worker_python() -> tuple[str, list[str]]:
    """The Python that runs the worker, and folders to add to its path.

    Outside the Blender application that is this very Python. Inside it is the project's environment, made on first
    use from an installed Python of 3.11 or newer or, where there is none, from Blender's own.

    Raises:
        EnvironmentFailure: with one sentence for the user.
    """
    if not inside_blender():
        return sys.executable, []
    ready = (folder for folder in environments_folder().glob("cp3*") if is_ready(folder, ("worker",)))
    for folder in sorted(ready, reverse=True):
        return str(python_of(folder)), []
    return str(make_ready(_pythons.find(_WORKER_VERSIONS) or _pythons.this_python(), ("worker",))), []


def inside_blender() -> bool:
    """Whether this runs in the Blender application (not in the bpy module)."""
    bpy = sys.modules.get("bpy")
    return bool(bpy and bpy.app.binary_path)


def _become(command: list[str]) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execve(command[0], command, clean_environ())
    # Windows' exec returns to the prompt at once, so this process waits and hands on the exit code.
    child = subprocess.Popen(command, env=clean_environ())
    while True:
        try:
            sys.exit(child.wait())
        except KeyboardInterrupt:
            continue  # the child got it too, and decides
