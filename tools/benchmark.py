"""Measures what was promised, and writes it to docs/benchmarks.md beside the command that measures it.

    python3 tools/benchmark.py                        what the engine itself promises: speed, memory, time to apply
    python3 tools/benchmark.py analysis planning      single suites, see --help
    python3 tools/benchmark.py analysis --file F      on a file of your own instead of a made one
    python3 tools/benchmark.py shots --footage D      networks, on a folder of footage (or NEUROEDIT_FOOTAGE)
    … --write                                         put the tables into docs/benchmarks.md
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import _environment

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Suite:
    """A module with `measure` -> tables by title; the groups that it needs; what it is about."""

    module: str
    groups: tuple[str, ...]
    about: str
    needs_footage: bool = False


ENGINE = ("analysis", "memory", "planning", "apply", "render")
SUITES = {
    "analysis": Suite("benchmark_analysis", ("worker", "benchmark"), "speed of analysis beside other programs"),
    "memory": Suite("benchmark_memory", ("worker", "benchmark"), "peak memory of the worker, one minute and two hours"),
    "planning": Suite("benchmark_planning", ("worker",), "time to plan an hour of findings"),
    "apply": Suite("benchmark_apply", ("worker", "benchmark"), "time to apply 2,000 and 10,000 cuts in each Blender"),
    "render": Suite("benchmark_render", ("worker", "benchmark"), "Blender's render beside ffmpeg on the same cuts"),
    "shots": Suite("benchmark_shots", ("worker", "benchmark"), "shots: the network beside other detectors", True),
    "sound": Suite("benchmark_sound", ("worker", "benchmark"), "the sound network beside other detectors", True),
    "beats": Suite("benchmark_beats", ("worker", "beats"), "beats beside librosa's, mir_eval as referee", True),
    "moments": Suite("benchmark_moments", ("worker", "train", "keras"), "moments: choosing, learning, reframing", True),
    "colour": Suite("benchmark_colour", ("worker", "benchmark"), "the colour network beside classical methods", True),
    "mix": Suite("benchmark_mix", ("worker", "benchmark"), "dub and mix, beside ffmpeg's meter and Blender's mixdown"),
}


def main() -> int:
    """Exit code: 0 when every suite ran."""
    options = _parser().parse_args()
    # Whoever asks for the sound means all of it: the network, and what is made of what it hears.
    names = [part for name in options.suites or ENGINE for part in (("sound", "mix") if name == "sound" else (name,))]
    _environment.ensure(*dict.fromkeys(group for name in names for group in SUITES[name].groups))
    import benchmark_report

    from neuroedit_addon.errors import NeuroEditError

    if options.footage:  # suites that can do without it take it from here
        os.environ["NEUROEDIT_FOOTAGE"] = str(options.footage.absolute())
    failed = 0
    for name in names:
        try:
            with tempfile.TemporaryDirectory(prefix="neuroedit-benchmark-") as folder:
                tables = _measure(name, options, Path(folder))
        except NeuroEditError as problem:
            print(f"{name}: {problem}", file=sys.stderr)
            failed = 1
            continue
        print(benchmark_report.markdown(tables) + "\n", flush=True)
        if options.write:
            command = f"python3 tools/benchmark.py {name}" + " --footage FOLDER" * SUITES[name].needs_footage
            benchmark_report.write(name, SUITES[name].about, command, tables)
    return failed


def _measure(name: str, options: argparse.Namespace, folder: Path) -> dict[str, Rows]:
    suite = SUITES[name]
    measure: Callable[..., dict[str, Rows]] = importlib.import_module(suite.module).measure
    if not suite.needs_footage:
        return measure(options.file, folder)
    from neuroedit_addon.errors import UsageError

    if not options.footage:
        raise UsageError("This suite needs footage.", "Name its folder with --footage or in NEUROEDIT_FOOTAGE.")
    return measure(options.footage)


def _parser() -> argparse.ArgumentParser:
    about = "\n".join(f"  {name:10}{suite.about}" for name, suite in SUITES.items())
    parser = argparse.ArgumentParser(
        description="Measures what was promised.", epilog=f"suites:\n{about}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    named = os.environ.get("NEUROEDIT_FOOTAGE")
    parser.add_argument("suites", nargs="*", choices=[*SUITES, []], metavar="SUITE", help=", ".join(SUITES))
    parser.add_argument("--file", type=Path, help="a film to measure on, instead of a made one")
    parser.add_argument("--footage", type=Path, default=Path(named) if named else None, help="a folder of footage")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
