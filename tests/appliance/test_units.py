"""Every service of ours: there at every boot, running, and shut in."""

from __future__ import annotations

import pytest
from testinfra.host import Host

from .appliance import Appliance

# As `systemd-analyze security` counts, from 0 (nothing is allowed) to 10.
WORST_EXPOSURE = 4.0


def test_services_start_at_boot(appliance: Appliance) -> None:
    answers = {
        unit: appliance.host.run("systemctl is-enabled %s", unit).stdout.strip() for unit in appliance.units
    }
    assert answers == dict.fromkeys(appliance.units, "enabled")


@pytest.mark.booted
def test_services_run(appliance: Appliance) -> None:
    answers = {unit: appliance.property(unit, "ActiveState") for unit in appliance.units}
    assert answers == dict.fromkeys(appliance.units, "active")


@pytest.mark.booted
def test_services_are_shut_in(appliance: Appliance) -> None:
    """What each is allowed beyond the strictest, and why, is said in its unit."""
    exposure = {
        unit: exposure_of(appliance.output("systemd-analyze security --no-pager %s", unit))
        for unit in appliance.units
    }
    assert {unit: score for unit, score in exposure.items() if score > WORST_EXPOSURE} == {}


@pytest.mark.booted
def test_services_come_back_by_themselves(appliance: Appliance) -> None:
    answers = {unit: appliance.property(unit, "Restart") for unit in appliance.units}
    assert {unit: answer for unit, answer in answers.items() if answer not in ("always", "on-failure")} == {}


@pytest.mark.booted
def test_services_never_stop_trying(appliance: Appliance) -> None:
    answers = {unit: appliance.property(unit, "StartLimitIntervalUSec") for unit in appliance.units}
    assert answers == dict.fromkeys(appliance.units, "0")


@pytest.mark.booted
def test_units_are_as_systemd_wants_them(appliance: Appliance) -> None:
    result = appliance.host.run(
        "systemd-analyze verify --man=no --recursive-errors=no %s", " ".join(appliance.units)
    )
    ours = [line for line in result.stderr.splitlines() if "/etc/systemd/system/" in line]
    assert ours == []


@pytest.mark.booted
def test_nothing_listens_beyond_the_doors(host: Host, appliance: Appliance) -> None:
    """Beyond this machine: the proxy, a virtual display's page where it was opened, and the owner's SSH."""
    allowed = {80, 22}
    if appliance.display == "virtual":
        allowed.add(page_port(host))
    listening = [line.split()[3].rsplit(":", 1) for line in host.check_output("ss -tlnH").splitlines()]
    beyond = {int(port) for address, port in listening if not address.startswith(("127.", "[::1]"))}
    assert beyond <= allowed


def exposure_of(analysis: str) -> float:
    """The number in the last line, `→ Overall exposure level for octoprint.service: 1.7 OK :-)`."""
    return float(analysis.splitlines()[-1].split(": ")[1].split()[0])


def page_port(host: Host) -> int:
    """The port that noVNC's page is served on."""
    unit = str(host.file("/etc/systemd/system/octoland-novnc.service").content_string)
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    return int(command.rsplit(":", 1)[1])
