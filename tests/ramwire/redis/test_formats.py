"""Every parser, on whatever may come."""

from __future__ import annotations

import contextlib
import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ramwire.redis import address, entries, presence, replies, values
from ramwire.url import parse

import ramwire

ids = st.from_regex(rb"[0-9]{1,20}-[0-9]{1,5}", fullmatch=True)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner),
    max_leaves=20,
)
anything = st.recursive(
    st.none() | st.integers() | st.binary() | st.text() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.binary() | st.text(), inner),
    max_leaves=20,
)


@given(plain)
def test_value_is_read_as_it_was_written(value: Any) -> None:
    kind, body = values.write(value, pickles_are_read=True)
    again = values.read(kind, body)
    assert again == value
    assert repr(again) == repr(value)


@given(plain)
def test_value_for_a_stranger_is_json_or_refused(value: Any) -> None:
    with contextlib.suppress(ramwire.BadMessage):
        kind, body = values.write(value, pickles_are_read=False)
        assert kind == entries.JSON
        values.read(kind, body)


@pytest.mark.parametrize(
    "value", [datetime.date(2026, 1, 1), (1, (2,)), {1: "a"}, b"x", 1 << 2000, float("inf")]
)
def test_what_json_would_bend_travels_as_a_pickle(value: object) -> None:
    kind, body = values.write(value, pickles_are_read=True)
    assert kind == entries.PICKLE
    assert values.read(kind, body) == value


@pytest.mark.parametrize("value", ["a", {"a": [1, 2.5, None, True, "μ"]}, 1 << 80, []])
def test_what_json_says_exactly_is_json(value: object) -> None:
    assert values.write(value, pickles_are_read=True)[0] == entries.JSON


@given(st.sampled_from([entries.JSON, entries.PICKLE]), st.binary())
def test_junk_in_an_answer_is_a_bad_message(kind: bytes, body: bytes) -> None:
    with contextlib.suppress(ramwire.BadMessage):
        values.read(kind, body)


@given(ids, st.lists(st.binary(max_size=20), max_size=8))
def test_junk_in_a_request_is_a_bad_message(id_: bytes, fields: list[bytes]) -> None:
    with contextlib.suppress(ramwire.BadMessage):
        request = entries.read_request(id_, fields)
        assert request.id == id_
        assert request.token == b"" or request.token.isalnum()


@given(ids, st.binary(max_size=30), st.from_regex(rb"[A-Za-z0-9]{1,64}", fullmatch=True), st.booleans())
def test_request_is_read_in_any_order_of_its_fields(
    id_: bytes, line: bytes, token: bytes, ours: bool
) -> None:
    who = b"client" if ours else b"reply"
    for fields in (
        [b"line", line, who, token],
        [who, token, b"line", line],
        [b"x", b"", b"line", line, who, token],
    ):
        assert entries.read_request(id_, fields) == entries.Request(id_, line, False, token, ours)


@given(anything)
def test_whatever_redis_says_is_taken_apart_without_an_error(said: object) -> None:
    list(replies.entries_in(said))
    replies.parse(said, b"0-0")
    replies.consumer(said)
    replies.listeners(said)
    with contextlib.suppress(ramwire.BadMessage):
        entries.id_and_fields(said)


@given(ids, st.lists(st.lists(st.binary(max_size=9), max_size=6), max_size=4))
def test_junk_among_replies_is_passed_over(id_: bytes, many: list[list[bytes]]) -> None:
    good = [b"for", b"1-1", b"json", b"7"]
    said = {b"key": [[id_, fields] for fields in [*many, good]]}
    seen, found = replies.parse(said, b"0-0")
    assert seen == id_
    assert found[-1] == entries.Reply(b"1-1", b"json", b"7")


@given(st.binary())
def test_junk_in_a_record_is_a_bad_message(data: bytes) -> None:
    with contextlib.suppress(ramwire.BadMessage):
        presence.read_record(data)


def test_record_is_read_as_it_was_written() -> None:
    there = presence.read_record(presence.record("alice", b"token", 12.5))
    assert (there.service, there.server, there.since_s) == ("alice", "token", 12.5)


@given(st.text(max_size=60))
def test_address_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ramwire.Refused):
        address.read(parse("redis:" + text))


@given(st.text(min_size=3, max_size=20, alphabet="kqz@:/?#&=%[]"))
def test_refusal_of_an_address_shows_no_password(secret: str) -> None:
    with pytest.raises(ramwire.Refused) as told:
        address.read(parse(f"redis://me:S{secret}S@host:x/0?service=a"))
    assert f"S{secret}" not in str(told.value)
