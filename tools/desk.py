"""`python -m tools.desk`: OctoPrint, plugin and screen on this desktop, for those who write pages.

All it keeps lies in `.cache/desk` (remove it to begin anew); the RAM drive is a folder in memory.
"""

from __future__ import annotations

import json
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from .virtual_pi.octoprint import NoOctoPrint, is_up
from .virtual_pi.state import free_port

HOME = Path(".cache/desk").absolute()
BASEDIR = HOME / "octoprint"
PASSWORD = HOME / "password"
OCTOPRINT = Path(".cache/octoprint/bin/octoprint").absolute()
SCREEN = Path(sys.executable).with_name("octoland-tft")
GCODE = Path("molecule/demo/files/pearl.gcode")
SCREEN_SOURCE = Path("src/octoland-tft/octoland_tft").absolute()
MAP = HOME / "map.json"
# These show by themselves, or need to be told what to show.
PAGES_NOT_OPENED = ("", "splash", "home", "not_connected", "error", "file_details")
USER = "desk"
SIZE = "480x320"
START_TIMEOUT_S = 180.0


class NoDesk(Exception):
    """The desk cannot be laid; the text says why."""


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with ExitStack() as running:
            run(running)
    except (NoDesk, NoOctoPrint) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def run(running: ExitStack) -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    HOME.chmod(0o700)
    furnish_octoprint()
    drive = ram_drive()
    environment = {**os.environ, "OCTOLAND_WIRE": f"ramdrive:{drive}/octoprint"}
    port = free_port(5000)
    serve = [str(OCTOPRINT), "serve", "--basedir", str(BASEDIR), "--host", "127.0.0.1", "--port", str(port)]
    if os.geteuid() == 0:
        serve.append("--iknowwhatimdoing")
    octoprint = start(running, serve, environment, HOME / "octoprint.log")
    wait_for(octoprint, f"http://127.0.0.1:{port}")
    print(f"OctoPrint  http://127.0.0.1:{port}   user {USER}, password {PASSWORD.read_text()}", flush=True)
    display = desktop(running)
    print("Save a page's .py or .kv, and the screen shows it. Ctrl-C ends it all.", flush=True)
    (HOME / "tft").mkdir(mode=0o700, exist_ok=True)
    screen_environment = {
        **environment,
        **display,
        "OCTOLAND_TFT_STATE": str(HOME / "tft"),
        "OCTOLAND_TFT_SIZE": os.environ.get("OCTOLAND_TFT_SIZE", SIZE),
        "OCTOLAND_TFT_DISPLAY": "x11",
        "OCTOLAND_TFT_MAP": str(MAP),
    }
    code = show(running, screen_environment)
    if code != 0:
        raise NoDesk(f"The screen ended with {code}.")


def show(running: ExitStack, environment: Mapping[str, str]) -> int:
    """The screen, started anew at the same page when one of its files is saved; its exit code."""
    watch = ["inotifywait", "--quiet", "--monitor", "--recursive", "--event", "close_write,moved_to"]
    saved, written = os.pipe()
    watcher = subprocess.Popen([*watch, "--format", "%f", str(SCREEN_SOURCE)], stdout=written)
    os.close(written)
    running.callback(end, watcher)
    MAP.unlink(missing_ok=True)
    while True:
        screen = start(running, [str(SCREEN)], {**environment, **page_in_view()}, None)
        ended = os.pidfd_open(screen.pid)
        try:
            if not wait_for_save(saved, ended):
                return screen.wait()
        finally:
            os.close(ended)
        end(screen)


def wait_for_save(saved: int, ended: int) -> bool:
    """True when a page was saved, False when the screen has ended by itself.

    Raises `NoDesk` where nobody watches the files any more.
    """
    while True:
        ready, _, _ = select.select([saved, ended], [], [])
        if ended in ready:
            return False
        told = os.read(saved, 65536)
        if not told:
            raise NoDesk("inotifywait has ended, so nothing tells which page was saved; it said why above.")
        names = told.decode(errors="replace").splitlines()
        if any(name.endswith((".py", ".kv")) for name in names):
            return True


def page_in_view() -> dict[str, str]:
    """The setting that opens the page that was seen last; a page that needs to be told more opens at home."""
    try:
        page = str(json.loads(MAP.read_text())["page"])
    except (OSError, ValueError, KeyError):
        return {}
    return {"OCTOLAND_TFT_PAGE": page} if page not in PAGES_NOT_OPENED else {}


def furnish_octoprint() -> None:
    """A first configuration, a user and a file; what the user has changed since stays."""
    if PASSWORD.exists():
        return
    shutil.rmtree(BASEDIR, ignore_errors=True)
    (BASEDIR / "uploads").mkdir(parents=True)
    settings = {
        "server": {
            "firstRun": False,
            "onlineCheck": {"enabled": False},
            "pluginBlacklist": {"enabled": False},
        },
        "serial": {"port": "VIRTUAL", "autoconnect": True},
        "plugins": {"virtual_printer": {"enabled": True}, "tracking": {"enabled": False}},
    }
    # JSON is YAML too.
    (BASEDIR / "config.yaml").write_text(json.dumps(settings))
    shutil.copy(GCODE, BASEDIR / "uploads")
    password = secrets.token_urlsafe(9)
    add = [str(OCTOPRINT), "--basedir", str(BASEDIR), "user", "add", "--admin", USER]
    # By standard input: an argument would show in the list of processes.
    done = subprocess.run(add, input=f"{password}\n{password}\n", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoDesk(f"OctoPrint did not make a user:\n{done.stderr}")
    PASSWORD.touch(mode=0o600)
    PASSWORD.write_text(password)


def ram_drive() -> Path:
    """A private folder in memory, the same at each start."""
    memory = Path(os.environ.get("XDG_RUNTIME_DIR") or "/dev/shm")  # noqa: S108 # made private below
    drive = memory / f"octoland-desk-{os.getuid()}"
    drive.mkdir(mode=0o700, exist_ok=True)
    found = drive.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or drive.is_symlink():
        raise NoDesk(f"{drive} belongs to somebody else or is open to others; remove it.")
    return drive


def desktop(running: ExitStack) -> dict[str, str]:
    """The settings that name this desktop, or a virtual display where there is none."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return {}
    with tempfile.TemporaryFile("w+") as told:
        command = ["Xvfb", "-displayfd", str(told.fileno()), "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp"]
        xvfb = subprocess.Popen(command, pass_fds=[told.fileno()], stderr=subprocess.DEVNULL)
        running.callback(end, xvfb)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (number := _first_line(told.fileno())):
            if xvfb.poll() is not None or time.monotonic() > deadline:
                raise NoDesk("No desktop here (DISPLAY is unset), and Xvfb did not start.")
            time.sleep(0.05)
    print(
        f"No desktop here (DISPLAY is unset): the screen is drawn on the virtual display :{number}.",
        flush=True,
    )
    print(f"Its picture:  DISPLAY=:{number} import -window root picture.png", flush=True)
    return {"DISPLAY": f":{number}"}


def _first_line(descriptor: int) -> str:
    text = os.pread(descriptor, 20, 0).decode()
    return text.strip() if text.endswith("\n") else ""


def start(
    running: ExitStack, command: list[str], environment: Mapping[str, str], log: Path | None
) -> subprocess.Popen[bytes]:
    """A program that ends when the desk does."""
    output = running.enter_context(log.open("wb")) if log else None
    process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    running.callback(end, process)
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(octoprint: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not is_up(url):
        if octoprint.poll() is not None or time.monotonic() > deadline:
            raise NoDesk(f"OctoPrint did not start; see {HOME / 'octoprint.log'}")
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
