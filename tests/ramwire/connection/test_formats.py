"""Each parser of connections takes any bytes: it gives a value, or the one error that it is to raise."""

from __future__ import annotations

import hmac
import os
import pickle
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection as standard
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ramwire.connection import handshake, literal
from ramwire.connection.stream import Stream
from ramwire.errors import BadMessage, Refused, RemoteError
from ramwire.line import decode
from ramwire.sessions.contract import Expired, Gone
from ramwire.tcp import address
from ramwire.url import parse

from tests.ramwire.connection.ends import frame

MOST_BYTES = 4096
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
VERB = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,20}", fullmatch=True)


@contextmanager
def streams() -> Iterator[tuple[Stream, socket.socket]]:
    ours, theirs = socket.socketpair()
    stream = Stream(ours)
    stream.reads_ahead = True
    try:
        yield stream, theirs
    finally:
        stream.close()
        theirs.close()


@given(
    st.lists(st.binary(max_size=MOST_BYTES), max_size=5),
    st.lists(st.integers(1, 300), min_size=1, max_size=20),
)
def test_frames_arrive_whole_however_they_are_cut(payloads: list[bytes], cuts: list[int]) -> None:
    sent = b"".join(map(frame, payloads))
    with streams() as (stream, theirs):

        def send() -> None:
            at = 0
            for number in range(len(sent)):
                if at >= len(sent):
                    break
                size = cuts[number % len(cuts)]
                theirs.sendall(sent[at : at + size])
                at += size

        sending = Thread(target=send)
        sending.start()
        assert [stream.receive(MOST_BYTES, time.monotonic() + 10) for _ in payloads] == payloads
        sending.join()


@given(st.binary(max_size=200))
def test_any_bytes_are_frames_or_an_end_or_an_error(content: bytes) -> None:
    with streams() as (stream, theirs):
        theirs.sendall(content)
        theirs.close()
        with suppress(Gone, BadMessage):
            while True:
                assert len(stream.receive(MOST_BYTES, time.monotonic() + 10)) <= MOST_BYTES


@given(st.binary(min_size=1, max_size=64), st.binary(max_size=256))
def test_any_challenge_is_answered_or_is_an_error(key: bytes, message: bytes) -> None:
    try:
        answer = handshake.proof(key, message)
    except BadMessage:
        return
    assert handshake.proves(key, message, answer)
    assert not handshake.proves(key + b"x", message, answer)


@given(st.binary(max_size=256))
def test_no_answer_but_the_right_one_proves_anything(answer: bytes) -> None:
    key, message = os.urandom(16), b"{sha256}" + os.urandom(32)
    assert not handshake.proves(key, message, answer)


def test_both_generations_of_pythons_answers_are_taken() -> None:
    key, message = b"key", b"{sha256}" + os.urandom(40)
    assert handshake.proves(key, message, hmac.new(key, message, "md5").digest())
    for digest in ("md5", "sha256", "sha384", "sha3_256", "sha3_384"):
        answer = b"{%s}" % digest.encode() + hmac.new(key, message, digest).digest()
        assert handshake.proves(key, message, answer)


def test_both_generations_of_pythons_challenges_are_answered() -> None:
    old = os.urandom(20)
    assert handshake.proof(b"key", old) == hmac.new(b"key", old, "md5").digest()
    new = b"{sha384}" + os.urandom(40)
    assert handshake.proof(b"key", new) == b"{sha384}" + hmac.new(b"key", new, "sha384").digest()


@pytest.mark.parametrize("ours_listens", [True, False])
def test_handshake_fits_that_of_the_standard_library(ours_listens: bool) -> None:
    with streams() as (stream, theirs):
        other = standard.Connection(theirs.detach())
        stream.reads_ahead = False

        def shake_hands() -> None:
            challenge, answer = standard.deliver_challenge, standard.answer_challenge
            for step in (answer, challenge) if ours_listens else (challenge, answer):
                step(other, b"key")

        thread = Thread(target=shake_hands)
        thread.start()
        ours = handshake.as_listener if ours_listens else handshake.as_caller
        assert not ours(stream, b"key", time.monotonic() + 10)
        thread.join()
        other.close()


def test_ours_know_each_other() -> None:
    with streams() as (listening, theirs):
        listening.reads_ahead = False
        calling = Stream(theirs)
        found: list[bool] = []
        end = time.monotonic() + 10
        thread = Thread(target=lambda: found.append(handshake.as_caller(calling, b"key", end)))
        thread.start()
        assert handshake.as_listener(listening, b"key", end)
        thread.join()
        assert found == [True]


@given(VERB, st.lists(PLAIN, max_size=4))
def test_list_of_a_foreign_client_is_the_line_of_ours(verb: str, arguments: list[object]) -> None:
    request = decode(literal.request_line(pickle.dumps([verb, *arguments])))
    assert request.verb == verb
    assert list(request.positional) == arguments
    assert pickle.loads(literal.request_list(literal.request_line(pickle.dumps([verb, *arguments])))) == [
        verb,
        *arguments,
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_an_error(content: bytes) -> None:
    with suppress(BadMessage):
        assert literal.request_line(content).endswith(b"\n")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_an_error(content: bytes) -> None:
    with suppress(BadMessage, RemoteError):
        literal.value(content)


@given(st.text(), st.text(st.characters(codec="utf-8"), max_size=50))
def test_every_error_is_an_exception_that_python_has(kind: str, text: str) -> None:
    answer = pickle.loads(literal.error_value(f"{kind}: {text}".encode(errors="replace")))
    assert isinstance(answer, Exception)


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (ValueError("no: bed"), "ValueError", "no: bed"),
        (KeyError("bed"), "KeyError", "'bed'"),
        (RuntimeError(), "RuntimeError", ""),
        (TypeError(2, "bed"), "TypeError", "(2, 'bed')"),
        (ValueError(1 << 100), "ValueError", "(its text cannot be told)"),
        (ValueError([1]), "ValueError", "(its text cannot be told)"),
    ],
)
def test_exception_of_a_foreign_server_is_a_remote_error(error: Exception, kind: str, text: str) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(RemoteError) as caught:
            literal.value(pickle.dumps(error, protocol))
        assert (caught.value.kind, caught.value.text) == (kind, text)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_is_refused(rest: str) -> None:
    try:
        url = parse(f"tcp:{rest}")
        found = address.parse(url)
    except Refused:
        return
    assert 0 < found.port < 65536
    assert address.parse(parse(f"tcp:{found}")) == found


def test_frame_that_does_not_come_expires() -> None:
    with streams() as (stream, theirs):
        theirs.sendall(frame(b"x" * 100)[:50])
        with pytest.raises(Expired):
            stream.receive(MOST_BYTES, time.monotonic() + 0.05)
