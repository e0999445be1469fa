"""Builds the little worlds that the demo film shows, and renders stills of them with Cycles. Runs in Blender.

Each world is a function that fills an empty scene with lights, colours and primitives; each view of it is a camera
position and what it looks at. Nothing is loaded from disk and nothing is random without a seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import bpy
from demo_shapes import Vector3, area, cube, cylinder, floor, glow, hue, paint, sky, sphere, sun
from mathutils import Vector


@dataclass(frozen=True)
class View:
    """One still: a world seen from somewhere. Lens in millimetres; `focus` is what the camera looks at."""

    name: str
    world: str
    place: Vector3
    focus: Vector3
    lens: float = 40.0


VIEWS = (
    View("title", "title", (0.0, -9.5, 1.9), (0.0, 0.0, 0.95), 46),
    View("marbles_wide", "marbles", (5.2, -6.4, 2.6), (0.0, 0.0, 0.5), 38),
    View("marbles_near", "marbles", (-2.4, -3.4, 0.9), (0.2, 0.1, 0.55), 50),
    View("city", "city", (12.0, -13.0, 8.0), (0.0, 0.0, 1.6), 42),
    View("portrait", "monkey", (1.9, -4.6, 0.9), (0.0, 0.0, 0.15), 55),
    View("rings", "rings", (0.0, -8.0, 1.6), (0.0, 0.0, 1.5), 36),
    View("wave_wide", "wave", (9.5, -9.5, 6.5), (0.0, 0.0, 0.0), 36),
    View("wave_low", "wave", (-6.2, -6.5, 1.6), (0.0, 0.0, 0.4), 34),
    View("stairs", "stairs", (7.6, -8.2, 6.4), (0.0, 0.0, 2.3), 34),
    View("dunes", "dunes", (0.0, -14.0, 2.6), (1.5, 2.0, 1.1), 30),
    View("neon", "neon", (0.4, -9.0, 1.5), (0.0, 0.0, 1.8), 32),
)


def render_still(view: View, file: Path, size: tuple[int, int], samples: int) -> None:
    """Render one view to a PNG of `size` pixels, in the look that a new Blender file has (AgX)."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    WORLDS[view.world](scene)
    _add_camera(scene, view)
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.max_bounces = 4
    scene.cycles.use_denoising = True
    scene.cycles.denoising_quality = "FAST"
    scene.cycles.denoising_prefilter = "FAST"
    scene.cycles.seed = 7
    scene.view_settings.look = "AgX - Punchy"
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    scene.render.filepath = str(file)
    bpy.ops.render.render(write_still=True)


def _marbles(scene: bpy.types.Scene) -> None:
    sky(scene, (0.02, 0.03, 0.07))
    floor(scene, (0.06, 0.07, 0.1), roughness=0.18)
    random = Random(4)
    for ring in range(1, 5):
        for step in range(ring * 5):
            angle = math.tau * step / (ring * 5) + ring
            size = 0.18 + 0.22 * random.random()
            spot = (ring * 1.1 * math.cos(angle), ring * 1.1 * math.sin(angle), size)
            sphere(scene, spot, size, paint(hue(0.55 + 0.11 * ring + 0.05 * random.random()), 0.12))
    sphere(scene, (0.0, 0.0, 0.8), 0.8, paint((0.95, 0.9, 0.85), 0.05, metal=1.0))
    area(scene, (5.0, -3.0, 5.0), (1.0, 0.55, 0.25), 900, 3.0)
    area(scene, (-6.0, 1.0, 4.0), (0.25, 0.5, 1.0), 700, 3.0)


