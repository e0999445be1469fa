"""Arrays that grow on the disk: a long film never lies in memory."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np


class GrowingArray:
    """Rows of one shape and type, appended to a raw file and turned into a .npy file at the end."""

    def __init__(self, path: Path, row: tuple[int, ...], dtype: type) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._row, self._dtype = path, row, np.dtype(dtype)
        self._raw = open(path.with_suffix(".raw"), "wb")  # noqa: SIM115 (closed by finish)
        self.count = 0

    def add(self, rows: np.ndarray) -> None:
        """Append rows (n, *row)."""
        self._raw.write(np.ascontiguousarray(rows, self._dtype).tobytes())
        self.count += len(rows)

    def finish(self) -> np.ndarray:
        """Write the .npy file and give it, mapped from the disk; without rows nothing is left and it is empty."""
        self._raw.close()
        raw = Path(self._raw.name)
        if self.count:
            with open(self._path, "wb") as whole, open(raw, "rb") as data:
                header = {"descr": np.lib.format.dtype_to_descr(self._dtype), "fortran_order": False,
                          "shape": (self.count, *self._row)}  # fmt: skip
                np.lib.format.write_array_header_1_0(whole, header)
                shutil.copyfileobj(data, whole, 1 << 20)
        raw.unlink()
        if not self.count:
            return np.empty((0, *self._row), self._dtype)
        return np.load(self._path, mmap_mode="r", allow_pickle=False)
