"""The verb "environment": what the worker runs on, for a person who asks why something does not work.

Arguments: {"cache_dir": folder or null}. The result is {"python", "packages": {name: version or null}, "devices": [ONNX
Runtime's providers], "networks": [names that loaded], "cache": {"folder", "bytes", "writable"}}.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..messages import Message
from .cache import default_folder
from .detectors import versions

_PACKAGES = ("numpy", "av", "opencv-python-headless", "onnxruntime", "pydub", "espeakng-loader")


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Look at everything that an analysis needs.

    Raises:
        ImportError: a package that every analysis needs is missing.
        ModelError: a network's weights are missing or damaged.
    """
    import onnxruntime

    folder = Path(arguments.get("cache_dir") or default_folder())
    return {
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "devices": list(onnxruntime.get_available_providers()),
        "networks": sorted(f"{name} {version}" for name, version in versions().items()),
        "cache": {"folder": str(folder), "bytes": _size(folder), "writable": _writable(folder)},
    }


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _size(folder: Path) -> int:
    return sum(entry.stat().st_size for entry in folder.glob("*.gz"))


def _writable(folder: Path) -> bool:
    """Whether findings can be kept there; nothing is left behind."""
    existing = next((place for place in (folder, *folder.parents) if place.is_dir()), None)
    try:
        handle, probe = tempfile.mkstemp(dir=existing, prefix=".neuroedit-")
    except OSError:
        return False
    os.close(handle)
    os.unlink(probe)
    return True
