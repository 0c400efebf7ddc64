"""What is written, read back by others: lines, names, pickles, and replies as mpu reads them."""

from __future__ import annotations

import os
import re
import time
import warnings
from pathlib import Path
from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ramwire.ramdrive import names, records
from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire
from ramwire import line

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # mpu imports pkg_resources, which warns
    import mpu.io


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


KINDS = st.sampled_from([b"+", b".", b"!", b"t", b"~", b"d", b"-", b"0", b"1", b"x"])
NAMES = st.from_regex(rb"[0-9]{14}_[0-9]{9}-[a-z0-9]{8}", fullmatch=True)


@given(st.lists(st.tuples(KINDS, NAMES, st.none() | st.binary(max_size=records.LONGEST_VALUE_BYTES))))
def test_records_that_a_client_hears_are_told_apart(sent: list[tuple[bytes, bytes, Optional[bytes]]]) -> None:
    heard = b"".join(
        kind + name + b"\n" if data is None else records.value_record(name, data) for kind, name, data in sent
    )
    expected = [
        (kind, name, b"") if data is None else (records.VALUE, name, data) for kind, name, data in sent
    ]
    assert list(records.split(heard)) == expected


@given(st.binary(max_size=200))
def test_any_bytes_that_a_client_hears_end_in_records_or_nothing(heard: bytes) -> None:
    found = list(records.split(heard))
    assert records.JUNK not in [kind for kind, _, _ in found[:-1]]
    for kind, name, data in found:
        assert len(kind) == 1 or kind == records.JUNK
        assert kind + name + data in heard or kind == records.VALUE


@given(st.binary(max_size=records.RECORD_BYTES))
def test_line_in_any_record_is_one_line_or_none(data: bytes) -> None:
    line_told = records.line_of(data.ljust(records.RECORD_BYTES))
    assert line_told == b"" or (line_told.endswith(b"\n") and line_told.count(b"\n") == 1)