def _city(scene: bpy.types.Scene) -> None:
    sky(scene, (0.3, 0.12, 0.28))
    floor(scene, (0.05, 0.05, 0.06), roughness=0.35)
    random = Random(11)
    walls = [paint(hue(tone, 0.5, 0.5), 0.6) for tone in (0.02, 0.08, 0.55, 0.62, 0.7)]
    lit = glow((1.0, 0.62, 0.25), 3.0)
    for column in range(-6, 7):
        for row in range(-6, 7):
            if column == 0:
                continue
            height = 0.6 + 3.4 * random.random() ** 2 * math.exp(-(column**2 + row**2) / 40)
            spot = (column * 1.35, row * 1.35, height)
            cube(scene, spot, (0.45, 0.45, height), random.choice(walls))
            if random.random() < 0.4:
                cube(scene, (spot[0], spot[1] - 0.46, height * 1.5), (0.25, 0.01, 0.08), lit)
    sun(scene, (1.05, 0.0, 0.9), (1.0, 0.5, 0.22), 9.0)


def _monkey(scene: bpy.types.Scene) -> None:
    sky(scene, (0.03, 0.09, 0.1))
    bpy.ops.mesh.primitive_monkey_add(size=2.0, location=(0.0, 0.0, 0.0), rotation=(-0.1, 0.0, 0.3))
    head = bpy.context.object
    head.modifiers.new("smooth", "SUBSURF").render_levels = 2
    head.data.shade_smooth()
    head.data.materials.append(paint((1.0, 0.62, 0.22), 0.2, metal=1.0))
    cube(scene, (0.0, 4.0, 0.0), (9.0, 0.1, 6.0), paint((0.02, 0.24, 0.26), 0.8))
    for step in range(9):
        spot = (-3.6 + 0.9 * step, 2.6, 1.3 * math.sin(step * 1.7))
        sphere(scene, spot, 0.16, glow(hue(0.07 + 0.02 * step), 5.0))
    area(scene, (3.5, -3.0, 3.5), (1.0, 0.85, 0.7), 1100, 3.5)
    area(scene, (-4.0, -1.0, 0.5), (0.15, 0.7, 1.0), 350, 2.0)


def _rings(scene: bpy.types.Scene) -> None:
    sky(scene, (0.06, 0.01, 0.08))
    floor(scene, (0.05, 0.01, 0.06), roughness=0.1)
    for step in range(8):
        bpy.ops.mesh.primitive_torus_add(
            major_radius=1.5 - 0.14 * step, minor_radius=0.06, major_segments=72, minor_segments=16,
            location=(0.0, step * 0.1, 1.6), rotation=(math.pi / 2 + 0.25 * step, 0.35 * step, 0.0),
        )  # fmt: skip
        ring = bpy.context.object
        ring.data.shade_smooth()
        ring.data.materials.append(paint(hue(0.45 + 0.06 * step), 0.15, metal=0.8))
    sphere(scene, (0.0, 0.4, 1.6), 0.3, glow((1.0, 0.75, 0.5), 12.0))
    area(scene, (4.0, -3.0, 4.0), (1.0, 0.3, 0.7), 500, 2.5)
    area(scene, (-4.0, -3.0, 3.0), (0.2, 0.8, 1.0), 500, 2.5)


def _wave(scene: bpy.types.Scene) -> None:
    sky(scene, (0.35, 0.42, 0.6))
    floor(scene, (0.85, 0.85, 0.9), roughness=0.6)
    paints = [paint(hue(0.5 + 0.4 * step / 11), 0.3) for step in range(12)]
    for column in range(-8, 9):
        for row in range(-8, 9):
            swell = 0.5 + 0.5 * math.sin(0.75 * math.hypot(column, row) * 1.2)
            spot = (column * 0.8, row * 0.8, 0.3 + 1.2 * swell)
            sphere(scene, spot, 0.33, paints[min(11, int(swell * 12))])
    sun(scene, (0.7, 0.2, 0.5), (1.0, 0.9, 0.75), 5.0)


def _stairs(scene: bpy.types.Scene) -> None:
    sky(scene, (0.5, 0.35, 0.4))
    floor(scene, (0.85, 0.5, 0.4), roughness=0.7)
    for step in range(34):
        angle = step * 0.33
        spot = (1.9 * math.cos(angle), 1.9 * math.sin(angle), 0.15 + step * 0.14)
        stair = cube(scene, spot, (0.85, 0.28, 0.06), paint(hue(0.95 + 0.012 * step, 0.6, 0.9), 0.5))
        stair.rotation_euler.z = angle
    cylinder(scene, (0.0, 0.0, 2.6), 0.22, 5.2, paint((0.95, 0.93, 0.9), 0.4))
    sphere(scene, (0.0, 0.0, 5.5), 0.42, paint((0.98, 0.8, 0.3), 0.15, metal=1.0))
    sun(scene, (0.8, 0.1, 0.9), (1.0, 0.85, 0.65), 4.5)


