"""What every test may ask for: the checkout on the path, real footage, the marks that `tools/test.py --fast` knows."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT / "tests", ROOT / "tools", ROOT):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than about twenty seconds; left out by --fast")
    config.addinivalue_line("markers", "train: needs PyTorch; left out by --fast")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if importlib.util.find_spec("torch") is None:
        for item in items:
            if item.get_closest_marker("train"):
                item.add_marker(pytest.mark.skip(reason="PyTorch is not installed here"))


_code = 0


def pytest_sessionfinish(exitstatus: int) -> None:
    global _code
    _code = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    # Blender's module frees its data before Python's last garbage collection, which then crashes on any reference that
    # a test has left behind (4.5: exit code 139 after "passed"). So leave before that.
    if "bpy" in sys.modules and not getattr(sys.modules["bpy"].app, "binary_path", ""):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_code)


@pytest.fixture(scope="session")
def footage() -> Path:
    """The folder of real footage (video/, audio/, photos/, test_only/, annotations/) that NEUROEDIT_FOOTAGE names."""
    folder = os.environ.get("NEUROEDIT_FOOTAGE")
    if not folder or not Path(folder).is_dir():
        pytest.skip("NEUROEDIT_FOOTAGE names no folder of footage")
    return Path(folder)
