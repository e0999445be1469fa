"""Makes the files that are shipped from a training run: safetensors, ONNX with the same numbers, card, checksums.

    python3 tools/export.py shots --run runs/shots --data dataset/

Thresholds and calibration are chosen on the validation films of --data; the card tells the figures of the test films.
"""

import argparse
import importlib
import sys
from pathlib import Path

import _environment


def main(arguments: list[str]) -> int:
    """Exit code: 0, or that of the error that ended it."""
    options = _options(arguments)
    _environment.ensure("worker", "train")
    from neuroedit_addon.errors import NeuroEditError

    try:
        importlib.import_module(f"models.{options.network}.export").export(options.run, options.data)
    except NeuroEditError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    networks = sorted(path.parent.name for path in (_environment.ROOT / "models").glob("*/export.py"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=networks)
    parser.add_argument("--run", type=Path, required=True, help="the folder of a training run")
    parser.add_argument("--data", type=Path, help="the data it was trained on")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
