"""A request counts when its line is complete, however its file came to be there."""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence

import pytest

from .conftest import Service

NAME = "20261121093000_1"
OTHER = "20261121093001_1"


@pytest.mark.parametrize("way", ["in place", "rename", "link"])
def test_request_appears(echo: Service, way: str) -> None:
    elsewhere = echo.path.parent / "written"
    target = echo.server / NAME
    if way == "in place":
        target.write_text("add [2, 5]\n")
    else:
        elsewhere.write_text("add [2, 5]\n")
        (os.rename if way == "rename" else os.link)(elsewhere, target)
    assert pickle.loads(echo.take(f"{NAME}.pickle")) == 7
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
