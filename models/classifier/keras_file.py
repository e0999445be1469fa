"""Reads and writes .keras files of these classifiers without Keras: a zip of config.json, metadata.json and an HDF5 of
weights. h5py is needed; Keras is not."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from neuroedit_addon.errors import EnvironmentProblem, ModelError, OutputError

from .net import SIDE, Classifier, Layers, names

_MOST_BYTES = 2_000_000_000
_KINDS = {"Conv2D": "conv", "MaxPooling2D": "pool", "Flatten": "flatten", "GlobalAveragePooling2D": "mean",
          "Dense": "dense"}  # fmt: skip
_VERSION = "3.12.0"


def write(model: Classifier, path: Path) -> None:
    """Write a model that `keras.saving.load_model` opens.

    Raises:
        EnvironmentProblem: h5py is missing.
        OutputError: the file cannot be written.
    """
    h5py, held = _h5py(), io.BytesIO()
    with h5py.File(held, "w") as file:
        weighted = iter(model.weighted)
        for (kind, _), name in zip((*model.layers, ("dense", 0)), names(model.layers), strict=True):
            group = file.create_group(f"layers/{name}/vars")
            group.attrs["name"] = name
            if kind in ("conv", "dense"):
                layer: Any = next(weighted)
                kernel = layer.weight.detach().cpu().numpy()
                group["0"] = kernel.transpose(2, 3, 1, 0) if kind == "conv" else kernel.T
                group["1"] = layer.bias.detach().cpu().numpy()
        file.create_group("vars").attrs["name"] = "sequential"
    told = {"keras_version": _VERSION, "date_saved": datetime.now(UTC).strftime("%Y-%m-%d@%H:%M:%S")}
    beside = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(beside, "w") as archive:
            archive.writestr("metadata.json", json.dumps(told))
            archive.writestr("config.json", json.dumps(_config(model)))
            archive.writestr("model.weights.h5", held.getvalue())
        beside.replace(path)
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror}.", "Choose another folder.") from None
    finally:
        beside.unlink(missing_ok=True)


def read(path: Path) -> Classifier:
    """The classifier in a .keras file; nothing in it is executed.

    Raises:
        EnvironmentProblem: h5py is missing.
        ModelError: it cannot be read, or is another network than these layers can make.
    """
    h5py = _h5py()
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > _MOST_BYTES:
                raise ModelError(f"{path} is far too big for a classifier.")
            config = json.loads(archive.read("config.json"))
            layers, outputs = _layers(config, path)
            model = Classifier(layers, 2 if outputs == 1 else outputs)
            with h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r") as file:
                _fill(model, config, file)
        return model.eval()
    except FileNotFoundError:
        raise ModelError(f"{path} does not exist.") from None
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RuntimeError, RecursionError,
            zipfile.BadZipFile) as problem:  # fmt: skip
        raise ModelError(f"{path} is no .keras classifier that can be read: {str(problem).splitlines()[0][:120]}.",
                         "Save it with Keras 3.") from None  # fmt: skip


def _fill(model: Classifier, config: dict[str, Any], file: Any) -> None:
    own = [layer["config"]["name"] for layer in config["config"]["layers"]
           if layer["class_name"] in ("Conv2D", "Dense")]  # fmt: skip
    stored = [name for name in names(model.layers) if name.startswith(("conv", "dense"))]
    for layer, name, plain in zip(model.weighted, own, stored, strict=True):
        group = file["layers"][name if name in file["layers"] else plain]["vars"]
        kernel, bias = np.asarray(group["0"], np.float32), np.asarray(group["1"], np.float32)
        kernel = kernel.transpose(3, 2, 0, 1) if kernel.ndim == 4 else kernel.T
        if kernel.shape != tuple(layer.weight.shape) or bias.shape != tuple(layer.bias.shape):
            raise ValueError(f"the weights of {name} have another shape")
        layer.weight.data = torch.from_numpy(np.ascontiguousarray(kernel))
        layer.bias.data = torch.from_numpy(bias)


def _layers(config: dict[str, Any], path: Path) -> tuple[Layers, int]:
    found = []
    for layer in config["config"]["layers"]:
        kind, said = layer["class_name"], layer["config"]
        if kind in ("InputLayer", "Dropout"):
            if kind == "InputLayer" and list(said["batch_shape"])[1:] != [SIDE, SIDE, 3]:
                raise ValueError("it looks at pictures of another size")
            continue
        plain = said.get("padding", "valid") == "valid" and said.get("kernel_size", [3, 3]) == [3, 3]
        if kind not in _KINDS or not plain or said.get("strides") not in (None, [1, 1], said.get("pool_size")):
            raise ModelError(f"{path} holds the layer {kind}, which these classifiers lack.", "Bring it as ONNX.")
        found.append((_KINDS[kind], int(said.get("filters") or said.get("units") or (said.get("pool_size") or [0])[0])))
    if not found or found[-1][0] != "dense" or not all(0 <= size <= 65536 for _, size in found):
        raise ValueError("it does not end with classes")
    return tuple(found[:-1]), found[-1][1]


def _config(model: Classifier) -> dict[str, Any]:
    made: list[dict[str, Any]] = [_layer("InputLayer", {"batch_shape": [None, SIDE, SIDE, 3], "name": "input_layer"})]
    last = ("dense", model.outputs)
    for (kind, size), name in zip((*model.layers, last), names(model.layers), strict=True):
        word = next(keras for keras, own in _KINDS.items() if own == kind)
        said: dict[str, Any] = {"name": name}
        if kind == "conv":
            said |= {"filters": size, "kernel_size": [3, 3], "padding": "valid", "activation": "relu"}
        elif kind == "pool":
            said |= {"pool_size": [size, size], "padding": "valid"}
        elif kind == "dense":
            said |= {"units": size, "activation": "relu"}
        made.append(_layer(word, said))
    made[-1]["config"]["activation"] = "sigmoid" if model.outputs == 1 else "softmax"
    shape = {"input_shape": [None, SIDE, SIDE, 3]}
    return {"module": "keras", "class_name": "Sequential", "registered_name": None, "build_config": shape,
            "config": {"name": "sequential", "trainable": True, "layers": made}}  # fmt: skip


def _layer(word: str, said: dict[str, Any]) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": word, "config": {**said, "dtype": "float32"},
            "registered_name": None}  # fmt: skip


def _h5py() -> Any:
    try:
        import h5py
    except ImportError:
        raise EnvironmentProblem("h5py is missing, which .keras files are read with.", "pip install h5py") from None
    return h5py
