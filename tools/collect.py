"""Makes a data set from footage: small frames, 16 kHz sound, shots, posters, a contact sheet, and a manifest.

    python3 tools/collect.py FOLDER... -o dataset/
    python3 tools/collect.py --from-blend EDIT.blend... -o dataset/     what finished edits kept of their sources

Run it again after adding footage, or after it was interrupted: what is whole stays.
"""

import argparse
import os
import sys
from pathlib import Path

import _environment


def main(arguments: list[str]) -> int:
    """Exit code: 0, or that of the error that ended it."""
    options = _options(arguments)
    _environment.ensure("worker", "bpy") if options.from_blend else _environment.ensure("worker")
    from neuroedit_addon.errors import NeuroEditError

    try:
        print(_collect(options))
    except NeuroEditError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print("Interrupted; what is collected stays, and the same command goes on.", file=sys.stderr)
        return 130
    return 0


def _collect(options: argparse.Namespace) -> str:
    from models.footage import blends
    from models.footage.collect import collect

    places = [Path(place) for place in options.folder]
    said = []
    if options.from_blend:
        edits = [blends.collect(Path(file), options.output) for file in options.from_blend]
        places += sorted({source for edit in edits for source in edit.sources})
        said.append(f"{len(edits)} edits with {sum(edit.kept for edit in edits)} kept spans")
    tally = collect(places, options.output, options.licence, options.jobs, options.quiet)
    said.append(f"{tally.taken} sources collected, {tally.skipped} skipped, {tally.known} known from before")
    return f"{options.output}: {'; '.join(said)}."


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="*", help="folders (or files) with footage")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the data set's folder")
    parser.add_argument("--from-blend", nargs="+", default=[], metavar="FILE", help="finished edits to learn from")
    parser.add_argument("--licence", default="unknown", help="licence of what no SOURCES.tsv names")
    parser.add_argument("--jobs", type=int, default=max((os.cpu_count() or 2) - 1, 1), help="files read at once")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    options = parser.parse_args(arguments)
    if not options.folder and not options.from_blend:
        parser.error("name a folder with footage, or --from-blend FILE")
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
