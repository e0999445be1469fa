"""Writes files beside their place and renames them when they are whole, so that nobody ever meets half a one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import OutputError


def prefix() -> str:
    """How names of this process's unfinished files begin."""
    return f".neuroedit-{os.getpid()}-"


@contextmanager
def whole_file(output: Path) -> Iterator[Path]:
    """Yields a hidden file name in the output's folder with its suffix; becomes `output` when all went well.

    An older file of that name is replaced only then. Whatever goes wrong, the unfinished file goes.

    Raises:
        OutputError: the folder does not exist or cannot be written.
    """
    folder = output.absolute().parent
    try:
        handle, name = tempfile.mkstemp(prefix=prefix(), suffix=output.suffix.lower(), dir=folder)
    except FileNotFoundError:
        raise OutputError(f"The folder {folder} does not exist.", "Make it first.") from None
    except OSError as problem:
        raise _cannot(output, problem) from problem
    os.close(handle)
    beside = Path(name)
    try:
        os.chmod(beside, 0o666 & ~_umask())
        yield beside
        os.replace(beside, output)
    except OSError as problem:
        raise _cannot(output, problem) from problem
    finally:
        # Blender's own steps on the way to a .blend are among them.
        for left in folder.glob(f"{beside.name}*"):
            left.unlink(missing_ok=True)


def _cannot(output: Path, problem: OSError) -> OutputError:
    return OutputError(f"{output} cannot be written: {problem.strerror or problem}.", "Choose another folder.")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
