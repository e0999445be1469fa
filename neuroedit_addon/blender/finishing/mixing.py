"""The step "mix": voices are cleaned, music is laid under the film, and all is mixed into one track at its loudness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...findings import Findings
from ...mix_report import MixReport
from ...planner import heard
from ...planner.duck import Ducking
from ...planner.music_bed import lay
from ...settings import Settings
from .. import mix_read, read, write_mix, write_music
from .asking import Ask, Step
from .cleaning import clean
from .loudness import factor, voices_lufs
from .wishes import Finished, Wishes

Found = Mapping[str, Findings]


def mix(scene: Any, wishes: Wishes, found: Found, done: Finished) -> Step[Finished]:
    """Clean, lay music, and mix, as far as it is wished for.

    Raises:
        MediaError, OutputError, UsageError: as the worker's verbs do.
    """
    if wishes.settings.clean:
        cleaned, done = yield from clean(scene, wishes, found, done)
        found = {**found, **cleaned}
    if wishes.music is not None:
        done = _music(scene, wishes, found, wishes.music, done)
    if wishes.settings.mix == "track":
        done = yield from track(scene, wishes, found, done)
    return done


def _music(scene: Any, wishes: Wishes, found: Found, music: Findings, done: Finished) -> Finished:
    settings = wishes.settings
    fps = read.scene_rate(scene)
    film = float((scene.frame_end + 1 - scene.frame_start) / fps)
    pieces = lay(
        film, music.media.duration, music.beats, settings.music_fade_in.at(fps), settings.music_fade_out.at(fps)
    )
    speech = heard.speech(mix_read.read(scene), found)
    own = music.loudness.integrated_lufs if music.loudness else None
    level = factor(voices_lufs(found), own, settings.music_level) if speech else factor(0, None, settings.music_level)
    write_music.write(
        scene, Path(music.media.path), pieces, speech, wishes.run, level, ducking(settings, fps)
    )
    looped = f", repeated {len(pieces) - 1} times" if len(pieces) > 1 else ""
    return done.with_notes([f"music {Path(music.media.path).name}{looped}"])


def ducking(settings: Settings, fps: Any) -> Ducking:
    """How the music is lowered."""
    return Ducking(
        settings.music_depth, settings.music_attack.at(fps), settings.music_release.at(fps), settings.music_hold.at(fps)
    )


def track(scene: Any, wishes: Wishes, found: Found, done: Finished) -> Step[Finished]:
    """Mix what can be heard into one track, in the place of an earlier mix.

    Raises:
        MediaError, OutputError: as the worker's verb "mix" does.
    """
    write_mix.remove(scene)  # its sources are heard again, so that they can be mixed
    arrangement = mix_read.read(scene, heard.stems(mix_read.read(scene), found))
    if not arrangement.audible:
        return done.with_notes(warnings=["Nothing on this timeline can be heard, so there is no mix."])
    out = wishes.folder / "mix.wav"
    result = yield Ask("mix", {
        "arrangement": arrangement.to_json(), "out": str(out), "target": wishes.settings.lufs,
        "true_peak": wishes.settings.true_peak, "codec": wishes.codec,
        "stems": str(wishes.stems) if wishes.stems else "", "stem_suffix": wishes.stem_suffix,
    })  # fmt: skip
    report = MixReport.from_json(result)
    write_mix.write(scene, out, wishes.run)
    files = tuple(Path(path) for _, path in report.stems)
    return replace(done, mix=report, files=(*done.files, *files)).with_notes(warnings=report.warnings)
