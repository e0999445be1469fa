"""The step "grade": every piece of a shot gets the shot's one correction, as modifiers; shots are matched; a look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...correction import Correction
from ...errors import MediaError
from ...findings import Findings, Media
from ...looks import LOOKS
from ...planner.grade import correction_for, grade_of, seen, shot_name
from ...settings import Settings
from .. import compat, read, write_grade
from .asking import Ask, Step
from .graded import Graded
from .wishes import Finished, Wishes

Found = Mapping[str, Findings]
SHOTS = "shots"


def grade(scene: Any, wishes: Wishes, found: Found, done: Finished) -> Step[Finished]:
    """See `finish`: corrects what `read.read` tells of the scene, as far as findings know it.

    Raises:
        MediaError: the reference of `match` does not exist, or cannot be read.
    """
    shots = graded(scene, wishes.settings, found)
    if wishes.settings.match:
        shots = yield from _matched(shots, wishes.settings)
    count = write(scene, shots, wishes.settings, wishes.run)
    told = f"colours corrected on {count} strip{'s' * (count != 1)}"
    notes = [told if count else "no shot needs its colours changed"]
    if wishes.settings.look != "neutral":
        notes.append(f"look: {wishes.settings.look}")
    return replace(done, grades=tuple(shots)).with_notes(notes, _unjudged(shots, found))


def _unjudged(shots: Sequence[Graded], found: Found) -> list[str]:
    """What to tell where findings come from an analysis without the colour network."""
    paths = dict.fromkeys(shot.path for shot in shots)
    return [f"The colours of {path} were not judged when it was analysed: analyse it again." for path in paths
            if not found[path].grades and "colour" not in found[path].analysers]  # fmt: skip


def graded(scene: Any, settings: Settings, found: Found) -> list[Graded]:
    """The shots that lie on the timeline, with what the network would correct, in the order of their strips."""
    # A strip that no findings know (its name changed in the cut, say) stays as it is.
    media = {path: found[path].media if path in found else Media(path, 0.0) for path in read.sources(scene)}
    timeline = read.read(scene, media)
    shots: dict[str, Graded] = {}
    for clip in timeline.clips:
        path = timeline.sources[clip.source]
        findings = found.get(path)
        if findings is None or not clip.picture:
            continue
        start, end = map(float, clip.media_span(timeline.fps))
        shot = grade_of(findings, start, end)
        name = shot_name(findings, shot.start if shot else start)
        known = shots.get(name)
        if known is not None:
            shots[name] = replace(known, strips=known.strips + clip.picture)
        else:
            begin, after = (shot.start, shot.end) if shot else (start, end)
            correction, sure = correction_for(shot, settings), shot.confidence if shot else 0.0
            shots[name] = Graded(path, begin, after, clip.picture, name, correction, sure)
    return list(shots.values())


def write(scene: Any, shots: Sequence[Graded], settings: Settings, run: str) -> int:
    """Put corrections and look on strips; how many strips got some."""
    strips = {strip.name: strip for strip in compat.strips_of(scene)}
    look = LOOKS[settings.look]
    count = 0
    for shot in shots:
        if shot.correction is None and not seen(look):
            continue
        made = shot.correction or Correction()
        count += sum(write_grade.write(scene, strips[n], made, run, shot.name, look) for n in shot.strips)
    return count


def require_reference(settings: Settings) -> None:
    """Check before anything is done that the reference of `match` is there.

    Raises:
        MediaError: it is not.
    """
    if "grade" in settings.steps and settings.match not in ("", SHOTS) and not Path(settings.match).is_file():
        raise MediaError(f"The reference {settings.match} does not exist.",
                         f"Name a picture or film for --match, or say {SHOTS}.")  # fmt: skip


def _matched(shots: list[Graded], settings: Settings) -> Step[list[Graded]]:
    require_reference(settings)
    filmed = [shot for shot in shots if not shot.path.startswith(read.STRIP)]  # what Blender renders has no file
    reference = None if settings.match == SHOTS else {"path": str(Path(settings.match).absolute())}
    result = yield Ask("match", {"pieces": [shot.asked() for shot in filmed], "reference": reference})
    matched = {shot.name: shot for shot in with_matches(filmed, result, settings)}
    return [matched.get(shot.name, shot) for shot in shots]


def with_matches(shots: Sequence[Graded], result: Mapping[str, Any], settings: Settings) -> list[Graded]:
    """The shots with the answer of the verb "match"; those it has nothing for keep their own correction."""
    made = []
    for shot, answer in zip(shots, result["corrections"], strict=True):
        if answer is None:
            made.append(shot)
            continue
        correction = Correction.from_json(answer).scaled(settings.grade_strength)
        made.append(replace(shot, correction=correction if seen(correction) else None, matched=True))
    return made
