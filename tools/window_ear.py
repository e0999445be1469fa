"""Runs inside Blender's window: answers questions of a process beside it, which clicks with a real mouse.

A question is Python in the file `ask` of the folder in NEUROEDIT_EAR; the answer is JSON in `answer`.
"""

import json
import os
import traceback
from pathlib import Path

import bpy

FOLDER = Path(os.environ["NEUROEDIT_EAR"])


def area():
    """The sequencer's area."""
    kinds = ("SEQUENCER", "SEQUENCER_PREVIEW")
    found = (a for a in window().screen.areas if a.type == "SEQUENCE_EDITOR" and a.spaces.active.view_type in kinds)
    return next(found, None)


def window():
    """The window."""
    return bpy.context.window_manager.windows[0]


def region(kind="UI"):
    """A region of the sequencer."""
    return next(r for r in area().regions if r.type == kind)


def scene():
    """The scene that is edited."""
    return getattr(window().workspace, "sequencer_scene", None) or window().scene


def addon(path):
    """A module of the installed extension."""
    import importlib

    return importlib.import_module(f"bl_ext.user_default.neuroedit.neuroedit_addon.{path}")


def said():
    """What the last task said."""
    last = addon("blender.window.last").said()
    return [last.level, last.sentence] if last else None


def hovered():
    """What the button under the mouse would do: the operator's Python, or the property's path."""
    with bpy.context.temp_override(window=window(), area=area(), region=region()):
        for operator in (bpy.ops.ui.copy_python_command_button, bpy.ops.ui.copy_data_path_button):
            if operator.poll():
                bpy.context.window_manager.clipboard = ""
                try:
                    operator()
                except RuntimeError:
                    continue
                if bpy.context.window_manager.clipboard:
                    return bpy.context.window_manager.clipboard
    return ""


def place():
    """Where the sidebar is on the screen, from its top left corner: x, y, width, height."""
    r = region()
    return r.x, window().height - r.y - r.height, r.width, r.height


def lay(film):
    """A picture and a sound on the timeline, as a step of its own in the undo history."""
    strips = scene().sequence_editor_create().strips
    strips.new_movie("film", film, 2, 1)
    sound = strips.new_sound("sound", film, 1, 1)
    scene().frame_end = int(sound.right_handle if hasattr(sound, "right_handle") else sound.frame_final_end) - 1
    with bpy.context.temp_override(window=window()):
        bpy.ops.ed.undo_push(message="strips")


def open_sidebar():
    """Show the add-on's tab; says whether it is there."""
    area().spaces.active.show_region_ui = True
    area().tag_redraw()
    try:
        region().active_panel_category = "NeuroEdit"
    except (TypeError, AttributeError):  # not drawn yet
        return False
    return True


def unfold(*panels):
    """Draw panels open that begin closed; before the sidebar is first shown."""
    for name in panels:
        cls = getattr(bpy.types, name)
        bpy.utils.unregister_class(cls)
        cls.bl_options = set()
        bpy.utils.register_class(cls)


def only(*panels):
    """Draw these panels of the add-on open, and no other."""
    names = [name for name in dir(bpy.types) if name.startswith("NEUROEDIT_PT_")]
    for name in names:
        _classes.setdefault(name, getattr(bpy.types, name))
        bpy.utils.unregister_class(_classes[name])
    for name in panels:
        _classes[name].bl_options = set()
        bpy.utils.register_class(_classes[name])
    area().tag_redraw()


def show(language, scale):
    """Blender's interface in a language and at a scale."""
    view = bpy.context.preferences.view
    view.language, view.ui_scale = language, scale
    view.use_translate_interface = view.use_translate_tooltips = True
    for each in window().screen.areas:
        each.tag_redraw()


def close(kind):
    """Close the areas of a kind."""
    for each in [a for a in window().screen.areas if a.type == kind]:
        with bpy.context.temp_override(window=window(), screen=window().screen, area=each):
            bpy.ops.screen.area_close()


def fit():
    """Show the whole timeline."""
    with bpy.context.temp_override(window=window(), area=area(), region=region("WINDOW")):
        bpy.ops.sequencer.view_all()


_classes = {}


def _listen():
    question = FOLDER / "ask"
    if question.exists():
        text = question.read_text(encoding="utf-8")
        question.unlink()
        try:
            answer = {"value": eval(text)}
        except Exception:
            answer = {"problem": traceback.format_exc()}
        beside = FOLDER / "answer.part"
        beside.write_text(json.dumps(answer, default=str), encoding="utf-8")
        beside.rename(FOLDER / "answer")
    return 0.02


bpy.app.timers.register(_listen, first_interval=0.1, persistent=True)
