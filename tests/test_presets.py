"""Presets are text files that a person can copy, change, and get wrong."""

from __future__ import annotations

import pytest

from neuroedit_addon import presets
from neuroedit_addon.errors import UsageError
from neuroedit_addon.settings import Settings, Time


@pytest.mark.parametrize("name", sorted(presets.available()))
def test_every_preset_that_is_shipped_can_be_read(name):
    preset = presets.load(name)
    assert preset.name == name
    assert preset.title
    assert preset.about.endswith(".")
    assert preset.settings != Settings()


def test_there_are_presets():
    assert {"talking-head", "podcast", "dailies"} <= set(presets.available())


def test_a_preset_is_found_by_the_name_that_people_type():
    assert presets.load("Talking Head") == presets.load("talking-head") == presets.load("talking_head")
    assert presets.load("podcast").settings.margin_end == Time(seconds=0.6)


def test_an_unknown_preset_says_what_there_is():
    with pytest.raises(UsageError, match=r"no preset “podcats”\. Did you mean podcast\?"):
        presets.load("podcats")
    with pytest.raises(UsageError, match="There are advertisement, dailies, fast"):
        presets.load("???")


def test_the_users_own_presets_come_first(tmp_path):
    (tmp_path / "podcast.toml").write_text("[settings]\nmargin = '9'\n", encoding="utf-8")
    (tmp_path / "日本 ñ.toml").write_text('title = "☃"\n', encoding="utf-8")
    assert presets.load("podcast", [tmp_path]).settings.margin_start == Time(frames=9)
    assert presets.load("日本 ñ", [tmp_path]).title == "☃"
    assert presets.load(str(tmp_path / "podcast.toml")).settings.margin_end == Time(frames=9)
    assert "fast" in presets.available([tmp_path, tmp_path / "missing"])


def test_a_file_may_say_little_and_begin_with_a_byte_order_mark(tmp_path):
    file = tmp_path / "my-own.TOML"
    file.write_bytes(b"\xef\xbb\xbf[settings]\nmin-cut = 0.5\nmin_clip = '1s'\nmargin-end = '2s'\nmargin = '1s'\n")
    preset = presets.load(str(file))
    assert (preset.title, preset.about) == ("My own", "")
    assert preset.settings.min_cut == Time(seconds=0.5)
    assert (preset.settings.margin_start, preset.settings.margin_end) == (Time(seconds=1.0), Time(seconds=2.0))


@pytest.mark.parametrize(("content", "sentence"), [
    ("title = 'x'\n\n[settings]\n# min-cut\nmin-cut = 'soon'\n", "line 5: min_cut: “soon” is not a time."),
    ("[settings]\nmin-cut = '99s'\n", "line 2: min_cut: 99 s is not between 0 and 60 s."),
    ("[settings]\nmin-cut = 3\n", "line 2: min_cut: 3 has no unit."),
    ("[settings]\nmargin = '1s'\nmin-cutt = '1s'\n", "line 3: “min_cutt” is no setting."),
    ("[settings]\nmargin = '1s;2s'\n", "line 2: margin_start: “1s;2s” is not a time."),
    ("settings.threshold = 7\n", "line 1: threshold: 7 is not between 0 and 1."),
    ("[settings]\n'threshold' = true\n", "line 2: threshold: “True” is not a number."),
    ("settings = 'none'\n", "line 1: settings is no table."),
    ("\n[colour]\nwarm = 1\n", "line 2: “colour” is unknown."),
    ("title = 4\n", "line 1: title is no text."),
    ("[settings]\nmin-cut = 1s\n", "is not TOML: "),
    ("[settings]\nmin-cut = '1s'\nmin-cut = '2s'\n", "is not TOML: Cannot overwrite a value, line 3"),
])  # fmt: skip
def test_an_error_in_a_file_names_file_line_and_key(tmp_path, content, sentence):
    file = tmp_path / "mine.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        presets.load(str(file))
    assert str(file) in caught.value.sentence
    assert sentence in caught.value.sentence
    assert caught.value.exit_code == 2


def test_files_that_cannot_be_read_are_one_sentence(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        presets.load(str(tmp_path / "none.toml"))
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(UsageError, match="is not text in UTF-8"):
        presets.load(str(tmp_path / "binary.toml"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        presets.load(str(tmp_path / "folder.toml"))
