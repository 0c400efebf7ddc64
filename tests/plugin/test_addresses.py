"""Where people reach OctoPrint's page."""

from __future__ import annotations

import re

import pytest
from octoprint_octoland.addresses import Addresses, Listening


def addresses(host: str, port: int = 5000, public_port: int | None = None) -> tuple[str, ...]:
    return Addresses(Listening(host, port), lambda: public_port).all()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_one_that_listens_on_loopback_is_reached_there_alone(host: str) -> None:
    assert addresses(host) == ("http://127.0.0.1:5000",)


def test_one_that_listens_on_one_address_is_reached_there() -> None:
    assert addresses("192.0.2.7") == ("http://192.0.2.7:5000",)
    assert addresses("2001:db8::7", 80) == ("http://[2001:db8::7]",)


def test_behind_a_proxy_its_port_counts() -> None:
    for address in addresses("127.0.0.1", public_port=80):
        assert re.fullmatch(r"http://[0-9.]+", address)
        assert address != "http://127.0.0.1"


def test_one_that_listens_everywhere_is_reached_by_each_interface() -> None:
    assert "http://127.0.0.1:5000" not in addresses("0.0.0.0")  # noqa: S104 - nothing listens
