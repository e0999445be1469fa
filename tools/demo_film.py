"""Renders the demo film: stills by Cycles, then moves, transitions and sound by the sequencer. Runs in Blender.

    python tools/demo_film.py FOLDER          (bpy wheel)
    blender -b --factory-startup --python tools/demo_film.py -- FOLDER

FOLDER holds speech.wav; stills/ and film.mp4 are written into it, and stills that are there are kept. Lines
"done/total what" report on standard output.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))

import demo_scenes
import demo_script
from demo_script import FPS, GRADUAL_FRAMES, SHOTS, SIZE, Shot

SAMPLES = 4
STILL_WORK = 60  # one still takes about as long as this many frames of film


def main(folder: Path) -> None:
    """Make folder/film.mp4."""
    stills = folder / "stills"
    stills.mkdir(exist_ok=True)
    views = [view for view in demo_scenes.VIEWS if any(shot.view == view.name for shot in SHOTS)]
    total = len(views) * STILL_WORK + demo_script.total_frames()
    for number, view in enumerate(views):
        _report(number * STILL_WORK, total, f"drawing {view.name}")
        file = stills / f"{view.name}.png"
        if not file.exists():
            # Drawn under another name, so that a still that was broken off is not taken for a whole one.
            demo_scenes.render_still(view, file.with_suffix(".part.png"), SIZE, SAMPLES)
            file.with_suffix(".part.png").replace(file)
    scene = _film_scene(folder)
    strips = scene.sequence_editor_create().strips
    for number, (shot, start) in enumerate(zip(SHOTS, demo_script.starts(), strict=True)):
        _add_shot(strips, stills / f"{shot.view}.png", shot, start, number)
    for first, end in demo_script.flashes():
        flash = strips.new_effect("flash", "COLOR", channel=5, frame_start=first + 1, **_length(first + 1, end - first))
        flash.color, flash.blend_type, flash.blend_alpha = (1.0, 1.0, 1.0), "ALPHA_OVER", 0.85
    strips.new_sound("speech", str(folder / "speech.wav"), 1, 1)
    bpy.app.handlers.render_write.append(
        lambda scene, *_: _report(len(views) * STILL_WORK + scene.frame_current, total, "rendering the film")
    )
    bpy.ops.render.render(animation=True, scene=scene.name)


def _film_scene(folder: Path) -> bpy.types.Scene:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    if hasattr(bpy.context.workspace, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = scene
    scene.view_settings.view_transform = "Standard"
    render = scene.render
    render.resolution_x, render.resolution_y = SIZE
    render.fps, scene.frame_start, scene.frame_end = FPS, 1, demo_script.total_frames()
    render.use_compositing, render.use_sequencer = False, True
    if hasattr(render.image_settings, "media_type"):
        render.image_settings.media_type = "VIDEO"
    render.image_settings.file_format = "FFMPEG"
    ffmpeg = render.ffmpeg
    ffmpeg.format, ffmpeg.codec, ffmpeg.constant_rate_factor, ffmpeg.gopsize = "MPEG4", "H264", "HIGH", 24
    ffmpeg.audio_codec, ffmpeg.audio_bitrate, ffmpeg.audio_mixrate, ffmpeg.audio_channels = "AAC", 128, 48000, "STEREO"
    render.filepath, render.use_file_extension = str(folder / "film.mp4"), False
    return scene


def _add_shot(strips: bpy.types.StripsTopLevel, still: Path, shot: Shot, start: int, number: int) -> None:
    """Lay a shot on the sequencer, whose frame 1 is the film's frame 0."""
    before = SHOTS[number - 1].into if number else "cut"
    left = start + 1 - (GRADUAL_FRAMES["dissolve"] // 2 if before == "dissolve" else 0)
    right = start + 1 + shot.frames + (GRADUAL_FRAMES["dissolve"] // 2 if shot.into == "dissolve" else 0)
    channel = 3 if before == "dissolve" else 2  # what comes lies over what goes
    strip = strips.new_image(shot.view, str(still), channel, left, fit_method="FIT")
    strip.frame_final_duration = right - left
    strip.blend_type = "ALPHA_OVER"
    span = (left, right - 1)
    for frame, zoom, slide in zip(span, shot.zoom, shot.slide, strict=True):
        for field, value in (("scale_x", zoom), ("scale_y", zoom), ("offset_x", slide * SIZE[0])):
            setattr(strip.transform, field, value)
            strip.transform.keyframe_insert(field, frame=frame)
    # Opacity is on the frames just outside the transition 0 and 1, so that its own frames are all true mixtures.
    if before == "dissolve":
        _ramp(strip, left - 1, 0.0, left + GRADUAL_FRAMES["dissolve"], 1.0)
    if before == "fade":
        _ramp(strip, left - 1, 0.0, left + GRADUAL_FRAMES["fade"] // 2, 1.0)
    if shot.into == "fade":
        _ramp(strip, right - 1 - GRADUAL_FRAMES["fade"] // 2, 1.0, right, 0.0)


def _ramp(strip: bpy.types.Strip, first: int, start: float, last: int, end: float) -> None:
    for frame, value in ((first, start), (last, end)):
        strip.blend_alpha = value
        strip.keyframe_insert("blend_alpha", frame=frame)
    curve = _curve(strip)
    for point in curve.keyframe_points:
        point.interpolation = "LINEAR"


def _curve(strip: bpy.types.Strip) -> bpy.types.FCurve:
    path = strip.path_from_id("blend_alpha")
    animation = bpy.context.scene.animation_data
    layered = getattr(animation.action, "layers", None)
    bags = layered[0].strips[0].channelbags if layered else [animation.action]
    return next(curve for bag in bags for curve in bag.fcurves if curve.data_path == path)


def _length(first: int, frames: int) -> dict[str, int]:
    """How an effect's length is said: by its end before Blender 5.0, by its length since."""
    return {"length": frames} if bpy.app.version >= (5, 0, 0) else {"frame_end": first + frames}


def _report(done: int, total: int, what: str) -> None:
    print(f"{done}/{total} {what}", flush=True)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[-1]).absolute())
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    # Blender's own way out may wait for ever for its render threads; all files are closed by now.
    sys.stdout.flush()
    os._exit(0)
