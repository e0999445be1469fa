"""The worker's verbs “export_edit” and “import_edit”: edits to and from the files of other editors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from ...cut_list import CutList
from ...messages import Message
from . import formats

Say = Callable[[Message], None]


def run(arguments: dict[str, Any], say: Say, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Write an edit, or read one.

    Args:
        arguments: to write: "cuts" (`CutList.to_json`), "path", and "rates", the sources' own frame rates by path.
            To read: "path", "fps" of the timeline, "durations" and "rates" by path.

    Returns:
        "lost": a sentence for each thing that the format could not carry; or "cuts".
    """
    path, rates = Path(arguments["path"]), arguments.get("rates", {})
    own = path.suffix.lower() == ".json"  # auto-editor counts frames at the source's own rate
    if "cuts" in arguments:
        cuts = CutList.from_json(arguments["cuts"])
        used = {cuts.sources[piece.source].path for piece in cuts.pieces}
        if own and len(used) == 1 and rates.get(next(iter(used))):
            cuts = replace(cuts, fps=Fraction(rates[next(iter(used))]))
        return {"lost": formats.write(cuts, path)}
    fps, durations = Fraction(arguments["fps"]), dict(arguments["durations"])
    if own and len(durations) == 1 and rates.get(next(iter(durations))):
        fps = Fraction(rates[next(iter(durations))])
    return {"cuts": formats.read(path, fps, durations).to_json()}
