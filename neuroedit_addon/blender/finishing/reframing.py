"""Another aspect for the film: the crop follows what matters, planned shot by shot, or all is shown with bars or a
blurred picture around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...findings import Findings, Media
from ...planner.crop_path import crop_path
from ...timeline import Clip, Timeline
from .. import compat, read, write_crop, write_fill
from .asking import Ask, Step
from .wishes import Finished, Wishes

_EACH = 2  # samples between two keyframes
Track = Sequence[tuple[float, float]]


def reframe(scene: Any, wishes: Wishes, found: Mapping[str, Findings], done: Finished) -> Step[Finished]:
    """See `finish`; nothing where the film keeps its own aspect."""
    settings = wishes.settings
    if settings.aspect == "own":
        return done
    follow = settings.reframe == "follow"
    media = {path: found[path].media if path in found else Media(path, 0.0) for path in read.sources(scene)}
    tracks: dict[str, Track] = {}
    if follow and (paths := [path for path, item in media.items() if item.frames and not path.startswith(read.STRIP)]):
        told = yield Ask("subject", {"sources": paths})
        hop, tracks = told["hop"], told["tracks"]
    wide, _, high = settings.aspect.partition(":")
    shorter = 0 if settings.resolution == "own" else int(settings.resolution)
    size = write_crop.resize(scene, (int(wide), int(high)), shorter)
    strips, moving = {strip.name: strip for strip in compat.strips_of(scene)}, 0
    timeline, whole = read.read(scene, media), []
    for clip in timeline.clips:
        path = timeline.sources[clip.source]
        for name in clip.picture:
            strip = strips[name]
            if strip.type != "MOVIE":
                continue
            shares = write_crop.fit(strip, size, not follow)
            whole.append(strip)
            if path in tracks and path in found:
                keys = [_keys(clip, timeline, found[path], tracks[path], hop, side, shares[side]) for side in (0, 1)]
                write_crop.look_at(strip, *keys)
                moving += any(len({place for _, place, _ in own}) > 1 for own in keys)
    how = f"the crop moves in {moving} of {len(timeline.clips)} clips" if follow else "shown whole"
    if settings.reframe == "blur":
        how += f", blurred around it in {write_fill.fill(scene, whole, size)}"
    return done.with_notes([f"{settings.aspect}, {size[0]}x{size[1]}: {how}"])


def _keys(clip: Clip, timeline: Timeline, findings: Findings, track: Track, hop: float, side: int,
          share: float) -> list[tuple[int, float, bool]]:  # fmt: skip
    """(frame, place, whether the next shot begins after it) of one clip and one side."""
    fps = timeline.fps
    start, end = map(float, clip.media_span(fps))
    cuts = [shot.start for shot in findings.shots if start + hop < shot.start < end - hop]
    keys: list[tuple[int, float, bool]] = []
    for left, right in zip([start, *cuts], [*cuts, end], strict=True):
        first = min(int(left / hop + 0.5), len(track) - 1)
        after = max(first + 1, min(int(right / hop + 0.5), len(track)))
        path = crop_path([place[side] for place in track[first:after]], share)
        if path.still:
            own = [(clip.frame_at(left, fps), path.places[0])]
        else:
            numbers = sorted({*range(0, after - first, _EACH), after - first - 1})
            own = [(clip.frame_at(max(left, (first + n) * hop), fps), path.places[n]) for n in numbers]
        keys += [(frame, place, number == len(own) - 1) for number, (frame, place) in enumerate(own)]
    return keys
