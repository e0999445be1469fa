"""Somebody writes another text, voice or slot on a dub strip: that line alone is spoken again, in its place."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")
pytest.importorskip("av")

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
sounds = pytest.importorskip("sounds")

from neuroedit_addon.blender import compat, curves, write_captions, write_dub, write_mix  # noqa: E402
from neuroedit_addon.blender.finishing.again import speak_changed  # noqa: E402
from neuroedit_addon.blender.finishing.asking import answered  # noqa: E402
from neuroedit_addon.blender.finishing.finish import finish  # noqa: E402
from neuroedit_addon.blender.finishing.undoing import take_back  # noqa: E402
from neuroedit_addon.blender.finishing.wishes import Wishes  # noqa: E402
from neuroedit_addon.blender.marks import SLOT, TEXT, VOICE  # noqa: E402
from neuroedit_addon.captions import Caption, Captions  # noqa: E402
from neuroedit_addon.settings import Settings  # noqa: E402
from neuroedit_addon.worker import dub, mix  # noqa: E402
from neuroedit_addon.worker.voice import Spoken  # noqa: E402

LINES = Captions((Caption(1.0, 3.0, "one"), Caption(4.0, 5.0, "two"), Caption(6.0, 8.0, "three")))
VERBS = {"dub": dub, "mix": mix}


class Counting:
    """A voice that speaks a quarter of a second a letter, and remembers what."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def say(self, text: str, voice: str = "", rate: float = 1.0) -> Spoken:
        if not self.said or self.said[-1] != (text, voice):
            self.said.append((text, voice))
        return Spoken(sounds.tone(0.25 * len(text) / rate, 2000, 0.2, 48_000).astype(np.float32), 48_000)


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    monkeypatch.setattr(dub, "engine_of", lambda name: counting)
    return counting


@pytest.fixture
def scene() -> Any:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.frame_start, scene.frame_end = 25, 11, 260
    compat.strips_of(scene)
    return scene


def _do(work: Any) -> Any:
    return answered(work, lambda ask: VERBS[ask.verb].run(ask.arguments, lambda message: None, lambda: False))


def _wishes(folder: Path, **more: Any) -> Wishes:
    return Wishes(Settings().changed({"steps": ("dub",), **more.pop("settings", {})}), folder, "run", **more)


def _dubs(scene: Any) -> list[Any]:
    return sorted((s for s in compat.strips_of(scene) if s.type == "SOUND" and s.name != "Mix"), key=compat.left)


def _state(strip: Any) -> tuple[Any, ...]:
    return strip.name, compat.left(strip), compat.right(strip), strip.sound.filepath, strip.volume


def test_only_the_line_that_was_rewritten_is_spoken_again(scene: Any, voice: Counting, tmp_path: Path) -> None:
    _do(finish(scene, _wishes(tmp_path, lines=LINES), {}))
    before = [_state(strip) for strip in _dubs(scene)]
    voice.said.clear()
    assert _do(speak_changed(scene, tmp_path / "again")) == (0, ())
    strip = _dubs(scene)[1]
    strip.volume = 0.5
    strip.keyframe_insert("volume", frame=120)
    strip[TEXT] = "other"
    assert _do(speak_changed(scene, tmp_path / "again"))[0] == 1
    assert voice.said == [("other", "en-us")]
    after = _dubs(scene)
    assert [_state(s) for s in (after[0], after[2])] == [before[0], before[2]]
    assert (after[1].name, compat.left(after[1]), after[1].channel) == ("other", before[1][1], after[0].channel)
    assert len(curves.keys_of(scene, after[1])) == 1
    assert after[1].volume == pytest.approx(0.5)
    assert not write_dub.changed(scene)


