"""A print from the first touch to the last, on the provisioned machine."""

from __future__ import annotations

from tests.e2e.conftest import APP, FILE, ask_for_key, go_home
from tests.e2e.octoprint import OctoPrint
from tests.e2e.touch import TouchScreen, ids, text_of
from tests.e2e.waiting import wait_until


def start_print(screen: TouchScreen) -> None:
    screen.tap("tab.files")
    screen.wait_for_page("files")
    screen.tap_row(FILE)
    screen.wait_for_page("file_details")
    screen.tap("file.print")
    screen.wait_for_overlay("question")
    screen.answer(yes=True)
    screen.wait_for_page("home")


def test_key_is_asked_for_on_the_screen_and_allowed_in_octoprints_page(
    screen: TouchScreen, octoprint: OctoPrint
) -> None:
    if octoprint.take_back_key_of(APP):
        screen.wait_for_page("key", deadline_s=45)
        go_home(screen)
    screen.wait("an offer to ask for a key", lambda view: "key" in ids(view))
    screen.picture("01-no-key")
    ask_for_key(screen, octoprint, album="02-key")
    screen.wait("no more offer", lambda view: "key" not in ids(view))


def test_print_is_started_watched_paused_resumed_and_cancelled_by_touch(
    allowed_screen: TouchScreen, octoprint: OctoPrint
) -> None:
    screen = allowed_screen
    screen.picture("03-home")
    screen.tap("tab.files")
    screen.wait_for_words(FILE)
    screen.picture("04-files")
    screen.tap_row(FILE)
    screen.wait_for_page("file_details")
    screen.picture("05-file")
    screen.tap("file.print")
    screen.wait_for_overlay("question")
    screen.picture("06-start-question")
    screen.answer(yes=True)
    screen.wait_for_words("Warming up")
    screen.picture("07-message")
    octoprint.wait_for("Printing")
    screen.wait_for_words("Laying the keel", deadline_s=90)
    screen.picture("08-second-message")
    screen.tap("message.close")
    wait_until(lambda: octoprint.completion() >= 4, "four per cent", 60)
    screen.wait("progress", lambda view: " %" in text_of(view) or "%" in text_of(view))
    screen.picture("09-printing")

    screen.tap("pause")
    screen.wait_for_overlay("question")
    screen.picture("10-pause-question")
    screen.answer(yes=True)
    octoprint.wait_for("Paused")
    screen.wait("resume offered", lambda view: "resume" in ids(view))
    screen.picture("11-paused")
    stood_at = octoprint.completion()
    screen.tap("resume")
    screen.answer(yes=True)
    octoprint.wait_for("Printing")
    wait_until(lambda: octoprint.completion() > stood_at, "more printed than before the pause", 60)
    screen.picture("12-resumed")

    screen.tap("cancel")
    screen.wait_for_overlay("question")
    screen.picture("13-cancel-question")
    screen.answer(yes=True)
    octoprint.wait_for("Operational", deadline_s=60)
    screen.wait("the print gone from the page", lambda view: "pause" not in ids(view))
    screen.picture("14-cancelled")


def test_question_that_is_left_does_nothing(allowed_screen: TouchScreen, octoprint: OctoPrint) -> None:
    allowed_screen.tap("tab.files")
    allowed_screen.tap_row(FILE)
    allowed_screen.tap("file.print")
    allowed_screen.wait_for_overlay("question")
    allowed_screen.answer(yes=False)
    assert octoprint.state() == "Operational"


def test_print_goes_on_to_its_end_while_the_screen_is_killed(
    allowed_screen: TouchScreen, octoprint: OctoPrint
) -> None:
    screen = allowed_screen
    start_print(screen)
    octoprint.wait_for("Printing")
    wait_until(lambda: octoprint.completion() > 20, "a fifth printed", 120)
    before, printed = screen.process(), octoprint.completion()
    screen.kill()
    wait_until(lambda: screen.process() not in (0, before), "another process of the screen")
    assert octoprint.state() == "Printing"
    wait_until(lambda: octoprint.completion() > printed, "more printed than before the kill", 30)
    screen.wait("the running print", lambda view: "pause" in ids(view), deadline_s=40)
    wait_until(lambda: octoprint.completion() > 42, "two fifths printed", 120)
    go_home(screen)
    screen.picture("15-home-printing")
    screen.wait_for_words("Ready to sail", deadline_s=240)
    screen.picture("16-last-message")
    octoprint.wait_for("Operational")
    go_home(screen)
    screen.picture("17-done")
    assert octoprint.get(f"/api/files/local/{FILE}").json()["prints"]["success"] >= 1
