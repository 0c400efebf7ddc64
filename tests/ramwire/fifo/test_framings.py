"""The framings, whatever comes and however it is cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ramwire.fifo.framings import FRAMINGS
from ramwire.fifo.framings.contract import Decoder, Framing

from ramwire import BadMessage

ALL = pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS)

contents = st.binary(max_size=200).map(lambda data: data.replace(b"\n", b"."))
cuts = st.lists(st.integers(1, 40), min_size=1, max_size=60)


def pieces(data: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    at, turn = 0, 0
    while at < len(data):
        size = sizes[turn % len(sizes)]
        yield data[at : at + size]
        at, turn = at + size, turn + 1


class Complaints(list[str]):
    def __call__(self, why: str) -> None:
        self.append(why)


def decoder(framing: Framing, most_bytes: int = 1000) -> tuple[Decoder, Complaints]:
    complaints = Complaints()
    return framing.decoder(complaints, most_bytes), complaints


@ALL
@given(messages=st.lists(contents), sizes=cuts)
def test_messages_come_out_as_they_went_in(framing: Framing, messages: list[bytes], sizes: list[int]) -> None:
    reader, complaints = decoder(framing)
    stream = b"".join(map(framing.encode, messages))
    assert [message for piece in pieces(stream, sizes) for message in reader.feed(piece)] == messages
    assert (reader.unfinished_bytes, complaints) == (0, [])


@ALL
@given(junk=st.binary(max_size=400), sizes=cuts, message=contents)
def test_junk_raises_nothing_and_after_its_writer_all_is_well(
    framing: Framing, junk: bytes, sizes: list[int], message: bytes
) -> None:
    reader, _ = decoder(framing)
    for piece in pieces(junk, sizes):
        for wrong in reader.feed(piece):
            assert len(wrong) <= 1000
    reader.ended()
    assert reader.unfinished_bytes == 0
    assert reader.feed(framing.encode(message)) == [message]


@ALL
@given(message=contents.filter(len), cut=st.integers(0, 10_000), after=contents)
def test_torn_message_is_thrown_away_alone(framing: Framing, message: bytes, cut: int, after: bytes) -> None:
    reader, complaints = decoder(framing)
    frame = framing.encode(message)
    torn = frame[: 1 + cut % (len(frame) - 1)]
    assert reader.feed(torn) == []
    assert reader.unfinished_bytes == len(torn)
    reader.ended()
    assert len(complaints) == 1
    assert reader.feed(framing.encode(after)) == [after]


@given(junk=st.binary(min_size=1, max_size=400), message=contents)
def test_line_finds_its_way_at_the_next_newline(junk: bytes, message: bytes) -> None:
    reader, _ = decoder(FRAMINGS["line"], 50)
    reader.feed(junk + b"\n")
    assert reader.feed(message[:50] + b"\n") == [message[:50]]


@given(junk=st.binary(min_size=1, max_size=400), message=contents)
def test_x4_finds_its_way_at_the_next_head(junk: bytes, message: bytes) -> None:
    reader, complaints = decoder(FRAMINGS["x4"])
    junk = junk.replace(b"X", b"x")
    assert reader.feed(junk + FRAMINGS["x4"].encode(message)) == [message]
    assert len(complaints) == 1


@given(junk=st.binary(max_size=400), message=contents)
def test_u32le_believes_what_is_written_after_an_absurd_length(junk: bytes, message: bytes) -> None:
    reader, complaints = decoder(FRAMINGS["u32le"])
    assert reader.feed(b"\xff\xff\xff\xff" + junk) == []
    reader.drained()
    assert reader.feed(FRAMINGS["u32le"].encode(message)) == [message]
    assert len(complaints) == 1


def test_text_in_place_of_a_length_is_absurd() -> None:
    complaints = Complaints()
    assert FRAMINGS["u32le"].decoder(complaints).feed(b"status\n") == []
    assert "absurd" in complaints[0]


@ALL
@given(size=st.integers(101, 5000), sizes=cuts)
def test_too_large_a_message_is_passed_over(framing: Framing, size: int, sizes: list[int]) -> None:
    reader, complaints = decoder(framing, 100)
    for piece in pieces(framing.encode(b"x" * size), sizes):
        assert reader.feed(piece) == []
        reader.drained()
    assert reader.feed(framing.encode(b"after")) == [b"after"]
    assert len(complaints) == 1


def test_x4_carries_9999_bytes_and_refuses_more() -> None:
    x4 = FRAMINGS["x4"]
    assert x4.encode(b"x" * 9999).startswith(b"X9999xxx")
    with pytest.raises(BadMessage, match="10000 bytes; the framing x4 carries 9999"):
        x4.encode(b"x" * 10_000)


def test_line_refuses_a_newline() -> None:
    with pytest.raises(BadMessage, match="newline"):
        FRAMINGS["line"].encode(b"two\nlines")


@pytest.mark.parametrize(
    ("name", "frame"), [("line", b"HOWDY\n"), ("u32le", b"\x05\0\0\0HOWDY"), ("x4", b"X0005HOWDY")]
)
def test_frames_are_as_the_articles_have_them(name: str, frame: bytes) -> None:
    assert FRAMINGS[name].encode(b"HOWDY") == frame
