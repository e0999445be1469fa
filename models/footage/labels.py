"""Labelled transitions beside a video: NAME.shots.tsv, tab-separated kind, first, last, doubt.

Frames count from 0 as decoded. For a cut, first is the last frame of the old shot and last the first of the new one;
for a gradual transition they are its first and last frame. A doubt of "?" marks an unsure one; # begins a comment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from neuroedit_addon.errors import MediaError

KINDS = ("cut", "dissolve", "fade", "wipe", "jump", "gradual")


def read(video: Path) -> list[dict[str, Any]] | None:
    """Transitions as {"kind", "start_frame", "end_frame", "sure"} in the findings' sense; None without a label file.

    Raises:
        MediaError: a line makes no sense.
    """
    path = video.with_suffix(".shots.tsv")
    if not path.exists():
        return None
    transitions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        try:
            kind, first, last = cells[0].strip(), int(cells[1]), int(cells[2])
            if kind not in KINDS or not 0 <= first <= last:
                raise ValueError
        except (ValueError, IndexError):
            raise MediaError(f"{path} makes no sense in line {number}: {line!r}.",
                             "It should hold kind, first and last frame, parted by tabs.") from None  # fmt: skip
        start, end = (last, last) if kind == "cut" else (first, last + 1)
        sure = not (len(cells) > 3 and "?" in cells[3])
        transitions.append({"kind": kind, "start_frame": start, "end_frame": end, "sure": sure})
    return sorted(transitions, key=lambda t: t["start_frame"])
