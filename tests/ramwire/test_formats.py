"""What every wire writes and reads: lines and pickles."""

from __future__ import annotations

import datetime
import decimal
import fractions
import os
import pickle
import re
import uuid
from collections import OrderedDict
from pathlib import Path
from typing import Any, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ramwire
from ramwire import line, pickles

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(verb=st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,20}", fullmatch=True), args=st.lists(JSON, max_size=3))
def test_positional_arguments_survive_the_line(verb: str, args: list[Any]) -> None:
    encoded = line.encode(verb, args)
    assert encoded.count(b"\n") == 1
    assert encoded.endswith(b"\n")
    assert line.decode(encoded) == (verb, args or (), {})


@given(named=st.dictionaries(st.text(min_size=1), JSON, min_size=1, max_size=3))
def test_named_arguments_survive_the_line(named: dict[str, Any]) -> None:
    assert line.decode(line.encode("verb", (), named)) == ("verb", (), named)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_a_bad_message(data: bytes) -> None:
    try:
        request = line.decode(data)
    except ramwire.BadMessage:
        return
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", request.verb)


@pytest.mark.parametrize("digits", [1000, 1001, 5000, 100_000])
@pytest.mark.parametrize("before", [b"", b"-", b'["' + b"x" * 33 + b'",'])
def test_number_of_a_thousand_digits_is_refused_wherever_it_stands(before: bytes, digits: int) -> None:
    """Before 3.11 Python takes minutes for one of a million."""
    with pytest.raises(ramwire.BadMessage, match="999 digits"):
        line.decode(b"x " + before + b"7" * digits)


def test_text_of_digits_is_no_number() -> None:
    assert line.decode(b'x ["' + b"7" * 5000 + b'"]').positional == ["7" * 5000]
    assert line.decode(b"x " + b"7" * 999).positional == (int("7" * 999),)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_plain_value_or_a_bad_message(data: bytes) -> None:
    try:
        value = pickles.loads(b"\x80\x04" + data)
    except ramwire.BadMessage:
        return
    assert pickles.loads(pickles.dumps(value)) is not pickles


@given(JSON)
def test_plain_values_survive_pickling(value: Any) -> None:
    assert pickles.loads(pickles.dumps(value)) == value


@pytest.mark.parametrize("protocol", range(3, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        frozenset("ab"),
        bytearray(b"x"),
        1 + 2j,
        OrderedDict(a=1),
        datetime.datetime(2026, 11, 21, tzinfo=datetime.timezone.utc),
        datetime.timedelta(seconds=1),
        decimal.Decimal("1.50"),
        uuid.UUID(int=7),
    ],
)
def test_harmless_classes_are_read_in_each_protocol_of_python_3(value: object, protocol: int) -> None:
    assert pickles.loads(pickle.dumps(value, protocol)) == value
    assert pickles.loads(pickles.dumps(value)) == value


@pytest.mark.parametrize("value", [os.system, Path("/"), re.compile("x"), ValueError("x"), print, object()])
def test_other_classes_are_neither_written_nor_read(value: object) -> None:
    with pytest.raises(ramwire.BadMessage):
        pickles.dumps(value)
    with pytest.raises(ramwire.BadMessage):
        pickles.loads(pickle.dumps(value))


class Made:
    """Pickled, it is a call."""

    def __init__(self, function: Callable[..., object], *args: object) -> None:
        self._call = function, args

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


@pytest.mark.parametrize(
    "made", [Made(bytearray, 1 << 40), Made(set, range(1 << 40)), Made(fractions.Fraction, "1e99999999")]
)
def test_few_bytes_do_not_take_gigabytes(made: Made) -> None:
    with pytest.raises(ramwire.BadMessage, match="something else"):
        pickles.loads(pickle.dumps(made))


@pytest.mark.parametrize("data", [b"\x80\x02Nr\xff\xff\xff\xff.", b"Np4294967295\n."])
def test_giant_number_in_a_foreign_pickle_is_refused(data: bytes) -> None:
    with pytest.raises(ramwire.BadMessage, match="4294967295"):
        pickles.loads_foreign(data)


_DOUBLED = b")" + b"2\x86" * 40
"""A tuple of twice the same tuple, and so on: to hash it would take a week."""


@pytest.mark.parametrize(
    "data",
    [
        b"}" + _DOUBLED + b"K\x01s.",
        b"}(" + _DOUBLED + b"K\x01u.",
        b"}" + b")\x94" + b"".join(b"0h%ch%c\x86\x94" % (n, n) for n in range(40)) + b"K\x01s.",
        b"(" + _DOUBLED + b"\x91.",
        b"\x8f(" + _DOUBLED + b"\x90.",
        b"c__builtin__\nset\n](" + _DOUBLED + b"e\x85R.",
        b"ccollections\nOrderedDict\n)R(" + _DOUBLED + b"K\x01u.",
    ],
)
def test_foreign_pickle_that_takes_a_week_to_hash_is_refused(data: bytes) -> None:
    with pytest.raises(ramwire.BadMessage, match="counts as"):
        pickles.loads_foreign(b"\x80\x04" + data)


@pytest.mark.parametrize("protocol", range(3, pickle.HIGHEST_PROTOCOL + 1))
def test_foreign_pickle_of_every_kind_is_read(protocol: int) -> None:
    pair = (1, "x")
    shared = [pair] * 1000 + [(pair, pair), {pair: [pair]}, {pair, (pair, pair)}, frozenset((pair,))]
    value = [shared, shared, decimal.Decimal("1.5"), uuid.UUID(int=7), fractions.Fraction(1, 3), 2.5]
    value += [1 << 80, None, True, {"a": {}}, OrderedDict(a=1), (), (1, 2, 3, 4)]
    value += [datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc), complex(1, 2), range(3)]
    assert pickles.loads_foreign(pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_foreign_pickle_with_many_objects_is_read(protocol: int) -> None:
    value: list[Any] = [[number] for number in range(1000)]
    value += [(1, 2, 3, 4), {1: 2, (3, (4,)): ()}, {}, 1 << 80, 2.5, None, True]
    assert pickles.loads_foreign(pickle.dumps(value, protocol)) == value


def test_pickle_changes_no_class() -> None:
    data = b"\x80\x04\x8c\tfractions\x8c\x08Fraction\x93N}\x8c\x04evilK\x01s\x86b."
    with pytest.raises(ramwire.BadMessage, match="it sets evil"):
        pickles.loads(data)
    assert not hasattr(fractions.Fraction, "evil")


def test_exception_that_names_one_text_many_times_stays_small() -> None:
    """Found by the fuzzer: a few kilobytes of pickle took gigabytes."""
    text = b"X" + (100_000).to_bytes(4, "little") + b"x" * 100_000 + b"q\x00"
    data = b"\x80\x02cexceptions\nValueError\n(" + text + b"h\x00" * 20_000 + b"tR."
    error = pickles.loads_answer(data)
    assert isinstance(error, ramwire.RemoteError)
    assert (error.kind, error.text) == ("ValueError", "(its text cannot be told)")


def test_frame_that_lies_does_not_hide_a_giant_number() -> None:
    """Found by the fuzzer: the reader left the first frame for the second, and the checker did not."""
    hidden = b"Nr" + (20_000_000).to_bytes(4, "little") + b"."
    seen = b"C" + bytes([len(hidden)])
    frames = b"\x95" + (9 + len(seen)).to_bytes(8, "little") + b"\x95" + len(hidden).to_bytes(8, "little")
    assert pickles.loads_foreign(b"\x80\x04" + frames + seen + hidden + b".") == hidden
