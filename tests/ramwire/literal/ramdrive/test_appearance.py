"""A request counts when its line is complete, however its file came to be there."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ramwire import Client

from .conftest import Service

NAME = "20261121093000_1"
OTHER = "20261121093001_1"

PATIENCE_S = 10.0


def appear(target: Path, way: str) -> None:
    """A whole request comes to be there."""
    if way == "in place":
        target.write_text("add [2, 5]\n")
        return
    elsewhere = target.parent.parent.parent / "written"
    elsewhere.write_text("add [2, 5]\n")
    (os.rename if way == "rename" else os.link)(elsewhere, target)


@pytest.mark.parametrize("way", ["in place", "rename", "link"])
def test_request_appears(echo: Service, way: str) -> None:
    appear(echo.server / NAME, way)
    assert pickle.loads(echo.take(f"{NAME}.pickle")) == 7
    assert echo.is_empty()


@pytest.mark.parametrize("calls_before", [1, 500])
@pytest.mark.parametrize("way", ["in place", "rename", "link"])
def test_request_appears_beside_a_native_client(echo: Service, way: str, calls_before: int) -> None:
    """Whatever the server does to be fast for those who ring, it sees those who do not."""
    with Client(echo.url, timeout=PATIENCE_S) as client:
        for number in range(calls_before):
            assert client.call("add", number, 1) == number + 1
        appear(echo.server / NAME, way)
        assert pickle.loads(echo.take(f"{NAME}.pickle")) == 7
        assert client.call("add", 1, 1) == 2


@pytest.mark.parametrize("way", ["in place", "rename", "link"])
def test_request_appears_under_native_load(echo: Service, way: str) -> None:
    stop = threading.Event()

    def load() -> None:
        with Client(echo.url, timeout=PATIENCE_S) as client:
            while not stop.is_set():
                client.call("add", 1, 1)

    with ThreadPoolExecutor() as pool:
        loading = pool.submit(load)
        try:
            for number in range(5):
                name = f"{NAME}{number}"
                appear(echo.server / name, way)
                assert pickle.loads(echo.take(f"{name}.pickle")) == 7
                (echo.path.parent / "written").unlink(missing_ok=True)
        finally:
            stop.set()
        loading.result()
    assert echo.is_empty()


@pytest.mark.parametrize("parts", [("add [2,", " 5]\n"), ("a", "dd", " [2, 5]", "\n"), ("", "add [2, 5]\n")])
def test_half_a_line_waits_for_its_other_half(echo: Service, parts: Sequence[str]) -> None:
    with open(echo.server / NAME, "w") as writer:
        for part in parts[:-1]:
            writer.write(part)
            writer.flush()
            echo.leave(f"{OTHER}.json", 'upper "meanwhile"\n')
            assert echo.take(f"{OTHER}.json") == b'"MEANWHILE"'
            assert os.listdir(echo.server) == [NAME]
        writer.write(parts[-1])
    assert pickle.loads(echo.take(f"{NAME}.pickle")) == 7
    assert echo.is_empty()


def test_closing_ends_the_line_too(echo: Service) -> None:
    echo.leave(NAME, "add [2, 5]")
    assert pickle.loads(echo.take(f"{NAME}.pickle")) == 7


def test_complete_line_counts_though_its_writer_keeps_the_file_open(echo: Service) -> None:
    with open(echo.server / NAME, "w") as writer:
        writer.write("add [2, 5]\n")
        writer.flush()
        assert pickle.loads(echo.take(f"{NAME}.pickle")) == 7
    assert echo.is_empty()


def test_two_lines_are_no_request(echo: Service) -> None:
    echo.leave(NAME, "add [2, 5]\nadd [1, 1]\n")
    assert b"line" in echo.take(f"{NAME}.error")


def test_server_that_starts_reads_what_waits(service: Service) -> None:
    """The folders may be a peer's work."""
    service.make()
    service.leave(NAME, "add [2, 5]\n")
    with service.served():
        assert pickle.loads(service.take(f"{NAME}.pickle")) == 7


def test_server_that_starts_waits_for_a_writer_in_the_middle(service: Service) -> None:
    service.make()
    with open(service.server / NAME, "w") as writer:
        writer.write("add [2,")
        writer.flush()
        with service.served():
            service.leave(OTHER, "add [1, 1]\n")
            assert pickle.loads(service.take(f"{OTHER}.pickle")) == 2
            assert os.listdir(service.server) == [NAME]
            writer.write(" 5]\n")
            writer.close()
            assert pickle.loads(service.take(f"{NAME}.pickle")) == 7
