"""Primitives, materials and lights for the demo's worlds, one short call each. Runs in Blender."""

from __future__ import annotations

from collections.abc import Callable

import bpy
from mathutils import Color, Vector

Vector3 = tuple[float, float, float]


def hue(hue: float, saturation: float = 0.85, value: float = 0.9) -> Vector3:
    """A colour on the wheel (0 red, 1/3 green, 2/3 blue), in scene-linear red, green, blue."""
    color = Color()
    color.hsv = (hue % 1.0, saturation, value)
    return color.r, color.g, color.b


def paint(color: Vector3, roughness: float, metal: float = 0.0) -> bpy.types.Material:
    """A surface that is painted, or made of metal."""
    material, shader = _material("ShaderNodeBsdfPrincipled")
    shader.inputs["Base Color"].default_value = (*color, 1.0)
    shader.inputs["Roughness"].default_value = roughness
    shader.inputs["Metallic"].default_value = metal
    return material


def glow(color: Vector3, strength: float) -> bpy.types.Material:
    """A surface that shines by itself."""
    material, shader = _material("ShaderNodeEmission")
    shader.inputs["Color"].default_value = (*color, 1.0)
    shader.inputs["Strength"].default_value = strength
    return material


def _material(shader_kind: str) -> tuple[bpy.types.Material, bpy.types.ShaderNode]:
    material = bpy.data.materials.new("paint")
    if not material.node_tree:  # newer Blenders make the nodes themselves
        material.use_nodes = True
    nodes = material.node_tree.nodes
    nodes.clear()
    shader, output = nodes.new(shader_kind), nodes.new("ShaderNodeOutputMaterial")
    material.node_tree.links.new(shader.outputs[0], output.inputs["Surface"])
    return material, shader


def sky(scene: bpy.types.Scene, color: Vector3) -> None:
    """An even light from everywhere."""
    scene.world = bpy.data.worlds.new("sky")
    if not scene.world.node_tree:
        scene.world.use_nodes = True
    background = next(node for node in scene.world.node_tree.nodes if node.bl_idname == "ShaderNodeBackground")
    background.inputs["Color"].default_value = (*color, 1.0)


def floor(scene: bpy.types.Scene, color: Vector3, roughness: float) -> None:
    """The ground, up to the horizon."""
    cube(scene, (0.0, 0.0, -0.05), (80.0, 80.0, 0.05), paint(color, roughness))


def cube(scene: bpy.types.Scene, place: Vector3, half: Vector3, material: bpy.types.Material) -> bpy.types.Object:
    """A box; `half` is half its size along x, y and z."""
    box = _mesh("cube", lambda: bpy.ops.mesh.primitive_cube_add(size=2.0))
    return _linked(scene, box, place, half, material)


def sphere(scene: bpy.types.Scene, place: Vector3, radius: float, material: bpy.types.Material) -> None:
    """A ball."""
    ball = _mesh("ball", lambda: bpy.ops.mesh.primitive_uv_sphere_add(radius=1.0, segments=48, ring_count=24))
    _linked(scene, ball, place, (radius,) * 3, material)


def cylinder(
    scene: bpy.types.Scene, place: Vector3, radius: float, height: float, material: bpy.types.Material
) -> None:
    """An upright rod; `place` is its middle."""
    rod = _mesh("rod", lambda: bpy.ops.mesh.primitive_cylinder_add(radius=1.0, depth=1.0, vertices=48))
    _linked(scene, rod, place, (radius, radius, height), material)


def _mesh(name: str, add: Callable[[], object]) -> bpy.types.Mesh:
    """The primitive's mesh, made once a scene and shared by all that look like it."""
    if name not in bpy.data.meshes:
        add()
        first = bpy.context.object
        mesh = first.data
        mesh.name = name
        if name != "cube":
            mesh.shade_smooth()
        mesh.materials.append(None)
        bpy.data.objects.remove(first)
    return bpy.data.meshes[name]


def _linked(
    scene: bpy.types.Scene, mesh: bpy.types.Mesh, place: Vector3, scale: Vector3, material: bpy.types.Material
) -> bpy.types.Object:
    thing = bpy.data.objects.new(mesh.name, mesh)
    thing.location, thing.scale = place, scale
    thing.material_slots[0].link = "OBJECT"
    thing.material_slots[0].material = material
    scene.collection.objects.link(thing)
    return thing


def area(scene: bpy.types.Scene, place: Vector3, color: Vector3, watts: float, size: float) -> None:
    """A square lamp that shines at the origin; power in watts, size in metres."""
    lamp = bpy.data.lights.new("area", "AREA")
    lamp.energy, lamp.color, lamp.size = watts, color, size
    light = bpy.data.objects.new("area", lamp)
    light.location = place
    light.rotation_euler = (-Vector(place)).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(light)


def sun(scene: bpy.types.Scene, turn: Vector3, color: Vector3, strength: float) -> None:
    """Parallel light; `turn` is its rotation (XYZ, radians) from straight down."""
    lamp = bpy.data.lights.new("sun", "SUN")
    lamp.energy, lamp.color, lamp.angle = strength, color, 0.05
    light = bpy.data.objects.new("sun", lamp)
    light.rotation_euler = turn
    scene.collection.objects.link(light)
