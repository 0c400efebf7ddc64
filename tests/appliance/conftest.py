"""Runs the suite against a machine: `pytest tests/appliance --hosts=docker://octoland-demo`.

Tests marked `booted` need a running system and skip in the root of an image; with `--must-be-booted` that is
a failure. A failing test shows the journal of our services.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
from testinfra.host import Host

from .appliance import Appliance, find_appliance, is_booted, wait_for_octoprint

JOURNAL = "journalctl --no-pager --boot --lines=60 --unit=octoprint --unit='octoland-*' --unit=haproxy"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Our one option."""
    parser.addoption(
        "--must-be-booted",
        action="store_true",
        default=False,
        help="a test that skips because no system runs there is a failure",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Our one mark."""
    config.addinivalue_line("markers", "booted: needs a running system, not an image's root")


@pytest.fixture(scope="session", autouse=True)
def _only_where_asked(request: pytest.FixtureRequest) -> None:
    """Without `--hosts` testinfra would look at the machine that runs pytest."""
    if not request.config.getoption("--hosts"):
        # Whoever asks for a booted machine means one: a verification that looked at none must not pass.
        refuse = pytest.fail if request.config.getoption("--must-be-booted") else pytest.skip
        refuse("no machine was named: --hosts=docker://NAME, or ssh://NAME, or /FOLDER --connection=chroot")


@pytest.fixture(scope="module")
def booted(host: Host) -> bool:
    """Whether systemd runs on the machine; if so, OctoPrint has had its time to start."""
    if not is_booted(host):
        return False
    wait_for_octoprint(host)
    return True


@pytest.fixture(autouse=True)
def _only_where_booted(request: pytest.FixtureRequest, _only_where_asked: None) -> None:
    if request.node.get_closest_marker("booted") is None or request.getfixturevalue("booted"):
        return
    if request.config.getoption("--must-be-booted", default=False):
        pytest.fail("no system runs there, and --must-be-booted was given")
    pytest.skip("no system runs there")


@pytest.fixture(scope="module")
def appliance(host: Host) -> Appliance:
    """The machine under test."""
    return find_appliance(host)


def read_journal(host: Host) -> str:
    """What our services said last, or why it cannot be had."""
    try:
        return str(host.run(JOURNAL).stdout)
    except RuntimeError as error:
        # testinfra's way to say that ssh did not get there.
        return str(error)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the journal beside a failure."""
    report = yield
    host = getattr(item, "funcargs", {}).get("host") or getattr(
        getattr(item, "funcargs", {}).get("appliance"), "host", None
    )
    if report.failed and report.when == "call" and host is not None:
        report.sections.append(("journal of our services", read_journal(host)))
    return report
