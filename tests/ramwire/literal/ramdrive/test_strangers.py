"""What lies in the folders and is no message is never followed, never waited for, and harms nobody."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Callable

import pytest

from .conftest import Service

NAME = "20261121093000_1"
NEXT = "20261121093000_2.json"


def directory(path: Path) -> None:
    path.mkdir()


def fifo(path: Path) -> None:
    os.mkfifo(path)


def link(path: Path) -> None:
    target = path.parent.parent.parent / "elsewhere"
    target.write_text("fail\n")
    path.symlink_to(target)


def broken_link(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("make", [directory, fifo, link, broken_link])
def test_request_that_is_no_file_holds_up_nobody(echo: Service, make: Callable[[Path], None]) -> None:
    make(echo.server / NAME)
    echo.leave(NEXT, "add [2, 5]\n")
    assert json.loads(echo.take(NEXT)) == 7
    assert not os.path.lexists(echo.client / f"{NAME}.pickle")


@pytest.mark.parametrize(
    "name",
    ["README", ".hidden", "20261121093000_", "20261121093000_1-", "2026_1", f"{NAME}.json~", f" {NAME}"],
)
def test_name_that_is_none_is_no_request(echo: Service, name: str) -> None:
    echo.leave(name, "add [2, 5]\n")
    echo.leave(NEXT, "add [2, 5]\n")
    assert json.loads(echo.take(NEXT)) == 7
    assert os.listdir(echo.client) == []


def test_request_of_garbage_ends_in_an_error(echo: Service) -> None:
    (echo.server / NAME).write_bytes(os.urandom(1 << 16) + b"\xff\n")
    assert echo.take(f"{NAME}.error")
    assert echo.is_empty()