def _dunes(scene: bpy.types.Scene) -> None:
    sky(scene, (0.12, 0.3, 0.8))
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=160, y_subdivisions=160, size=60.0)
    sand = bpy.context.object
    for vertex in sand.data.vertices:
        x, y, _ = vertex.co
        ridge = math.sin(0.35 * x + 0.9 * math.sin(0.17 * y)) + 0.5 * math.sin(0.6 * y + 0.4 * x)
        vertex.co.z = 0.9 * ridge + 0.04 * math.sin(5 * x + 2 * y)
    sand.data.shade_smooth()
    sand.data.materials.append(paint((0.9, 0.5, 0.22), 0.9))
    for step in range(6):
        spot = (-3.0 + 1.9 * step, 1.0 + 0.8 * step, 1.6 + 0.5 * (step % 3))
        sphere(scene, spot, 0.35 + 0.08 * (step % 3), paint(hue(0.5 + 0.03 * step, 0.7, 0.9), 0.1))
    sun(scene, (1.2, 0.0, 1.0), (1.0, 0.7, 0.4), 11.0)


def _neon(scene: bpy.types.Scene) -> None:
    sky(scene, (0.005, 0.005, 0.02))
    floor(scene, (0.02, 0.02, 0.03), roughness=0.12)
    for step in range(7):
        for side in (-1, 1):
            spot = (side * (1.3 + 0.15 * step), step * 2.2 - 3.0, 1.7)
            cylinder(scene, spot, 0.05, 3.4, glow(hue(0.82 if side < 0 else 0.52), 14.0))
        cube(scene, (0.0, step * 2.2 - 3.0, 3.5), (1.3 + 0.15 * step, 0.04, 0.04), glow(hue(0.08 * step), 9.0))
    sphere(scene, (0.0, 3.0, 1.2), 1.1, paint((0.9, 0.9, 0.95), 0.06, metal=1.0))


def _title(scene: bpy.types.Scene) -> None:
    sky(scene, (0.02, 0.02, 0.05))
    floor(scene, (0.04, 0.04, 0.08), roughness=0.15)
    letters = bpy.data.curves.new("title", "FONT")
    letters.body, letters.align_x, letters.size = "NeuroEdit", "CENTER", 1.5
    letters.extrude, letters.bevel_depth = 0.14, 0.02
    letters.materials.append(paint((0.95, 0.95, 1.0), 0.25))
    word = bpy.data.objects.new("title", letters)
    word.location, word.rotation_euler = (0.0, 0.0, 0.05), (math.pi / 2, 0.0, 0.0)
    scene.collection.objects.link(word)
    for step in range(24):
        angle = math.tau * step / 24
        spot = (4.4 * math.cos(angle), 2.2 + 1.6 * math.sin(angle), 0.9 + 0.7 * math.sin(3 * angle))
        sphere(scene, spot, 0.12, glow(hue(step / 24), 6.0))
    area(scene, (4.5, -4.0, 4.0), (1.0, 0.45, 0.2), 700, 3.0)
    area(scene, (-4.5, -4.0, 4.0), (0.2, 0.45, 1.0), 700, 3.0)


WORLDS: dict[str, Callable[[bpy.types.Scene], None]] = {
    "marbles": _marbles, "city": _city, "monkey": _monkey, "rings": _rings, "wave": _wave, "stairs": _stairs,
    "dunes": _dunes, "neon": _neon, "title": _title,
}  # fmt: skip


def _add_camera(scene: bpy.types.Scene, view: View) -> None:
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.data.lens = view.lens
    camera.location = view.place
    camera.rotation_euler = (Vector(view.focus) - Vector(view.place)).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(camera)
    scene.camera = camera
