"""The screen's service."""

from __future__ import annotations

import pytest
from testinfra.host import Host

from .appliance import Appliance

UNIT = "octoland-tft.service"


def test_environment_is_roots(host: Host) -> None:
    """Everybody's `ramwire` lies in it: nobody else may change it."""
    assert host.check_output("find /opt/octoland/tft ! -user root") == ""


def test_ramwire_is_on_the_path(host: Host) -> None:
    assert host.file("/usr/local/bin/ramwire").linked_to == "/opt/octoland/tft/bin/ramwire"


def test_screen_finds_debians_kivy(host: Host) -> None:
    command = "KIVY_NO_ARGS=1 KIVY_HOME=/nonexistent KIVY_NO_FILELOG=1 /opt/octoland/tft/bin/python -c %s"
    script = "from importlib.util import find_spec; print(find_spec('kivy').origin)"
    assert host.check_output(command, script).startswith("/usr/lib/python3/dist-packages/")


@pytest.mark.booted
def test_screen_is_watched(appliance: Appliance) -> None:
    """systemd learns that the screen is there, and notices one that hangs."""
    assert appliance.property(UNIT, "Type") == "notify"
    assert appliance.property(UNIT, "WatchdogUSec") not in ("0", "infinity")
    assert appliance.property(UNIT, "WatchdogTimestamp") != ""


@pytest.mark.booted
def test_screen_keeps_its_state_to_itself(appliance: Appliance) -> None:
    folder = appliance.host.file("/var/lib/octoland-tft")
    assert (folder.user, folder.mode) == (appliance.user, 0o700)


@pytest.mark.booted
def test_nothing_in_the_screens_state_is_readable_to_others(appliance: Appliance) -> None:
    assert appliance.output("find /var/lib/octoland-tft -type f -perm /o+r") == ""


@pytest.mark.booted
def test_screen_does_not_wait_for_octoprint(appliance: Appliance) -> None:
    """It starts beside OctoPrint, and goes on without it."""
    for relation in ("Requires", "BindsTo", "PartOf", "After"):
        assert "octoprint.service" not in appliance.property(UNIT, relation).split()


@pytest.mark.booted
def test_screen_yields_to_the_print(appliance: Appliance) -> None:
    screen = int(appliance.property(UNIT, "CPUWeight"))
    octoprint = int(appliance.property("octoprint.service", "CPUWeight"))
    assert screen < octoprint
