"""The contact sheet: every shot of a data set on one self-contained page."""

from __future__ import annotations

import base64
import html
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

NAME = "contact_sheet.html"

_STYLE = """body{font:14px system-ui,sans-serif;margin:24px;background:#1d1d1d;color:#ddd}
h2{font-size:16px;margin:28px 0 4px}p{margin:2px 0 8px;color:#999}
.s{display:inline-block;margin:0 8px 10px 0;width:160px;vertical-align:top;font-size:12px}
.s img{width:160px;height:90px;display:block;border-radius:3px}
b{background:#843;color:#fff;border-radius:3px;padding:0 4px;margin-right:3px;font-weight:normal}"""


def write(dataset: Path, records: Iterable[dict[str, Any]]) -> Path:
    """Write the page: a heading for each source, a poster for each shot with its duration and flags.

    Pictures lie inside the page, so it can be sent to someone. Returns its path.
    """
    path = dataset / NAME
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    with open(beside, "w", encoding="utf-8") as page:
        page.write(f'<!doctype html><meta charset="utf-8"><title>Contact sheet</title><style>{_STYLE}</style>\n')
        for record in sorted(records, key=lambda r: (r["kind"], r["name"])):
            page.write(_source(dataset, record))
    beside.replace(path)
    return path


def _source(dataset: Path, record: dict[str, Any]) -> str:
    title = html.escape(record["name"])
    if record["kind"] == "skipped":
        flag, reason = html.escape(record.get("flag", "skipped")), html.escape(record["reason"])
        return f"<h2>{title} <b>{flag}</b></h2><p>{reason}</p>\n"
    facts = [record["kind"], record.get("split", ""), record.get("licence", "")]
    if "duration" in record:
        facts.insert(1, f"{record['duration']:.1f} s")
    if record["kind"] == "photo":
        body = _figure(dataset / record["picture"], f"{record['width']} × {record['height']}", [])
    else:
        body = "".join(
            _figure(dataset / shot["poster"], f"{shot['start']:.2f} s, {shot['end'] - shot['start']:.2f} s long",
                    shot["flags"])
            for shot in record.get("shots", ())
        )
    return f"<h2>{title}</h2><p>{html.escape(' · '.join(f for f in facts if f))}</p>{body}\n"


def _figure(picture: Path, text: str, flags: list[str]) -> str:
    try:
        data = base64.b64encode(picture.read_bytes()).decode()
    except OSError:
        data = ""
    words = "".join(f"<b>{html.escape(flag)}</b>" for flag in flags)
    return f'<div class="s"><img alt="" src="data:image/jpeg;base64,{data}">{html.escape(text)}<br>{words}</div>'
