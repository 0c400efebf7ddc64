"""A real OctoPrint with its virtual printer, in a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import requests
import yaml

from ramwire import Client, WireError

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".cache" / "octoprint" / "bin" / "octoprint"
GCODE = Path(__file__).parent / "gcode"

Value = TypeVar("Value")

# What looks for updates, news and other machines: not while testing.
_DISABLED = ["announcements", "backup", "discovery", "errortracking", "firmware_check", "pluginmanager"]
_DISABLED += [
    "softwareupdate",
    "tracking",
    "health_check",
    "achievements",
    "eventmanager",
    "logging",
    "gcodeviewer",
]


@dataclass(frozen=True)
class User:
    name: str
    key: str
    groups: tuple[str, ...] = ("users",)
    permissions: tuple[str, ...] = ()
    active: bool = True


ADMIN = User("admin", "KEY-OF-ADMIN-0123456789", ("users", "admins"))
WATCHER = User("watcher", "KEY-OF-WATCHER-0123456789", (), ("STATUS", "FILES_LIST"))
GONE = User("gone", "KEY-OF-GONE-0123456789", active=False)
NOBODY = User("nobody", "KEY-OF-NOBODY-0123456789", ())


def eventually(what: Callable[[], Value | None], within_s: float = 10.0) -> Value:
    """The first true value of `what`; looks again until there is one."""
    deadline = time.monotonic() + within_s
    while True:
        value = what()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class OctoPrint:
    """`basedir` keeps everything, the drive too; `start` may be called again after `stop` or `kill`."""

    basedir: Path
    settings: Mapping[str, object] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.drive = self.basedir / "ramdrive"
        self.drive.mkdir(parents=True, mode=0o700)
        uploads = self.basedir / "uploads"
        uploads.mkdir()
        for file in GCODE.iterdir():
            (uploads / file.name).write_bytes(file.read_bytes())
        self._write("config.yaml", self._config())
        self._write("users.yaml", _users((ADMIN, WATCHER, GONE, NOBODY)))

    @property
    def wire(self) -> str:
        return f"ramdrive:{self.drive / 'octoprint'}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, timeout: float = 5.0) -> Client:
        return Client(self.wire, timeout=timeout)

    def launch(self) -> None:
        """Start it, and do not wait."""
        log = (self.basedir / "console.log").open("ab")
        command: list[str | Path] = [
            PROGRAM,
            "serve",
            "--basedir",
            self.basedir,
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        if os.geteuid() == 0:
            command.append("--iknowwhatimdoing")
        environment = {**os.environ, "OCTOLAND_WIRE": self.wire}
        with log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    def start(self) -> None:
        """Start it, and wait until it serves and its printer is connected."""
        self.launch()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        with self.client(timeout=1.0) as client:
            eventually(lambda: self._is_ready(client), within_s=60)

    def _is_ready(self, client: Client) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.console()
        try:
            return bool(client.call("status")["state"] == "ready")
        except WireError:
            return False

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=30)
            self.process = None

    def rest(self, method: str, path: str, user: User = ADMIN, **options: object) -> requests.Response:
        response = requests.request(
            method,
            f"{self.url}{path}",
            headers={"X-Api-Key": user.key},
            timeout=10,
            **options,  # type: ignore[arg-type]
        )
        response.raise_for_status()
        return response

    def save_setting(self, name: str, value: object) -> None:
        """Change a setting of the plugin, as OctoPrint's page does."""
        self.rest("POST", "/api/settings", json={"plugins": {"octoland": {name: value}}})

    def received(self) -> list[str]:
        """The lines that reached the printer, as the virtual printer itself logs them."""
        log = self.basedir / "logs" / "plugin_virtual_printer_serial.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        return [line.split("<<< ", 1)[1].strip() for line in lines if "<<< " in line]

    def log(self) -> str:
        return (self.basedir / "logs" / "octoprint.log").read_text(encoding="utf-8")

    def console(self) -> str:
        return (self.basedir / "console.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def _config(self) -> Mapping[str, object]:
        return {
            "server": {
                "firstRun": False,
                "onlineCheck": {"enabled": False},
                "pluginBlacklist": {"enabled": False},
                "commands": {"serverRestartCommand": "true"},
            },
            "serial": {"port": "VIRTUAL", "autoconnect": True, "log": False},
            "plugins": {
                "_disabled": _DISABLED,
                "virtual_printer": {"enabled": True, "throttle": 0.001},
                "octoland": dict(self.settings),
            },
        }

    def _write(self, name: str, content: Mapping[str, object]) -> None:
        path = self.basedir / name
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        path.chmod(0o600)


def _users(users: tuple[User, ...]) -> dict[str, object]:
    known: dict[str, object] = {"_version": 2}
    for user in users:
        known[user.name] = {
            "active": user.active,
            "apikey": user.key,
            "groups": list(user.groups),
            "permissions": list(user.permissions),
            # Nobody logs in with a password here: no hash fits.
            "password": "none",
            "settings": {},
        }
    return known
