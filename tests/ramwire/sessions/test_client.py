"""The client's end over a transport that does as it is told: what no real one does for sure."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Union

import pytest
from ramwire.sessions.client import SessionClient
from ramwire.sessions.contract import ClientSession, Connector, Expired, Gone
from ramwire.url import parse

import ramwire
from ramwire import pickles

Said = Union[bytes, BaseException]
VALUE = b"." + pickles.dumps(7)


class Told(ClientSession):
    """Says what it is told to, one thing for each `receive`, and from the beginning for each request."""

    def __init__(self, script: Sequence[Said], taken: bool) -> None:
        self._script = script
        self._taken = taken
        self._at = 0
        self.closed = False
        self.withdrawn = False

    def send(self, request: bytes, deadline: float) -> None:
        del request, deadline
        self._at = 0

    def receive(self, deadline: float) -> bytes:
        del deadline
        said = self._script[self._at]
        self._at += 1
        if isinstance(said, BaseException):
            raise said
        return said

    def withdraw(self) -> bool:
        self.withdrawn = True
        return not self._taken

    def interrupt(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def forget(self) -> None:
        pass


class Tellers(Connector):
    def __init__(self, *script: Said, taken: bool = False) -> None:
        self._script = script
        self._taken = taken
        self.made: list[Told] = []

    def connect(self, deadline: float) -> ClientSession:
        del deadline
        self.made.append(Told(self._script, self._taken))
        return self.made[-1]

    def close(self) -> None:
        pass

    def forget(self) -> None:
        pass


def client(tellers: Tellers) -> SessionClient:
    return SessionClient(parse("told:here"), tellers)


def soon() -> float:
    return time.monotonic() + 0.5


def test_session_is_used_again() -> None:
    tellers = Tellers(VALUE)
    one = client(tellers)
    assert [one.call(b"get\n", soon()) for _ in range(3)] == [7, 7, 7]
    assert len(tellers.made) == 1


def test_no_more_sessions_are_kept_than_some() -> None:
    begun = threading.Barrier(50)

    class Slow(Told):
        def receive(self, deadline: float) -> bytes:
            begun.wait(10)
            return super().receive(deadline)

    class Slows(Tellers):
        def connect(self, deadline: float) -> ClientSession:
            del deadline
            self.made.append(Slow([VALUE], taken=True))
            return self.made[-1]

    tellers = Slows()
    one = client(tellers)
    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(lambda _: one.call(b"get\n", soon() + 10), range(50))) == [7] * 50
    assert sum(not session.closed for session in tellers.made) == 32


def test_what_a_dead_server_had_not_taken_is_tried_again_without_haste() -> None:
    tellers = Tellers(Gone())
    with pytest.raises(ramwire.Timeout) as caught:
        client(tellers).call(b"get\n", soon())
    assert not caught.value.may_have_run
    assert 3 <= len(tellers.made) <= 20
    assert all(session.closed for session in tellers.made)


def test_what_a_dead_server_had_taken_is_not_tried_again() -> None:
    tellers = Tellers(Gone(), taken=True)
    with pytest.raises(ramwire.ServerGone):
        client(tellers).call(b"get\n", soon())
    assert len(tellers.made) == 1


@pytest.mark.parametrize("taken", [True, False])
def test_timeout_says_whether_the_request_was_taken(taken: bool) -> None:
    with pytest.raises(ramwire.Timeout) as caught:
        client(Tellers(Expired(), taken=taken)).call(b"get\n", soon())
    assert caught.value.may_have_run is taken


def test_closing_ends_the_pause_between_two_tries() -> None:
    tellers = Tellers(Gone())
    one = client(tellers)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(one.call, b"get\n", time.monotonic() + 600)
        one.close()
        with pytest.raises(ramwire.Refused):
            answer.result(timeout=5)


def test_later_answer_is_told_before_it_comes() -> None:
    order: list[str] = []
    assert client(Tellers(b"~", VALUE)).call(b"get\n", soon(), lambda: order.append("later")) == 7
    assert order == ["later"]


def test_note_ends_when_its_verb_has_returned() -> None:
    taken: list[None] = []
    client(Tellers(b"t", b"d")).notify(b"get\n", soon(), lambda: taken.append(None))
    assert len(taken) == 1


@pytest.mark.parametrize("said", [b"", b"t", b"d", b"?", b"~~"])
def test_answer_of_another_kind_is_an_error(said: bytes) -> None:
    with pytest.raises(ramwire.BadMessage):
        client(Tellers(said)).call(b"get\n", soon())


def test_whatever_interrupts_a_call_withdraws_it() -> None:
    tellers = Tellers(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        client(tellers).call(b"get\n", soon())
    assert tellers.made[0].withdrawn
    assert tellers.made[0].closed


def test_system_that_does_not_let_it_is_told() -> None:
    with pytest.raises(ramwire.Refused, match="No buffer"):
        client(Tellers(OSError(105, "No buffer space available"))).call(b"get\n", soon())
