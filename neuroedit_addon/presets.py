"""Presets: named choices in readable TOML files that a user can copy and change.

    title = "Talking head"
    about = "One sentence for the sidebar."

    [settings]
    margin = "0.2s,0.3s"    # the command line's flags without their dashes in front
    min-cut = "0.2s"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from .errors import UsageError
from .settings import Settings, parse
from .settings_flags import margins

FOLDER = Path(__file__).resolve().parent / "presets"
_KEYS = ("title", "about", "settings")


@dataclass(frozen=True)
class Preset:
    """A named set of choices: `name` as typed, `title` and `about` as shown."""

    name: str
    title: str
    about: str
    settings: Settings


def available(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Every preset's file by its name; those of earlier folders hide those of later ones and the ones we ship."""
    found: dict[str, Path] = {}
    for folder in (*folders, FOLDER):
        for file in sorted(folder.glob("*.toml")):
            found.setdefault(_plain(file.stem), file)
    return dict(sorted(found.items()))


def load(name: str, folders: Sequence[Path] = ()) -> Preset:
    """A preset by its name ("talking-head", "Talking Head"), or by the path of a .toml file.

    Args:
        folders: of the user's own presets, searched first.

    Raises:
        UsageError: there is no such preset, or its file has an error; the sentence names file, line and key.
    """
    if name.lower().endswith(".toml"):
        return read(Path(name))
    known = available(folders)
    if _plain(name) not in known:
        near = get_close_matches(_plain(name), known, n=1)
        cure = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}; or name a .toml file."
        raise UsageError(f"There is no preset “{name}”.", cure)
    return read(known[_plain(name)])


def read(file: Path) -> Preset:
    """The preset in a file.

    Raises:
        UsageError: the file cannot be read, is not TOML, or says something unknown.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"The preset {file} does not exist.") from None
    except UnicodeDecodeError:
        raise UsageError(f"The preset {file} is not text in UTF-8.") from None
    except OSError as problem:
        raise UsageError(f"The preset {file} cannot be read: {problem.strerror}.") from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise UsageError(f"The preset {file} is not TOML: {_sentence(problem)}.") from None
    for key in content:
        if key not in _KEYS:
            raise _wrong(file, text, key, f"“{key}” is unknown.", f"Known are {', '.join(_KEYS)}.")
    title = _words(file, text, content, "title") or file.stem.replace("-", " ").capitalize()
    return Preset(_plain(file.stem), title, _words(file, text, content, "about"), _settings(file, text, content))


def _settings(file: Path, text: str, content: dict[str, Any]) -> Settings:
    table = content.get("settings", {})
    if not isinstance(table, dict):
        raise _wrong(file, text, "settings", "settings is no table.", "Begin it with a line [settings].")
    values: dict[str, Any] = {}
    for key, value in table.items():
        try:
            if key == "margin":
                before, after = margins(str(value))
                values = {"margin_start": before, "margin_end": after, **values}
            else:
                values[key.replace("-", "_")] = parse(key.replace("-", "_"), value)
        except UsageError as problem:
            raise _wrong(file, text, key, problem.sentence, problem.cure) from None
    return Settings().changed(values)


def _words(file: Path, text: str, content: dict[str, Any], key: str) -> str:
    words = content.get(key, "")
    if not isinstance(words, str):
        raise _wrong(file, text, key, f"{key} is no text.", f'Write {key} = "…".')
    return words


def _wrong(file: Path, text: str, key: str, sentence: str, cure: str) -> UsageError:
    pattern = re.compile(rf"""\s*(\[\s*)?(settings\s*\.\s*)?["']?{re.escape(key)}["']?\s*[=\]]""")
    line = next((number for number, row in enumerate(text.splitlines(), start=1) if pattern.match(row)), None)
    where = f", line {line}" if line else ""
    return UsageError(f"The preset {file}{where}: {sentence}", cure)


def _sentence(problem: Exception) -> str:
    """tomllib's "Invalid value (at line 3, column 9)" without its brackets."""
    return re.sub(r"\s*\(at (.*)\)$", r", \1", str(problem))


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", "-", name.strip().lower())
