"""Opens a shipped network, after making sure that it is the one that was shipped."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ..errors import ModelError

MODELS = Path(__file__).resolve().parents[2] / "models"
_FORMAT = "neuroedit-models/1"
_CURE = "Install NeuroEdit again."
_OPENED: dict[tuple[str, int], Any] = {}
"""Sessions by the checksum of what they run and their threads: a session holds no state of a film, and opening takes
longer than a second of film."""


def weights(name: str, models: Path = MODELS) -> tuple[bytes, str]:
    """A shipped file's contents and SHA-256, checked against models/index.json.

    Args:
        name: below the models folder, with forward slashes, as "shots/shots.onnx".

    Raises:
        ModelError: the file or the index is missing or damaged, or the file is not the one that was shipped.
    """
    expected = _expected(name, models)
    try:
        data = (models / name).read_bytes()
    except OSError as problem:
        raise ModelError(f"The network {models / name} cannot be read: {problem.strerror}.", _CURE) from None
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise ModelError(f"The network {models / name} is not the one that was shipped (its checksum differs).", _CURE)
    return data, found


def open_network(name: str, threads: int = 1, models: Path = MODELS) -> Any:
    """An `onnxruntime.InferenceSession` on the processor for a shipped network; the same one for the same network.

    Args:
        threads: to compute with.

    Raises:
        ModelError: see `weights`; or ONNX Runtime cannot run it.
    """
    import onnxruntime  # heavy: only where a network is really opened

    data, checksum = weights(name, models)
    if (checksum, threads) in _OPENED:
        return _OPENED[checksum, threads]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # ONNX Runtime raises bare exceptions of many kinds
        raise ModelError(f"The network {models / name} cannot be run: {str(problem).splitlines()[0]}", _CURE) from None
    _OPENED[checksum, threads] = session
    return session


def _expected(name: str, models: Path) -> str:
    index = models / "index.json"
    try:
        known = json.loads(index.read_text(encoding="utf-8"))
        if known["format"] != _FORMAT:
            raise ModelError(f"{index} is in the unknown format {known['format']}.", _CURE)
        return str(known["files"][name]["sha256"])
    except OSError as problem:
        raise ModelError(f"The list of networks {index} cannot be read: {problem.strerror}.", _CURE) from None
    except (ValueError, KeyError, TypeError):
        raise ModelError(f"The list of networks {index} is damaged or does not know {name}.", _CURE) from None
