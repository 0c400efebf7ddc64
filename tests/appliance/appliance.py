"""The machine under test: what its own files say it is, and ways to ask it.

Nothing here knows the inventory that the machine was provisioned from: the user, the home and the kind of
display are read from the units, so that the same suite runs over a container, an image's root and a board.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Optional

from testinfra.host import Host

START_TIMEOUT_S = 180
UNITS_OF_EVERY_DISPLAY = ("octoprint.service", "haproxy.service", "octoland-tft.service")
UNITS_OF_A_VIRTUAL_DISPLAY = ("octoland-display.service", "octoland-novnc.service")


@dataclass(frozen=True)
class Unit:
    """One unit as it is written on the machine."""

    name: str
    text: str

    def value(self, key: str) -> str:
        """The last value of `key`; an empty text where it is not set."""
        values = re.findall(rf"^{re.escape(key)}=(.*)$", self.text, re.MULTILINE)
        return str(values[-1]) if values else ""

    def environment(self, name: str) -> Optional[str]:
        """A variable that the unit sets."""
        found = re.search(rf"^Environment=.*?\b{re.escape(name)}=(\S+)", self.text, re.MULTILINE)
        return found.group(1) if found else None


@dataclass(frozen=True)
class Appliance:
    """The machine, whose printer it is, and where things lie."""

    host: Host
    user: str
    home: str
    ramdrive: str
    display: str

    @property
    def units(self) -> tuple[str, ...]:
        """The services that must be there."""
        return UNITS_OF_EVERY_DISPLAY + (UNITS_OF_A_VIRTUAL_DISPLAY if self.display == "virtual" else ())

    @property
    def basedir(self) -> str:
        """Where OctoPrint keeps what is the owner's."""
        return f"{self.home}/.octoprint"

    @property
    def wire(self) -> str:
        """Address of the printer's service."""
        return f"ramdrive:{self.ramdrive}/octoprint"

    def output(self, command: str, *arguments: str) -> str:
        """What a command prints; it must succeed."""
        return str(self.host.check_output(command, *arguments))

    def output_as_user(self, script: str) -> str:
        """What a shell prints that runs as the printer's user; it must succeed."""
        return self.output("runuser -u %s -- sh -c %s", self.user, f"cd {self.home} && {script}")

    def property(self, unit: str, name: str) -> str:
        """What systemd says of a unit."""
        return self.output("systemctl show --property=%s --value %s", name, unit)


def read_unit(host: Host, name: str) -> Unit:
    """A unit of ours."""
    return Unit(name, str(host.file(f"/etc/systemd/system/{name}").content_string))


def find_appliance(host: Host) -> Appliance:
    """Read from the machine what it is."""
    octoprint = read_unit(host, "octoprint.service")
    user = octoprint.value("User")
    return Appliance(
        host=host,
        user=user,
        home=str(host.check_output("getent passwd %s", user)).split(":")[5],
        ramdrive=octoprint.value("RequiresMountsFor"),
        display=read_unit(host, "octoland-tft.service").environment("OCTOLAND_TFT_DISPLAY") or "",
    )


@cache
def wait_for_octoprint(host: Host) -> None:
    """Until it answers at its door and on the wire, which takes a while after a boot.

    One that never does is the matter of the tests that ask it.
    """
    found = find_appliance(host)
    ready = (
        "curl --silent --fail --output /dev/null http://127.0.0.1/online.txt"
        f" && runuser -u {found.user} -- ramwire ping {found.wire} -c 1 >/dev/null 2>&1"
    )
    host.run("timeout %s sh -c %s", str(START_TIMEOUT_S), f"until {ready}; do sleep 0.5; done")


def is_booted(host: Host) -> bool:
    """Whether systemd runs there, asked as the roles ask it."""
    return str(host.run("systemctl is-system-running").stdout).strip() not in ("", "offline", "unknown")
