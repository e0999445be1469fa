"""Promise: the manual shows every panel of the sidebar, in English and Chinese, at both scales, in small files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import screenshots

ROOT = Path(__file__).parents[1]
PANELS = sorted(
    found.group(1)
    for file in (ROOT / "neuroedit_addon" / "blender" / "window").glob("*.py")
    for found in re.finditer(r'bl_idname = "NEUROEDIT_PT_(\w+)"', file.read_text(encoding="utf-8"))
)


def test_the_tool_knows_every_panel():
    assert sorted(screenshots.PANELS) == PANELS


@pytest.mark.parametrize("panel", [*PANELS, "window"])
def test_a_panel_is_shown(panel):
    assert f"](pictures/{panel}.png)" in (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")
    for language in screenshots.LANGUAGES.values():
        for suffix in ("", "@2x") if panel != "window" else ("",):
            picture = ROOT / "docs" / "pictures" / f"{panel}{language}{suffix}.png"
            assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
            assert picture.stat().st_size < 150_000


def test_no_picture_is_forgotten():
    text = "".join(page.read_text(encoding="utf-8") for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
    for picture in (ROOT / "docs" / "pictures").glob("*.png"):
        name = re.sub(r"(\.zh)?(@2x)?\.png$", "", picture.name)
        assert f"pictures/{name}.png" in text, picture.name
