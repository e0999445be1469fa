"""The sidebar in other languages, through Blender's own translations; English is what the program says by itself.

Labels, tooltips and menus are looked up by Blender. Sentences with values in them ("4 cuts, 1 split") are looked up
here, by a template in which `{}` stands for each value; a value may be such a sentence again.
"""

from __future__ import annotations

import re
from functools import lru_cache

import bpy

from . import zh_errors, zh_panels, zh_settings, zh_sound

NAME = "neuroedit"
ZH = {**zh_settings.TEXTS, **zh_panels.TEXTS, **zh_errors.TEXTS, **zh_sound.TEXTS}
LANGUAGES = {"zh_HANS": ZH}
CONTEXT = "NeuroEdit"
"""Of the titles of panels: Blender has some of these words, too, and its own translations go first."""
_CONTEXTS = ("*", "Operator", CONTEXT)
_DEPTH = 4  # of sentences within sentences


def tr(text: str) -> str:
    """The text in the language of Blender's interface; as it is where that is English or where nothing is known."""
    view = bpy.context.preferences.view
    words = LANGUAGES.get(bpy.app.translations.locale)
    return _translated(text, bpy.app.translations.locale) if words and view.use_translate_interface else text


@lru_cache(maxsize=2000)
def _translated(text: str, language: str, depth: int = 0) -> str:
    known = LANGUAGES[language]
    plain = text.strip()
    if plain in known:
        return known[plain]
    if depth == _DEPTH:
        return text
    for pattern, template in _templates(language):
        if match := pattern.fullmatch(plain):
            values = (_translated(value, language, depth + 1) for value in match.groups())
            return known[template].format(*values)
    # Two sentences, as a problem and its cure are said in one breath.
    first, stop, rest = plain.partition(". ")
    if stop:
        return _translated(f"{first}.", language, depth + 1) + _translated(rest, language, depth + 1)
    return text


@lru_cache
def _templates(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of all texts with values, those that say most first."""
    found = [text for text in LANGUAGES[language] if "{}" in text]
    found.sort(key=lambda text: -len(text.replace("{}", "")))
    return tuple((re.compile("(.+?)".join(map(re.escape, text.split("{}"))), re.DOTALL), text) for text in found)


def tables() -> dict[str, dict[tuple[str, str], str]]:
    """As Blender wants them: by language, by context and text."""
    return {
        language: {(context, text): said for text, said in texts.items() for context in _CONTEXTS}
        for language, texts in LANGUAGES.items()
    }


def register() -> None:
    """Tell Blender."""
    bpy.app.translations.register(NAME, tables())


def unregister() -> None:
    """Take it back."""
    bpy.app.translations.unregister(NAME)
