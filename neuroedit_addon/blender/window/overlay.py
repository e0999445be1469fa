"""Draws over the timeline what was seen and heard: one lane under the ruler, in Blender's gpu module.

The shapes become batches once, in frames; zooming and scrolling only changes the matrix they are drawn with.
"""

from __future__ import annotations

import time
from typing import Any

import bpy

from . import overlay_data, scenes
from .overlay_shapes import Shapes
from .panels import Sidebar

RULER, LANE = 25.0, 34.0  # pixels at a scale of 1: of Blender's ruler, and of the lane under it
_NARROWEST = 4.0  # pixels between two beats, on average; nearer ones would be a grey block
_BACK = (0.05, 0.05, 0.06, 0.62)
_SPEECH = (0.36, 0.78, 0.53, 0.9)
_CURVE, _UNDER = (0.98, 0.78, 0.33, 0.95), (0.98, 0.78, 0.33, 0.22)
_BEAT = (0.62, 0.72, 1.0, 0.75)
_HATCH = (0.93, 0.33, 0.31, 0.85)
_DOUBTFUL, _CERTAIN = (0.95, 0.35, 0.3), (0.5, 0.9, 1.0)

_batches: dict[int, dict[str, Any]] = {}
_handle: Any = None
_hatching: Any = None
taken: list[float] = []  # seconds of the last redraws, for whoever measures


def _draw() -> None:
    context = bpy.context
    scene = scenes.edited(context)
    if scene is None or not scene.neuroedit.overlay or not getattr(context.space_data, "show_overlays", True):
        return
    began = time.perf_counter()
    shapes = overlay_data.shapes_of(scene)
    if shapes:
        number = scenes.uid(scene)
        if number not in _batches:
            _batches[number] = _made(shapes)
        _draw_lane(context, _batches[number], scene.neuroedit.overlay_parts)
    taken[:] = [*taken[-99:], time.perf_counter() - began]


def _draw_lane(context: Any, batches: dict[str, Any], parts: set[str]) -> None:
    import gpu

    region, scale = context.region, context.preferences.system.ui_scale
    view = region.view2d
    first, after = view.region_to_view(0, 0)[0], view.region_to_view(region.width, 0)[0]
    bottom, height = region.height - (RULER + LANE) * scale, LANE * scale
    if after <= first or bottom < 0 or not batches["extent"]:
        return
    zoom = region.width / (after - first)
    left, right = batches["extent"]
    line = gpu.shader.from_builtin("POLYLINE_FLAT_COLOR")
    plain = gpu.shader.from_builtin("UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")
    with gpu.matrix.push_pop():
        gpu.matrix.translate((-first * zoom, bottom))
        gpu.matrix.scale((zoom, height))
        _rectangle(plain, left, right)
        if "IMPORTANCE" in parts and "curve" in batches:
            plain.uniform_float("color", _UNDER)
            batches["under"].draw(plain)
            _lines(line, batches["curve"], region, 1.2 * scale)
        if "SPEECH" in parts and "speech" in batches:
            plain.bind()
            plain.uniform_float("color", _SPEECH)
            batches["speech"].draw(plain)
        if "REMOVED" in parts and "hatched" in batches:
            shader = _hatch()
            shader.bind()
            shader.uniform_float("color", _HATCH)
            shader.uniform_float("pitch", 7.0 * scale)
            batches["hatched"].draw(shader)
        if "BEATS" in parts and "beats" in batches and zoom * batches["beat"] >= _NARROWEST:
            _lines(line, batches["beats"], region, 1.0 * scale)
        if "SHOTS" in parts and "shots" in batches:
            _lines(line, batches["shots"], region, 2.0 * scale)
    gpu.state.blend_set("NONE")


def _rectangle(shader: Any, left: float, right: float) -> None:
    from gpu_extras.batch import batch_for_shader

    shader.bind()
    shader.uniform_float("color", _BACK)
    batch_for_shader(shader, "TRI_STRIP", {"pos": [(left, 0, 0), (right, 0, 0), (left, 1, 0), (right, 1, 0)]}).draw(
        shader
    )


def _lines(shader: Any, batch: Any, region: Any, width: float) -> None:
    shader.bind()
    shader.uniform_float("viewportSize", (region.width, region.height))
    shader.uniform_float("lineWidth", width)
    batch.draw(shader)


