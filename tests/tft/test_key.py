"""The key: asked for, allowed, denied, put off, taken back."""

from __future__ import annotations

import stat
from concurrent.futures import Future

import pytest
from octoland_api import shapes
from octoland_tft.failure import Failure
from octoland_tft.printer.access import Access, AccessPhase

from tests.tft.conftest import StartScreen
from tests.tft.display import RunningScreen
from tests.tft.stand_in import KEY, StandIn, idle, printing

REQUEST = shapes.KeyRequest(
    token="a-secret-of-the-asker", url="http://octoland.local/plugin/appkeys/auth/a-token", expires_s=300
)


class Approver:
    """Decides on the requests for a key, as OctoPrint's user would."""

    def __init__(self, service: StandIn) -> None:
        self.decision: Future[object] = Future()
        service.replies["key.request"] = self._asked
        service.replies["key.outcome"] = lambda **_arguments: self.decision

    def _asked(self, **_arguments: object) -> shapes.KeyRequest:
        self.decision = Future()
        return REQUEST

    def decide(self, outcome: shapes.KeyOutcome) -> None:
        self.decision.set_result(shapes.to_wire(outcome))


def test_a_screen_without_a_key_asks_for_one(service: StandIn, start_screen: StartScreen) -> None:
    Approver(service)
    service.start()

    seen = start_screen(key=None).wait_for(page="key", words="http://octoland.local")

    assert any("press Allow" in text for text in seen["words"])
    assert any("left" in text for text in seen["words"])


def test_an_allowed_screen_remembers_its_key_for_itself_alone(
    service: StandIn, start_screen: StartScreen
) -> None:
    approver = Approver(service)
    service.status = printing()
    service.start()
    screen = start_screen(key=None)
    screen.wait_for(page="key", words="press Allow")
    service.wait_for("key.outcome")

    approver.decide(shapes.KeyOutcome(state="granted", key=KEY))

    screen.wait_for(page="home", words="Printing", target="pause")
    key_file = screen.state / "api-key"
    assert key_file.read_text() == KEY
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_a_denied_request_is_told_and_can_be_made_again(service: StandIn, start_screen: StartScreen) -> None:
    approver = Approver(service)
    service.start()
    screen = start_screen(key=None)
    service.wait_for("key.outcome")

    approver.decide(shapes.KeyOutcome(state="denied"))

    screen.wait_for(page="key", words="denied")
    screen.touch("key.ask")
    service.wait_for("key.request", times=2)
    screen.wait_for(words="press Allow")


def test_the_request_can_be_put_off(service: StandIn, start_screen: StartScreen) -> None:
    Approver(service)
    service.status = idle()
    service.start()
    screen = start_screen(key=None)
    screen.wait_for(page="key", words="press Allow")

    screen.touch("key.not_now")

    seen = screen.wait_for(page="home", target="key")
    assert {target["id"] for target in seen["targets"]} <= {
        "key",
        "tab.files",
        "tab.printer",
        "tab.utilities",
    }
    screen.touch("key")
    screen.wait_for(page="key")


@pytest.mark.parametrize(
    ("phase", "kind", "again"),
    [
        (AccessPhase.IDLE, "", True),
        (AccessPhase.LOST, "ServerGone", True),
        (AccessPhase.LOST, "RequestUnknown", True),
        (AccessPhase.LOST, "Failed", False),
        (AccessPhase.DENIED, "", False),
    ],
)
def test_what_would_be_refused_again_is_not_asked_again_without_the_user(
    phase: AccessPhase, kind: str, again: bool
) -> None:
    access = Access(phase, failure=Failure(kind, "") if kind else None)

    assert access.to_be_asked is again


def put_off(screen: RunningScreen) -> None:
    screen.wait_for(page="key", words="press Allow")
    screen.touch("key.not_now")
    screen.wait_for(page="home", target="key")


def test_without_a_key_the_figures_are_live(service: StandIn, start_screen: StartScreen) -> None:
    Approver(service)
    service.status = printing()
    service.start()
    screen = start_screen(key=None)
    put_off(screen)

    service.now(printing(completion=50))

    screen.wait_for(page="home", words="50\u00a0%", target="key")


def test_without_a_key_the_services_end_is_noticed(service: StandIn, start_screen: StartScreen) -> None:
    Approver(service)
    service.start()
    screen = start_screen(key=None)
    put_off(screen)

    service.stop()

    screen.wait_for(page="not_connected", words="OctoPrint is not answering")
    again = StandIn(service.url, printing(completion=50))
    Approver(again)
    again.start()
    try:
        # What was asked of the service that is gone, nobody can allow any more.
        again.wait_for("key.request")
        screen.wait_for(page="home", words="50\u00a0%", target="key")
    finally:
        again.stop()


def test_a_key_counts_at_once_where_the_figures_were_live_without_it(
    service: StandIn, start_screen: StartScreen
) -> None:
    approver = Approver(service)
    service.status = printing()
    service.start()
    screen = start_screen(key=None)
    put_off(screen)
    service.now(printing(completion=50))
    screen.wait_for(words="50\u00a0%")

    approver.decide(shapes.KeyOutcome(state="granted", key=KEY))

    screen.wait_for(page="home", target="pause")
    service.m117("for those with a key")
    screen.wait_for(overlay="message", words="for those with a key")


def test_where_the_status_needs_a_key_nothing_is_shown_without_one(
    service: StandIn, start_screen: StartScreen
) -> None:
    service.open_to_all = False
    approver = Approver(service)
    service.status = printing()
    service.start()
    screen = start_screen(key=None)
    screen.wait_for(page="key", words="press Allow")
    assert not service.asked("events")

    approver.decide(shapes.KeyOutcome(state="granted", key=KEY))

    screen.wait_for(page="home", target="pause")


def test_a_key_that_is_taken_back_is_told_and_asked_for_again(
    service: StandIn, start_screen: StartScreen
) -> None:
    Approver(service)
    service.status = printing()
    service.start()
    screen = start_screen()
    screen.touch("pause")

    service.keys.clear()
    screen.touch("question.do")

    screen.wait_for(page="key", words="taken this screen's key back")
    service.wait_for("key.request")
    assert (screen.state / "api-key").read_text() == ""


def test_a_key_that_is_taken_back_is_noticed_at_the_start(
    service: StandIn, start_screen: StartScreen
) -> None:
    Approver(service)
    service.start()

    start_screen(key="an-old-key").wait_for(page="key", words="taken this screen's key back")
