"""Promise: while a meta strip is open, what lies in it is edited, and nothing beside it moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

bpy = pytest.importorskip("bpy")

from media_files import Picture, Sound, film  # noqa: E402

import neuroedit_addon  # noqa: E402
from neuroedit_addon.blender import compat  # noqa: E402
from neuroedit_addon.blender.assemble import assemble, new_scene  # noqa: E402
from neuroedit_addon.blender.dump import dump  # noqa: E402
from neuroedit_addon.blender.window import knowledge, last, scenes  # noqa: E402
from neuroedit_addon.findings import Audio, Findings, Media, Shot, Span  # noqa: E402


def toggle(scene: Any, meta: Any = None) -> None:
    with compat.editing(scene), compat._sequencer_area(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = strip == meta
        scene.sequence_editor.active_strip = meta
        assert bpy.ops.sequencer.meta_toggle() == {"FINISHED"}


@pytest.fixture
def scene(tmp_path: Path) -> Any:
    """Twelve seconds of talk inside a meta, and a strip behind it."""
    neuroedit_addon.register()
    path = tmp_path / "talk.mp4"
    film(path, 12, Picture(size=(64, 64)), Sound())
    media = Media(str(path), 12.0, "25", 300, 64, 64, False, Audio(48000, 2), "x")
    shots = (Shot(0.0, 12.0, 0, 300),)
    speech = (Span(0.0, 3.0, 0.99), Span(7.0, 12.0, 0.99))
    knowledge.learn(str(path), Findings(media, shots=shots, speech=speech))
    made = new_scene([media])
    assemble(made, [media])
    made.frame_end = 400
    with compat.editing(made), compat._sequencer_area(made):
        for strip in compat.strips_of(made):
            strip.select = True
        made.sequence_editor.active_strip = compat.strips_of(made)[0]
        assert bpy.ops.sequencer.meta_make() == {"FINISHED"}
    compat.new_effect(made, "behind", "COLOR", 5, 301, 351)
    made.timeline_markers.new("end", frame=390)
    scenes.show(made)
    made.neuroedit.preset = "talking-head"
    yield made
    neuroedit_addon.unregister()


@pytest.fixture
def meta(scene: Any) -> Any:
    made = next(strip for strip in scene.sequence_editor.strips if strip.type == "META")
    toggle(scene, made)
    return made


def do(operator: Any) -> set[str]:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        return operator()


def refused(operator: Any) -> bool:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        return not operator.poll()


def test_what_lies_inside_is_cut_and_nothing_else_moves(scene: Any, meta: Any) -> None:
    scene.neuroedit.settings.steps = {"cut", "mix"}
    long = compat.right(meta) - compat.left(meta)
    assert do(bpy.ops.neuroedit.auto_edit) == {"FINISHED"}
    pieces = [strip for strip in meta.strips if strip.type == "MOVIE"]
    assert len(pieces) == 2
    left = sum(compat.right(piece) - compat.left(piece) for piece in pieces)
    assert left < long - 60
    assert compat.right(meta) - compat.left(meta) == left
    behind = next(strip for strip in scene.sequence_editor.strips if strip.name == "behind")
    assert (compat.left(behind), scene.frame_end, scene.timeline_markers["end"].frame) == (301, 400, 390)
    assert "left out" in last.warnings()[0]
    assert not any(strip.name.startswith("Mix") for strip in scene.sequence_editor.strips)


def test_it_is_taken_back_where_it_was_made(scene: Any, meta: Any) -> None:
    scene.neuroedit.settings.steps = {"cut"}
    toggle(scene)
    before = dump(scene)
    toggle(scene, meta)
    assert do(bpy.ops.neuroedit.auto_edit) == {"FINISHED"}
    toggle(scene)
    assert refused(bpy.ops.neuroedit.revert)
    assert refused(bpy.ops.neuroedit.update_edit)
    toggle(scene, meta)
    assert do(bpy.ops.neuroedit.revert) == {"FINISHED"}
    toggle(scene)
    assert dump(scene) == before


def test_what_needs_the_whole_timeline_is_refused(scene: Any, meta: Any) -> None:
    scene.neuroedit.settings.steps = {"mix"}
    with pytest.raises(RuntimeError, match="whole timeline"):
        do(bpy.ops.neuroedit.auto_edit)
    assert refused(bpy.ops.neuroedit.mix_again)
    assert refused(bpy.ops.neuroedit.render)
    scene.neuroedit.settings.steps = {"cut"}
    scene.neuroedit.where = "ASIDE"
    with pytest.raises(RuntimeError, match="Tab"):
        do(bpy.ops.neuroedit.auto_edit)
