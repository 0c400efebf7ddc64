"""OctoPrint: in its own environment, on this machine alone, and its secrets kept."""

from __future__ import annotations

import pytest
import yaml
from testinfra.host import Host

from .appliance import Appliance

SECRETS = ("config.yaml", "users.yaml")


def test_environment_is_the_users(appliance: Appliance) -> None:
    """OctoPrint installs its plugins and updates into it."""
    assert appliance.host.file("/opt/octoland/octoprint").user == appliance.user


def test_basedir_is_the_users_alone(appliance: Appliance) -> None:
    folder = appliance.host.file(appliance.basedir)
    assert (folder.user, folder.mode) == (appliance.user, 0o700)


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_read_by_the_user_alone(appliance: Appliance, name: str) -> None:
    file = appliance.host.file(f"{appliance.basedir}/{name}")
    if not file.exists:
        pytest.skip(f"{name} is made at OctoPrint's first start")
    assert (file.user, file.mode) == (appliance.user, 0o600)


def test_generated_password_is_read_by_root_alone(host: Host) -> None:
    file = host.file("/etc/octoland/octoprint-admin")
    if not file.exists:
        pytest.skip("OctoPrint's first-run page asks for the account here")
    assert (file.user, file.group, file.mode) == ("root", "root", 0o600)


def test_octoprint_can_be_restarted_from_its_own_menu(appliance: Appliance) -> None:
    settings = yaml.safe_load(str(appliance.host.file(f"{appliance.basedir}/config.yaml").content_string))
    assert "octoprint.service" in settings["server"]["commands"]["serverRestartCommand"]


@pytest.mark.booted
def test_octoprint_listens_to_this_machine_alone(host: Host) -> None:
    listening = [line.split()[3] for line in host.check_output("ss -tlnH sport = :5000").splitlines()]
    assert listening == ["127.0.0.1:5000"]


@pytest.mark.booted
def test_octoprint_can_write_what_it_must_and_nothing_else(appliance: Appliance) -> None:
    assert appliance.property("octoprint.service", "ProtectSystem") == "strict"
    assert set(appliance.property("octoprint.service", "ReadWritePaths").split()) == {
        appliance.basedir,
        "/opt/octoland/octoprint",
        appliance.ramdrive,
    }


@pytest.mark.booted
def test_octoprint_lets_no_stranger_in(host: Host) -> None:
    """Without an account nothing of the printer is told, let alone changed."""
    for path in ("api/settings", "api/files", "api/job"):
        status = host.check_output(
            "curl --silent --output /dev/null --write-out %s %s", "%{http_code}", f"http://127.0.0.1/{path}"
        )
        assert status in ("401", "403"), path
