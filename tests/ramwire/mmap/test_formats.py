"""Properties of what is read from pipes and pages."""

from __future__ import annotations

import mmap
import os
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ramwire.shared_memory import area, bells, mark
from ramwire.shared_memory.area import Area
from ramwire.shared_memory.page import Page
from ramwire.shared_memory.place import Folder, path_of
from ramwire.shared_memory.plain import PlainPage
from ramwire.url import parse

import ramwire

PAGE = mmap.PAGESIZE
lines = st.binary(max_size=PAGE - 1).map(lambda data: data.replace(b"\n", b"?"))


@given(st.integers(0, (1 << 56) - 1))
def test_bell_says_the_size_it_was_told(size: int) -> None:
    bell = bells.ring(bells.REPLY, size)
    assert (len(bell), bell[:1], bells.size_of(bell)) == (bells.BELL_BYTES, bells.REPLY, size)


@given(st.binary(max_size=bells.LONGEST_SHORT_BYTES))
def test_short_bell_carries_its_record(record: bytes) -> None:
    bell = bells.short(record)
    assert (len(bell), bells.said_by(bell)) == (bells.BELL_BYTES, record)


@given(st.binary(min_size=bells.BELL_BYTES, max_size=bells.BELL_BYTES))
def test_any_bell_is_read(bell: bytes) -> None:
    assert bells.size_of(bell) >= 0
    assert len(bells.said_by(bell)) <= bells.LONGEST_SHORT_BYTES


@given(
    st.lists(st.tuples(st.integers(0, 300_000), st.binary(min_size=1, max_size=9)), min_size=1, max_size=6)
)
def test_area_gives_back_what_was_put(records: list[tuple[int, bytes]]) -> None:
    ours = Area(area.make())
    theirs = Area(os.dup(ours.fd))
    for size, pattern in records:
        record = (pattern * size)[:size]
        ours.put(record)
        assert theirs.take(size, 300_000) == record
    ours.close()
    theirs.close()


@given(st.integers(0, 1 << 40))
def test_area_gives_no_more_than_there_is_and_is_allowed(size: int) -> None:
    ours = Area(area.make())
    try:
        if size <= area.KEPT_BYTES:
            assert len(ours.take(size, 1 << 30)) == size
        else:
            with pytest.raises(ramwire.BadMessage):
                ours.take(size, 1 << 30)
    finally:
        ours.close()


@given(st.lists(lines, min_size=1, max_size=8))
def test_page_shows_each_message_and_nothing_else(messages: list[bytes]) -> None:
    with tempfile.TemporaryFile() as file:
        mark.lay_out(file.fileno(), "channel")
        shown = Page(os.dup(file.fileno()))
        with mmap.mmap(file.fileno(), PAGE, access=mmap.ACCESS_READ) as mapped:
            for message in messages:
                shown.publish(message)
                assert mapped[:] == message.ljust(PAGE, b"\n")
        assert mark.read(file.fileno()) == (str(os.getpid()), "channel")


@given(st.binary(max_size=3 * PAGE))
def test_page_over_anything_shows_the_message_first(content: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        Page(os.dup(file.fileno())).publish(b"message")
        assert os.pread(file.fileno(), PAGE, 0).startswith(b"message\n")


@given(st.binary(max_size=2 * PAGE + 2))
def test_only_what_holds_nothing_is_blank(content: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        assert mark.is_blank(file.fileno()) == (len(content) <= 2 * PAGE and set(content) <= {0, 10})
        assert mark.read(file.fileno()) is None


@given(st.binary(max_size=120))
def test_mark_says_a_number_and_a_kind_or_that_it_knows_neither(said: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"\n" * PAGE + (b"ramwire mmap 1\n" + said).ljust(PAGE, b"\n"))
        file.flush()
        found = mark.read(file.fileno())
        assert found is not None
        assert found.pid.isdigit() or found.pid == "unknown"
        assert found.kind in ("service", "channel", "unknown")


@given(st.binary(max_size=200))
def test_plain_page_is_its_first_whole_line(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "page")
        with open(path, "wb") as file:
            file.write(content)
        line, newline, _ = content.partition(b"\n")
        looking, plain = Folder(path), PlainPage()
        try:
            assert plain.news(looking) == (line if newline and line else None)
            assert plain.news(looking) is None
        finally:
            looking.close()


@pytest.mark.parametrize("url", ["mmap:", "mmap:/", "mmap:/tmp/", "mmap:/tmp/a\0b"])
def test_address_without_a_file_is_refused(url: str) -> None:
    with pytest.raises(ramwire.Refused, match="mmap:PATH"):
        path_of(parse(url))


def test_relative_path_is_one_from_here() -> None:
    assert path_of(parse("mmap:x/y")) == os.path.abspath("x/y")
