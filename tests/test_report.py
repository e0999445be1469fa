"""Promise: the report shows what was heard and done, needs nothing but itself, and survives missing footage."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from planner_material import clip, heard, timeline

from neuroedit_addon.findings import Span
from neuroedit_addon.planner.make_plan import make_plan
from neuroedit_addon.settings import Settings

pytest.importorskip("cv2")
pytest.importorskip("av")

from media_files import Picture, film

from neuroedit_addon.worker import report, report_sound


def made(path: str, name: str = "a"):
    findings = replace(heard([(2, 4, 0.9), (6, 7, 0.9)], (), 12, path), music=(Span(0, 5, 0.8),))
    shown = timeline(clip(0, 300), sources=(path,))
    return findings, make_plan([findings], shown, Settings())


def test_bands_spans_waveform_and_pictures_are_there(tmp_path):
    path = tmp_path / "a <talk> & more.mp4"
    film(path, 12, Picture(size=(64, 36), fps=Fraction(25)))
    findings, plan = made(str(path))
    out = tmp_path / "r.html"
    arguments = {"path": str(out), "title": "R", "plan": plan.to_json(), "findings": [findings.to_json()],
                 "lines": [("Cuts", "2")]}  # fmt: skip
    report.run(arguments, lambda message: None, lambda: False)
    text = out.read_text(encoding="utf-8")
    assert "a &lt;talk&gt; &amp; more.mp4" in text
    assert text.count("data:image/jpeg;base64,") == 12
    removed = [d for d in plan.decisions if d.kind == "remove"]
    assert removed
    assert text.count('fill="#d9534f"') == len(removed)
    assert text.count('fill="#2f7ed8"') == 2
    assert text.count("<path") == 1
    assert "http" not in text.replace("http-equiv", "")
    ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])  # well formed


def test_footage_that_is_gone_has_no_pictures_but_all_else():
    findings, plan = made("/nowhere/b.mp4")
    text = report_sound.fragment(findings, plan, lambda: False)
    assert "<img" not in text
    assert "<path" not in text
    assert "silence" in text


def test_proposals_are_told_from_deeds():
    findings, plan = made("/nowhere/b.mp4")
    weak = replace(plan, decisions=tuple(replace(d, confidence=0.2) for d in plan.decisions))
    assert "proposed" in report_sound.fragment(findings, weak, lambda: False)
    assert "proposed" not in report_sound.fragment(findings, plan, lambda: False)
