"""Picture and sound stay together: measured on rendered films, for every pair of footage's and scene's frame rate."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

bpy = pytest.importorskip("bpy")

from sync_clips import RATES, SIZE, beats, sync_clip  # noqa: E402

from neuroedit_addon.blender import read  # noqa: E402
from neuroedit_addon.blender.apply import apply  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene, set_rate  # noqa: E402
from neuroedit_addon.blender.render import render  # noqa: E402
from neuroedit_addon.findings import Findings, Media, Span  # noqa: E402
from neuroedit_addon.planner.make_plan import make_plan  # noqa: E402
from neuroedit_addon.planner.resolve import resolve  # noqa: E402
from neuroedit_addon.settings import Settings  # noqa: E402
from neuroedit_addon.worker.probe import probe  # noqa: E402
from neuroedit_addon.worker.source import source_of  # noqa: E402

MINUTE = 60
WINDOW = 3.0  # seconds of film that are rendered at the beginning, middle and end
MEASURE = 0.002  # seconds by which the middle of a click can be misread after AAC


def shown(rate: Fraction) -> str:
    return f"{float(rate):.6g}"


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """One clip a rate, made when first asked for."""
    folder = tmp_path_factory.mktemp("sync")
    made: dict[object, Media] = {}

    def clip(fps: Fraction, seconds: float = MINUTE, uneven: bool = False) -> Media:
        key = fps, seconds, uneven
        if key not in made:
            path = folder / f"{shown(fps).replace('.', '_')}-{seconds:g}{'-uneven' * uneven}.mp4"
            made[key] = probe(source_of(sync_clip(path, fps, seconds, uneven=uneven)))
        return made[key]

    return clip


@pytest.fixture
def film(tmp_path) -> Path:
    return tmp_path / "film.mp4"


def edited(media: Media, fps: Fraction, period: float = 3.0):
    """A scene of rate `fps` in which speech of 1.85 s begins every `period` seconds, cut by the whole path."""
    scene = new_scene([media], "sync")
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    set_rate(scene, fps)
    assemble(scene, [media])
    timeline = read.read(scene, {media.path: media})
    starts = [k * period + 0.45 for k in range(int(media.duration / period))]
    speech = tuple(Span(start, start + 1.85) for start in starts)
    plan = make_plan([Findings(media=media, speech=speech)], timeline, Settings())
    edits = resolve(plan, timeline)
    assert len(edits.ranges) >= len(starts) - 1
    apply(scene, edits, timeline, "sync")
    return scene


def offsets(scene, film: Path, fps: Fraction, first: int, seconds: float) -> list[float]:
    """Seconds by which each click comes late, in a window of the rendered film."""
    last = min(first + round(seconds * fps), scene.frame_end + 1)
    render(scene, film, span=(first, last))
    return [beat.offset for beat in beats(film, fps)]


def windows(scene, fps: Fraction, seconds: float) -> list[int]:
    length = round(seconds * fps)
    middle = (scene.frame_start + scene.frame_end) // 2
    return [scene.frame_start, middle, scene.frame_end + 1 - length]


def forget(scene) -> None:
    bpy.data.scenes.remove(scene)
    for group in (bpy.data.sounds, bpy.data.movieclips):
        for item in list(group):
            group.remove(item)


@pytest.mark.parametrize("scene_rate", RATES, ids=shown)
@pytest.mark.parametrize("rate", RATES, ids=shown)
def test_picture_and_sound_stay_within_half_a_frame(rate, scene_rate, clips, film):
    scene = edited(clips(rate), scene_rate)
    found = []
    for first in windows(scene, scene_rate, WINDOW):
        found += offsets(scene, film, scene_rate, first, WINDOW)
    forget(scene)
    assert len(found) >= 5
    half = 0.5 / float(min(rate, scene_rate))
    assert max(map(abs, found)) <= half + MEASURE