def _made(shapes: Shapes) -> dict[str, Any]:
    """Batches of the shapes; those with nothing in them are left out."""
    import gpu
    from gpu_extras.batch import batch_for_shader

    line = gpu.shader.from_builtin("POLYLINE_FLAT_COLOR")
    plain = gpu.shader.from_builtin("UNIFORM_COLOR")
    made: dict[str, Any] = {"extent": extent(shapes)}
    if shapes.speech:
        made["speech"] = batch_for_shader(plain, "TRIS", {"pos": _boxes(shapes.speech, 0.0, 0.16)})
    if shapes.hatched:
        made["hatched"] = batch_for_shader(_hatch(), "TRIS", {"pos": _boxes(shapes.hatched, 0.0, 1.0)})
    if shapes.importance:
        above, under = _curve(shapes.importance)
        made["curve"] = batch_for_shader(line, "LINES", {"pos": above, "color": [_CURVE] * len(above)})
        made["under"] = batch_for_shader(plain, "TRIS", {"pos": under})
    if shapes.shots:
        ends = [(frame, y, 0.0) for frame, _ in shapes.shots for y in (0.16, 1.0)]
        colours = [_colour(sure) for _, sure in shapes.shots for _ in (0, 1)]
        made["shots"] = batch_for_shader(line, "LINES", {"pos": ends, "color": colours})
    if shapes.beats:
        ends = [(frame, y, 0.0) for frame in shapes.beats for y in (0.16, 0.45)]
        made["beats"] = batch_for_shader(line, "LINES", {"pos": ends, "color": [_BEAT] * len(ends)})
        made["beat"] = (max(shapes.beats) - min(shapes.beats)) / len(shapes.beats)
    return made


def extent(shapes: Shapes) -> tuple[float, float] | None:
    """The frames between which anything is drawn."""
    ends = [edge for span in (*shapes.speech, *shapes.hatched) for edge in span]
    ends += [point[0] for curve in shapes.importance for point in (curve[0], curve[-1])]
    ends += [frame for frame, _ in shapes.shots] + shapes.beats
    return (min(ends), max(ends)) if ends else None


def _boxes(spans: list[tuple[float, float]], low: float, high: float) -> list[tuple[float, float, float]]:
    """Two triangles a span."""
    corners = ((0, low), (1, low), (1, high), (0, low), (1, high), (0, high))
    return [(span[side], height, 0.0) for span in spans for side, height in corners]


def _curve(curves: list[list[tuple[float, float]]]) -> tuple[list, list]:
    """The line of importance and the area under it, which begins above the band of speech."""
    above, under = [], []
    for curve in curves:
        points = [(frame, 0.2 + 0.72 * min(max(value, 0.0), 1.0)) for frame, value in curve]
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
            above += [(x0, y0, 0.0), (x1, y1, 0.0)]
            low = 0.2
            under += [(x0, low, 0.0), (x1, low, 0.0), (x1, y1, 0.0), (x0, low, 0.0), (x1, y1, 0.0), (x0, y0, 0.0)]
    return above, under


def _colour(sure: float) -> tuple[float, float, float, float]:
    share = min(max((sure - 0.3) / 0.6, 0.0), 1.0)
    red, green, blue = (a + (b - a) * share for a, b in zip(_DOUBTFUL, _CERTAIN, strict=True))
    return red, green, blue, 0.95


def _hatch() -> Any:
    """A shader whose stripes keep their width however far the timeline is zoomed."""
    global _hatching
    if _hatching is None:
        import gpu

        info = gpu.types.GPUShaderCreateInfo()
        info.push_constant("MAT4", "ModelViewProjectionMatrix")
        info.push_constant("VEC4", "color")
        info.push_constant("FLOAT", "pitch")
        info.vertex_in(0, "VEC3", "pos")
        info.fragment_out(0, "VEC4", "FragColor")
        info.vertex_source("void main() { gl_Position = ModelViewProjectionMatrix * vec4(pos, 1.0); }")
        info.fragment_source(
            "void main() {"
            " float stripe = mod(gl_FragCoord.x + gl_FragCoord.y, pitch) / pitch;"
            " FragColor = vec4(color.rgb, color.a * (stripe < 0.35 ? 1.0 : 0.22)); }"
        )
        _hatching = gpu.shader.create_from_info(info)
    return _hatching


def _renew(number: int) -> None:
    _batches.pop(number, None)
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "SEQUENCE_EDITOR":
                area.tag_redraw()


class NEUROEDIT_PT_overlay(Sidebar, bpy.types.Panel):
    """What is shown over the timeline."""

    bl_idname = "NEUROEDIT_PT_overlay"
    bl_label = "Timeline Overlay"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 70

    def draw_header(self, context: Any) -> None:
        self.layout.prop(scenes.edited(context).neuroedit, "overlay", text="")

    def draw(self, context: Any) -> None:
        project = scenes.edited(context).neuroedit
        column = self.layout.column(align=True)
        column.active = project.overlay
        column.prop(project, "overlay_parts")


def register() -> None:
    """Draw it in every sequencer."""
    global _handle
    bpy.utils.register_class(NEUROEDIT_PT_overlay)
    overlay_data.on_new(_renew)
    if not bpy.app.background:
        _handle = bpy.types.SpaceSequenceEditor.draw_handler_add(_draw, (), "WINDOW", "POST_PIXEL")


def unregister() -> None:
    """Draw it no more."""
    global _handle, _hatching
    if _handle is not None:
        bpy.types.SpaceSequenceEditor.draw_handler_remove(_handle, "WINDOW")
    _handle = _hatching = None
    _batches.clear()
    bpy.utils.unregister_class(NEUROEDIT_PT_overlay)
