"""Keeps what is drawn over the timeline up to date: noticed when it is stale, collected anew in slices."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

import bpy
from bpy.app.handlers import persistent

from .. import compat, read
from . import knowledge, live, scenes, task
from .overlay_shapes import Known, Piece, Shapes, known, shapes

_PAUSE = 0.15  # seconds without a change before anything is collected
_SLICE = 0.008  # seconds of collecting at a time
_STRIPS = 50  # that are read between two looks at the clock

_kept: dict[int, Shapes] = {}
_stale: set[int] = set()
_at_work: dict[int, Generator[None, None, Shapes]] = {}
_on_new: list[Callable[[int], None]] = []


def shapes_of(scene: Any) -> Shapes | None:
    """What is to be drawn for a scene, as far as it has been collected; asks for what is missing or stale."""
    number = scenes.uid(scene)
    if number not in _kept and number not in _at_work or number in _stale:
        _soon()
        _stale.add(number)
    return _kept.get(number)


def on_new(hear: Callable[[int], None]) -> None:
    """Tell someone the number of each scene whose shapes are new."""
    _on_new.append(hear)


def changed(*_: Any) -> None:
    """Strips, findings or plans are not what they were."""
    _stale.update(_kept)
    _stale.update(_at_work)


def collect(number: int) -> Generator[None, None, Shapes]:
    """Read the strips of a scene and make its shapes, in slices; no strip is held on to between two.

    Raises:
        TimelineError: the scene is gone.
    """
    facts = _facts(number)
    pieces: list[Piece] = []
    first, more = 0, bool(facts)
    while more:
        scene = scenes.by_uid(number)
        fps = read.scene_rate(scene)
        strips = compat.strips_of(scene)[first : first + _STRIPS] if scene.sequence_editor else ()
        pieces += [piece for strip in strips if (piece := _piece(strip, facts, fps))]
        first, more = first + _STRIPS, len(strips) == _STRIPS
        yield
    pieces.sort(key=lambda piece: piece.left)
    made = Shapes()
    for count, made in enumerate(shapes(pieces, facts)):  # noqa: B007 - the last is the whole
        if count % _STRIPS == 0:
            yield
    return made


def _facts(number: int) -> dict[str, Known]:
    scene, basis = scenes.by_uid(number), knowledge.basis_of(number)
    coming = live.outlook(scene)
    plan = coming.plan if coming and coming.plan else basis.plan if basis else None
    return known(knowledge.everything(), plan)


def _piece(strip: Any, facts: dict[str, Known], fps: Any) -> Piece | None:
    if strip.mute or strip.type not in ("MOVIE", "SOUND"):
        return None
    path = read.media_path(strip)
    if path not in facts:
        return None
    clip = read.clip_of(strip, facts[path].findings.media, fps)
    return Piece(path, clip.left, clip.right, float(clip.media_start), float(fps / clip.speed), strip.type == "MOVIE")


def _soon() -> None:
    if not bpy.app.timers.is_registered(_work):
        bpy.app.timers.register(_work, first_interval=_PAUSE)


def _work() -> float | None:
    """A slice of collecting, from Blender's timer."""
    running = task.current()
    if running and running.writing:
        return _PAUSE
    for number in _stale:
        _at_work[number] = collect(number)
    _stale.clear()
    until = time.perf_counter() + _SLICE
    while _at_work:
        number, work = next(iter(_at_work.items()))
        try:
            next(work)
        except StopIteration as done:
            _kept[number] = done.value
            del _at_work[number]
            for hear in _on_new:
                hear(number)
        except Exception:  # the scene is gone, or was undone in between
            _at_work.pop(number, None)
            _kept.pop(number, None)
        if time.perf_counter() > until:
            return 0.01
    return None


@persistent
def _other_file(*_: Any) -> None:
    forget()


def forget() -> None:
    """Another file was opened, or the add-on is going."""
    _kept.clear()
    _stale.clear()
    _at_work.clear()


_changed = persistent(changed)
_HANDLERS = (("depsgraph_update_post", _changed), ("undo_post", _changed), ("redo_post", _changed),
             ("load_pre", _other_file))  # fmt: skip


def register() -> None:
    """Listen."""
    for name, handler in _HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)
    knowledge.on_change(changed)


def unregister() -> None:
    """Listen no more."""
    for name, handler in _HANDLERS:
        if handler in getattr(bpy.app.handlers, name):
            getattr(bpy.app.handlers, name).remove(handler)
    if bpy.app.timers.is_registered(_work):
        bpy.app.timers.unregister(_work)
    _on_new.clear()
    forget()
