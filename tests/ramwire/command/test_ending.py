from __future__ import annotations

import signal

import pytest
from ramwire.command import ending


@pytest.fixture(autouse=True)
def _restored_signals() -> object:
    before = {signum: signal.getsignal(signum) for signum in ending.ENDING}
    ending.raise_on_signals()
    yield
    for signum, handler in before.items():
        signal.signal(signum, handler)


def test_signal_unwinds_the_stack_at_once() -> None:
    with pytest.raises(ending.Ended):
        signal.raise_signal(signal.SIGTERM)


def test_held_signal_unwinds_it_after_what_was_being_made() -> None:
    made = []

    def make() -> None:
        with ending.held():
            with ending.held():
                signal.raise_signal(signal.SIGTERM)
            made.append("whole")

    with pytest.raises(ending.Ended) as caught:
        make()
    assert made == ["whole"]
    assert caught.value.signum == signal.SIGTERM


def test_error_meanwhile_is_not_hidden_by_the_signal() -> None:
    def fail() -> None:
        with ending.held():
            signal.raise_signal(signal.SIGTERM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with pytest.raises(ending.Ended), ending.held():
        pass
