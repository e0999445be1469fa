"""A choice means the same as a flag, in a preset, and as JSON."""

from __future__ import annotations

import argparse
from dataclasses import fields
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planner_material import bounded

from neuroedit_addon.errors import UsageError
from neuroedit_addon.settings import Settings, Time, time
from neuroedit_addon.settings_flags import add_arguments, chosen


def flags(*arguments: str) -> dict[str, object]:
    parser = argparse.ArgumentParser(prog="autoedit")
    add_arguments(parser)
    return chosen(parser.parse_args(arguments))


@pytest.mark.parametrize(("text", "length"), [
    ("15", Time(frames=15)), ("0.6s", Time(seconds=0.6)), (" .5 S ", Time(seconds=0.5)), ("600ms", Time(seconds=0.6)),
    ("1.5min", Time(seconds=90.0)), ("00:00:00.600", Time(seconds=0.6)), ("1:02:03", Time(seconds=3723.0)),
    ("2:03.5", Time(seconds=123.5)), ("3 seconds", Time(seconds=3.0)),
])  # fmt: skip
def test_times_as_people_write_them(text, length):
    assert time(text) == length


@pytest.mark.parametrize("text", ["", "soon", "-1s", "1.5", "1e3s", "nan", "infs", "12:", "1:2:3:4", "0.6 frames"])
def test_what_is_no_time_says_how_to_write_one(text):
    with pytest.raises(UsageError, match="is not a time") as caught:
        time(text)
    assert "0.6s" in caught.value.cure


@bounded
@given(st.builds(Time, seconds=st.floats(0, 1e7)) | st.builds(Time, frames=st.integers(0, 10**6)))
def test_times_come_back_from_their_text_to_the_last_digit(length):
    assert time(str(length)) == length


def test_a_length_in_frames_depends_on_the_rate():
    assert Time(frames=30).at(Fraction(30000, 1001)) == pytest.approx(1.001)
    assert Time(seconds=1.5).at(Fraction(25)) == 1.5


def test_every_setting_has_a_flag_and_nothing_given_changes_nothing():
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    text = parser.format_help()
    for item in fields(Settings):
        assert f"--{item.name.replace('_', '-')}" in text
    assert flags() == {}


def test_the_documented_flags():
    typed = "--steps cut,mix --margin 0.2s,0.3s --min-cut 0.2s --min-clip=3 --threshold 0.4 --silence-action mute"
    given = flags(*typed.split(), "--min-shot", "00:00:00.600", "--no-split-shots")
    changed = Settings().changed(given)
    assert changed == Settings(
        steps=("cut", "mix"), margin_start=Time(seconds=0.2), margin_end=Time(seconds=0.3), min_cut=Time(seconds=0.2),
        min_clip=Time(frames=3), threshold=0.4, silence_action="mute", min_shot=Time(seconds=0.6), split_shots=False,
    )  # fmt: skip


def test_one_margin_sets_both_and_a_single_one_wins():
    assert flags("--margin", "5") == {"margin_start": Time(frames=5), "margin_end": Time(frames=5)}
    assert flags("--margin-end", "1s", "--margin", "5")["margin_end"] == Time(seconds=1.0)


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["--min-cut", "soon"], "argument --min-cut: “soon” is not a time. Write 15 (frames)"),
    (["--min-cut", "61s"], "argument --min-cut: 61 s is not between 0 and 60 s."),
    (["--min-cut=99999"], "argument --min-cut: 99999 frames are not between 0 and 14400."),
    (["--margin", "1s,2s,3s"], "argument --margin: “2s,3s” is not a time."),
    (["--margin", "11s"], "argument --margin: 11 s is not between 0 and 10 s."),
    (["--threshold", "2"], "argument --threshold: 2 is not between 0 and 1."),
    (["--threshold", "nan"], "argument --threshold: nan is not between 0 and 1."),
    (["--silence-action", "explode"], "argument --silence-action: “explode” is unknown. Choose from remove"),
    (["--steps", "cut,dance"], "argument --steps: “dance” is unknown."),
    (["--min-cutt", "1s"], "unrecognized arguments: --min-cutt"),
])  # fmt: skip
def test_a_wrong_flag_is_a_usage_error(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as caught:
        flags(*arguments)
    assert caught.value.code == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(("values", "sentence"), [
    ({"min_cutt": "1s"}, "settings: “min_cutt” is no setting."),
    ({"min_cut": 1}, "settings: min_cut: 1 has no unit."),
    ({"min_cut": True}, "settings: min_cut: “true” is not a time."),
    ({"min_cut": float("nan")}, "settings: min_cut: nan s is not between 0 and 60 s."),
    ({"threshold": True}, "settings: threshold: “True” is not a number."),
    ({"threshold": "high"}, "settings: threshold: “high” is not a number."),
    ({"split_shots": "maybe"}, "settings: split_shots: “maybe” is not yes or no."),
    ({"split_shots": 1}, "settings: split_shots: “1” is not yes or no."),
    ({"steps": 5}, "settings: steps: “5” is no list."),
])  # fmt: skip
def test_a_wrong_value_names_its_setting(values, sentence):
    with pytest.raises(UsageError) as caught:
        Settings().changed(values)
    assert caught.value.sentence.startswith(sentence)


def test_a_misspelt_setting_is_guessed():
    with pytest.raises(UsageError, match="Did you mean min_cut"):
        Settings().changed({"min_cuts": "1s"})


def test_settings_made_in_code_are_held_to_their_ranges_too():
    with pytest.raises(UsageError, match="silence_speed: 0.5 is not between 1 and 20"):
        Settings(silence_speed=0.5)


def test_words_for_yes_and_no():
    assert Settings().changed({"split_shots": "Off"}).split_shots is False
    assert Settings().changed({"cut_all_silent": "yes"}).cut_all_silent is True


def test_every_default_is_within_its_own_range_and_explained():
    assert Settings.from_json(Settings().to_json()) == Settings()
    for item in fields(Settings):
        assert item.metadata["help"].endswith(".")
        assert item.metadata["low"] < item.metadata["high"]
