"""The card of the sound network: what it is, what it was taught, what it reaches beside others, how to redo that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.training import release

from . import sources
from .tables import tables

TITLE = "sound: speech, singing, music and noise every 10 ms"
_WHAT = """\
A CRNN (net.py, 140 thousand parameters): four convolutions over 64 log-mel bands, a GRU in both directions at 50 frames
a second, two answers a thought. Several classes may be true at once; silence is none of them. It hears fixed windows of
10 s, 8 s apart, each measured against its own loud moments, so gain, blocks and length do not matter. Spans are read
with a running median, hysteresis, closed gaps and a shortest length; those numbers were chosen on the validation part
(tune.py) and live in `neuroedit_addon/worker/sound_net.py`."""
_DATA = """\
Ten-second scenes made up while training (mixtures.py): recorded voices (split.tsv names every file), espeak-ng in over
fifty languages, whispering and singing made from clean voices, talkers who alternate and overlap, programmes of voices,
tunes and noises in turns; recorded and synthesised music and noises (birdsong, animals, machines that beat as fast as
syllables), babble; rooms, microphones, telephones, overload, opus, mp3 and AAC. No voice, tune or
noise recording is in two parts. Truth of clean recordings is an energy rule (`sources.speaking`), exact for what was
composed.

Recordings: {counts}. Many are CC BY or CC BY-SA; none is in this repository."""
_LIMITS = """\
- The truth for recorded voices is an energy rule: breaths and very soft endings are taught as it draws them.
- Singing counts as music, not as speech. Laughter, a crowd nearby and imitated animals are in between.
- Little recorded music and noise was available: a few dozen pieces; the rest is synthesised.
- Language was not balanced: recorded voices are mostly English and German, most other languages are synthesised."""
_REDO = """\
```
python tools/train.py sound --data FOOTAGE --out runs/sound
python -m models.sound.tune FOOTAGE runs/sound/best.safetensors
python tools/export.py sound runs/sound --data FOOTAGE
python tools/benchmark.py sound FOOTAGE
```"""


def write(path: Path, data: Path, state: Mapping[str, Any]) -> None:
    """Measure the shipped network beside its peers on the test part and write the card.

    Raises:
        MediaError: a recording is missing.
        EnvironmentProblem: webrtcvad is not installed.
    """
    counts = ", ".join(f"{len(sources.names(part))} {part}" for part in sources.PARTS)
    measured = "\n\n".join(f"**{title}**\n\n{release.table(rows)}" for title, rows in tables(data).items())
    release.write_card(path, TITLE, {
        "What it is": _WHAT, "Data": _DATA.format(counts=counts),
        "Measured on the test part": _explained(measured), "Limits": _LIMITS, "To do it again": _REDO,
        "Run": f"Step {state['step']}; on the validation scenes: `{json.dumps(state['figures'])}`",
    })  # fmt: skip


def _explained(measured: str) -> str:
    return (
        "Voices, tunes and noises of the test part, which training and tuning never heard: clean, over noise and music "
        "at 20, 10, 5, 0 and -5 dB, composed mixtures, and recordings without speech. Frames of 10 ms, no collar; all "
        "rows of a table come from one run.\n\n" + measured
    )
