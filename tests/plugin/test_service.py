"""The wire's server: opened when its place is free and there, noted once while it is not."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from octoprint_octoland.service import Service

from ramwire import Client, Server
from tests.plugin.octoprint_process import eventually


def test_a_place_that_another_holds_is_taken_when_it_is_free(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As when OctoPrint is started again while the old one is still ending."""
    url = f"ramdrive:{tmp_path / 'octoprint'}"
    service = Service(url, {"who": lambda: "the second"})
    with caplog.at_level(logging.INFO, logger="octoprint_octoland.service"):
        with Server(url, verbs={"who": lambda: "the first"}), Client(url) as client:
            service.start()
            eventually(lambda: "cannot be served" in caplog.text)
            assert client.call("who") == "the first"
        with Client(url, timeout=10) as client:
            assert client.call("who") == "the second"
        service.stop()

    assert caplog.text.count("cannot be served") == 1
    assert caplog.text.count("Serving the printer") == 1
