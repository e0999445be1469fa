"""From a trained network to the files that are shipped: safetensors, and ONNX that gives the same numbers."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from neuroedit_addon.errors import ModelError, OutputError

TOLERANCE = 1e-4
_OPSET = 17


def write(
    path: Path,
    model: torch.nn.Module,
    example: Sequence[torch.Tensor],
    inputs: Sequence[str],
    outputs: Sequence[str],
    free: dict[str, dict[int, str]] | None = None,
    trials: Sequence[Sequence[torch.Tensor]] = (),
    metadata: dict[str, str] | None = None,
) -> float:
    """Write a network as ONNX and compare it with PyTorch.

    Args:
        example: one input of each name, of the shape to trace.
        free: names of the axes that may differ, by input or output name.
        trials: more inputs to compare, of other lengths or batch sizes; the example is always compared.
        metadata: properties kept inside the file.

    Returns:
        The largest absolute difference found.

    Raises:
        ModelError: it differs by more than `TOLERANCE`; nothing is left at `path`.
    """
    model = model.eval().cpu()
    beside = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                model, tuple(example), str(beside), input_names=list(inputs), output_names=list(outputs),
                dynamic_axes=free or {}, opset_version=_OPSET, dynamo=False,
            )  # fmt: skip
        graph = onnx.load(str(beside))
        onnx.helper.set_model_props(graph, metadata or {})
        onnx.checker.check_model(graph)
        onnx.save(graph, str(beside))
        worst = max(_difference(beside, model, trial, inputs) for trial in (example, *trials))
        if not worst <= TOLERANCE:
            raise ModelError(f"{path.name} differs from PyTorch by {worst:.2g}; {TOLERANCE:g} is allowed.")
        beside.replace(path)
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror}.", "Free some space.") from None
    finally:
        beside.unlink(missing_ok=True)
    return worst


def _difference(path: Path, model: torch.nn.Module, values: Sequence[torch.Tensor], names: Sequence[str]) -> float:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    got = session.run(None, {name: value.numpy() for name, value in zip(names, values, strict=True)})
    with torch.no_grad():
        wanted = model(*values)
    pairs = zip(got, wanted if isinstance(wanted, (tuple, list)) else (wanted,), strict=True)
    return max(float(np.abs(g - w.numpy()).max(initial=0.0)) for g, w in pairs)
