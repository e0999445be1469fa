"""Promise: a few finished edits tell what a person keeps; a profile is believed only after it has been checked."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from neuroedit_addon import profiles
from neuroedit_addon.errors import NeuroEditError, PlanError, TimelineError, UsageError
from neuroedit_addon.findings import Curve, Findings, Loudness, Media, Span
from neuroedit_addon.planner.lesson import lesson
from neuroedit_addon.planner.personal import described, habits, personal_settings, taste, with_taste
from neuroedit_addon.profile import MEASURES, Profile
from neuroedit_addon.settings import Settings, Time


def footage(seed: int, count: int = 240) -> Findings:
    """A film that moves, sounds and shows faces now and then, each on its own; nothing tells which is worth more."""
    chance = random.Random(seed)
    motion, loud, face, moves, sounds, shows = [], [], [], 0.03, -30.0, 0.0
    for _ in range(count):
        moves = min(max(moves + chance.gauss(0, 0.01), 0.0), 0.2)
        sounds = min(max(sounds + chance.gauss(0, 3), -60.0), -5.0)
        shows = 1.0 - shows if chance.random() < 0.1 else shows
        motion.append(moves)
        loud += [sounds] * 5
        face.append(shows)
    return Findings(
        Media(f"/footage/{seed}.mp4", count / 2, "25", count * 12), motion=Curve(0.5, tuple(motion)),
        loudness=Loudness(-20.0, 5.0, -1.0, 0.1, tuple(loud)), faces=Curve(0.5, tuple(face)),
        importance=Curve(0.5, tuple(chance.random() for _ in range(count))),
    )  # fmt: skip


def kept_where(findings: Findings, wanted: list[bool]) -> dict[str, list[tuple[float, float]]]:
    return {findings.media.path: [(n / 2, n / 2 + 0.5) for n, keep in enumerate(wanted) if keep]}


def faces(findings: Findings) -> list[bool]:
    assert findings.faces is not None
    return [value > 0 for value in findings.faces.values]


def of_faces(*seeds: int) -> Profile:
    profile = Profile("test")
    for seed in seeds:
        film = footage(seed)
        profile = profile.learnt(lesson([film], kept_where(film, faces(film)), f"{seed}.blend", str(seed)))
    return profile


def precision(scores, truth) -> float:
    hits, total = 0, 0.0
    for place, (_, right) in enumerate(sorted(zip(scores, truth, strict=True), reverse=True), start=1):
        hits += right
        total += hits / place if right else 0.0
    return total / sum(truth)


@pytest.mark.parametrize("edits", [1, 3])
def test_who_keeps_faces_gets_faces(edits):
    profile, film = of_faces(*range(edits)), footage(99)
    seen = with_taste([film], taste(profile))[0]
    before, after = (precision(f.importance.values, faces(film)) for f in (film, seen))
    assert after > before + 0.2
    assert "more faces" in described(profile)[1]


def test_who_keeps_anything_keeps_the_neutral_choice():
    profile = Profile("test")
    for seed in range(4):
        film, chance = footage(seed), random.Random(seed + 100)
        wanted = [chance.random() < 0.3 for _ in range(240)]
        profile = profile.learnt(lesson([film], kept_where(film, wanted), "x", str(seed)))
    film = footage(50)
    own = taste(profile)
    seen = with_taste([film], own)[0]
    pairs = list(zip(film.importance.values, seen.importance.values, strict=True))
    order = sorted(range(len(pairs)), key=lambda n: pairs[n][0])
    best = {*order[-60:]} & {*sorted(range(len(pairs)), key=lambda n: pairs[n][1])[-60:]}
    assert own.trust < 0.5
    assert len(best) > 30


def test_learning_an_edit_again_replaces_what_it_taught():
    once, twice = of_faces(1, 2), of_faces(1, 2, 2)
    assert once == twice
    assert len(of_faces(1, 2, 3).lessons) == 3


def test_an_edit_that_kept_all_or_nothing_teaches_nothing():
    film = footage(1)
    for wanted in ([True] * 240, [False] * 240):
        with pytest.raises(TimelineError, match="teaches nothing"):
            lesson([film], kept_where(film, wanted), "all.blend", "k")


def test_what_was_judged_by_hand_counts_more():
    film = footage(3)
    wanted = faces(film)
    plain = lesson([film], kept_where(film, wanted), "x", "k")
    judged = lesson([film], kept_where(film, wanted), "x", "k", {film.media.path: [(0.0, 30.0)]})
    assert judged.judged == 1
    assert judged.blocks[0].count == pytest.approx(3 * plain.blocks[0].count)


def test_habits_are_those_of_the_edit():
    speech = tuple(Span(start, start + 6.0, 0.9) for start in (5.0, 20.0, 40.0, 60.0, 80.0))
    film = replace(footage(4), speech=speech)
    kept = {film.media.path: [(s.start - 0.3, s.end + 0.5) for s in speech]}
    profile = Profile("x").learnt(lesson([film], kept, "x", "k", volumes={film.media.path: 0.5}))
    known = habits(profile)
    assert known["margin_start"] == pytest.approx(0.3, abs=0.01)
    assert known["margin_end"] == pytest.approx(0.5, abs=0.01)
    assert known["longest_moment"] == pytest.approx(6.8, abs=0.01)
    assert known["min_cut"] == pytest.approx(9.0, abs=0.01)
    settings = personal_settings(Settings(), profile, given=["margin_end"])
    assert (settings.margin_start, settings.margin_end) == (Time(seconds=known["margin_start"]), Settings().margin_end)
    assert settings.lufs == pytest.approx(known["lufs"])


def test_a_profile_comes_back_from_its_file(tmp_path):
    profile = of_faces(1, 2)
    file = profiles.save(profile, tmp_path)
    assert profiles.load("test", tmp_path) == profile
    assert profiles.available(tmp_path) == ["test"]
    assert "/footage" not in file.read_text()
    assert profiles.reset("test", tmp_path)
    assert not profiles.reset("test", tmp_path)
    assert profiles.load("test", tmp_path, empty=True) == Profile("test")
    with pytest.raises(UsageError, match="no profile “test”"):
        profiles.load("test", tmp_path)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a\\b", ".hidden", "x" * 80, "dot.", "a\0b", "a\nb"])
def test_a_name_that_is_no_name(name, tmp_path):
    with pytest.raises(UsageError):
        profiles.load(name, tmp_path)


def broken(change) -> str:
    data = json.loads(json.dumps(of_faces(1).to_json()))
    change(data)
    return json.dumps(data)


HOSTILE = {
    "empty": "", "no json": "{", "deep": "[" * 100_000, "a list": "[]", "a pickle": "cposix\nsystem\n",
    "newer": broken(lambda d: d.update(format="neuroedit-profile/9")),
    "a plan": broken(lambda d: d.update(format="neuroedit-plan/1")),
    "other measures": broken(lambda d: d.update(measures=["smell"])),
    "lessons of another kind": broken(lambda d: d.update(lessons=5)),
    "a bad name": broken(lambda d: d.update(name="../../etc/passwd")),
    "nan": broken(lambda d: d["lessons"][0].update(kept=float("nan"))),
    "infinite": broken(lambda d: d["lessons"][0]["blocks"][0].update(count=float("inf"))),
    "text for numbers": broken(lambda d: d["lessons"][0]["blocks"][0].update(measured=["x"] * len(MEASURES))),
    "short": broken(lambda d: d["lessons"][0]["blocks"][0].update(pairs=[1.0])),
    "impossible sums": broken(lambda d: d["lessons"][0]["blocks"][0]["pairs"].__setitem__(1, 1e8)),
    "a negative square": broken(lambda d: d["lessons"][0]["blocks"][0]["pairs"].__setitem__(0, -1e8)),
    "thousands of lessons": broken(lambda d: d.update(lessons=d["lessons"] * 1000)),
    "huge integers": broken(lambda d: d["lessons"][0].update(kept=10**400)),
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_broken_or_hostile_profile_is_refused_by_one_sentence(text, tmp_path):
    file = tmp_path / "bad.json"
    file.write_text(text)
    with pytest.raises(PlanError) as refused:
        profiles.load(str(file))
    assert isinstance(refused.value, NeuroEditError)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_profile_too_big_is_not_even_read(tmp_path):
    file = tmp_path / "big.json"
    with open(file, "wb") as out:
        out.truncate(9_000_000)
    with pytest.raises(PlanError, match="too big"):
        profiles.load(str(file))
