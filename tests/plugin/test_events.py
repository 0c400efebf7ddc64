"""What happens is told to those who wait, as it happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Callable

import pytest
from octoland_api.errors import InvalidArguments, KeyNeeded, KeyRefused, NoPrompt
from octoland_api.shapes import Events, FilesChanged, Message, State, StatusChanged, from_wire

from ramwire import RemoteError
from tests.plugin.conftest import Service
from tests.plugin.octoprint_process import eventually


def test_the_first_question_is_answered_at_once_with_the_status(service: Service) -> None:
    answer = service.events("", wait_s=30)

    assert not answer.lost
    (event,) = answer.events
    assert isinstance(event, StatusChanged)
    assert event.status.state is State.READY


def test_a_message_is_told_to_one_who_waits(service: Service) -> None:
    position = service.events().next
    waiting = _await(service, position, Message)

    service("gcode.send", commands=["M117 Hello, sailor"])

    event = waiting.result(timeout=5)
    assert isinstance(event, Message)
    assert event.text == "Hello, sailor"
    assert abs(event.time_s - time.time()) < 5


def test_messages_that_came_between_two_questions_are_told_in_order(service: Service) -> None:
    position = service.events().next

    service("gcode.send", commands=["M117 one", "M117 two", "M117"])

    texts: list[str] = []
    while len(texts) < 3:
        answer = service.events(position)
        position = answer.next
        texts += [event.text for event in answer.events if isinstance(event, Message)]
    assert texts == ["one", "two", ""]


def test_a_change_of_state_is_told(service: Service) -> None:
    service("connection.disconnect")

    assert service.reaches(State.OFFLINE).state_text == "Offline"


def test_a_new_file_is_told(service: Service) -> None:
    position = service.events().next
    waiting = _await(service, position, FilesChanged)

    service.octoprint.rest("POST", "/api/files/local", files={"file": ("new.gcode", b"G28\n")})

    assert isinstance(waiting.result(timeout=5), FilesChanged)
    service.octoprint.rest("DELETE", "/api/files/local/new.gcode")


def test_with_nothing_new_the_answer_comes_when_the_wait_is_over(service: Service) -> None:
    position = service.events().next
    answer = service.events(position, wait_s=0.0)

    assert not answer.lost
    assert not [event for event in answer.events if isinstance(event, Message)]


@pytest.mark.parametrize("position", ["0000-5", "nonsense", "-", "1-1-1"])
def test_a_position_of_another_run_is_lost_and_begins_anew(service: Service, position: str) -> None:
    answer = service.events(position)

    assert answer.lost
    assert isinstance(answer.events[0], StatusChanged)


def test_more_messages_than_are_kept_are_known_to_be_lost(service: Service) -> None:
    position = service.events().next
    for start in range(0, 320, 64):
        service("gcode.send", commands=[f"M117 {number}" for number in range(start, start + 64)])
    eventually(lambda: any("M117 319" in line for line in service.octoprint.received()))

    assert eventually(lambda: service.events(position).lost)


class TestPrompts:
    """The printer asks: `//action:prompt_…`, sent by the virtual printer when told so."""

    @pytest.fixture
    def asked(self, service: Service) -> Service:
        service("gcode.send", commands=["!!DEBUG:action_custom prompt_begin Filament out"])
        service("gcode.send", commands=["!!DEBUG:action_custom prompt_button Go on"])
        service("gcode.send", commands=["!!DEBUG:action_custom prompt_choice Give up"])
        service("gcode.send", commands=["!!DEBUG:action_custom prompt_show"])
        eventually(lambda: service.status().prompt)
        return service

    def test_a_question_shows_in_the_status(self, asked: Service) -> None:
        prompt = asked.status().prompt

        assert prompt is not None
        assert (prompt.text, prompt.choices) == ("Filament out", ("Go on", "Give up"))
        asked("prompt.answer", choice=0)

    def test_the_answer_reaches_the_printer_once(self, asked: Service) -> None:
        with pytest.raises(InvalidArguments, match="offers 2 choices"):
            asked("prompt.answer", choice=2)
        before = len(asked.octoprint.received())

        asked("prompt.answer", choice=1)
        with pytest.raises(NoPrompt):
            asked("prompt.answer", choice=1)

        eventually(lambda: any("M876 S1" in line for line in asked.octoprint.received()[before:]))
        assert asked.status().prompt is None

    def test_a_question_is_told_to_one_who_waits(self, service: Service) -> None:
        position = service.events().next
        waiting = _await(
            service,
            position,
            StatusChanged,
            lambda event: event.status.prompt is not None,  # type: ignore[attr-defined]
        )

        for action in ("prompt_begin Sure?", "prompt_show"):
            service("gcode.send", commands=[f"!!DEBUG:action_custom {action}"])

        assert waiting.result(timeout=5)
        service("gcode.send", commands=["!!DEBUG:action_custom prompt_end"])
        eventually(lambda: service.status().prompt is None)

    @pytest.fixture
    def prompts_on_the_page(self, service: Service) -> Iterator[None]:
        """OctoPrint shows them too, and answers with what the printer does not confirm."""

        def save(enable: str, command: str) -> None:
            settings = {"plugins": {"action_command_prompt": {"enable": enable, "command": command}}}
            service.octoprint.rest("POST", "/api/settings", json=settings)

        save("always", "M118 answer")
        yield
        save("detected", "M876")

    @pytest.mark.usefixtures("prompts_on_the_page")
    def test_a_question_that_octoprints_page_answered_goes(self, service: Service) -> None:
        rest = service.octoprint.rest
        for action in ("prompt_begin Sure?", "prompt_button Yes", "prompt_show"):
            service("gcode.send", commands=[f"!!DEBUG:action_custom {action}"])
        eventually(lambda: service.status().prompt)
        eventually(lambda: rest("GET", "/api/plugin/action_command_prompt").json())

        rest("POST", "/api/plugin/action_command_prompt", json={"command": "select", "choice": 0})

        eventually(lambda: service.status().prompt is None)
        with pytest.raises(NoPrompt):
            service("prompt.answer", choice=0)

    def test_a_question_goes_with_the_printer(self, asked: Service) -> None:
        asked("connection.disconnect")
        asked.reaches(State.OFFLINE)

        assert asked.status().prompt is None


def test_a_key_that_is_revoked_ends_the_wait(service: Service) -> None:
    octoprint = service.octoprint
    octoprint.rest(
        "POST", "/api/users", json={"name": "brief", "password": "x", "active": True, "groups": ["users"]}
    )
    key = octoprint.rest("POST", "/api/users/brief/apikey").json()["apikey"]
    with octoprint.client() as client:
        position = client.call("events", key=key)["next"]
        waiting = client.submit("events", key=key, after=position, wait_s=60, timeout=70)
        octoprint.rest("DELETE", "/api/users/brief/apikey")

        # At once: nothing happens that would be told.
        error = waiting.exception(timeout=10)

    assert isinstance(error, RemoteError)
    assert error.kind == KeyRefused.__name__
    octoprint.rest("DELETE", "/api/users/brief")


def test_without_a_key_the_changes_of_the_status_are_told_and_nothing_else(service: Service) -> None:
    anybody = service.as_user(None)
    position = anybody.events().next
    service("gcode.send", commands=["M117 secret"])
    service("connection.disconnect")

    state = None
    while state is not State.OFFLINE:
        answer = anybody.events(position, wait_s=15)
        assert answer.events
        position = answer.next
        for event in answer.events:
            assert isinstance(event, StatusChanged)
            state = event.status.state


@pytest.mark.usefixtures("status_needs_key")
def test_without_a_key_nothing_is_told_where_the_setting_says_so(service: Service) -> None:
    with pytest.raises(KeyNeeded):
        service.as_user(None).events()


def _await(
    service: Service, position: str, kind: type, wanted: Callable[[object], bool] = lambda _: True
) -> Future[object]:
    """The first event of a kind after a position, gathered by a client of its own in a thread of its own."""
    future: Future[object] = Future()

    def gather() -> None:
        reached = position
        with service.octoprint.client(timeout=10) as client:
            deadline = time.monotonic() + 8
            while time.monotonic() < deadline:
                plain = client.call("events", after=reached, wait_s=5, **service.key)
                answer = from_wire(Events, plain)
                reached = answer.next
                for event in answer.events:
                    if isinstance(event, kind) and wanted(event):
                        future.set_result(event)
                        return
        future.set_exception(AssertionError(f"no {kind.__name__} came"))

    threading.Thread(target=gather, daemon=True).start()
    return future
