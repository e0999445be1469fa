"""Promise: what the user rejected stays rejected when a margin moves a decision a little, and only that."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from neuroedit_addon.plan import Decision, Plan, Source
from neuroedit_addon.planner.verdicts import carried

FILE = Source("/talk.mp4", "abc", 100.0)


def plan(*spans, kind="remove", source=FILE):
    return Plan((source,), tuple(Decision(f"{kind}-{a:.3f}", kind, 0, a, b) for a, b in spans))


def test_a_moved_decision_keeps_its_verdict():
    earlier, later = plan((1, 2), (5, 6)), plan((1.1, 1.9), (5.1, 5.9))
    assert carried({"remove-5.000": False}, earlier, later) == {"remove-5.100": False}


def test_an_equal_id_needs_no_search():
    earlier, later = plan((1, 2), (5, 6)), plan((1, 3), (5, 7))
    assert carried({"remove-5.000": False, "remove-1.000": True}, earlier, later) == {
        "remove-5.000": False,
        "remove-1.000": True,
    }


def test_a_neighbour_is_no_heir():
    earlier, later = plan((1, 2)), plan((1.9, 4))
    assert carried({"remove-1.000": False}, earlier, later) == {"remove-1.000": False}


def test_another_file_or_kind_is_no_heir():
    earlier = plan((1, 2))
    assert carried({"remove-1.000": False}, earlier, plan((1.1, 2), source=Source("/b.mp4", "", 9.0))) == {
        "remove-1.000": False
    }
    assert carried({"remove-1.000": False}, earlier, plan((1.1, 2), kind="speed")) == {"remove-1.000": False}


def test_a_split_goes_to_the_nearest():
    earlier, later = plan((3, 3), kind="split"), plan((2.7, 2.7), (3.2, 3.2), (9, 9), kind="split")
    assert carried({"split-3.000": False}, earlier, later) == {"split-3.200": False}
    assert carried({"split-3.000": False}, earlier, plan((4, 4), kind="split")) == {"split-3.000": False}


def test_a_verdict_waits_while_its_decision_is_away():
    earlier, away = plan((1, 2), (5, 6)), plan((5, 6))
    waiting = carried({"remove-1.000": False}, earlier, away)
    assert carried(waiting, away, earlier) == {"remove-1.000": False}


@given(st.lists(st.floats(0.05, 2), min_size=2, max_size=20), st.floats(-0.02, 0.02), st.data())
def test_small_moves_change_no_verdict(lengths, shift, data):
    spans, at = [], 1.0
    for number, length in enumerate(lengths):
        if number % 2:
            spans.append((round(at, 3), round(at + length, 3)))
        at += length
    earlier = plan(*spans)
    later = replace(
        earlier,
        decisions=tuple(
            replace(d, id=f"new-{d.id}", start=d.start + shift, end=d.end + shift) for d in earlier.decisions
        ),
    )
    rejected = data.draw(st.sets(st.sampled_from([d.id for d in earlier.decisions])))
    assert carried(dict.fromkeys(rejected, False), earlier, later) == {f"new-{i}": False for i in rejected}
