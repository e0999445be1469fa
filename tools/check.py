"""Checks everything that a change must pass: ruff, mypy, then every test.

    python3 tools/check.py                arguments are those of tools/test.py
    python3 tools/check.py --no-tests     only what takes seconds
"""

import subprocess
import sys

import _environment


def main(arguments: list[str]) -> int:
    """Exit code: 0 when nothing is wrong."""
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    _environment.ensure("worker", "check")
    checks = {
        "ruff": [sys.executable, "-m", "ruff", "check", "."],
        "mypy": [sys.executable, "-m", "mypy"],
        "tests": [sys.executable, "tools/test.py", *(a for a in arguments if a != "--no-tests")],
    }
    if "--no-tests" in arguments:
        del checks["tests"]
    failed = [name for name, command in checks.items() if subprocess.run(command, cwd=_environment.ROOT).returncode]
    print(f"Failed: {', '.join(failed)}." if failed else "All is well.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
