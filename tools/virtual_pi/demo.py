"""The demo: one virtual Pi, provisioned, verified, with a printer connected and a file ready."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

from . import engine, octoprint, screen, state
from .state import State

SCENARIO = "demo"
# What a converge depends on: when none of it has changed, there is nothing to provision.
SOURCES = (
    *("src", "roles", "playbooks", "files", "templates", "requirements", "site.yml"),
    *("molecule", ".config", "ansible.cfg"),
)
GCODE = Path("molecule/demo/files/pearl.gcode")
BOOT_TIMEOUT_S = 180.0
# The first moments have no bus to ask on; a unit that failed is the verification's matter.
BOOTED = 'until state=$(systemctl is-system-running --wait) || [ "$state" = degraded ]; do sleep 0.2; done'


class NoDemo(Exception):
    """The demo cannot be had; the text says why and what to do."""


def up() -> None:
    begun = time.monotonic()
    name = state.container_name()
    known = _known(name)
    container = engine.find(name)
    if container and not known:
        _say(f"{name} was made by someone else, or its key is lost: it is made anew.")
        stop()
        container = None
    if container and not container.is_running:
        _start(name)
    if not (known and container and known.provisioned == _mark(container.id)):
        known = _provision(known if container else None, name)
    octoprint.wait_until_up(octoprint_url(known), BOOT_TIMEOUT_S)
    _welcome(known, time.monotonic() - begun)


def env() -> None:
    known = running()
    lines = {
        "OCTOPRINT_URL": octoprint_url(known),
        "OCTOPRINT_API_KEY": known.api_key,
        "TFT_URL": screen_url(known),
        "CONTAINER": known.container,
    }
    print("".join(f"{name}={shlex.quote(value)}\n" for name, value in lines.items()), end="")


def shot(file: Path) -> None:
    known = running()
    picture = screen.picture(known.container)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture)
    except OSError as error:
        raise NoDemo(f"The picture cannot be written: {error}. Name another file: SHOT=FILE.png") from error
    _say(f"{file}: what the screen shows")


def stop() -> None:
    name = state.container_name()
    if engine.find(name):
        engine.docker("rm", "--force", "--volumes", name)
        _say(f"{name} is gone")
    else:
        _say(f"{name} does not exist")
    _forget(name)


def administrator(known: State) -> tuple[str, str]:
    """Name and password of OctoPrint's user."""
    name, _, password = _secret(known, "octoprint-admin").partition(":")
    return name, password


def _secret(known: State, name: str) -> str:
    """What a role generated on the machine; nothing of it is chosen here."""
    return engine.run_inside(known.container, ["cat", f"/etc/octoland/{name}"]).decode().strip()


def octoprint_url(known: State) -> str:
    return f"http://127.0.0.1:{known.octoprint_port}"


def screen_url(known: State) -> str:
    """The password stands behind the #: a browser keeps that part to itself."""
    page = f"http://127.0.0.1:{known.screen_port}/vnc.html"
    return f"{page}?autoconnect=1&reconnect=1&resize=scale#password={_secret(known, 'vnc-password')}"


def _start(name: str) -> None:
    _say(f"Starting {name}")
    try:
        engine.docker("start", name)
    except engine.EngineError as error:
        advice = "Where another program has taken its port: make demo-stop, then make demo chooses another."
        raise NoDemo(f"{error}\n{advice}") from error
    engine.run_inside(name, ["sh", "-c", BOOTED], timeout_s=BOOT_TIMEOUT_S)


def _provision(known: State | None, name: str) -> State:
    if known is None:
        # Molecule remembers a container that may be gone.
        _forget(name)
        known = state.fresh(name)
        state.save(known)
    _molecule("converge", known)
    _molecule("verify", known)
    octoprint.wait_until_up(octoprint_url(known), BOOT_TIMEOUT_S)
    container = engine.find(name)
    if container is None:
        raise NoDemo(f"The container {name} has vanished; run make demo again.")
    api_key = known.api_key or octoprint.make_key(octoprint_url(known), *administrator(known))
    octoprint.upload_once(octoprint_url(known), api_key, GCODE)
    known = state.with_provisioned(known, api_key=api_key, provisioned=_mark(container.id))
    state.save(known)
    return known


def _molecule(action: str, known: State) -> None:
    _say(f"{known.container}: {action}")
    environment = {
        **os.environ,
        # What is not done need not be read.
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "MOLECULE_EPHEMERAL_DIRECTORY": str(_molecule_folder(known.container)),
        "OCTOLAND_CONTAINER": known.container,
        "OCTOLAND_OCTOPRINT_PORT": str(known.octoprint_port),
        "OCTOLAND_SCREEN_PORT": str(known.screen_port),
    }
    done = subprocess.run(["molecule", action, "-s", SCENARIO], env=environment, check=False)
    if done.returncode != 0:
        raise NoDemo(f"molecule {action} failed with {done.returncode}; make demo tries again from there.")


def _known(name: str) -> State | None:
    known = state.load(name)
    return known if known and known.container == name else None


def running() -> State:
    name = state.container_name()
    known = _known(name)
    container = engine.find(name)
    if not known or not known.provisioned or not container or not container.is_running:
        raise NoDemo("The demo does not run; start it with make demo.")
    return known


def _mark(container_id: str) -> str:
    digest = hashlib.sha256(container_id.encode())
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *SOURCES],
        capture_output=True,
        check=True,
    )
    for name in sorted(listed.stdout.split(b"\0")):
        path = Path(os.fsdecode(name))
        if name and path.is_file():
            digest.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _forget(name: str) -> None:
    for file in _molecule_folder(name).glob("state.yml"):
        file.unlink()
    (state.folder(name) / "state.json").unlink(missing_ok=True)


def _molecule_folder(name: str) -> Path:
    return (state.folder(name) / "molecule").absolute()


def _welcome(known: State, seconds: float) -> None:
    user, password = administrator(known)
    print(
        f"\nThe virtual Pi is up after {seconds:.0f} s.\n\n"
        f"  OctoPrint  {octoprint_url(known)}\n"
        f"             user {user}, password {password}\n"
        f"  Screen     {screen_url(known)}\n\n"
        "make demo-shot SHOT=FILE.png takes the screen's picture, make demo-stop ends it all.",
        flush=True,
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
