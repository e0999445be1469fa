"""Which Python the worker runs under: the one named in the preferences, else Blender's own with the bundled wheels.

Nothing is installed and nothing of the user's own Python is let in: the worker is started with `-I`, and the folders
given here hold the packages that came with the extension.
"""

from __future__ import annotations

import site
import sys
from importlib.util import find_spec
from pathlib import Path

import bpy

from ...errors import EnvironmentProblem

PACKAGES = ("numpy", "av", "cv2", "onnxruntime", "pydub")


def worker_python(named: str = "") -> tuple[str, list[str]]:
    """The worker's interpreter, and folders to add to its path.

    Args:
        named: an interpreter from the preferences; empty for Blender's own.

    Raises:
        EnvironmentProblem: the named one does not exist, or the extension came without its packages.
    """
    if named:
        path = Path(bpy.path.abspath(named))
        if not path.is_file():
            raise EnvironmentProblem(
                f"The Python named in the preferences, {path}, does not exist.",
                "Clear that line to use Blender's own Python.",
            )
        return str(path), []
    folders = package_folders()
    missing = [name for name in PACKAGES if not _where(name)]
    if missing:
        raise EnvironmentProblem(
            f"NeuroEdit's packages ({', '.join(missing)}) are missing from this Blender.",
            f"Install the NeuroEdit zip that is made for this platform and Python "
            f"{sys.version_info.major}.{sys.version_info.minor}.",
        )
    return sys.executable, folders


def package_folders() -> list[str]:
    """The folders of the worker's packages, that of the extensions' wheels first."""
    found = [_where(name) for name in PACKAGES]
    wheels = [folder for folder in found if folder and _is_extensions(folder)]
    own = [folder for folder in found if folder and not _is_private(folder)]
    return list(dict.fromkeys([*wheels, *own]))


def _where(package: str) -> str:
    spec = find_spec(package)  # looks, imports nothing
    return str(Path(spec.origin).parents[1]) if spec and spec.origin else ""


def _is_extensions(folder: str) -> bool:
    return Path(bpy.utils.user_resource("EXTENSIONS") or "-") in Path(folder).parents


def _is_private(folder: str) -> bool:
    """The user's own packages, which may be of any version."""
    return Path(folder) == Path(site.getusersitepackages())
