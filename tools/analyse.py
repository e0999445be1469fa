"""Says what is seen and heard in footage, as findings.json, and stops there.

    python3 tools/analyse.py talk.mp4 -o talk.json
    python3 tools/analyse.py *.mp4 -o findings/         one NAME.json a file
    python3 tools/analyse.py shot_%04d.png --fps 25 --sound shot.wav -o shot.json
    python3 tools/analyse.py talk.mp4 -o talk.json --export csv edl otio --thumbnails shots/   talk.csv, talk.edl, …

Progress goes to standard error. Exit codes: 0 done, 1 failed, 2 usage, 130 cancelled.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import _environment  # tells an older Python to go

_environment.ensure("worker")

from neuroedit_addon.errors import NeuroEditError, OutputError, UsageError, WorkerError  # noqa: E402
from neuroedit_addon.findings import Findings  # noqa: E402
from neuroedit_addon.job import run  # noqa: E402
from neuroedit_addon.messages import Found, Log, Message, Progress, Request, encode  # noqa: E402
from neuroedit_addon.worker import shot_list, thumbnails  # noqa: E402
from neuroedit_addon.worker.source import source_of  # noqa: E402


def main(arguments: list[str]) -> int:
    """The exit code."""
    options = _parser().parse_args(arguments)
    sys.stdout.reconfigure(errors="backslashreplace")  # a name that the console cannot show is no failure
    try:
        outputs = _outputs(options.files, options.output)
        teller = Teller(options.progress, options.quiet, options.debug)
        found = _analyse(options, teller)
        for path, output in outputs.items():
            _write(output, found[path])
            if not options.quiet:
                print(f"{output}: {_summary(found[path])}")
            _write_shots(options, path, output, Findings.from_json(found[path]))
    except NeuroEditError as problem:
        print(f"analyse: {problem}", file=sys.stderr)
        if options.debug and isinstance(problem, WorkerError) and problem.log:
            print(problem.log, file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


class Teller:
    """Says how far it is, for people (bar), programs (json: the worker's own lines) or nobody."""

    def __init__(self, how: str, quiet: bool, debug: bool) -> None:
        self.found: dict[str, dict[str, object]] = {}
        self._how = "none" if quiet else how
        self._quiet, self._debug = quiet, debug
        self._drawn = 0

    def __call__(self, message: Message) -> None:
        if isinstance(message, Found):
            self.found[message.path] = message.findings
        elif self._how == "json":
            sys.stderr.buffer.write(encode(message))
            sys.stderr.flush()
        elif isinstance(message, Progress) and self._how == "bar":
            self._draw(message)
        elif isinstance(message, Log) and (message.level == "warning" and not self._quiet or self._debug):
            self.clear()
            print(f"{message.level}: {message.text}", file=sys.stderr)

    def clear(self) -> None:
        """Take the bar away."""
        if self._drawn:
            print("\r" + " " * self._drawn + "\r", end="", file=sys.stderr, flush=True)
            self._drawn = 0

    def _draw(self, progress: Progress) -> None:
        if not sys.stderr.isatty():
            return
        share = progress.done / progress.total if progress.total else 0.0
        left = "" if progress.left is None else f"  {_clock(progress.left)} left"
        line = f"{share:4.0%} [{'#' * int(share * 24):24}]{left}  {os.path.basename(progress.item)}"[:100]
        print("\r" + line.ljust(self._drawn), end="", file=sys.stderr, flush=True)
        self._drawn = len(line)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="analyse", description="Writes what is seen and heard in footage.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="media files, or a pattern of numbered stills")
    parser.add_argument("-o", "--output", required=True, metavar="OUT",
                        help="a .json file, or a folder (ending in a slash) for one NAME.json a file")  # fmt: skip
    parser.add_argument("--fps", help="frames a second of numbered stills")
    parser.add_argument("--sound", metavar="FILE", help="sound file that belongs to numbered stills")
    parser.add_argument("--export", nargs="+", choices=shot_list.FORMATS, default=[], metavar="FORMAT",
                        help="also write the list of shots beside OUT: csv, edl (CMX 3600), otio")  # fmt: skip
    parser.add_argument("--thumbnails", metavar="FOLDER", help="also write a picture of every shot: NAME_0001.jpg, …")
    parser.add_argument("--no-cache", action="store_true", help="analyse even what is known, and keep nothing")
    parser.add_argument("--cache-dir", metavar="FOLDER", help="where findings are kept")
    parser.add_argument("--progress", choices=("bar", "json", "none"), default="bar", help="how to show progress")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    parser.add_argument("--debug", action="store_true", help="show the worker's log when something fails")
    return parser


def _outputs(files: list[str], output: str) -> dict[str, Path]:
    """Which findings go where; checked before any work is done."""
    into = Path(output)
    if output.endswith(("/", os.sep)) or into.is_dir():
        names: dict[str, Path] = {}
        for file in files:
            target = into / (Path(file).stem + ".json")
            if target in names.values():
                raise UsageError(f"Two files would both be written to {target}.", "Analyse them one after the other.")
            names[file] = target
        if not into.parent.is_dir():
            raise OutputError(f"The folder {into.parent} does not exist.", "Make it first.")
    elif len(files) > 1:
        raise UsageError("Several files need a folder to write to.", f"Write -o {output}/ (with the slash).")
    else:
        names = {files[0]: into}
        if not into.parent.is_dir():
            raise OutputError(f"The folder {into.parent} does not exist.", "Make it first.")
    for file, target in names.items():
        if target.exists() and os.path.exists(file) and os.path.samefile(file, target):
            raise OutputError(f"The output {target} is the input itself.", "Choose another name.")
    return names


def _analyse(options: argparse.Namespace, teller: Teller) -> dict[str, dict[str, object]]:
    sources = [_spec(options, file) for file in options.files]
    request = Request("analyse", {"sources": sources, "cache": not options.no_cache, "cache_dir": options.cache_dir})
    python, paths = _environment.worker_python()
    try:
        run(request, python, paths, teller)
    finally:
        teller.clear()
    return teller.found


def _write(output: Path, findings: dict[str, object]) -> None:
    """Write beside and rename, so that a failure leaves no half file."""
    beside = ""
    try:
        output.parent.mkdir(exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=output.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(findings, file, indent=1)  # ASCII: a path may hold what UTF-8 cannot
            file.write("\n")
        os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, output)
        beside = ""
    except OSError as problem:
        raise OutputError(f"{output} cannot be written: {problem.strerror}.", "Choose another folder.") from problem
    finally:
        if beside:
            Path(beside).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _write_shots(options: argparse.Namespace, path: str, output: Path, findings: Findings) -> None:
    """The lists of shots beside the findings, and their thumbnails."""
    for kind in dict.fromkeys(options.export):
        target = output.with_suffix("." + kind)
        losses = shot_list.write(findings, target)
        if not options.quiet:
            print("\n".join([f"{target}: {len(findings.shots)} shots", *losses]))
    if options.thumbnails:
        written = thumbnails.write(findings, source_of(_spec(options, path)), Path(options.thumbnails))
        if not options.quiet:
            print(f"{options.thumbnails}: {len(written)} pictures")


def _spec(options: argparse.Namespace, file: str) -> str | dict[str, str | None]:
    return {"path": file, "fps": options.fps, "sound": options.sound} if options.fps or options.sound else file


def _summary(findings: dict[str, object]) -> str:
    media, shots, speech = (findings[key] for key in ("media", "shots", "speech"))
    spoken = _clock(sum(s["end"] - s["start"] for s in speech)) + " of speech" if media["audio"] else "no sound"
    return f"{_clock(media['duration'])} long, {len(shots)} shots, {spoken}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
