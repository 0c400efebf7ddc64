"""Properties of the reader of the shared file, and of the records in a seat's bell."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ramwire.jsonfile import document, records
from ramwire.jsonfile.document import Commands
from ramwire.jsonfile.place import file_path
from ramwire.url import parse

import ramwire

plain: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
words = st.sampled_from(["command", "args", "result", "error", "kind", "from", "note", "taken", "since", "x"])
entries = st.dictionaries(words, plain, max_size=6)


def decoded(data: bytes) -> Commands | str:
    """The commands, or why the file is broken."""
    try:
        return document.decode(data)
    except document.Broken as error:
        return str(error)


@given(st.binary(max_size=200))
def test_any_bytes_are_commands_or_broken(data: bytes) -> None:
    assert decoded(data)


@given(plain)
def test_any_json_is_commands_or_broken(content: object) -> None:
    assert decoded(json.dumps(content).encode())


@given(st.dictionaries(st.text(), entries, max_size=4), st.dictionaries(st.sampled_from("abc"), plain))
def test_what_is_read_is_written_as_it_was(commands: dict[str, Any], beside: dict[str, Any]) -> None:
    content = {**beside, "commands": commands}
    read = document.decode(json.dumps(content, indent=2).encode())
    assert json.loads(read.encode()) == content
    assert not read.changed


@given(entries)
def test_any_entry_can_be_asked_everything(fields: dict[str, Any]) -> None:
    entry = document.Entry(fields)
    assert entry.seat is None or document.is_seat(entry.seat)
    assert entry.is_answered in (True, False)
    assert entry.taken is None or isinstance(entry.taken.pid, int)
    assert entry.since is None or isinstance(entry.since, float)
    with suppress(ramwire.BadMessage):
        assert entry.line().endswith(b"\n")


@given(entries)
def test_any_answer_is_a_value_or_a_remote_error(fields: dict[str, Any]) -> None:
    entry = document.Entry(fields)
    if "error" in fields:
        with pytest.raises(ramwire.RemoteError) as told:
            entry.outcome()
        assert isinstance(told.value.text, str)
    elif "result" in fields:
        assert entry.outcome() == fields["result"]


@given(plain)
def test_result_arrives_as_it_was(value: object) -> None:
    entry = document.Entry({"command": "x", "args": []})
    entry.answer(document.result(value))
    (read,) = document.decode(document.Commands({"a": entry}, {}).encode()).entries.values()
    assert read.outcome() == value


@given(st.text(max_size=50))
def test_error_arrives_as_it_was(text: str) -> None:
    entry = document.Entry({"command": "x", "args": []})
    entry.answer(document.failure(ValueError(text)))
    (read,) = document.decode(document.Commands({"a": entry}, {}).encode()).entries.values()
    with pytest.raises(ramwire.RemoteError) as told:
        read.outcome()
    assert (told.value.kind, told.value.text) == ("ValueError", text)


@given(st.binary(max_size=300))
def test_any_bytes_in_a_bell_are_whole_records_or_nothing(data: bytes) -> None:
    for kind, about in records.split(data):
        assert len(kind) == 1
        assert len(about) == records.UUID_BYTES


@given(st.integers(1, 400))
def test_depth_is_counted_whatever_the_texts_hold(levels: int) -> None:
    value: object = '[[{{"\\'
    for number in range(levels):
        value = [value, "]"] if number % 2 else {"}": value}
    if levels <= 200:
        document.check_value(value, "it")
    else:
        with pytest.raises(ramwire.BadMessage, match="levels deep"):
            document.check_value(value, "it")


@pytest.mark.parametrize("content", [b"", b" \n", b"{}", b'\xef\xbb\xbf{"commands": {}}'])
def test_fresh_file_has_no_commands(content: bytes) -> None:
    assert document.decode(content).entries == {}


@pytest.mark.parametrize("rest", ["", "/", "/x/", ".", "/x/..", "/a\0b", "/" + "x" * 250])
def test_address_that_names_no_file_is_refused(rest: str) -> None:
    with pytest.raises(ramwire.Refused, match="jsonfile:PATH"):
        file_path(parse(f"jsonfile:{rest}"))
