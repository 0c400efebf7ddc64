"""Asking for a key: a user allows or denies it on OctoPrint's own page; told once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing

import pytest
import websocket
from octoland_api.errors import InvalidArguments, KeyRefused, RequestUnknown
from octoland_api.shapes import KeyOutcome, KeyRequest, from_wire

from ramwire import Client
from tests.plugin.conftest import Service
from tests.plugin.octoprint_process import User, eventually

APP = "Screen on the printer"


@pytest.fixture
def stranger(service: Service) -> Iterator[Service]:
    """Somebody with no key, on a wire of their own."""
    with service.octoprint.client(timeout=20) as client:
        yield Service(service.octoprint, client, None)


def _ask(stranger: Service, app: str = APP) -> KeyRequest:
    return from_wire(KeyRequest, stranger("key.request", app=app))


def _wait(client: Client, request: KeyRequest, wait_s: float = 15) -> Future[object]:
    return client.submit("key.outcome", token=request.token, wait_s=wait_s)


def _outcome(waiting: Future[object]) -> KeyOutcome:
    return from_wire(KeyOutcome, waiting.result(timeout=20))


def _pending(service: Service) -> dict[str, str]:
    """What OctoPrint's pages ask their user now: the approver's tokens by the program's name."""
    pending = service.octoprint.rest("GET", "/api/plugin/appkeys").json()["pending"]
    return {entry["app_id"]: token for token, entry in pending.items()}


def _page(service: Service) -> websocket.WebSocket:
    """The connection that OctoPrint's page in a browser has, logged in."""
    login = service.octoprint.rest("POST", "/api/login", json={"passive": True}).json()
    address = service.octoprint.url.replace("http", "ws")
    page = websocket.create_connection(f"{address}/sockjs/websocket", timeout=10)
    page.send(json.dumps({"auth": f"{login['name']}:{login['session']}"}))
    return page


def _next_about_keys(page: websocket.WebSocket) -> dict[str, str]:
    while True:
        told = json.loads(page.recv()).get("plugin", {})
        if told.get("plugin") == "appkeys":
            data: dict[str, str] = told["data"]
            return data


def _decide(service: Service, allowed: bool, app: str = APP) -> None:
    token = eventually(lambda: _pending(service).get(app))
    service.octoprint.rest("POST", f"/plugin/appkeys/decision/{token}", json={"decision": allowed})


def test_a_key_is_granted_and_works(service: Service, stranger: Service) -> None:
    request = _ask(stranger)
    waiting = _wait(stranger.client, request)
    _decide(service, allowed=True)
    outcome = _outcome(waiting)

    assert outcome.state == "granted"
    assert outcome.key
    newcomer = stranger.as_user(User("admin", outcome.key))
    assert newcomer("temperatures")
    assert request.url == f"{service.octoprint.url}/plugin/appkeys/auth/{request.token}"

    service.octoprint.rest("POST", "/api/plugin/appkeys", json={"command": "revoke", "app": APP})
    with pytest.raises(KeyRefused):
        newcomer("temperatures")


def test_the_question_comes_up_on_octoprints_pages_and_goes_when_answered(
    service: Service, stranger: Service
) -> None:
    with closing(_page(service)) as page:
        request = _ask(stranger)
        waiting = _wait(stranger.client, request)
        asked = _next_about_keys(page)
        _decide(service, allowed=False)
        ended = _next_about_keys(page)

    assert _outcome(waiting).state == "denied"
    assert (asked["type"], asked["app_name"]) == ("request_access", APP)
    assert ended == {"type": "end_request", "user_token": asked["user_token"]}


def test_the_outcome_is_told_once(service: Service, stranger: Service) -> None:
    request = _ask(stranger)
    _decide(service, allowed=True)

    assert _outcome(_wait(stranger.client, request)).state == "granted"
    with pytest.raises(RequestUnknown):
        stranger("key.outcome", token=request.token)


def test_a_denied_key_is_told_to_be_denied(service: Service, stranger: Service) -> None:
    request = _ask(stranger)
    waiting = _wait(stranger.client, request)
    _decide(service, allowed=False)
    outcome = _outcome(waiting)

    assert (outcome.state, outcome.key) == ("denied", None)


def test_who_waits_is_told_to_go_on_waiting(stranger: Service) -> None:
    request = _ask(stranger)
    outcome = _outcome(_wait(stranger.client, request, wait_s=0.1))

    assert outcome.state == "waiting"
    assert 0 < outcome.left_s <= request.expires_s


def test_asking_again_takes_the_place_of_the_first_request(service: Service, stranger: Service) -> None:
    first = _ask(stranger)
    waiting = _wait(stranger.client, first)
    before = _pending(service)[APP]
    second = _ask(stranger)

    assert _outcome(waiting).state == "expired"
    assert _pending(service)[APP] != before
    _decide(service, allowed=False)
    assert _outcome(_wait(stranger.client, second)).state == "denied"


def test_a_token_that_nobody_has_is_unknown(stranger: Service) -> None:
    with pytest.raises(RequestUnknown):
        stranger("key.outcome", token="no-such-token")


ASK_AND_WAIT = """
import sys, ramwire
client = ramwire.Client(sys.argv[1], timeout=60)
token = client.call("key.request", app=sys.argv[2])["token"]
waiting = client.submit("key.outcome", token=token, wait_s=60)
client.call("status")
print(token, flush=True)
waiting.result()
"""


def test_a_key_is_kept_for_the_living(service: Service, stranger: Service) -> None:
    """A program that was killed while it waited comes back with its token."""
    asker = subprocess.Popen(
        [sys.executable, "-c", ASK_AND_WAIT, service.octoprint.wire, APP], stdout=subprocess.PIPE, text=True
    )
    assert asker.stdout is not None
    with asker.stdout:
        token = asker.stdout.readline().strip()
    asker.kill()
    asker.wait(timeout=10)
    # The wire tells of a death as soon as it is asked for anything.
    stranger("status")
    _decide(service, allowed=True)

    assert _outcome(_wait(stranger.client, KeyRequest(token=token))).state == "granted"
    service.octoprint.rest("POST", "/api/plugin/appkeys", json={"command": "revoke", "app": APP})


@pytest.mark.parametrize("app", ["", "x" * 65, "two\nlines", 5])
def test_a_name_that_nobody_could_read_is_refused(stranger: Service, app: object) -> None:
    with pytest.raises(InvalidArguments, match="app"):
        stranger("key.request", app=app)
