"""One OctoPrint for most tests; each begins with its printer connected, idle, and no file selected."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Callable

import pytest
from octoland_api.errors import service_error
from octoland_api.shapes import Events, State, Status, from_wire

from ramwire import Client, RemoteError
from tests.plugin.octoprint_process import ADMIN, OctoPrint, User, eventually

# What OctoPrint itself sends after it has connected, and to hear of temperatures.
_GREETING = re.compile(r"^(N\d+ )?M(105|110|115|155|20|21|27)\b")


Watched = Callable[[], AbstractContextManager[None]]
Shell = Callable[[str], "tuple[str, str]"]


class Service:
    """The printer's service as one user of the wire has it; raises `octoland_api.errors`."""

    def __init__(self, octoprint: OctoPrint, client: Client, user: User | None) -> None:
        self.octoprint = octoprint
        self.client = client
        self.key: dict[str, Any] = {"key": user.key} if user else {}

    def __call__(self, verb: str, **arguments: Any) -> object:
        try:
            return self.client.call(verb, **{**self.key, **arguments})
        except RemoteError as error:
            raise service_error(error.kind, error.text) from error

    def as_user(self, user: User | None) -> Service:
        return Service(self.octoprint, self.client, user)

    def status(self) -> Status:
        return from_wire(Status, self("status"))

    def events(self, after: str = "", wait_s: float = 3.0) -> Events:
        return from_wire(Events, self("events", after=after, wait_s=wait_s))

    def reaches(self, *states: State, within_s: float = 15.0) -> Status:
        """Wait, by events, until the printer is in one of these states."""
        position = self.events().next
        status = self.status()
        while status.state not in states:
            answer = self.events(position, wait_s=within_s)
            assert answer.events, f"still {status.state} after {within_s} s"
            position, status = answer.next, self.status()
        return status


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OctoPrint]:
    octoprint = OctoPrint(tmp_path_factory.mktemp("octoprint") / "basedir")
    try:
        octoprint.start()
        yield octoprint
    finally:
        octoprint.stop()


@pytest.fixture
def service(running: OctoPrint) -> Iterator[Service]:
    with running.client() as client:
        service = Service(running, client, ADMIN)
        _settle(service)
        yield service


def _settle(service: Service) -> None:
    state = service.status().state
    if state not in (State.READY, State.OFFLINE):
        service.octoprint.rest("POST", "/api/job", json={"command": "cancel"})
        service.reaches(State.READY)
    if state is State.OFFLINE:
        service("connection.connect")
        service.reaches(State.READY)
    if service.status().file is not None:
        service("connection.disconnect")
        service.reaches(State.OFFLINE)
        service("connection.connect")
        service.reaches(State.READY)


@pytest.fixture
def status_needs_key(service: Service) -> Iterator[None]:
    service.octoprint.save_setting("status_without_key", False)
    yield
    service.octoprint.save_setting("status_without_key", True)


@pytest.fixture
def nothing_arrives(service: Service) -> Watched:
    """A context in which no command may reach the printer; reports that OctoPrint asks for do not count."""

    @contextmanager
    def watched() -> Iterator[None]:
        before = len(service.octoprint.received())
        yield
        # A line of our own behind it: all that came before has arrived when it has.
        marker = f"M118 nothing before {before}"
        service("gcode.send", commands=[marker])
        eventually(lambda: any(marker in line for line in service.octoprint.received()[before:]))
        arrived = [line for line in service.octoprint.received()[before:] if line and marker not in line]
        assert [line for line in arrived if not _GREETING.search(line)] == []

    return watched


@pytest.fixture
def shell(running: OctoPrint) -> Shell:
    """Asks by printf, with no library: gives the answer file's suffix and content."""
    count = iter(range(1, 1000))

    def ask(line: str) -> tuple[str, str]:
        name = f"20990101000000_{next(count)}.json"
        place = Path(running.drive) / "octoprint"
        subprocess.run(
            ["/bin/sh", "-c", 'printf "%s\\n" "$1" > "$2"', "sh", line, str(place / "server" / name)],
            check=True,
        )
        answer = eventually(lambda: next(iter((place / "client").glob(f"{name}*")), None))
        content = answer.read_text(encoding="utf-8")
        answer.unlink()
        return answer.name[len(name) :], content

    return ask
