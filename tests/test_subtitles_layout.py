"""Captions keep to two lines of 42 signs (15 square ones), lose no text, and warn when they are too fast."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuroedit_addon.caption_layout import lay_out, wrap
from neuroedit_addon.captions import Caption

ZH = "今天天气很好，我们一起去公园散步吧。明天可能会下雨，所以今天要早点出门。"


def test_lines_are_even_and_break_after_punctuation() -> None:
    text = "We looked for it everywhere, but the old map had been lost."
    assert wrap(text, 42) == ["We looked for it everywhere,", "but the old map had been lost."]


def test_chinese_breaks_anywhere_but_before_punctuation() -> None:
    lines = wrap(ZH, 15)
    assert "".join(lines) == ZH
    assert all(len(line) <= 15 for line in lines)
    assert not any(line[0] in "，。" for line in lines)


def test_an_emoji_and_its_joined_parts_stay_together() -> None:
    family = "👨‍👩‍👧‍👦"
    lines = wrap(family * 5, len(family) * 2)
    assert lines == [family * 2, family * 2, family]


@given(st.text("abc déه字，。. ", max_size=300), st.sampled_from([15, 42]))
def test_no_line_is_too_long_and_no_word_is_lost(text: str, width: int) -> None:
    spoken = " ".join(text.split())
    lines = wrap(spoken, width)
    assert all(0 < len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == spoken.replace(" ", "")


@pytest.mark.parametrize("text", ["word " * 60, ZH * 3])
def test_long_captions_share_their_time(text: str) -> None:
    shown, _ = lay_out([Caption(10, 40, text)])
    assert len(shown) > 1
    assert all(c.text.count("\n") <= 1 for c in shown)
    assert (shown[0].start, shown[-1].end) == (10, pytest.approx(40))
    assert all(a.end == b.start for a, b in zip(shown, shown[1:], strict=False))


def test_too_fast_is_warned_of_and_seventeen_a_second_is_not() -> None:
    assert lay_out([Caption(0, 1, "x" * 17)])[1] == []
    assert "18 signs" in lay_out([Caption(0, 1, "x" * 18)])[1][0]
    assert "9 can be read" in lay_out([Caption(0, 1, "天" * 10)])[1][0]
