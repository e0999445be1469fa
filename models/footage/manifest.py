"""The list of what a data set holds: one JSON line for each source, appended when its files are whole."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from neuroedit_addon.errors import MediaError, OutputError

NAME = "manifest.jsonl"
FORMAT = "neuroedit-dataset/1"


def read(dataset: Path, missing_ok: bool = False) -> dict[str, dict[str, Any]]:
    """Records by name, the last line of a name counting; a half-written last line is left out.

    Raises:
        MediaError: the folder is no data set, or a line in the middle is damaged.
    """
    path = dataset / NAME
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        if missing_ok:
            return {}
        raise MediaError(f"{dataset} is no data set: it has no {NAME}.",
                         "Make one with tools/collect.py FOLDER -o DATASET.") from None  # fmt: skip
    records: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(lines):
        try:
            record = json.loads(line)
            records[record["name"]] = record
        except (ValueError, KeyError, TypeError):
            if number < len(lines) - 1:
                raise MediaError(f"{path} is damaged in line {number + 1}.",
                                 "Delete that line and collect again.") from None  # fmt: skip
    return records


def append(dataset: Path, record: dict[str, Any]) -> None:
    """Add a record and wait until it is on the disk.

    Raises:
        OutputError: the disk is full or the folder cannot be written.
    """
    path = dataset / NAME
    try:
        with open(path, "rb+" if path.exists() else "wb+") as file:
            end = file.seek(0, os.SEEK_END)
            if end and (file.seek(end - 1), file.read(1))[1] != b"\n":  # killed while writing: drop the torn line
                file.seek(0)
                file.truncate(file.read().rfind(b"\n") + 1)
                file.seek(0, os.SEEK_END)
            file.write(json.dumps({"format": FORMAT, **record}, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror}.", "Free some space and start again: what is "
                          "collected stays.") from None  # fmt: skip
