"""The printer's service on the RAM drive."""

from __future__ import annotations

import json

import pytest

from .appliance import Appliance

pytestmark = pytest.mark.booted

# From a shell, with no library: the words of docs/protocol/ramdrive.md.
ASK_FOR_THE_STATUS = """
cd {ramdrive}/octoprint || exit
name=$(date +%Y%m%d%H%M%S)_$$.json
printf 'status\\n' > server/$name
timeout 20 sh -c "until test -s client/$name; do sleep 0.05; done" || exit
cat client/$name
rm client/$name
"""


def test_service_answers_a_ping_of_the_user(appliance: Appliance) -> None:
    assert "1 of 1 answered" in appliance.output_as_user(f"ramwire ping {appliance.wire} -c 1")


def test_shell_without_a_library_gets_the_status(appliance: Appliance) -> None:
    status = json.loads(appliance.output_as_user(ASK_FOR_THE_STATUS.format(ramdrive=appliance.ramdrive)))
    assert {"state", "temperatures", "progress", "file"} <= set(status)


def test_request_is_taken_off_the_drive(appliance: Appliance) -> None:
    appliance.output_as_user(ASK_FOR_THE_STATUS.format(ramdrive=appliance.ramdrive))
    # The screen asks too, and its own file may lie there for a moment.
    until_empty = (
        f'until test -z "$(find {appliance.ramdrive}/octoprint/server -type f)"; do sleep 0.05; done'
    )
    assert appliance.host.run("timeout 20 sh -c %s", until_empty).rc == 0


@pytest.mark.parametrize("folder", ["octoprint", "octoprint/server", "octoprint/client"])
def test_folders_of_the_wire_are_the_users_alone(appliance: Appliance, folder: str) -> None:
    found = appliance.host.file(f"{appliance.ramdrive}/{folder}")
    assert (found.is_directory, found.user, found.mode) == (True, appliance.user, 0o700)


def test_command_without_a_key_is_refused(appliance: Appliance) -> None:
    answer = appliance.host.run("runuser -u %s -- ramwire call %s job.cancel", appliance.user, appliance.wire)
    assert answer.rc == 1
    assert "key" in answer.stderr.lower()
