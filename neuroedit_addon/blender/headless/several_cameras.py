"""Several cameras of one event: whether the files are that, and how they are laid on the timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ...angles import Angle
from ...errors import MediaError
from ...findings import Findings, Media
from ...planner.follow_speaker import Switching, follow, voices
from ...settings import Settings
from ...timeline import rate
from ..angles_on_timeline import lay_angles
from ..assemble import assemble
from .knowing import Knower

TRUSTED = 0.3
"""Confidence below which two files do not hear the same event."""

Lay = Callable[[Any, Sequence[Media]], None]


def layer(settings: Settings, found: Sequence[Findings], knower: Knower, warn: Callable[[str], None]) -> Lay:
    """What puts the files on a fresh scene: one after another, or as cameras that follow the speaker.

    Raises:
        MediaError: they were said to be cameras of one event, and one of them hears something else.
        PlanError: none of the cameras has a picture.
    """
    sounding = [f for f in found if f.media.audio]
    if settings.multicam == "no" or len(found) < 2 or not any(f.media.fps for f in found):
        return assemble
    if len(sounding) < len(found):
        if settings.multicam == "yes":
            silent = next(f for f in found if not f.media.audio)
            raise MediaError(f"{silent.media.path} has no sound to be synchronised by.", "Leave it out.")
        return assemble
    angles = [Angle.from_json(a) for a in knower.ask("sync", paths=[f.media.path for f in found])["angles"]]
    strange = next((angle for angle in angles if angle.confidence < TRUSTED), None)
    if strange:
        if settings.multicam == "yes":
            raise MediaError(f"{strange.path} does not hear what {found[0].media.path} hears.",
                             "Leave it out, or say --multicam no.")  # fmt: skip
        return assemble
    return _following(settings, found, angles, warn)


def _following(settings: Settings, found: Sequence[Findings], angles: Sequence[Angle],
               warn: Callable[[str], None]) -> Lay:  # fmt: skip
    fps = rate(next(f.media.fps for f in found if f.media.fps))
    hold, back_channel, reaction = (
        wish.at(fps) for wish in (settings.multicam_hold, settings.multicam_back_channel, settings.multicam_reaction)
    )
    switching = Switching(hold=hold, back_channel=back_channel, reaction=reaction)
    shown, heard = follow(angles, found, switching), voices(angles, found, switching)
    names = ", ".join(Path(angle.path).name for angle in angles)
    warn(f"{names} are cameras of one event: {len(shown)} shots follow who speaks (--multicam no: one after another)")

    def lay(scene: Any, media: Sequence[Media]) -> None:
        lay_angles(scene, media, angles, shown, heard, settings.fade.at(fps))

    return lay
