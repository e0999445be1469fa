"""The worker's verb “report”: an edit as one self-contained page of HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from ..errors import Cancelled, OutputError
from ..findings import Findings
from ..messages import Message, Progress
from ..plan import Plan
from . import report_colour, report_sound

_STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:2em auto;max-width:1240px;padding:0 1em;background:#2a2a2a;"
    "color:#ddd}table{border-collapse:collapse}td,th{padding:.1em .8em;text-align:left;border-bottom:1px solid #444}"
    "h1{font-size:1.5em}h2{font-size:1.1em;margin-top:2em}"
)


def run(arguments: dict[str, Any], say: Callable[[Message], None], cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Write the page.

    Args:
        arguments: "path" to write, "title", "plan" (`Plan.to_json`), "findings" (a list of `Findings.to_json`),
            "lines" (pairs of title and fact for its head), "grades" and "look" (see `report_colour.fragment`).

    Returns:
        "bytes": its size.
    """
    plan = Plan.from_json(arguments["plan"])
    found = [Findings.from_json(values) for values in arguments["findings"]]
    parts = []
    for number, findings in enumerate(found):
        say(Progress("drawing the report", number, len(found), item=findings.media.path))
        parts.append(report_sound.fragment(findings, plan, cancelled))
        if cancelled():
            raise Cancelled()
    parts.append(report_colour.fragment(arguments.get("grades", ()), str(arguments.get("look", "neutral"))))
    text = page(str(arguments["title"]), arguments.get("lines", ()), parts)
    path = Path(arguments["path"])
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror}.", "Choose another folder.") from problem
    return {"bytes": len(text.encode())}


def page(title: str, lines: Any, sections: list[str]) -> str:
    """The whole document; nothing in it is fetched from elsewhere."""
    rows = "".join(f"<tr><th>{escape(str(name))}</th><td>{escape(str(fact))}</td></tr>" for name, fact in lines)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1><table>{rows}</table>{''.join(sections)}"
        "</body></html>\n"
    )
