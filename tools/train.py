"""Trains a network of models/ and keeps the best weights; tools/export.py makes the files that are shipped of them.

    python3 tools/train.py shots --data dataset/              on the processor, or on an accelerator where there is one
    python3 tools/train.py shots --data dataset/ --resume     goes on after Ctrl-C, a crash or an early end
    python3 tools/train.py classifier --data clips/           on clips/keep/ and clips/drop/; --advise, --search 300
    torchrun --nproc_per_node 4 tools/train.py shots --data dataset/
    python3 tools/train.py shots --data dataset/ --smoke      shows within a minute that everything runs

Leaves in the run's folder: best.safetensors, last.safetensors, log.jsonl, curve.png, an event file for TensorBoard,
run.json.
"""

import argparse
import importlib
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import _environment

_CHANGEABLE = {
    "steps": "batches in all",
    "learning_rate": "the highest",
    "validate_every": "steps between validations",
    "patience": "validations without a better score before stopping early; 0 never does",
    "seed": "of weights and batches",
    "makers": "background processes that make batches",
    "threads": "torch's threads; 0 leaves torch's choice",
    "device": "auto, cpu, cuda, cuda:1, mps",
}


def main(arguments: list[str]) -> int:
    """Exit code: 0, that of the error that ended it, or 130 after Ctrl-C."""
    options = _options(arguments)
    _environment.ensure("worker", "train")
    from neuroedit_addon.errors import NeuroEditError

    try:
        own = importlib.import_module(f"models.{options.network}.train")
        return own.run(options) if hasattr(own, "run") else _train(options)
    except NeuroEditError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print("Interrupted; --resume goes on from the last checkpoint.", file=sys.stderr)
        return 130


def _train(options: argparse.Namespace) -> int:
    from models.training.loop import train
    from models.training.release import record

    module = importlib.import_module(f"models.{options.network}.train")
    recipe = module.recipe()
    asked = {name: value for name in _CHANGEABLE if (value := getattr(options, name)) is not None}
    recipe = replace(recipe.smoke() if options.smoke else recipe, **asked)
    folder = options.out or Path("runs") / (f"{options.network}-smoke" if options.smoke else options.network)
    task = module.task(options.data, options.smoke, recipe.seed)
    outcome = train(task, recipe, folder, resume=options.resume, quiet=options.quiet)
    told: dict[str, Any] = record(recipe.seed, task.data) | {
        "recipe": asdict(recipe), "figures": outcome.figures, "step": outcome.step, "steps": outcome.steps,
        "seconds": round(outcome.seconds), "ended": outcome.why,
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    figures = ", ".join(f"{name} {value:.4f}" for name, value in outcome.figures.items())
    print(f"{options.network}: {outcome.why} after {outcome.steps} steps; best at {outcome.step}: {figures}")
    print(f"The best weights are in {outcome.best}.")
    return 130 if outcome.why == "interrupted" else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    networks = sorted(path.parent.name for path in (_environment.ROOT / "models").glob("*/train.py"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=networks)
    parser.add_argument("--data", type=Path, required=True, help="a data set that tools/collect.py made, or footage")
    parser.add_argument("--out", type=Path, help="the run's folder (runs/NETWORK)")
    parser.add_argument("--resume", action="store_true", help="go on from the folder's last checkpoint")
    parser.add_argument("--smoke", action="store_true", help="a dozen steps only")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    types = {"steps": int, "learning_rate": float, "device": str}
    for name, text in _CHANGEABLE.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=types.get(name, int), help=text)
    if arguments[:1] == ["classifier"]:
        _classifier_words(parser)
    return parser.parse_args(arguments)


def _classifier_words(parser: argparse.ArgumentParser) -> None:
    """The classifier is trained on the user's own clips and has words of its own."""
    own = parser.add_argument_group("classifier")
    own.add_argument("--variant", choices=("mission", "small"), default="mission", help="which network")
    own.add_argument("--epochs", type=int, default=10, help="how often all pictures are seen (10)")
    own.add_argument("--augment", action="store_true", help="mirror, light and move the pictures at random")
    own.add_argument("--advise", action="store_true", help="say what the data are good for, and train nothing")
    own.add_argument("--search", type=float, metavar="SECONDS", help="try several choices within this time")
    own.add_argument("--from", dest="start", type=Path, metavar="FILE.keras", help="measure and convert these weights")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
