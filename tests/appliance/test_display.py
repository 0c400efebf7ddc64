"""The virtual display, its password and its page."""

from __future__ import annotations

import pytest
from testinfra.host import Host

from .appliance import Appliance


@pytest.fixture(autouse=True)
def _only_on_a_virtual_display(appliance: Appliance) -> None:
    if appliance.display != "virtual":
        pytest.skip(f"this screen is drawn on {appliance.display}")


def test_password_is_not_readable_to_everybody(host: Host) -> None:
    file = host.file("/etc/octoland/vnc-password")
    assert (file.user, file.mode) == ("root", 0o640)
    assert len(str(file.content_string).strip()) == 8


@pytest.mark.booted
def test_display_wants_a_cookie(appliance: Appliance) -> None:
    """A program of the same user that has no cookie does not see the screen."""
    cookie = appliance.host.file("/run/octoland-display/Xauthority")
    assert (cookie.user, cookie.mode) == (appliance.user, 0o600)
    assert "-auth" in appliance.property("octoland-display.service", "ExecStart")


@pytest.mark.booted
def test_display_has_no_port(host: Host) -> None:
    assert (
        host.check_output(
            "ss -tlnH '( sport >= :5900 and sport <= :5999 ) or ( sport >= :6000 and sport <= :6063 )'"
        )
        == ""
    )


@pytest.mark.booted
def test_vnc_is_reached_by_the_user_alone(appliance: Appliance) -> None:
    folder = appliance.host.file("/run/octoland-display")
    assert (folder.user, folder.mode) == (appliance.user, 0o700)
    assert appliance.host.file("/run/octoland-display/vnc.sock").is_socket


@pytest.mark.booted
def test_vnc_asks_for_the_password(appliance: Appliance) -> None:
    scrambled = appliance.host.file("/run/octoland-display/vnc-password")
    assert (scrambled.user, scrambled.mode, scrambled.size) == (appliance.user, 0o600, 8)
    started_with = appliance.property("octoland-display.service", "ExecStart")
    assert "-SecurityTypes VncAuth -PasswordFile" in started_with


@pytest.mark.booted
def test_page_shows_the_screen(host: Host) -> None:
    unit = str(host.file("/etc/systemd/system/octoland-novnc.service").content_string)
    port = next(line for line in unit.splitlines() if line.startswith("ExecStart=")).rsplit(":", 1)[1]
    assert "noVNC" in host.check_output("curl --silent --fail %s", f"http://127.0.0.1:{port}/vnc.html")
