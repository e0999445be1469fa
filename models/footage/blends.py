"""Finished edits as teachers: which spans of which source a .blend file's sequencer kept, how graded, how loud.

Needs bpy (the wheel, or the application); it is imported only when a file is read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuroedit_addon.errors import MediaError

from . import manifest

_SKIPPED = {"rna_type", "name", "type", "mute", "show_expanded", "show_preview", "input_mask_type", "mask_time",
            "input_mask_strip", "input_mask_id", "is_active", "enable", "open_mask_panel"}  # fmt: skip


@dataclass(frozen=True)
class EditRead:
    """What one .blend file gave: existing source files, and how many spans of them it keeps."""

    sources: tuple[Path, ...]
    kept: int


def collect(blend: Path, dataset: Path) -> EditRead:
    """Read a finished edit and append it to the data set's manifest as a record of kind "edit".

    Raises:
        MediaError: the file does not exist, is no .blend, or holds no strips of footage.
        OutputError: the data set cannot be written.
    """
    spans = read(blend)
    dataset.mkdir(parents=True, exist_ok=True)
    data = blend.read_bytes()
    name = f"{blend.stem}-{hashlib.sha256(str(blend.resolve()).encode()).hexdigest()[:8]}.edit"
    stat = blend.stat()
    manifest.append(dataset, {
        "name": name, "kind": "edit", "source": str(blend.resolve()), "sha256": hashlib.sha256(data).hexdigest(),
        "size": stat.st_size, "changed": stat.st_mtime_ns, "spans": spans,
    })  # fmt: skip
    sources = tuple(sorted({Path(span["source"]) for span in spans if Path(span["source"]).exists()}))
    return EditRead(sources, len(spans))


def read(blend: Path) -> list[dict[str, Any]]:
    """Every unmuted movie and sound strip of every scene, in order of the timeline.

    A span: {"source", "kind": "movie" | "sound", "start", "end": seconds of the source, "at", "until": seconds of the
    timeline, "volume", "modifiers": [{"type", values…}]}.

    Raises:
        MediaError: see `collect`.
    """
    import bpy

    if not blend.is_file():
        raise MediaError(f"{blend} does not exist.", "Check the spelling.")
    try:
        bpy.ops.wm.open_mainfile(filepath=str(blend.resolve()), load_ui=False, use_scripts=False)
    except RuntimeError as problem:
        raise MediaError(f"{blend} cannot be opened: {str(problem).strip().splitlines()[-1]}") from None
    spans = []
    for scene in bpy.data.scenes:
        editor = scene.sequence_editor
        fps = scene.render.fps / scene.render.fps_base
        strips = editor.strips_all if editor and hasattr(editor, "strips_all") else ()
        spans += [_span(bpy, strip, fps) for strip in strips if strip.type in ("MOVIE", "SOUND") and not strip.mute]
    if not spans:
        raise MediaError(f"{blend} keeps no footage on its sequencer.", "Choose a finished edit.")
    return sorted(spans, key=lambda span: (span["at"], span["kind"]))


def _span(bpy: Any, strip: Any, fps: float) -> dict[str, Any]:
    movie = strip.type == "MOVIE"
    path = strip.filepath if movie else strip.sound.filepath
    own = (getattr(strip, "fps", 0) or fps) if movie else fps
    # Handles cut the content by timeline frames; a movie's content frames last as its own rate says.
    start = strip.frame_offset_start + getattr(strip, "animation_offset_start", 0)
    length = strip.frame_final_duration
    return {
        "source": bpy.path.abspath(path), "kind": "movie" if movie else "sound",
        "start": round(start / own, 6), "end": round((start + length) / own, 6),
        "at": round(strip.frame_final_start / fps, 6), "until": round((strip.frame_final_start + length) / fps, 6),
        "volume": None if movie else round(float(strip.volume), 6),
        "modifiers": [_modifier(m) for m in strip.modifiers if not m.mute],
    }  # fmt: skip


def _modifier(modifier: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"type": modifier.type}
    groups = [("", modifier)]
    if hasattr(modifier, "color_balance"):
        groups.append(("", modifier.color_balance))
    for prefix, holder in groups:
        for prop in holder.bl_rna.properties:
            if prop.identifier in _SKIPPED or prop.type not in ("FLOAT", "INT", "BOOLEAN", "ENUM"):
                continue
            value = getattr(holder, prop.identifier)
            if isinstance(value, (bool, int, float, str)):
                values[prefix + prop.identifier] = value
            elif not isinstance(value, set):
                values[prefix + prop.identifier] = [round(float(v), 6) for v in value]
    return values
