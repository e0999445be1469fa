"""Whatever crosses a border as JSON comes back equal, and what is broken is one clear sentence."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planner_material import bounded, heard, layouts, points, settings, spans

from neuroedit_addon import messages
from neuroedit_addon.errors import KINDS as ERRORS
from neuroedit_addon.errors import NeuroEditError, PlanError, WorkerError
from neuroedit_addon.findings import (
    Audio,
    Curve,
    Findings,
    Look,
    Loudness,
    Media,
    Shot,
    Span,
    Transition,
    read_json,
)  # fmt: skip
from neuroedit_addon.plan import Decision, Plan, Source
from neuroedit_addon.planner.make_plan import make_plan
from neuroedit_addon.settings import Settings

number = st.floats(-1e6, 1e6)
positive = st.floats(0, 1e6)
share = st.floats(0, 1)
text = st.text(max_size=20)
curves = st.none() | st.builds(Curve, positive, st.lists(number, max_size=5).map(tuple))
looks = st.none() | st.builds(Look, st.tuples(share, share, share), st.tuples(*[share] * 7), share, share)
some = st.lists(st.builds(Span, positive, positive, share), max_size=4).map(tuple)
count = st.integers(0, 10**6)
rates = st.none() | st.just("30000/1001")
sounds = st.none() | st.builds(Audio, st.integers(1), st.integers(1, 8))
findings = st.builds(
    Findings,
    st.builds(Media, text, positive, rates, count, count, count, st.booleans(), sounds, text),
    st.lists(st.builds(Transition, text, positive, positive, count, count, share), max_size=3).map(tuple),
    st.lists(st.builds(Shot, positive, positive, count, count, looks, st.none() | share), max_size=3).map(tuple),
    some, some, some,
    st.none() | st.builds(Loudness, st.none() | number, positive, st.none() | number, positive,
                          st.lists(number, max_size=5).map(tuple)),
    curves, curves, st.lists(positive, max_size=4).map(tuple), st.lists(text, max_size=3).map(tuple),
    st.dictionaries(text, text, max_size=3),
)  # fmt: skip
plain = st.none() | st.booleans() | st.integers() | number | text
line = st.one_of(
    st.builds(messages.Progress, text, positive, positive, st.none() | positive, text),
    st.builds(messages.Found, text, st.dictionaries(text, plain, max_size=3)),
    st.builds(messages.Log, st.sampled_from(["warning", "info"]), text),
    st.builds(messages.Done, st.dictionaries(text, plain, max_size=3)),
    st.builds(messages.Failed, st.sampled_from(sorted(ERRORS)), text, text),
    st.builds(messages.Cancelled),
)


def there_and_back(value):
    return json.loads(json.dumps(value, ensure_ascii=False))


@bounded
@given(findings)
def test_findings_come_back_equal(found):
    assert Findings.from_json(there_and_back(found.to_json())) == found


@bounded
@given(layouts(), spans, points, settings)
def test_plans_come_back_equal(shown, speech, cuts, chosen):
    plan = make_plan([heard(speech, cuts, 40, path) for path in shown.sources], shown, chosen)
    assert Plan.from_json(there_and_back(plan.to_json())) == plan


@bounded
@given(settings)
def test_settings_come_back_equal(chosen):
    assert Settings.from_json(there_and_back(chosen.to_json())) == chosen


@bounded
@given(line)
def test_messages_come_back_equal_as_one_line_of_ascii(message):
    sent = messages.encode(message)
    assert sent.count(b"\n") == 1
    assert sent.isascii()
    assert messages.decode(sent) == message


def test_requests_come_back_equal():
    request = messages.Request("analyse", {"paths": ["日本 ñ ☃\n\"'.mp4"]})
    assert messages.decode_request(messages.encode(request)) == request


@pytest.mark.parametrize("garbage", [b"", b"\n", b"hello", b"{}", b"[1]", b'{"message": "hello"}', b"\xff\xfe\n",
                                     b'{"message": "done", "extra": 1}', b"null"])  # fmt: skip
def test_garbage_is_no_message(garbage):
    with pytest.raises(WorkerError, match="no message"):
        messages.decode(garbage)
    with pytest.raises(WorkerError, match="without a request"):
        messages.decode_request(garbage)


def test_a_request_of_another_protocol_is_refused():
    with pytest.raises(WorkerError, match="protocol 99"):
        messages.decode_request(messages.encode(messages.Request("analyse", {}, 99)))


@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_a_failure_becomes_the_same_exception_again(kind):
    error = messages.Failed(kind, "No.", "Yes.").error()
    assert type(error) is ERRORS[kind]
    assert (error.sentence, error.cure, str(error)) == ("No.", "Yes.", "No. Yes.")


def test_every_exception_is_known_by_name():
    def family(kind):
        yield kind
        for child in kind.__subclasses__():
            yield from family(child)

    own = {k.__name__ for k in family(NeuroEditError) if k.__module__ == NeuroEditError.__module__}
    assert own == set(ERRORS)


def a_plan() -> dict:
    return Plan((Source("/a.mp4", "f", 10.0),), (Decision("d1", "remove", 0, 1.0, 2.0),)).to_json()


def changed(**values):
    def change(plan):
        plan["decisions"][0].update(values)
    return change


def twice(plan):
    plan["decisions"] = [*plan["decisions"], {**plan["decisions"][0], "start": 1.5, "end": 3}]


NONSENSE = {
    "not an object": (lambda p: None, "is not a neuroedit-plan file"),
    "newer": (lambda p: p.update(format="neuroedit-plan/2"), "is in the newer format neuroedit-plan/2"),
    "unknown version": (lambda p: p.update(format="neuroedit-plan/beta"), "unknown format neuroedit-plan/beta"),
    "findings": (lambda p: p.update(format="neuroedit-findings/1"), "is not a neuroedit-plan file"),
    "no format": (lambda p: p.pop("format"), "is not a neuroedit-plan file"),
    "format of another type": (lambda p: p.update(format=1), "is not a neuroedit-plan file"),
    "no sources": (lambda p: p.pop("sources"), "is damaged: 'sources' is missing"),
    "no start": (lambda p: p["decisions"][0].pop("start"), "is damaged: 'start' is missing"),
    "decisions no list": (lambda p: p.update(decisions=5), "is damaged"),
    "decision no object": (lambda p: p.update(decisions=["cut"]), "is damaged"),
    "source no object": (lambda p: p.update(sources=["a.mp4"]), "is damaged"),
    "source of no length": (lambda p: p["sources"][0].update(duration=float("nan")), "'/a.mp4' of nan s"),
    "source path no text": (lambda p: p["sources"][0].update(path=None), "has the source None"),
    "settings no object": (lambda p: p.update(settings=[1]), "is damaged"),
    "unknown kind": (changed(kind="explode"), r"decision 1 \(d1\) has the unknown kind “explode”"),
    "kind no text": (changed(kind=["cut"]), "has the unknown kind"),
    "wrong source": (changed(source=3), "names source 3, but there are 1"),
    "negative source": (changed(source=-1), "names source -1"),
    "half a source": (changed(source=0.5), "“source” is 0.5, not a whole number"),
    "NaN": (changed(start=float("nan")), "runs from nan to 2.0 s"),
    "infinite": (changed(end=float("inf")), "runs from 1.0 to inf s"),
    "negative": (changed(start=-1), "runs from -1.0 to 2.0 s"),
    "backwards": (changed(start=3), "runs from 3.0 to 2.0 s"),
    "words for numbers": (changed(end="two"), "“end” is 'two', not a number"),
    "huge": (changed(end=10**400), "is damaged"),
    "too sure": (changed(confidence=1.5), "has the confidence 1.5"),
    "confidence NaN": (changed(confidence=float("nan")), "has the confidence nan"),
    "enabled no": (changed(enabled="no"), "“enabled” is 'no', not true or false"),
    "params no object": (changed(params=4), "is damaged"),
    "overlap": (twice, r"decision 2 \(d1\) overlaps the one before it"),
}


@pytest.mark.parametrize("case", sorted(NONSENSE))
def test_a_nonsensical_plan_is_one_clear_sentence(case):
    change, sentence = NONSENSE[case]
    plan = a_plan()
    change(plan)
    with pytest.raises(PlanError, match=sentence) as caught:
        Plan.from_json([] if case == "not an object" else there_and_back(plan), "edit.json")
    assert caught.value.sentence.startswith("edit.json")
    assert caught.value.sentence.endswith(".")
    assert "\n" not in str(caught.value)


def test_a_hand_written_plan_may_leave_out_what_has_a_default():
    short = {"format": "neuroedit-plan/1", "sources": [{"path": "/a.mp4", "fingerprint": "", "duration": 9}],
             "decisions": [{"id": "x", "kind": "remove", "source": 0, "start": 1, "end": 2}]}  # fmt: skip
    plan = Plan.from_json(short)
    assert plan.decisions == (Decision("x", "remove", 0, 1.0, 2.0),)


def test_findings_of_a_later_release_are_read_past_what_is_unknown():
    found = Findings(Media("/a.mp4", 1.0), speech=(Span(0.0, 1.0),))
    data = there_and_back(found.to_json())
    data["speech"][0]["speaker"] = "Ada"
    data["smiles"] = []
    assert Findings.from_json(data) == found


@pytest.mark.parametrize("spoil", [
    lambda d: d.pop("media"), lambda d: d.update(speech=[{"start": 1}]), lambda d: d.update(shots=7),
    lambda d: d.update(format="neuroedit-findings/7"), lambda d: d.update(media="a.mp4"),
])  # fmt: skip
def test_damaged_findings_are_one_clear_sentence(spoil):
    data = there_and_back(Findings(Media("/a.mp4", 1.0)).to_json())
    spoil(data)
    with pytest.raises(PlanError, match=r"^f\.json"):
        Findings.from_json(data, "f.json")


def test_files_that_are_no_json_are_named(tmp_path):
    for name, content in {"text.json": b"cut here", "bytes.json": b"\xff\xfe\x00", "empty.json": b""}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(PlanError, match=f"{name} is not JSON"):
            read_json(tmp_path / name)
    with pytest.raises(PlanError, match="does not exist"):
        read_json(tmp_path / "none.json")
    with pytest.raises(PlanError, match="cannot be read"):
        read_json(tmp_path)


def test_every_field_of_a_plan_is_in_its_json():
    assert list(a_plan()) == ["format", *(f.name for f in fields(Plan))]
    assert list(a_plan()["decisions"][0]) == [f.name for f in fields(Decision)]
