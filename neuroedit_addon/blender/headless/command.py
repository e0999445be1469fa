"""The command line of Auto Edit: words in, exit code out. bpy is imported only once the words make sense."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

from ... import presets, profiles, settings_flags
from ...errors import Cancelled, NeuroEditError, OutputError, UsageError, WorkerError
from ...planner.describe import clock, lines
from ...planner.personal import personal_settings
from ...settings import Settings
from .knowing import Knower, WorkerPython
from .order import RENDERERS, Order
from .quiet import quiet
from .stopping import Stopper
from .telling import HOW, Teller
from .wanted import add_arguments, settings_for, wanted

if TYPE_CHECKING:
    from .session import Edit, Outcome

_EPILOG = """times: 15 (frames), 0.6s, 00:00:00.600
exit codes: 0 done, 1 failed, 2 usage, 130 cancelled
A file whose name begins with a dash is named after a lone --, or as ./-name.mp4."""
_GROUPS = {item.name: item.metadata["group"] for item in fields(Settings)}
Finish = Callable[["Sequence[Edit]", IO[str]], None]


def main(words: Sequence[str], python: WorkerPython, finish: Finish = lambda edits, out: None) -> int:
    """Do what the words say; never raises.

    Args:
        python: gives the worker's interpreter and folders for its path, when one is needed.
        finish: called with the edits, and where to print, after their summaries were printed.

    Returns:
        the exit code: 0 done, 1 failed, 2 usage, 130 cancelled.
    """
    try:
        options = parser().parse_args(list(words))
    except SystemExit as asked_for_help:
        return int(asked_for_help.code or 0)
    except UsageError as problem:
        print(f"autoedit: {problem}", file=sys.stderr)
        return problem.exit_code
    stopper = Stopper()
    with quiet(options.debug) as streams:
        teller = Teller(options.progress, options.quiet, options.debug, streams.err)
        try:
            if options.list_voices:
                _tell_voices(Knower(python, teller), streams.out)
                return 0
            order = order_of(options)
            with stopper.listening(), _temporary(order.temp_dir, stopper):
                outcome = _edit(order, python, teller, stopper)
            teller.clear()
            if not options.quiet:
                for edit in outcome.edits:
                    _tell(edit, order, len(outcome.edits) > 1, streams.out)
            if outcome.edits:
                finish(outcome.edits, streams.out)
        except (Exception, KeyboardInterrupt) as problem:
            teller.clear()
            return _failed(problem, options.debug, stopper, streams.err)
        for failure in outcome.failed:
            _failed(failure, options.debug, stopper, streams.err)
        return 1 if outcome.failed else 0


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, as everything here does."""

    def error(self, message: str) -> NoReturn:
        sentence = message[:1].upper() + message[1:].rstrip(".")
        raise UsageError(f"{sentence}.", "See --help.")


def parser() -> argparse.ArgumentParser:
    """All words of the command line; the settings' flags come from `Settings`."""
    made = _Parser(
        prog="autoedit",
        description="Turns raw footage into a finished, still fully editable edit.",
        epilog=_EPILOG,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "inputs",
        nargs="*",
        metavar="FILE",
        help="footage, folders of it, or one .blend; nothing for the project that is open in Blender",
    )
    made.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        metavar="OUT",
        help=".mp4, .mkv, .webm, .mov or .blend; may be given twice; FOLDER/ for one film a file",
    )
    made.add_argument("--preset", metavar="NAME", help="choices to begin with: " + ", ".join(presets.available()))
    made.add_argument("--profile", metavar="NAME", help="choose as tools/learn.py has learnt that you do")
    made.add_argument("--drop-like", type=Path, metavar="ONNX", help="remove what this classifier says you drop")
    made.add_argument("--demo", action="store_true", help="make sample footage, edit it, and say how good the edit is")
    files = made.add_argument_group("findings and plans")
    files.add_argument(
        "--findings",
        action="append",
        type=Path,
        default=[],
        metavar="JSON",
        help="findings of the footage, to be used instead of analysing (a file, or a folder of them)",
    )
    files.add_argument("--plan-out", type=Path, metavar="JSON", help="write every decision here")
    files.add_argument(
        "--plan",
        type=Path,
        metavar="FILE",
        help="replay this plan, or an edit of another editor (.edl, .otio, .fcpxml, auto-editor's v1 .json)",
    )
    files.add_argument(
        "--export",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="write the edit for other editors: .otio, .edl, .fcpxml, or .json (auto-editor's v1); may be repeated",
    )
    files.add_argument("--report", type=Path, metavar="HTML", help="write what was found and done as a page to look at")
    files.add_argument("--dry-run", action="store_true", help="say what would be done; write no film and no project")
    add_arguments(made)
    settings_flags.add_arguments(made)
    how = made.add_argument_group("how it is done")
    how.add_argument(
        "--render",
        choices=RENDERERS,
        default="auto",
        help="auto takes the fast way where it gives the same film: plain cuts of one kind of footage",
    )
    how.add_argument("--no-cache", action="store_true", help="analyse even what is known, and remember nothing")
    how.add_argument("--cache-dir", type=Path, metavar="FOLDER", help="where findings are remembered")
    how.add_argument("--temp-dir", type=Path, metavar="FOLDER", help="where temporary files go")
    how.add_argument("--progress", choices=HOW, default="bar", help="how progress is shown, on standard error")
    how.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    how.add_argument("--debug", action="store_true", help="show logs, and where in the program something failed")
    return made


