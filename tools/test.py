"""Runs every test: here, on the other bpy wheel when its Python is installed, and inside the Blender application.

    python3 tools/test.py                 everything that this machine can run
    python3 tools/test.py --fast          without the slow tests and without PyTorch
    python3 tools/test.py -k planner      anything else goes to pytest as it is

Blender is the command in NEUROEDIT_BLENDER, or `blender` on the path; NEUROEDIT_FOOTAGE names a folder of footage
for the tests that need some. What is not there is said in the table at the end.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import _environment  # tells an older Python to go
import _suites

_environment.ensure()


def main() -> int:
    """Exit code: 0 when every suite that could run passed."""
    parser = argparse.ArgumentParser(description="Runs every test.", epilog="Other arguments are handed to pytest.")
    parser.add_argument("--fast", action="store_true", help="leave out the slow tests and those that need PyTorch")
    parser.add_argument("--only", choices=_suites.NAMES, help="run one suite instead of all")
    options, pytest_arguments = parser.parse_known_args()
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="neuroedit-test-") as folder:
        for name in _suites.NAMES:
            if options.only in (None, name):
                outcome = _suites.run(name, options.fast, pytest_arguments, Path(folder) / f"{name}.xml")
                outcomes.append(outcome)
    print("\n" + _suites.table(outcomes), flush=True)
    return 0 if all(outcome.good for outcome in outcomes) and any(outcome.ran for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
