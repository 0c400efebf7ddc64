"""Programs with no library of ours, and with it, on the machine itself as the user pi."""

from __future__ import annotations

import json

from tests.e2e.conftest import VirtualPi
from tests.e2e.touch import run_as_user
from tools.virtual_pi.engine import run_inside

STATUS_WITH_NO_LIBRARY = """
name=$(date +%Y%m%d%H%M%S)_$$.json
printf 'status\\n' > server/$name
timeout 20 sh -c "until test -e client/$name; do sleep 0.05; done"
cat client/$name
rm client/$name
"""


def test_shell_with_no_library_reads_the_status(pi: VirtualPi) -> None:
    done = run_as_user(pi.container, STATUS_WITH_NO_LIBRARY)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "ready"


def test_ramwire_is_on_the_path_of_the_user(pi: VirtualPi) -> None:
    done = run_as_user(pi.container, "ramwire call ramdrive:/home/pi/ramdrive/octoprint status")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "ready"


def test_drive_is_open_to_nobody_else(pi: VirtualPi) -> None:
    mode = run_inside(pi.container, ["stat", "--format=%U %a", "/home/pi/ramdrive"]).decode().split()
    assert mode == ["pi", "700"]
