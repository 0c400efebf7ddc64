"""The user, the folders and the journal."""

from __future__ import annotations

import pytest
from testinfra.host import Host

from .appliance import Appliance


def test_user_has_no_empty_password(appliance: Appliance) -> None:
    password = appliance.output("getent shadow %s", appliance.user).split(":")[1]
    assert password != ""


def test_octoprint_does_not_run_as_root(appliance: Appliance) -> None:
    assert appliance.user != "root"


@pytest.mark.parametrize("folder", ["/etc/octoland", "/opt/octoland"])
def test_folders_are_changed_by_root_alone(host: Host, folder: str) -> None:
    found = host.file(folder)
    assert (found.is_directory, found.user, found.mode & 0o022) == (True, "root", 0)


def test_journal_is_bounded(host: Host) -> None:
    settings = str(host.file("/etc/systemd/journald.conf.d/octoland.conf").content_string)
    assert "SystemMaxUse=" in settings
    assert "RuntimeMaxUse=" in settings


def test_brltty_does_not_take_the_serial_ports(host: Host) -> None:
    assert host.file("/etc/systemd/system/brltty-udev.service").linked_to == "/dev/null"


def test_nothing_in_our_folders_can_be_written_by_everybody(host: Host) -> None:
    found = host.check_output("find /etc/octoland /opt/octoland ! -type l -perm -o+w")
    assert found == ""


def test_nothing_of_ansible_is_left_behind(appliance: Appliance) -> None:
    """Ansible's own working folders are emptied, and no file was put beside another as a backup."""
    working = f"find /root/.ansible/tmp {appliance.home}/.ansible/tmp -mindepth 1 2>/dev/null"
    found = appliance.output("sh -c %s", f"{working}; find /etc /opt/octoland -name '*~'")
    assert found == ""


@pytest.mark.booted
def test_no_unit_has_failed(host: Host) -> None:
    assert host.check_output("systemctl --failed --plain --no-legend") == ""
