"""`ahead`: same items, same order, errors and all; nothing is left running."""

from __future__ import annotations

import threading

import pytest

from neuroedit_addon.worker.ahead import ahead


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "ahead"]


@pytest.mark.parametrize("most", [1, 3, 100])
def test_order_is_kept(most):
    assert list(ahead((n * n for n in range(50)), most)) == [n * n for n in range(50)]
    assert not _threads()


def test_an_error_comes_after_the_items_before_it():
    def broken():
        yield 1
        yield 2
        raise ValueError("third")

    flow = ahead(broken(), 5)
    assert [next(flow), next(flow)] == [1, 2]
    with pytest.raises(ValueError, match="third"):
        next(flow)
    assert not _threads()


def test_stopping_early_closes_the_generator_and_ends_the_thread():
    closed = threading.Event()

    def endless():
        try:
            while True:
                yield 0
        finally:
            closed.set()

    flow = ahead(endless(), 2)
    next(flow)
    flow.close()
    assert closed.is_set()
    assert not _threads()


def test_no_more_than_asked_are_made_in_advance():
    made = []

    def counted():
        for number in range(100):
            made.append(number)
            yield number

    flow = ahead(counted(), 4)
    next(flow)
    # Four wait, one is in the maker's hand, one was taken.
    assert threading.Event().wait(0.3) is False
    assert len(made) <= 6
    flow.close()
