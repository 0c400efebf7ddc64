"""What is written, read back by others: lines, names, pickles, and replies as mpu reads them."""

from __future__ import annotations

import datetime
import decimal
import fractions
import os
import pickle
import re
import subprocess
import sys
import time
import uuid
import warnings
from collections import OrderedDict
from pathlib import Path
from typing import Any, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ramwire.ramdrive import names
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from ramwire import line, pickles, registry

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # mpu imports pkg_resources, which warns
    import mpu.io

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


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_foreign_pickle_with_many_objects_is_read(protocol: int) -> None:
    value = [[number] for number in range(1000)]
    assert pickles.loads_foreign(pickle.dumps(value, protocol)) == value


def test_pickle_changes_no_class() -> None:
    data = b"\x80\x04\x8c\tfractions\x8c\x08Fraction\x93N}\x8c\x04evilK\x01s\x86b."
    with pytest.raises(ramwire.BadMessage, match="it sets evil"):
        pickles.loads(data)
    assert not hasattr(fractions.Fraction, "evil")


def test_names_sort_by_time_then_by_number() -> None:
    texts = ["20260101000001_1", "20260101000000_10", "20260101000000_9", "20260101000000_010-x.json"]
    parsed = [name for name in map(names.parse, texts) if name]
    assert [name.text for name in sorted(parsed, key=lambda name: name.order)] == [
        "20260101000000_9",
        "20260101000000_010-x.json",
        "20260101000000_10",
        "20260101000001_1",
    ]


@given(st.text(max_size=40))
def test_any_text_is_a_name_or_none(text: str) -> None:
    name = names.parse(text)
    assert name is None or re.fullmatch(r"[0-9]{14}_[0-9]+(-[A-Za-z0-9]+)?(\.[A-Za-z0-9]+)?", text, re.ASCII)


def test_names_go_on_rising_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    maker, clock = names.NameMaker(), iter([5_000_000_000, 9, 5_000_000_000, 7_000_000_000, 1])
    monkeypatch.setattr(time, "time_ns", lambda: next(clock))
    made = [maker.make(b"c0000000").decode() for _ in range(5)]
    orders = [name.order for name in map(names.parse, made) if name]
    assert orders == sorted(set(orders))
    assert len(orders) == 5


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, "μ"]}, [], "text", 7])
@pytest.mark.parametrize("extension", ["json", "pickle"])
def test_mpu_reads_what_is_left_for_it(drive: Path, value: Any, extension: str) -> None:
    service = drive / "service"
    with ServiceProcess(f"ramdrive:{service}"):
        name = "20260101000000_1" + (".json" if extension == "json" else "")
        request = line.encode("echo", [value])
        (service / "server" / name).write_bytes(request)
        reply = service / "client" / f"20260101000000_1.{extension}"
        until(reply.exists)
        assert mpu.io.read(str(reply)) == value
        assert reply.stat().st_mode & 0o777 == 0o600
        assert os.listdir(service / "server") == []


@pytest.mark.parametrize(("value", "text"), [("plain", "plain"), (7, "7"), (None, "None"), ([1], "[1]")])
def test_text_reply_is_the_values_text(drive: Path, value: Any, text: str) -> None:
    service = drive / "service"
    with ServiceProcess(f"ramdrive:{service}"):
        (service / "server" / "20260101000000_1.txt").write_bytes(line.encode("echo", [value]))
        reply = service / "client" / "20260101000000_1.txt"
        until(reply.exists)
        assert reply.read_text() == text


def test_our_client_reads_what_mpu_writes(drive: Path) -> None:
    """A server that knows only the two folders, and writes its replies in place."""
    service = drive / "service"
    with ramwire.Client(f"ramdrive:{service}", timeout=10.0) as client:
        answer = client.submit("status", {"a": 1})
        until(lambda: (service / "server").is_dir() and os.listdir(service / "server"))
        request = next((service / "server").iterdir())
        assert request.read_text() == 'status [{"a":1}]\n'
        request.unlink()
        mpu.io.write(str(service / "client" / f"{request.name}.pickle"), {"state": [1, 2]})
        assert answer.result() == {"state": [1, 2]}
        assert os.listdir(service / "client") == []


def test_error_file_of_a_foreign_server_is_a_remote_error(drive: Path) -> None:
    service = drive / "service"
    with ramwire.Client(f"ramdrive:{service}", timeout=10.0) as client:
        answer = client.submit("status")
        until(lambda: (service / "server").is_dir() and os.listdir(service / "server"))
        request = next((service / "server").iterdir())
        request.unlink()
        (service / "client" / f"{request.name}.error").write_text("Busy: it prints\n")
        error = answer.exception()
    assert isinstance(error, ramwire.RemoteError)
    assert (error.kind, error.text) == ("Busy", "it prints")


def test_every_scheme_has_a_suite() -> None:
    """A wire that is registered joins the conformance suite: a class TestX(WireSuite) with its scheme."""
    tests = "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    suites = re.findall(r'\(WireSuite\):\n    scheme = "(\w+)"', tests)
    assert sorted(suites) == sorted(registry.WIRES)


def test_unknown_scheme_is_told_the_known_ones() -> None:
    with pytest.raises(ramwire.Refused, match="no wire is called pigeon; there is ramdrive"):
        ramwire.Client("pigeon:/coop")


def test_import_is_light() -> None:
    """No wire, no asyncio, no mpu: what a program does not use, it does not pay for."""
    program = "import sys, ramwire; ramwire.Client; ramwire.Server; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"asyncio", "mpu", "ctypes", "inspect", "ramwire.ramdrive.client"} & set(loaded)
