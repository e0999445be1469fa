"""Runs pytest inside the Blender application: blender -b --python tools/_suite_in_blender.py -- ARGUMENTS

Blender's own packages come first; pytest and the worker's packages come after them, from an environment made with
a Python of the same version as Blender's.
"""

import importlib
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _environment
import _pythons
from _install import EnvironmentFailure, make_ready

_environment.ensure()
try:
    base = _pythons.find((sys.version_info[:2],)) or _pythons.this_python()
    python = make_ready(base, ("worker", "test"))
except EnvironmentFailure as failure:
    sys.exit(str(failure))
site = subprocess.run(
    [str(python), "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
    capture_output=True, text=True, check=True,
).stdout.strip()  # fmt: skip
sys.path.append(site)

pytest = importlib.import_module("pytest")
code = pytest.main(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else [])
sys.stdout.flush()
sys.stderr.flush()
# Blender's way out runs through its own teardown, which must not turn a passed suite into a crash's exit code.
os._exit(int(code))
