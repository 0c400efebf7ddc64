"""What goes wrong ends in a clear error at the client, in words on the screen, in nothing at the printer."""

from __future__ import annotations

from typing import Optional

import pytest

from tests.e2e.conftest import APP, FILE, VirtualPi, go_home
from tests.e2e.octoprint import OctoPrint
from tests.e2e.touch import TouchScreen, run_as_user, service
from tests.e2e.waiting import wait_until

WIRE = "ramdrive:/home/pi/ramdrive/octoprint"
# OctoPrint itself takes a while on a busy machine; being together again is counted from its first answer.
OCTOPRINT_START_S = 180.0
TOGETHER_AGAIN_S = 5.0


def read_status(pi: VirtualPi) -> tuple[int, str]:
    """`ramwire call ... status` as the user pi; its exit code and all it said."""
    done = run_as_user(pi.container, f"ramwire call {WIRE} status")
    return done.returncode, done.stdout + done.stderr


def ask(pi: VirtualPi, line: str) -> dict[str, str]:
    """One request written by hand; where the answer lies and what is in it."""
    script = f"""
name=$(date +%Y%m%d%H%M%S)_$$.json
printf '%s\\n' '{line}' > server/$name
timeout 20 sh -c "until test -e client/$name -o -e client/$name.error; do sleep 0.05; done"
for kind in "" .error; do
  [ ! -e client/$name$kind ] || {{ echo "kind=$kind"; cat client/$name$kind; rm client/$name$kind; }}
done
"""
    done = run_as_user(pi.container, script)
    assert done.returncode == 0, f"no answer to {line}: {done.stderr}"
    head, _, text = done.stdout.partition("\n")
    return {"kind": head.partition("=")[2], "text": text}


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("job.start {", "BadMessage"),
        ("no.such.verb", "no.such.verb"),
        ("job.start", "KeyNeeded"),
        ('job.start {"key": "wrong"}', "KeyRefused"),
        ('temperature.set {"key": "KEY", "heater": "bed", "celsius": NaN}', "BadMessage"),
        ('temperature.set {"key": "KEY", "heater": "bed", "celsius": "hot"}', "InvalidArguments"),
        ('temperature.set {"key": "KEY", "heater": "bed", "celsius": 9000}', "InvalidArguments"),
        ('gcode.send {"key": "KEY", "commands": ["G28\\nM112"]}', "InvalidArguments"),
        ('files.select {"key": "KEY", "path": "gone.gcode"}', "FileMissing"),
        ('job.pause {"key": "KEY"}', "NotPrinting"),
    ],
)
def test_bad_request_ends_in_an_error_of_its_own(
    pi: VirtualPi, octoprint: OctoPrint, line: str, error: str
) -> None:
    answer = ask(pi, line.replace("KEY", octoprint.key))
    assert answer["kind"] == ".error"
    assert error in answer["text"]
    assert octoprint.state() == "Operational"
    assert octoprint.get("/api/printer").json()["temperature"]["bed"]["target"] == 0


def test_command_of_a_user_without_the_permission_is_refused(pi: VirtualPi, octoprint: OctoPrint) -> None:
    name = "onlooker"
    made = octoprint.post(
        "/api/access/users",
        name=name,
        password="only-looks-on",
        active=True,
        groups=["readonly"],
        permissions=[],
        admin=False,
    )
    assert made.ok or made.status_code == 409, made.text
    key = octoprint.post(f"/api/access/users/{name}/apikey").json()["apikey"]
    answer = ask(pi, f'motion.home {{"key": "{key}", "axes": ["x"]}}')
    assert answer["kind"] == ".error"
    assert "NotPermitted" in answer["text"]


def test_printer_that_is_offline_is_told_in_words_and_connected_by_touch(
    pi: VirtualPi, allowed_screen: TouchScreen, octoprint: OctoPrint
) -> None:
    octoprint.post("/api/connection", command="disconnect")
    allowed_screen.wait_for_words("The printer is not connected")
    allowed_screen.picture("20-offline")
    answer = ask(pi, f'motion.home {{"key": "{octoprint.key}", "axes": ["x"]}}')
    assert "NotConnected" in answer["text"]
    allowed_screen.tap("connect")
    octoprint.wait_for("Operational")
    allowed_screen.wait_for_page("home")


def test_file_that_is_gone_is_told_in_words(allowed_screen: TouchScreen, octoprint: OctoPrint) -> None:
    copied = octoprint.post(f"/api/files/local/{FILE}", command="copy", destination="shortlived.gcode")
    assert copied.ok, copied.text
    allowed_screen.tap("tab.files")
    allowed_screen.tap_row("shortlived.gcode")
    allowed_screen.wait_for_page("file_details")
    octoprint.delete("/api/files/local/shortlived.gcode")
    allowed_screen.tap("file.print")
    allowed_screen.answer(yes=True)
    allowed_screen.wait_for_words("This file is no longer there")
    allowed_screen.picture("21-file-gone")
    assert octoprint.state() == "Operational"


def test_key_that_is_taken_back_is_told_in_words(allowed_screen: TouchScreen, octoprint: OctoPrint) -> None:
    assert octoprint.take_back_key_of(APP)
    allowed_screen.wait_for_words("OctoPrint has taken this screen's key back", deadline_s=TOGETHER_AGAIN_S)
    allowed_screen.picture("22-key-revoked")
    go_home(allowed_screen)


def test_full_drive_is_an_error_and_work_goes_on_when_there_is_room(
    pi: VirtualPi, allowed_screen: TouchScreen, octoprint: OctoPrint
) -> None:
    run_as_user(pi.container, "dd if=/dev/zero of=/home/pi/ramdrive/ballast bs=64k || true")
    try:
        code, said = read_status(pi)
        assert code == 5, said
        assert "space" in said.lower() or "full" in said.lower()
        assert octoprint.state() == "Operational"
    finally:
        run_as_user(pi.container, "rm -f /home/pi/ramdrive/ballast")
    code, said = read_status(pi)
    assert code == 0, said
    allowed_screen.tap("tab.files")
    allowed_screen.wait_for_words(FILE)


def test_octoprint_is_found_again_after_its_restart(
    pi: VirtualPi, allowed_screen: TouchScreen, octoprint: OctoPrint
) -> None:
    service(pi.container, "stop", "octoprint.service")
    try:
        allowed_screen.wait_for_words("OctoPrint is not answering", deadline_s=TOGETHER_AGAIN_S)
        allowed_screen.picture("23-octoprint-gone")
    finally:
        service(pi.container, "start", "octoprint.service")
    wait_until(lambda: answers(pi), "an answer on the wire", OCTOPRINT_START_S)
    allowed_screen.wait(
        "the printer's page", lambda view: view["page"] == "home", deadline_s=TOGETHER_AGAIN_S
    )
    octoprint.wait_for("Operational")


def test_screen_is_back_with_the_printers_state_after_its_restart(
    pi: VirtualPi, allowed_screen: TouchScreen
) -> None:
    service(pi.container, "stop", "octoland-tft.service")
    allowed_screen.forget_the_view()
    service(pi.container, "start", "octoland-tft.service")
    allowed_screen.wait(
        "the printer's page", lambda view: view["page"] == "home" and "Ready" in view["words"]
    )


def answers(pi: VirtualPi) -> Optional[bool]:
    return True if read_status(pi)[0] == 0 else None
