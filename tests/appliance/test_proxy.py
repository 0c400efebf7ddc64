"""The one door to OctoPrint."""

from __future__ import annotations

import pytest
from testinfra.host import Host

from .appliance import Appliance

HEADERS_OF_A_WEBSOCKET = (
    "--header 'Connection: Upgrade' --header 'Upgrade: websocket' "
    "--header 'Sec-WebSocket-Version: 13' --header 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='"
)


def test_port_is_opened_at_boot(host: Host) -> None:
    assert host.check_output("systemctl is-enabled octoland-proxy.socket") == "enabled"


@pytest.mark.booted
def test_octoprint_answers_on_ipv4(host: Host) -> None:
    assert host.check_output("curl --silent --fail http://127.0.0.1/online.txt") == "online"


@pytest.mark.booted
def test_octoprint_answers_on_ipv6(host: Host) -> None:
    """Where IPv6 is off, the port must be open on IPv4 all the same, and on IPv6 as soon as it is on."""
    if host.run("ip -6 address show dev lo | grep --quiet ::1").rc == 0:
        assert host.check_output("curl --silent --fail %s", "http://[::1]/online.txt") == "online"
    else:
        kernel_has_ipv6 = host.file("/proc/net/if_inet6").exists
        address = host.check_output("ss -tlnH sport = :80").split()[3]
        assert address == ("*:80" if kernel_has_ipv6 else "0.0.0.0:80")


@pytest.mark.booted
def test_websockets_pass(host: Host) -> None:
    # curl ends by its own timeout: the socket stays open. What follows the headers is no text.
    first_line = host.check_output(
        "curl --silent --include --max-time 5 "
        + HEADERS_OF_A_WEBSOCKET
        + " http://127.0.0.1/sockjs/websocket | head -n 1"
    )
    assert "101 Switching Protocols" in first_line


@pytest.mark.booted
@pytest.mark.parametrize("header", ["X-Script-Name: /elsewhere", "X-Forwarded-Prefix: /elsewhere"])
def test_what_a_visitor_says_of_the_way_is_not_believed(host: Host, header: str) -> None:
    page = host.check_output("curl --silent --location --header %s http://127.0.0.1/login/", header)
    assert "OctoPrint" in page
    assert "elsewhere" not in page


def test_configuration_can_be_checked_before_it_lands(host: Host) -> None:
    """As the role does: where the check itself failed, no change would ever land."""
    host.run_test(
        "/usr/bin/env OCTOLAND_DOOR=127.0.0.1:80 /usr/sbin/haproxy -c -q -f /etc/octoland/haproxy.cfg"
    )


@pytest.mark.booted
def test_large_uploads_reach_octoprint(host: Host) -> None:
    """OctoPrint, and not the proxy, refuses them: there is no key."""
    status = host.check_output(
        "head --bytes=200M /dev/zero | curl --silent --output /dev/null --write-out %s --form %s %s",
        "%{http_code}",
        "file=@-;filename=large.gcode",
        "http://127.0.0.1/api/files/local",
    )
    assert status in ("400", "403")


@pytest.mark.booted
def test_proxy_has_no_privileges(appliance: Appliance) -> None:
    assert appliance.property("haproxy.service", "User") == "haproxy"
    assert appliance.property("haproxy.service", "CapabilityBoundingSet") == ""


def test_page_while_octoprint_starts_says_so(host: Host) -> None:
    page = str(host.file("/etc/octoland/pages/starting.html").content_string)
    assert "OctoPrint is starting" in page
