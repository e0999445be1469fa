"""Collects what the sidebar can say: literals of the window's files, sentences of errors, settings, presets.

Text with values in it is given as a template: `f"{n} cuts"` is "{} cuts".
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import neuroedit_addon
from neuroedit_addon import presets
from neuroedit_addon.settings import Settings

ADDON = Path(neuroedit_addon.__file__).parent
# What a person cannot meet in the window: the command line, edits of other editors, files written by hand, the words
# between the two processes.
NOT_IN_THE_WINDOW = ("blender/headless", "blender/window/translation", "worker/exchange", "messages.py", "plan.py",
                     "settings_flags.py", "worker/entry.py", "worker/sync.py", "worker/report.py",
                     "worker/shot_list.py",
                     "worker/thumbnails.py", "planner/follow_speaker.py", "subtitles_write.py", "correction.py",
                     "planner/same_media.py", "planner/sections.py", "arrangement.py", "worker/coded.py",
                     "worker/cleanup.py", "worker/probe.py", "cut_list.py", "timeline.py")  # fmt: skip
_ENDS = ("Error", "Problem", "Cancelled")
_SPOKEN = ("text", "name", "description", "message", "bl_label", "title")


def of_errors() -> Iterator[tuple[str, str]]:
    """(file, sentence) of every error that the engine can raise under the window."""
    for file in _files(ADDON):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func).endswith(_ENDS):
                for argument in node.args[:2]:
                    yield from ((file.name, text) for text in _texts(argument) if _words(text))


def of_the_window() -> Iterator[tuple[str, str]]:
    """(file, text) of everything in the window's files that has words in it."""
    for file in _files(ADDON / "blender" / "window"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        inside = _docstrings(tree) | _silent(tree)
        for node in ast.walk(tree):
            if node in inside or not isinstance(node, (ast.Constant, ast.JoinedStr)):
                continue
            text = _literal(node)
            if text and " " in text.strip() and _words(text):
                yield file.name, text.strip()
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg in _SPOKEN:
                yield from ((file.name, text) for text in _texts(node.value) if _words(text))


def of_settings() -> Iterator[tuple[str, str]]:
    """(setting, text) of labels, choices and help; of presets their titles and sentences."""
    from neuroedit_addon.blender.window.choices import title

    for item in fields(Settings):
        yield item.name, title(item.name)
        yield item.name, item.metadata["help"].rstrip(".")
        yield from ((item.name, title(choice)) for choice in item.metadata["choices"])
    for name in presets.available():
        preset = presets.load(name)
        yield name, preset.title
        yield name, preset.about.rstrip(".")


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*.py"))
            if not file.relative_to(ADDON).as_posix().startswith(NOT_IN_THE_WINDOW)]  # fmt: skip


def _name(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def _literal(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def _texts(node: ast.AST) -> list[str]:
    """The texts that an expression may come to, as far as they are written there."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    text = _literal(node)
    return [text] if text else []


def _words(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{2}", text.replace("{}", ""))) and not re.fullmatch(r"[a-z_.]+|[A-Z_0-9]+", text)


def _docstrings(tree: ast.AST) -> set[ast.AST]:
    """Docstrings, but for those of operators, which are tooltips."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body:
            operator = isinstance(node, ast.ClassDef) and "_OT_" in node.name
            first = node.body[0]
            if not operator and isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(first.value)
    return found


def _silent(tree: ast.AST) -> set[ast.AST]:
    """What nobody reads: the log's lines, shaders, the parts of an f-string, the walls of assertions."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        called = isinstance(node, ast.Call) and (_name(node.func) in ("vertex_source", "fragment_source", "undo_push")
                                                 or ast.unparse(node.func) == "log.write")  # fmt: skip
        if called or isinstance(node, ast.Assert):
            found |= {part for argument in getattr(node, "args", [node]) for part in ast.walk(argument)}
        if isinstance(node, ast.JoinedStr):
            found |= {part for value in node.values for part in ast.walk(value)}
    return found