def order_of(options: argparse.Namespace) -> Order:
    """What the words ask for.

    Raises:
        UsageError: they do not go together, or name an unknown preset.
    """
    settings = presets.load(options.preset).settings if options.preset else Settings()
    given = settings_flags.chosen(options)
    profile = profiles.load(options.profile) if options.profile else None
    if profile:  # habits stand behind what the preset or a flag says
        plain = Settings()
        said = [*given, *(n for n in _GROUPS if getattr(settings, n) != getattr(plain, n))]
        settings = personal_settings(settings, profile, said)
    named = wanted(options)
    cutting = [name for name in given if _GROUPS[name] in ("job", "cut")]
    if options.plan and (options.findings or options.preset or options.profile or options.drop_like or cutting):
        raise UsageError("A plan brings its own settings and findings.",
                         "Leave out --preset, --profile, --drop-like, --findings and settings.")  # fmt: skip
    beside = options.plan_out or options.captions or options.export or options.report
    if not (options.output or options.dry_run or beside):
        raise UsageError("There is nowhere to put the result.", "Say -o FILM.mp4, -o PROJECT.blend or --dry-run.")
    return Order(
        inputs=tuple(options.inputs),
        outputs=tuple(options.output),
        settings=settings_for(named, settings.changed(given), given),
        findings=tuple(options.findings),
        plan=options.plan,
        plan_out=options.plan_out,
        exports=tuple(options.export),
        report=options.report,
        dry_run=options.dry_run,
        cache=not options.no_cache,
        cache_dir=options.cache_dir,
        temp_dir=options.temp_dir,
        renderer=options.render,
        profile=profile,
        drop_like=options.drop_like,
        wanted=named,
    )


def leave(code: int) -> NoReturn:
    """End the process with this exit code, whichever program it runs in.

    Blender would say 0 whatever a script says, and the bpy module can hang while it looks for leaks.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    bpy = sys.modules.get("bpy")
    if bpy is not None:
        shutil.rmtree(bpy.app.tempdir, ignore_errors=True)
    os._exit(code)


def _edit(order: Order, python: WorkerPython, teller: Teller, stopper: Stopper) -> Outcome:
    with stopper.held():  # an interrupt amid the import of bpy ends in a crash
        from .session import Session

    knower = Knower(python, teller, order.cache, order.cache_dir)
    return Session(order, knower, teller, teller.warn, stopper).run()


@contextmanager
def _temporary(folder: Path | None, stopper: Stopper) -> Iterator[None]:
    """A folder of its own for all that passes, Blender's and the worker's too; removed afterwards."""
    try:
        own = Path(tempfile.mkdtemp(prefix="neuroedit-", dir=folder))
    except OSError as problem:
        where = folder or tempfile.gettempdir()
        raise OutputError(
            f"Temporary files cannot be written to {where}: {problem.strerror}.", "Name another folder with --temp-dir."
        ) from problem
    stopper.leftovers.add(own)
    former = {name: os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")}
    os.environ.update(dict.fromkeys(former, str(own)))
    tempfile.tempdir = str(own)
    try:
        yield
    finally:
        tempfile.tempdir = None
        for name, value in former.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        shutil.rmtree(own, ignore_errors=True)
        stopper.leftovers.discard(own)


def _tell_voices(knower: Knower, out: IO[str]) -> None:
    for voice in knower.ask("dub", voices=True)["voices"]:
        print(f"{voice['name']:<18} {voice['title']}", file=out)


def _tell(edit: Edit, order: Order, several: bool, out: IO[str]) -> None:
    if several and edit.plan.sources:
        print(edit.plan.sources[0].path, file=out)
    for line in lines(edit.plan):
        print(line, file=out)
    if order.dry_run:
        for decision in edit.plan.decisions:
            if decision.kind != "keep":
                print(f"  {clock(decision.start):>9}  {decision.kind:<7} {decision.reason}", file=out)
    for title, fact in edit.facts:
        print(f"{title:<14} {fact}", file=out)
    for path in edit.written:
        print(f"{'Wrote':<14} {path}", file=out)


def _failed(problem: BaseException, debug: bool, stopper: Stopper, err: IO[str]) -> int:
    if stopper.asked() or isinstance(problem, (KeyboardInterrupt, Cancelled)):
        problem = Cancelled()
    if debug and not isinstance(problem, Cancelled):
        traceback.print_exception(problem, file=err)
    if isinstance(problem, NeuroEditError):
        print(f"autoedit: {problem}", file=err)
        if debug and isinstance(problem, WorkerError) and problem.log:
            print(problem.log, file=err)
        return problem.exit_code
    sentence = f"Something went wrong inside NeuroEdit: {type(problem).__name__}: {problem}."
    print(f"autoedit: {sentence} Run with --debug and report what it says.", file=err)
    return 1
