"""Cuts between recordings of one event to whoever speaks, as an edit for other editors.

    python3 tools/multicam.py left.mp4 right.mp4 -o talk.otio         also .edl, .fcpxml
    python3 tools/multicam.py left.mp4 right.mp4 -o talk.edl --hold 3 --reaction 2

The files are synchronised by what they hear (offset and drift). Progress goes to standard error.
Exit codes: 0 done, 1 failed, 2 usage, 130 cancelled.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import _environment  # tells an older Python to go

_environment.ensure("worker")

from neuroedit_addon.angles import Angle  # noqa: E402
from neuroedit_addon.blender.headless.knowing import Knower  # noqa: E402
from neuroedit_addon.errors import MediaError, NeuroEditError, UsageError  # noqa: E402
from neuroedit_addon.messages import Log, Message, Progress  # noqa: E402
from neuroedit_addon.planner.follow_speaker import Switching, cut_list, follow  # noqa: E402

SUFFIXES = (".otio", ".edl", ".fcpxml")
TRUSTED = 0.3  # confidence below which two files do not hear the same event


def main(arguments: list[str]) -> int:
    """The exit code."""
    options = _parser().parse_args(arguments)
    try:
        _make(options)
    except NeuroEditError as problem:
        print(f"multicam: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


def _make(options: argparse.Namespace) -> None:
    output, paths = Path(options.output), [str(Path(file).absolute()) for file in options.files]
    if output.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{output.name} has no suffix of an edit.", f"Use one of {', '.join(SUFFIXES)}.")
    if len(paths) < 2:
        raise UsageError("One file has nothing to be cut to.", "Name at least two.")
    knower = Knower(_environment.worker_python, _tell)
    found = knower.findings(paths)
    angles = [Angle.from_json(values) for values in knower.ask("sync", paths=paths)["angles"]]
    for angle in angles[1:]:
        drift = f"drifts by {angle.drift * 3600:+.3f} s an hour (confidence {angle.confidence:.2f})"
        print(f"{Path(angle.path).name}: begins at {angle.offset:+.3f} s, {drift}")
    strange = [angle for angle in angles if angle.confidence < TRUSTED]
    if strange:
        raise MediaError(f"{strange[0].path} does not hear what {paths[0]} hears.", "Leave it out.")
    switching = Switching(options.hold, options.lead, options.back_channel, options.monologue, options.reaction)
    shown = follow(angles, found, switching)
    fps = options.fps or next(f.media.fps for f in found if f.media.fps)
    cuts = cut_list(shown, angles, found, fps, output.stem)
    for sentence in knower.ask("export_edit", cuts=cuts.to_json(), path=str(output.absolute()))["lost"]:
        print(f"{output.name}: {sentence}", file=sys.stderr)
    print(f"{output}: {len(cuts.pieces)} shots, {sum(piece.length for piece in cuts.pieces):.1f} s")


def _tell(message: Message) -> None:
    if isinstance(message, Log) and message.level == "warning":
        print(f"warning: {message.text}", file=sys.stderr)
    elif isinstance(message, Progress) and sys.stderr.isatty():
        share = message.done / message.total if message.total else 0.0
        print(f"\r{share:4.0%} {message.phase:<20}", end="", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    usual = Switching()
    parser = argparse.ArgumentParser(prog="multicam", description="Cuts between cameras to whoever speaks.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="recordings of one event, at least two")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="an .otio, .edl or .fcpxml file")
    parser.add_argument("--hold", type=_seconds, default=usual.hold, help="the shortest shot (default: %(default)g s)")
    parser.add_argument("--lead", type=_seconds, default=usual.lead,
                        help="how long before the new speaker the picture changes (%(default)g s)")  # fmt: skip
    parser.add_argument("--back-channel", type=_seconds, default=usual.back_channel,
                        help="what is shorter than this is no turn (%(default)g s)")  # fmt: skip
    parser.add_argument("--reaction", type=_seconds, default=usual.reaction,
                        help="how long others are seen in a long speech; 0 for never (%(default)g s)")  # fmt: skip
    parser.add_argument("--monologue", type=_seconds, default=usual.monologue,
                        help="how long a speech lasts before that (%(default)g s)")  # fmt: skip
    parser.add_argument("--fps", help="frames a second of the edit (default: those of the first film)")
    return parser


def _seconds(text: str) -> float:
    value = float(text.removesuffix("s"))
    if not 0 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 3600 s")
    return value


if __name__ == "__main__":
    given: Sequence[str] = sys.argv[1:]
    sys.exit(main(list(given)))
