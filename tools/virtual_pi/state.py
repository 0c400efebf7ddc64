"""What one virtual Pi on this machine is: its name, ports and key, kept private under `.cache`."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path

PREFERRED_OCTOPRINT_PORT = 8080
PREFERRED_SCREEN_PORT = 6080


@dataclass(frozen=True)
class State:
    container: str
    octoprint_port: int
    screen_port: int
    api_key: str = ""
    provisioned: str = ""
    """Container and sources that were provisioned to the end, or nothing."""


def container_name() -> str:
    return os.environ.get("OCTOLAND_CONTAINER") or "octoland-demo"


def folder(container: str) -> Path:
    return Path(".cache/virtual_pi") / container


def fresh(container: str) -> State:
    return State(
        container,
        octoprint_port=free_port(PREFERRED_OCTOPRINT_PORT),
        screen_port=free_port(PREFERRED_SCREEN_PORT),
    )


def load(container: str) -> State | None:
    """What was saved last, or None where there is nothing or what a cut-off run left."""
    try:
        return State(**json.loads((folder(container) / "state.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def save(state: State) -> None:
    place = folder(state.container)
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o700)
    part = place / "state.json.part"
    part.touch(mode=0o600)
    part.write_text(json.dumps(asdict(state), indent=1))
    part.replace(place / "state.json")


def with_provisioned(state: State, *, api_key: str, provisioned: str) -> State:
    return replace(state, api_key=api_key, provisioned=provisioned)


def free_port(preferred: int) -> int:
    """The preferred port of 127.0.0.1 if nobody has it, else one that the kernel chooses."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port of 127.0.0.1 is free")
