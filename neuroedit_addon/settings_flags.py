"""Flags of the command line, made from `Settings`: names, ranges, units and help are written there and nowhere else.

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    settings = preset.settings.changed(chosen(parser.parse_args()))
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import Field, fields
from typing import Any

from .errors import UsageError
from .settings import Settings, Time, parse

_TITLES = {"job": "what to do", "cut": "cuts and shots", "multicam": "several cameras", "moments": "the best moments",
           "dub": "voice-over", "music": "music under the film", "grade": "colour",
           "mix": "sound of the film"}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser one flag for every setting, and `--margin` for the two margins together.

    A flag that is not given leaves nothing in the namespace, so that presets keep what they say. A value that makes
    no sense ends in the parser's own usage error (exit code 2).
    """
    groups: dict[str, argparse._ArgumentGroup] = {}
    for item in fields(Settings):
        name = item.metadata["group"]
        if name not in groups:
            groups[name] = parser.add_argument_group(_TITLES.get(name, name))
        if item.name == "margin_start":
            _add_margin(groups[name])
        _add(groups[name], item)


def chosen(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given as flags, ready for `Settings.changed`.

    `--margin-start` and `--margin-end` win over `--margin`, wherever they stand.
    """
    given = {item.name: getattr(arguments, item.name) for item in fields(Settings) if hasattr(arguments, item.name)}
    if hasattr(arguments, "margin"):
        before, after = arguments.margin
        given = {"margin_start": before, "margin_end": after, **given}
    return given


def margins(text: str) -> tuple[Time, Time]:
    """Read `0.2s` (both) or `0.2s,0.3s` (before and after speech).

    Raises:
        UsageError: neither.
    """
    before, comma, after = text.partition(",")
    return parse("margin_start", before), parse("margin_end", after if comma else before)


def _add_margin(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--margin", metavar="BEFORE,AFTER", type=_reader(margins), default=argparse.SUPPRESS,
        help="Time kept before and after speech; one value sets both.",
    )  # fmt: skip


def _add(group: argparse._ArgumentGroup, item: Field[Any]) -> None:
    flag, meta = "--" + item.name.replace("_", "-"), item.metadata
    explained = f"{meta['help'].rstrip('.')} ({_range(item)}).".replace("%", "%%")
    if isinstance(item.default, bool):
        group.add_argument(
            flag, action=argparse.BooleanOptionalAction, default=argparse.SUPPRESS, dest=item.name, help=explained
        )
        return

    def read(text: str, key: str = item.name) -> Any:
        return parse(key, text)

    group.add_argument(
        flag, metavar=_metavar(item), type=_reader(read), default=argparse.SUPPRESS, dest=item.name, help=explained
    )


def _reader(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same reader, telling argparse in its own way what is wrong."""

    def reader(text: str) -> Any:
        try:
            return read(text)
        except UsageError as problem:
            # argparse names the flag itself.
            _, _, sentence = problem.sentence.partition(": ")
            raise argparse.ArgumentTypeError(f"{sentence} {problem.cure}".strip()) from None

    return reader


def _metavar(item: Field[Any]) -> str:
    if item.metadata["choices"]:
        return "A,B,…" if isinstance(item.default, tuple) else "|".join(item.metadata["choices"])
    if isinstance(item.default, str):
        return "NAME"
    return "TIME" if isinstance(item.default, Time) else "NUMBER"


def _range(item: Field[Any]) -> str:
    """What may be given, and what holds when nothing is."""
    meta, default = item.metadata, item.default
    if isinstance(default, bool):
        return f"default: {'yes' if default else 'no'}"
    if meta["choices"]:
        words = ", ".join(meta["choices"])
        return f"{words}; default: {','.join(default) or 'none' if isinstance(default, tuple) else default}"
    if isinstance(default, str):
        return f"default: {default or 'none'}"
    if isinstance(default, Time):
        return f"as 15 (frames), 0.6s or 00:00:00.600, up to {meta['high']:g} s; default: {default}"
    named = "".join(f", {name} for {value:g}" for name, value in meta["names"].items())
    return f"{meta['low']:g} to {meta['high']:g}{named}; default: {default:g}"