@pytest.mark.parametrize(("mark", "value"), [(VOICE, "de"), (SLOT, 0.5)])
def test_another_voice_or_slot_is_heard(scene: Any, voice: Counting, tmp_path: Path, mark: str, value: Any) -> None:
    _do(finish(scene, _wishes(tmp_path, lines=LINES), {}))
    voice.said.clear()
    strip = _dubs(scene)[2]
    length = compat.right(strip) - compat.left(strip)
    strip[mark] = value
    _do(speak_changed(scene, tmp_path / "again"))
    assert {text for text, _ in voice.said} == {"three"}
    strip = _dubs(scene)[2]
    if mark == VOICE:
        assert voice.said[0][1] == "de"
    else:
        assert compat.right(strip) - compat.left(strip) < length
        assert strip["neuroedit_speed"] > 1


def test_what_is_too_long_ends_before_the_next_line(scene: Any, voice: Counting, tmp_path: Path) -> None:
    _do(finish(scene, _wishes(tmp_path, lines=LINES), {}))
    _dubs(scene)[1][TEXT] = "much too long for its place"
    count, warnings = _do(speak_changed(scene, tmp_path / "again"))
    strips = _dubs(scene)
    assert count == 1
    assert "too long" in warnings[0]
    assert compat.right(strips[1]) <= compat.left(strips[2])
    assert len({strip.channel for strip in strips}) == 1


def test_a_rewritten_line_stays_when_the_edit_is_made_anew(scene: Any, voice: Counting, tmp_path: Path) -> None:
    _do(finish(scene, _wishes(tmp_path, lines=LINES), {}))
    _dubs(scene)[0][TEXT] = "eins"
    _do(speak_changed(scene, tmp_path / "again"))
    _dubs(scene)[2][TEXT] = "not spoken yet"
    voice.said.clear()
    known = take_back(scene)
    _do(finish(scene, _wishes(tmp_path / "second", lines=LINES, spoken_before=known), {}))
    assert [(s[TEXT], compat.left(s)) for s in _dubs(scene)] == [("eins", 36), ("two", 111), ("not spoken yet", 161)]
    assert not voice.said, "what was spoken before is not spoken again"


def test_a_line_under_a_mix_stays_silent(scene: Any, voice: Counting, tmp_path: Path) -> None:
    _do(finish(scene, _wishes(tmp_path, lines=LINES, settings={"steps": ("dub", "mix")}), {}))
    _dubs(scene)[0][TEXT] = "eins"
    _do(speak_changed(scene, tmp_path / "again"))
    assert [strip.mute for strip in _dubs(scene)] == [True] * 3
    write_mix.use(scene, mix=False)
    assert [strip.mute for strip in _dubs(scene)] == [False] * 3


def test_a_line_that_cannot_be_spoken_changes_nothing(scene: Any, tmp_path: Path, monkeypatch: Any) -> None:
    from neuroedit_addon.errors import UsageError

    counting = Counting()
    monkeypatch.setattr(dub, "engine_of", lambda name: counting)
    _do(finish(scene, _wishes(tmp_path, lines=LINES), {}))

    def fails(name: str) -> Any:
        raise UsageError("There is no such voice.", "Choose another.")

    monkeypatch.setattr(dub, "engine_of", fails)
    before = [_state(strip) for strip in _dubs(scene)]
    _dubs(scene)[0][VOICE] = "xx"
    with pytest.raises(UsageError, match="no such voice"):
        _do(speak_changed(scene, tmp_path / "again"))
    assert [_state(strip) for strip in _dubs(scene)] == before


def test_a_text_strip_is_spoken_by_its_own_voice_or_its_channels(scene: Any, voice: Counting, tmp_path: Path) -> None:
    for number, text in enumerate(("first", "second", "third")):
        strip = compat.new_effect(scene, text, "TEXT", 3 + number // 2, 36 + 50 * number, 80 + 50 * number)
        strip.text = text
    scene.sequence_editor.channels[3].name = "Anna"
    compat.strips_of(scene)["second"][VOICE] = "fr"
    _do(finish(scene, _wishes(tmp_path, strips_speak=True, settings={"voice": "Anna=de,es"}), {}))
    assert voice.said == [("first", "de"), ("second", "fr"), ("third", "es")]
    assert [caption.voice for caption in write_captions.read(scene)] == ["", "fr", ""]
